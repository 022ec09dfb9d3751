"""The provider that the options name, and what is said while it is spoken to."""

import os
import shlex
import sys

from ftlint.cli.options import FollowOptions, ProviderOptions
from ftlint.cli.terminal import echo_err
from ftlint.errors import UsageError
from ftlint.report.progress import wanted
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.registry import Address, find_provider
from ftlint.training.provider.retry import retry_from_environment

EVERY = 5.0
# Back to the start of the line, and nothing left on it.
WIPE = "\r\x1b[2K"


def provider_from_options(options: ProviderOptions, *, default: str | None = None) -> Provider:
    """The provider that the options name, ``default`` where they name none."""
    name = options.provider or default or ("compatible" if options.base_url else "openai")
    return find_provider(name, Address(options.base_url, options.key_env), retry_from_environment(notice))


def same_provider(options: ProviderOptions) -> str:
    """The options as they were typed, for a command that is to ask the same provider."""
    typed = [
        ("--provider", options.provider),
        ("--base-url", options.base_url),
        ("--key-env", options.key_env),
    ]
    words = [word for name, value in typed if value for word in (name, value)]
    return f" {shlex.join(words)}" if words else ""


def notice(text: str) -> None:
    """Say something on standard error."""
    if watched():
        # There may be a line that stays alive; this one takes its place.
        sys.stderr.write(WIPE)
    echo_err(f"ftlint: {text}")


def poll_interval(options: FollowOptions) -> float:
    """The seconds between two looks at a job."""
    seconds = options.every
    if seconds is None:
        return EVERY
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"--every {seconds}: seconds are wanted")
    return float(seconds)


def watched() -> bool:
    """Whether a person sees standard error, so that a line may be written over again and again."""
    return wanted(False, False, os.environ, sys.stderr)
