"""Pieces of work as workers meet them, well and badly: functions of a module, so that other processes know them by name."""

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import polars

from ftlint import SourceChanged, UsageError
from ftlint.execution.executor import BlobRef, InlineBlob, TaskResult


@dataclass(frozen=True)
class Box:
    """A piece of work of which two things are kept."""

    text: str
    partitions: int = 2


@dataclass(frozen=True)
class Together:
    """A piece of work that reads what was kept of others."""

    reads: list[BlobRef]


def echo(piece: object) -> TaskResult:
    return TaskResult(str(piece).encode())


def threads_of_polars(piece: object) -> TaskResult:
    return TaskResult(str(polars.thread_pool_size()).encode())


def is_wrong(piece: object) -> TaskResult:
    raise UsageError(f"{piece} is wrong")


def has_changed(piece: object) -> TaskResult:
    raise SourceChanged(f"{piece} has changed")


def has_a_bug(piece: object) -> TaskResult:
    raise KeyError(f"{piece}?")


def reads_nothing(piece: object) -> TaskResult:
    return TaskResult(Path("/nowhere/at/all").read_bytes())


def prints(piece: object) -> TaskResult:
    print("to standard output")
    print("to standard error", file=sys.stderr)
    return TaskResult(b"")


def opens(given: BlobRef) -> TaskResult:
    return TaskResult(given.load())


def keeps_two(box: Box) -> TaskResult:
    return TaskResult(b"kept", [InlineBlob(box.text.encode() * 40_000), InlineBlob(box.text.encode())])


def joins(boxes: list[BlobRef]) -> TaskResult:
    return TaskResult(b"".join(box.load()[:1] for box in boxes))


def weighs(together: Together) -> TaskResult:
    return TaskResult(" ".join(str(len(one.load())) for one in together.reads).encode())


def keeps_once(box: Box) -> TaskResult:
    """Keeps two things the first time, of which it leaves a mark; then the file has changed."""
    mark = Path(box.text)
    if mark.exists():
        raise SourceChanged(f"{mark.name} has changed")
    mark.touch()
    return keeps_two(box)


def dies_on_b(piece: str) -> TaskResult:
    if piece == "b":
        _die()
    return TaskResult(piece.encode())


def dies_once(mark: Path) -> TaskResult:
    """Dies unless there is the mark, which it leaves before."""
    if not mark.exists():
        mark.touch()
        _die()
    return TaskResult(b"done")


def sleeps(seconds: float) -> TaskResult:
    time.sleep(seconds)
    return TaskResult(b"")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
