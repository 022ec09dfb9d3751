"""Pieces of work as workers meet them, well and badly: functions of a module, so that other processes know them by name."""

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import polars

from ftlint.errors import SourceChanged, UsageError
from ftlint.execution.executor import Done, Given, InHand


@dataclass(frozen=True)
class Box:
    """A piece of work of which two things are kept."""

    text: str
    buckets: int = 2


@dataclass(frozen=True)
class Together:
    """A piece of work that reads what was kept of others."""

    reads: list[Given]


def echo(piece: object) -> Done:
    return Done(str(piece).encode())


def threads_of_polars(piece: object) -> Done:
    return Done(str(polars.thread_pool_size()).encode())


def is_wrong(piece: object) -> Done:
    raise UsageError(f"{piece} is wrong")


def has_changed(piece: object) -> Done:
    raise SourceChanged(f"{piece} has changed")


def has_a_bug(piece: object) -> Done:
    raise KeyError(f"{piece}?")


def reads_nothing(piece: object) -> Done:
    return Done(Path("/nowhere/at/all").read_bytes())


def prints(piece: object) -> Done:
    print("to standard output")
    print("to standard error", file=sys.stderr)
    return Done(b"")


def opens(given: Given) -> Done:
    return Done(given.open())


def keeps_two(box: Box) -> Done:
    return Done(b"kept", [InHand(box.text.encode() * 40_000), InHand(box.text.encode())])


def joins(boxes: list[Given]) -> Done:
    return Done(b"".join(box.open()[:1] for box in boxes))


def weighs(together: Together) -> Done:
    return Done(" ".join(str(len(one.open())) for one in together.reads).encode())


def keeps_once(box: Box) -> Done:
    """Keeps two things the first time, of which it leaves a mark; then the file has changed."""
    mark = Path(box.text)
    if mark.exists():
        raise SourceChanged(f"{mark.name} has changed")
    mark.touch()
    return keeps_two(box)


def dies_on_b(piece: str) -> Done:
    if piece == "b":
        _die()
    return Done(piece.encode())


def dies_once(mark: Path) -> Done:
    """Dies unless there is the mark, which it leaves before."""
    if not mark.exists():
        mark.touch()
        _die()
    return Done(b"done")


def sleeps(seconds: float) -> Done:
    time.sleep(seconds)
    return Done(b"")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
