"""Measures commands as whole processes: wall clock, processor time and the most memory held.

Processor time is that of a command and of all its descendants that it waited for. Memory is told twice: the peak of the
largest process, by the system, and of all together, by looking at them (tree.py). On Windows there is only the wall
clock: processor time and memory of a finished child are not kept there.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from tree import Watch

# ru_maxrss is in bytes on macOS and in KiB elsewhere.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Failed(Exception):
    """A command ended as it should not; what it said last is in the message."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds of wall clock, seconds of processor (user and system), and peak bytes.

    ``rss`` is of the largest process, ``tree`` of all together, ``processes`` how many of them there were at once.
    """

    wall: float
    cpu: float | None
    rss: int | None
    tree: int | None = None
    processes: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the median and the most of some numbers."""

    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Timing:
    """All runs of one command, in order."""

    samples: Sequence[Sample]

    @property
    def wall(self) -> Spread:
        """Seconds of wall clock."""
        return spread([sample.wall for sample in self.samples])

    @property
    def cpu(self) -> Spread | None:
        """Seconds of processor, or None where the system does not tell."""
        found = [sample.cpu for sample in self.samples if sample.cpu is not None]
        return spread(found) if found else None

    @property
    def rss(self) -> Spread | None:
        """Peak bytes of the largest process, or None where the system does not tell."""
        found = [sample.rss for sample in self.samples if sample.rss is not None]
        return spread(found) if found else None

    @property
    def tree(self) -> Spread | None:
        """Peak bytes of all processes together, or None where nothing was seen."""
        found = [sample.tree for sample in self.samples if sample.tree is not None]
        return spread(found) if found else None

    @property
    def processes(self) -> int:
        """The most processes there were at once."""
        return max(sample.processes for sample in self.samples)


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, the exit codes that are right, and what to do before each run (not measured)."""

    words: Sequence[str]
    codes: frozenset[int] = frozenset({0})
    before: Callable[[], None] = lambda: None


def spread(numbers: Sequence[float]) -> Spread:
    """Least, median and most."""
    return Spread(min(numbers), statistics.median(numbers), max(numbers))


def repeat(command: Command, runs: int, *, warm: bool = True) -> Timing:
    """Run a command so many times, after one run that is not counted."""
    return in_turn([command], runs, warm=warm)[0]


def in_turn(commands: Sequence[Command], runs: int, *, warm: bool = True) -> list[Timing]:
    """Run some commands in turn (A B A B …), so that whatever else the machine does hits all of them alike."""
    for command in commands if warm else ():
        once(command)
    rounds = [[once(command) for command in commands] for _ in range(runs)]
    return [Timing(samples) for samples in zip(*rounds, strict=True)]


def ratios(one: Timing, other: Timing) -> Spread:
    """How many times longer one takes than the other, pair by pair."""
    pairs = zip(one.samples, other.samples, strict=True)
    return spread([sample.wall / beside.wall for sample, beside in pairs])


def once(command: Command) -> Sample:
    """One run. Raises Failed where the exit code is not one of the right ones."""
    command.before()
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            sample = _wait(process, started)
        except BaseException:
            # Ctrl-C: what nobody waits for any more would only slow down what is measured next.
            process.kill()
            raise
        words = _words(said)
        # A Python that breaks down ends with 1, as a check with findings does.
        if process.returncode not in command.codes or any(line.startswith("Traceback") for line in words):
            last = " / ".join(words[-2:])[:200] or "it said nothing"
            raise Failed(f"exit code {process.returncode}: {last}")
    return sample


def _wait(process: subprocess.Popen[bytes], started: float) -> Sample:
    if sys.platform == "win32":
        process.wait()
        return Sample(time.perf_counter() - started, None, None)
    watch = Watch(process.pid)
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    watch.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu, rss = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT
    # Together they hold no less than the largest of them did, whatever the looks have missed.
    tree = max(watch.most, rss) if watch.most else None
    return Sample(wall, cpu, rss, tree, watch.processes)


def _words(said: IO[bytes]) -> list[str]:
    said.seek(0)
    return said.read().decode("utf-8", "replace").strip().splitlines()
