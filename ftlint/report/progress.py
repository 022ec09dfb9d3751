"""A progress bar on stderr, for people who wait: late, quiet, and never in a log."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from ftlint.quote import escape
from ftlint.report.colour import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 0.5
REDRAW = 0.1
UNWATCHED = ("CI", "PRE_COMMIT", "GITHUB_ACTIONS")


class Advance(Protocol):
    """Tells the bar that so many more bytes are done."""

    def __call__(self, amount: int, /) -> None:
        """Count the bytes."""


def wanted(no_progress: bool, quiet: bool, environ: Mapping[str, str], stderr: TextIO) -> bool:
    """Whether somebody may be watching: hooks run under a terminal too, so its being one is not enough."""
    if no_progress or quiet or environ.get("TERM") == "dumb":
        return False
    return is_terminal(stderr) and not any(environ.get(name) for name in UNWATCHED)


def progress(total_bytes: int | None, label: str, enabled: bool) -> AbstractContextManager[Advance]:
    """A bar for so many bytes (None: nobody knows) which appears only when the work takes a while."""
    return _bar(Bar(total_bytes, label, sys.stderr)) if enabled else _nothing()


class Bar:
    """Counts bytes, and draws them once the patience is over."""

    def __init__(self, total: int | None, label: str, stream: TextIO, patience: float = PATIENCE) -> None:
        self.total, self.label, self.stream = total, label, stream
        self.done = 0
        self.due = time.monotonic() + patience
        self.drawn: tuple[Progress, TaskID] | None = None

    def __call__(self, amount: int, /) -> None:
        """Count the bytes, and draw when it is time to."""
        self.done += amount
        now = time.monotonic()
        if now >= self.due:
            self.due = now + REDRAW
            self._draw()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.drawn is not None:
            drawn, self.drawn = self.drawn, None
            try:
                drawn[0].stop()
            except (OSError, ValueError):
                return

    def _draw(self) -> None:
        try:
            if self.drawn is None:
                self.drawn = _started(self.total, self.label, self.stream)
            bar, task = self.drawn
            bar.update(task, completed=self.done, refresh=True)
        except (OSError, ValueError):
            # The terminal went away or cannot show it: work goes on without a bar.
            self.due = float("inf")


def _started(total: int | None, label: str, stream: TextIO) -> "tuple[Progress, TaskID]":
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(compact=True),
    )
    bar = Progress(*columns, console=Console(file=stream), transient=True, auto_refresh=False)
    bar.start()
    return bar, bar.add_task(escape(label), total=total)


@contextmanager
def _bar(bar: Bar) -> Iterator[Advance]:
    try:
        yield bar
    finally:
        bar.close()


@contextmanager
def _nothing() -> Iterator[Advance]:
    yield _ignore


def _ignore(amount: int, /) -> None:
    """Nobody watches."""
    del amount
