"""Which workers a run gets: as many processes as pay, or what was asked for."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ftlint.config.execution import Staff, cores, memory
from ftlint.execution.executor import Here, Workers
from ftlint.io.source import Source

# A process takes a third of a second to begin, and reads so much in that time.
WORTH_A_PROCESS = 48 << 20
# What a process takes of memory, and some for the system: more of them than there is room for are not begun.
A_PROCESS = 512 << 20
# A part is worth some tenths of a second: smaller ones cost more to open, larger ones leave processes idle at the end.
SMALLEST, LARGEST = 16 << 20, 128 << 20
PARTS_A_WORKER = 4


@contextmanager
def hire(staff: Staff, size: int, *, always: bool = False) -> Iterator[Workers | None]:
    """The workers for inputs of ``size`` bytes in all; None where one reading in this process is best.

    ``always``: then this process is the worker, since what is asked for is only done in parts.
    """
    workers = _choose(staff, size) or (Here() if always else None)
    try:
        yield workers
    finally:
        if workers is not None:
            workers.close()


def size_of(sources: Sequence[Source]) -> int:
    """How many bytes files have together; those that cannot be asked count as nothing."""
    return sum(size for source in sources if (size := _size(source)))


def part_bytes(staff: Staff, workers: Workers, size: int) -> int:
    """How many bytes make a part."""
    if staff.part_bytes is not None:
        return staff.part_bytes
    return max(SMALLEST, min(LARGEST, size // (workers.width * PARTS_A_WORKER)))


def _size(source: Source) -> int | None:
    if source.remote is not None:
        return source.remote.size
    try:
        return source.size if source.path is not None or source.pieces else len(source.data or b"")
    except OSError:
        return 0


def _worth(size: int) -> int:
    """How many processes pay, and have room."""
    room = memory()
    return min(cores(), size // WORTH_A_PROCESS, room // A_PROCESS if room is not None else sys.maxsize)


def _choose(staff: Staff, size: int) -> Workers | None:
    if staff.executor is not None:
        from ftlint.execution.futures import Borrowed

        return Borrowed(staff.executor)
    if staff.engine == "ray":
        from ftlint.execution.ray import Cluster

        return Cluster(staff.address, staff.jobs)
    count = staff.jobs or _worth(size)
    if count > 1:
        from ftlint.execution.process import Processes

        return Processes(count)
    return Here() if staff.part_bytes is not None else None
