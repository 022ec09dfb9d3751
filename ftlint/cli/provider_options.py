"""The options that say which provider is spoken to, and the provider that they mean."""

import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

from ftlint.cli.main import say
from ftlint.cli.options import option, options
from ftlint.errors import UsageError

if TYPE_CHECKING:
    from ftlint.training.provider.provider import Provider

Given = dict[str, Any]
EVERY = 5.0
# Back to the start of the line, and nothing left on it.
WIPE = "\r\x1b[2K"

CONNECTING = options(
    option("--provider", metavar="NAME", help="openai, azure, compatible or a plug-in; openai as usual."),
    option("--base-url", metavar="URL", help="The address of a server that speaks OpenAI's API."),
    option(
        "--key-env", metavar="NAME", help="The environment variable with the key, instead of OPENAI_API_KEY."
    ),
)


def provider_of(given: Given, *, default: str | None = None) -> "Provider":
    """The provider that the options name, ``default`` where they name none."""
    from ftlint.training.provider.registry import Address, find_provider
    from ftlint.training.provider.retry import patience

    name = given.get("provider") or default or ("compatible" if given.get("base_url") else "openai")
    return find_provider(name, Address(given.get("base_url"), given.get("key_env")), patience(notice))


def same_provider(given: Given) -> str:
    """The options as they were typed, for a command that is to ask the same provider."""
    typed = [("--provider", "provider"), ("--base-url", "base_url"), ("--key-env", "key_env")]
    words = [word for name, key in typed if given.get(key) for word in (name, str(given[key]))]
    return f" {shlex.join(words)}" if words else ""


def notice(text: str) -> None:
    """Say something on standard error."""
    if watched():
        # There may be a line that stays alive; this one takes its place.
        sys.stderr.write(WIPE)
    say(f"ftlint: {text}")


def every(given: Given) -> float:
    """The seconds between two looks at a job."""
    seconds = given.get("every")
    if seconds is None:
        return EVERY
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"--every {seconds}: seconds are wanted")
    return float(seconds)


def watched() -> bool:
    """Whether a person sees standard error, so that a line may be written over again and again."""
    from ftlint.report.progress import wanted

    return wanted(False, False, os.environ, sys.stderr)
