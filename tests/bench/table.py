"""The written tables: rows of what was measured, beside what was wanted, and the machine it was measured on."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar, Protocol

from measure import Spread, Timing

MEGABYTE = 1_000_000
PACKAGES = ("polars", "msgspec", "tiktoken", "jsonschema-rs", "click")


class Line(Protocol):
    """One line of a table, and the head of the tables it can stand in."""

    HEAD: ClassVar[Sequence[str]]

    def cells(self) -> list[str]:
        """What stands in the columns, as many as the head has."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted: at most so many seconds, so many megabytes, so many times as long as something else."""

    seconds: float | None = None
    megabytes: float | None = None
    times: float | None = None
    also: str = ""

    def __str__(self) -> str:
        parts = [
            f"≤ {self.seconds:g} s" if self.seconds is not None else "",
            f"≤ {self.megabytes:g} MB" if self.megabytes is not None else "",
            f"≤ {self.times:g} ×" if self.times is not None else "",
            self.also,
        ]
        return ", ".join(part for part in parts if part) or "–"


@dataclass(frozen=True, slots=True)
class Row:
    """One line beside a goal. ``size`` is for what is bytes and no process; ``failed`` for what could not be run."""

    HEAD: ClassVar[Sequence[str]] = (
        "what",
        "goal",
        "median",
        "min–max",
        "peak RSS",
        "all processes",
        "processor",
    )
    what: str
    goal: Goal = Goal()
    timing: Timing | None = None
    ratio: Spread | None = None
    size: int | None = None
    also: str = ""
    failed: str = ""

    def cells(self) -> list[str]:
        """The line's cells."""
        what, goal = self.what, str(self.goal)
        if self.failed or (self.size is None and self.timing is None):
            return [what, goal, self.failed or "not run", "", "", "", ""]
        if self.size is not None:
            return [what, goal, self._memory(self.size), "", "", "", ""]
        assert self.timing is not None
        wall = self.timing.wall
        median = _marked(seconds(wall.median), wall.median, self.goal.seconds)
        if self.ratio is not None:
            median += f" ({_marked(f'{self.ratio.median:.2f} ×', self.ratio.median, self.goal.times)})"
        if self.also:
            median += f", {self.also}"
        peaks = [self._memory(peak.most) if peak else "?" for peak in (self.timing.rss, self.timing.tree)]
        return [what, goal, median, between(wall), *peaks, processor(self.timing)]

    def _memory(self, size: float) -> str:
        return _marked(megabytes(size), size, self.goal.megabytes, MEGABYTE)


def machine() -> str:
    """Where and with what it was measured."""
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"{date.today():%Y-%m-%d}; {os.cpu_count()} cores, {_processor()}, {platform.platform()}; {python}; "
        f"{_own_version()}, {packages}"
    )


def table(rows: Sequence[Line]) -> Iterator[str]:
    """The rows, all of one kind, as a Markdown table."""
    cells = [list(rows[0].HEAD), *[[cell.replace("|", "\\|") for cell in row.cells()] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for number, row in enumerate(cells):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"


def seconds(number: float) -> str:
    """Seconds, with as many digits as mean something."""
    return f"{number:.3f} s" if number < 1 else f"{number:.2f} s"


def between(wall: Spread) -> str:
    """The least and the most."""
    return f"{seconds(wall.least)}–{seconds(wall.most)}"


def megabytes(size: float) -> str:
    """Bytes in megabytes."""
    return f"{size / MEGABYTE:.0f} MB"


def peak(spread: Spread | None) -> str:
    """The most bytes that were held, or that it is not known."""
    return megabytes(spread.most) if spread else "?"


def processor(timing: Timing) -> str:
    """Seconds of processor, or that they are not known."""
    return seconds(timing.cpu.median) if timing.cpu else "?"


def _marked(words: str, value: float, most: float | None, unit: int = 1) -> str:
    return f"**{words}**" if most is not None and value > most * unit else words


def _processor() -> str:
    """The name of the processor, as Linux tells it, or its kind."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _own_version() -> str:
    said = subprocess.run(
        [sys.executable, "-m", "ftlint", "--version"], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "ftlint ?"
