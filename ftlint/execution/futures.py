"""Run tasks on any ``concurrent.futures.Executor``: of Python itself, of Dask, of MPI …

A task is refused where ftlint, Python or polars differ from the caller's.
"""

import pickle
import platform
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures import Executor as AnyExecutor
from functools import cache
from typing import Any

from msgspec import Struct

from ftlint._polars import pl
from ftlint.errors import UsageError
from ftlint.execution.executor import BlobRef, PickledBlob, TaskResult, Work
from ftlint.version import __version__

SAMPLE = ("ftlint", "", "é", "0123456789" * 20)


class Environment(Struct, frozen=True):
    """Versions that must be equal on all machines. ``digests`` are hashes of the same sample."""

    ftlint: str
    python: str
    polars: str
    digests: tuple[int, ...]

    def difference_from(self, other: "Environment") -> str | None:
        """A description of the first difference of the other environment; None if they are equal."""
        for name, attribute in (("ftlint", "ftlint"), ("Python", "python"), ("polars", "polars")):
            here, there = getattr(self, attribute), getattr(other, attribute)
            if here != there:
                return f"has {name} {there}, here it is {here}"
        return None if self == other else "makes other digests of the same text (another kind of processor?)"


@cache
def this_environment() -> Environment:
    """The environment of this machine."""
    digests = tuple(pl.Series(SAMPLE).hash(1).to_list())
    return Environment(__version__, "{}.{}".format(*sys.version_info[:2]), pl.__version__, digests)


def run_checked(here: Environment, work: Work, task: Any) -> TaskResult:
    """Run a task if the environment equals ``here``, the caller's.

    Raises the errors of ftlint, and UsageError for all others: different environments, a file that cannot be
    read on this machine.
    """
    if difference := here.difference_from(this_environment()):
        raise UsageError(
            f"{task}: the machine {platform.node()} {difference}; all that work together must have the same"
        )
    try:
        return work(task)
    except OSError as error:
        message = error.strerror or type(error).__name__
        raise UsageError(
            f"{task}: the machine {platform.node()} cannot read it ({message}); every machine must find the file under "
            "the same path, in a shared folder or at an address such as s3://…"
        ) from error
    except Exception as error:
        if is_ours(error):
            raise
        # Another machine may not have the module of a foreign exception.
        raise UsageError(f"{task}: the worker could not do it ({words_of(error)})") from error


def is_ours(error: Exception) -> bool:
    """Whether the error comes from ftlint rather than from the executor."""
    return isinstance(error, UsageError) or type(error).__module__.startswith("ftlint.")


def words_of(error: Exception) -> str:
    """A foreign error in one line."""
    first = str(error).partition("\n")[0].strip()
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


# How many tasks run at once if an executor does not state how many workers it has.
USUAL_WIDTH = 32
# Once polars has caught Ctrl-C, a thread that waits without a timeout no longer notices it.
WAKE_SECONDS = 0.2


class FuturesExecutor:
    """An executor that belongs to the caller and stays open."""

    in_process = False

    def __init__(self, executor: AnyExecutor, width: int | None = None) -> None:
        self._executor = executor
        max_workers = getattr(executor, "_max_workers", None)
        self.width: int = width or (max_workers if isinstance(max_workers, int) else USUAL_WIDTH)
        self.shares_files = isinstance(executor, ThreadPoolExecutor | ProcessPoolExecutor)

    def map_unordered(self, work: Work, tasks: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
        """Run every task, yielding results as they complete."""
        remaining = enumerate(tasks)
        running: dict[Future[TaskResult], tuple[int, Any]] = {}
        try:
            while True:
                while len(running) < 2 * self.width and (following := next(remaining, None)) is not None:
                    running[self._begin(work, following[1])] = following
                if not running:
                    return
                for future in wait(running, WAKE_SECONDS, return_when=FIRST_COMPLETED).done:
                    number, task = running.pop(future)
                    yield number, _result(future, task)
        finally:
            for future in running:
                future.cancel()

    def _begin(self, work: Work, task: Any) -> "Future[TaskResult]":
        try:
            return self._executor.submit(run_checked, this_environment(), work, task)
        except RuntimeError as error:  # it was shut down, or is broken
            raise UsageError(f"{task}: no worker takes it ({words_of(error)})") from error

    def broadcast(self, value: Any) -> BlobRef:
        """The object, pickled once, which travels with every task."""
        return PickledBlob(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))

    def partitions(self, size: int) -> int:
        """None: all state is returned to the caller."""
        del size
        return 0

    def close(self) -> None:
        """The executor is its owner's to close."""


def _result(future: "Future[TaskResult]", task: Any) -> TaskResult:
    try:
        return future.result()
    except CancelledError as error:
        raise UsageError(f"{task}: it was called off before it was done") from error
    except Exception as error:
        if is_ours(error):
            raise
        raise UsageError(f"{task}: the worker was lost before it was done ({words_of(error)})") from error
