"""Write to standard output and standard error, and show progress."""

import os
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager

from ftlint.display import UNSAFE, escape
from ftlint.report.progress import Advance, progress, wanted
from ftlint.report.terminal import RenderOptions, wants_colour, width_of
from ftlint.secrets import mask


def echo_err(text: str) -> None:
    """Print a text to standard error, without secrets and control characters."""
    lines = mask(text).split("\n")
    print("\n".join(escape(line) if UNSAFE.search(line) else line for line in lines), file=sys.stderr)


def write_out(chunks: Iterable[str]) -> None:
    """Write a text to standard output at once."""
    sys.stdout.writelines(chunks)
    sys.stdout.flush()


def progress_bar(
    size: int | None, label: str, no_progress: bool, quiet: bool = False
) -> AbstractContextManager[Advance]:
    """A bar on standard error for this many bytes, unless the options or the environment rule it out."""
    return progress(size, label, wanted(no_progress, quiet, os.environ, sys.stderr))


def render_options(color: str, *, quiet: bool = False) -> RenderOptions:
    """The rendering options for text on standard output; ``color`` is auto, always or never."""
    return RenderOptions(
        wants_colour(color, os.environ, sys.stdout), width_of(os.environ, sys.stdout), quiet=quiet
    )
