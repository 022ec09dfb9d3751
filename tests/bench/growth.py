"""How time and memory grow with the size of a file."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench import Bench, check, in_words, made
from generate import FOLDER
from measure import Timing, repeat
from table import megabytes, peak, processor, seconds

# Bytes, and how often each is run; what is run once has no run before that is not counted.
SIZES = {10**6: 7, 10**7: 5, 10**8: 3, 10**9: 1, 10**10: 1}
QUICK = 10**8
# What stays free on the disk.
SPARE = 2 * 10**9


@dataclass(frozen=True, slots=True)
class Grown:
    """One size. ``times`` is how many times longer it took than a tenth of it."""

    HEAD: ClassVar[Sequence[str]] = (
        "`check` of chat JSONL",
        "rows",
        "median",
        "MB a second",
        "× the line before",
        "processor",
        "MB a processor second",
        "peak RSS",
        "all processes",
        "processes",
    )
    size: int
    rows: int = 0
    timing: Timing | None = None
    times: float | None = None
    left_out: str = ""

    def cells(self) -> list[str]:
        """The line's cells."""
        what = in_words(self.size)
        if self.timing is None:
            return [what, "", self.left_out, *[""] * 7]
        median = self.timing.wall.median
        return [
            what,
            f"{self.rows:,}",
            seconds(median),
            f"{self.size / 1e6 / median:.1f}",
            f"{self.times:.1f}" if self.times else "",
            processor(self.timing),
            f"{self.size / 1e6 / self.timing.cpu.median:.1f}" if self.timing.cpu else "?",
            peak(self.timing.rss),
            peak(self.timing.tree),
            str(self.timing.processes or "?"),
        ]


def growth(bench: Bench) -> Iterator[Grown]:
    """The check of files ten times as large each, all rows different: linear is ten times as long and no more memory.

    Small files pay for the start. All files were just written, so that they may still be in memory. 1 GB and more are
    checked once.
    """
    before: float | None = None
    for usual, runs in SIZES.items():
        size = usual // 100 if bench.tiny else usual
        if why := _why_not(bench, size):
            yield Grown(size, left_out=why)
            before = None
            continue
        rows, timing = _measured(size, bench.runs(runs))
        yield Grown(size, rows, timing, timing.wall.median / before if before else None)
        before = timing.wall.median


def _measured(size: int, runs: int) -> tuple[int, Timing]:
    """The rows of a file of that size, and what its check takes; the file is gone afterwards."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"grown-{size}.jsonl"
    try:
        made("grown.py", str(size), str(path))
        with path.open("rb") as file:
            rows = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        return rows, repeat(check(str(path)), runs, warm=runs > 1)
    finally:
        path.unlink(missing_ok=True)


def _why_not(bench: Bench, size: int) -> str:
    """Why a size is left out, or nothing."""
    if size > bench.most:
        return "left out by `--most`"
    if bench.quick and size > QUICK:
        return "left out by `--quick`"
    FOLDER.mkdir(exist_ok=True)
    free = shutil.disk_usage(FOLDER).free
    return f"left out: {megabytes(free)} free on the disk" if free < size + SPARE else ""
