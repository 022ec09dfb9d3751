"""Measures commands as whole processes: wall clock, processor time and the most memory held.

On Windows only the wall clock: processor time and memory of a finished child are not kept there.
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

# ru_maxrss is in bytes on macOS and in KiB elsewhere.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Failed(Exception):
    """A command ended as it should not; what it said last is in the message."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds of wall clock, seconds of processor (user and system), and peak bytes."""

    wall: float
    cpu: float | None
    rss: int | None


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
        """Peak bytes, or None where the system does not tell."""
        found = [sample.rss for sample in self.samples if sample.rss is not None]
        return spread(found) if found else None


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
        sample = _wait(process, started)
        words = _words(said)
        # A Python that breaks down ends with 1, as a check with findings does.
        if process.returncode not in command.codes or any(line.startswith("Traceback") for line in words):
            last = words[-1][:200] if words else "it said nothing"
            raise Failed(f"exit code {process.returncode}: {last}")
    return sample


def _wait(process: subprocess.Popen[bytes], started: float) -> Sample:
    if sys.platform == "win32":
        process.wait()
        return Sample(time.perf_counter() - started, None, None)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT)


def _words(said: IO[bytes]) -> list[str]:
    said.seek(0)
    return said.read().decode("utf-8", "replace").strip().splitlines()
