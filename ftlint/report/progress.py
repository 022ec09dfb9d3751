"""Progress bar on stderr: shown after a delay, in terminals only, never in a log."""

import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any, Protocol, TextIO

from ftlint.display import escape
from ftlint.report.terminal import is_terminal
from ftlint.report.words import size_in_words

PATIENCE = 0.5
REDRAW = 0.1
UNWATCHED = ("CI", "PRE_COMMIT", "GITHUB_ACTIONS")
# Return to the start of the line, clear it, and show the cursor again.
ERASE_LINE = "\r\x1b[2K\x1b[?25h"


class Advance(Protocol):
    """Callback that reports progress in bytes."""

    def __call__(self, amount: int, /) -> None:
        """Add the bytes."""


def wanted(no_progress: bool, quiet: bool, environ: Mapping[str, str], stderr: TextIO) -> bool:
    """Whether to show a bar: hooks also run with a terminal, so a terminal alone is not enough."""
    if no_progress or quiet or environ.get("TERM") == "dumb":
        return False
    return is_terminal(stderr) and not any(environ.get(name) for name in UNWATCHED)


def progress(total_bytes: int | None, label: str, enabled: bool) -> AbstractContextManager[Advance]:
    """A bar for this many bytes which appears only if the run takes a while; none if the total is unknown."""
    if not enabled or not total_bytes:
        return nullcontext(_ignore)
    return closing(ProgressBar(total_bytes, label, sys.stderr))


class ProgressBar:
    """Counts bytes, and draws the bar after a delay."""

    def __init__(self, total: int, label: str, stream: TextIO, patience: float = PATIENCE) -> None:
        self.total, self.label, self.stream = total, label, stream
        self.done = 0
        self.due = time.monotonic() + patience
        self.drawn: Any = None
        self.shown = 0

    def __call__(self, amount: int, /) -> None:
        """Count the bytes, and redraw if due."""
        self.done += amount
        now = time.monotonic()
        if now >= self.due:
            self.due = now + REDRAW
            self._draw()

    def close(self) -> None:
        """Erase the bar."""
        if self.drawn is not None:
            self.drawn = None
            try:
                self.stream.write(ERASE_LINE)
                self.stream.flush()
            except (OSError, ValueError):
                return

    def _draw(self) -> None:
        try:
            if self.drawn is None:
                self.drawn = self._started()
            # A fix run reads the file more than once; the bar stays full then.
            step = min(self.done, self.total) - self.shown
            self.shown += step
            self.drawn.update(step, self.done)
        except (OSError, ValueError):
            # The terminal was closed or cannot show it: continue without a bar.
            self.due = float("inf")

    def _started(self) -> Any:
        import click

        size = size_in_words(self.total)
        return click.progressbar(
            length=self.total,
            label=escape(self.label),
            file=self.stream,
            item_show_func=lambda done: f"{size_in_words(min(done or 0, self.total))} of {size}",
        )


def _ignore(amount: int, /) -> None:
    """Ignore progress."""
    del amount
