"""The provider chosen by the options, and notices about its requests."""

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
# Return to the start of the line, and clear it.
ERASE_LINE = "\r\x1b[2K"


def provider_from_options(options: ProviderOptions, *, default: str | None = None) -> Provider:
    """The provider chosen by the options, else ``default``."""
    name = options.provider or default or ("compatible" if options.base_url else "openai")
    return find_provider(name, Address(options.base_url, options.key_env), retry_from_environment(notice))


def same_provider(options: ProviderOptions) -> str:
    """The options as typed, for a suggested command that uses the same provider."""
    typed = [
        ("--provider", options.provider),
        ("--base-url", options.base_url),
        ("--key-env", options.key_env),
    ]
    words = [word for name, value in typed if value for word in (name, value)]
    return f" {shlex.join(words)}" if words else ""


def notice(text: str) -> None:
    """Print a notice to standard error."""
    if watched():
        # It overwrites a status line, if there is one.
        sys.stderr.write(ERASE_LINE)
    echo_err(f"ftlint: {text}")


def poll_interval(options: FollowOptions) -> float:
    """The seconds between two polls of a job."""
    seconds = options.every
    if seconds is None:
        return EVERY
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"--every {seconds}: seconds are wanted")
    return float(seconds)


def watched() -> bool:
    """Whether standard error is a terminal, so that a status line can be updated in place."""
    return wanted(False, False, os.environ, sys.stderr)
