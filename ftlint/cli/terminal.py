"""Write to standard error, and configure the rendering of reports on standard output."""

import os
import sys

from ftlint.display import UNSAFE, escape
from ftlint.report.terminal import RenderOptions, wants_colour, width_of
from ftlint.secrets import mask


def echo_err(text: str) -> None:
    """Print a text to standard error, without secrets and control characters."""
    lines = mask(text).split("\n")
    print("\n".join(escape(line) if UNSAFE.search(line) else line for line in lines), file=sys.stderr)


def render_options(color: str, *, quiet: bool = False) -> RenderOptions:
    """The rendering options for text on standard output; ``color`` is auto, always or never."""
    return RenderOptions(
        wants_colour(color, os.environ, sys.stdout), width_of(os.environ, sys.stdout), quiet=quiet
    )
