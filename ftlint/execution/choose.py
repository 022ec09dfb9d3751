"""Choose the executor and the part size for an input of a given size."""

import sys
from collections.abc import Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from typing import Any

from ftlint.config.execution import ExecutionConfig, available_cores, memory
from ftlint.execution.executor import Executor, LocalExecutor
from ftlint.io.source import Source

# Starting a process takes a third of a second, the time to read about 48 MB.
BYTES_PER_PROCESS = 48 << 20
# Memory that one process needs, with a margin for the system: no more processes are started than fit.
MEMORY_PER_PROCESS = 512 << 20
# A part takes some tenths of a second: smaller ones cost more to open, larger ones leave processes idle at the end.
SMALLEST_PART, LARGEST_PART = 16 << 20, 128 << 20
PARTS_PER_WORKER = 4


@contextmanager
def make_executor(config: ExecutionConfig, size: int) -> Iterator[Executor]:
    """The executor for inputs of ``size`` bytes in total: a LocalExecutor if workers would not be faster.

    A given executor may be of ``concurrent.futures``, or an ``Executor`` of ftlint.
    """
    executor = _choose(config, size)
    try:
        yield executor
    finally:
        executor.close()


def size_of(sources: Sequence[Source]) -> int:
    """The total size of files in bytes; unknown sizes count as 0."""
    return sum(size for source in sources if (size := _size(source)))


def part_bytes(config: ExecutionConfig, executor: Executor, size: int, *, always_split: bool = False) -> int:
    """The size of a part in bytes. In this process a file is one part unless ``always_split``."""
    if config.part_bytes is not None:
        return config.part_bytes
    if executor.in_process and not always_split:
        return sys.maxsize
    return max(SMALLEST_PART, min(LARGEST_PART, size // (executor.width * PARTS_PER_WORKER)))


def _size(source: Source) -> int | None:
    if source.remote is not None:
        return source.remote.size
    try:
        return source.size if source.path is not None or source.pieces else len(source.data or b"")
    except OSError:
        return 0


def _useful_workers(size: int) -> int:
    """How many processes pay off, and fit into memory."""
    room = memory()
    fit = room // MEMORY_PER_PROCESS if room is not None else sys.maxsize
    return min(available_cores(), size // BYTES_PER_PROCESS, fit)


def _choose(config: ExecutionConfig, size: int) -> Executor:
    given: Any = config.executor
    if isinstance(given, futures.Executor):
        from ftlint.execution.futures import FuturesExecutor

        return FuturesExecutor(given)
    if given is not None:
        executor: Executor = given
        return executor
    if config.engine == "ray":
        from ftlint.execution.ray import RayExecutor

        return RayExecutor(config.address, config.jobs)
    count = config.jobs or _useful_workers(size)
    if count > 1:
        from ftlint.execution.process import ProcessExecutor

        return ProcessExecutor(count)
    return LocalExecutor()
