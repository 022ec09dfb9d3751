"""The written table: rows of what was measured beside what was wanted, and the machine it was measured on."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from measure import Spread, Timing

MEGABYTE = 1_000_000
PACKAGES = ("polars", "msgspec", "tiktoken", "jsonschema-rs", "click")
HEAD = ("what", "goal", "median", "min–max", "peak RSS", "processor")
INTRODUCTION = """\
# How fast ftlint is

Made by `python tests/bench/run.py`. Every number is a whole process, from its start to its end, after a run that is not
counted (but for the largest file, run once). What is compared is run in turn (A B A B …), and a ratio is the median of
the ratios of the pairs. MB are 1,000,000 bytes. The peak is that of the largest process; Linux tells no less than the
20 MB of the one that measures. What misses its goal is bold. "Floor" is not ftlint, but the least that a program can do
with the same file (`tests/bench/floor.py`)."""


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
    """One line of the table. ``size`` is for what is bytes and no process; ``failed`` for what could not be run."""

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
        if self.failed:
            return [what, goal, self.failed, "", "", ""]
        if self.size is not None:
            return [
                what,
                goal,
                _marked(_megabytes(self.size), self.size, self.goal.megabytes, MEGABYTE),
                "",
                "",
                "",
            ]
        if self.timing is None:
            return [what, goal, "not run", "", "", ""]
        wall, rss, cpu = self.timing.wall, self.timing.rss, self.timing.cpu
        median = _marked(_seconds(wall.median), wall.median, self.goal.seconds)
        if self.ratio is not None:
            median += f" ({_marked(f'{self.ratio.median:.2f} ×', self.ratio.median, self.goal.times)})"
        if self.also:
            median += f", {self.also}"
        return [
            what,
            goal,
            median,
            f"{_seconds(wall.least)}–{_seconds(wall.most)}",
            _marked(_megabytes(rss.most), rss.most, self.goal.megabytes, MEGABYTE) if rss else "?",
            _seconds(cpu.median) if cpu else "?",
        ]


def document(rows: Sequence[Row]) -> str:
    """The whole of RESULTS.md."""
    return "\n".join([INTRODUCTION, "", *machine(), "", *table(rows), ""])


def machine() -> Iterator[str]:
    """Where and with what it was measured."""
    yield f"- {date.today():%Y-%m-%d}, {os.cpu_count()} cores, {platform.platform()}"
    yield f"- {platform.python_implementation()} {platform.python_version()}"
    yield f"- {_own_version()}, " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as a Markdown table."""
    cells = [HEAD, *[row.cells() for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    for number, row in enumerate(cells):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"


def _marked(words: str, value: float, most: float | None, unit: int = 1) -> str:
    return f"**{words}**" if most is not None and value > most * unit else words


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f} s" if seconds < 1 else f"{seconds:.2f} s"


def _megabytes(size: float) -> str:
    return f"{size / MEGABYTE:.0f} MB"


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
