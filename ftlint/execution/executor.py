"""The Executor protocol: how tasks are run, what they return, and how large objects reach them.

``LocalExecutor`` runs every task in this process, in order.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from msgspec import Struct


class BlobRef(Protocol):
    """A reference to an object that every task can load."""

    def __hash__(self) -> int: ...

    def load(self) -> Any:
        """The object."""
        ...


class InlineBlob(Struct, frozen=True, eq=False):
    """An object that travels with the task or result that refers to it."""

    value: Any

    def load(self) -> Any:
        """The object."""
        return self.value


class PickledBlob(Struct, frozen=True):
    """An object that is pickled once and travels as bytes with every task that refers to it."""

    data: bytes

    def load(self) -> Any:
        """A copy of the object."""
        return pickle.loads(self.data)


class FileBlob(Struct, frozen=True):
    """A pickled object in a file that every worker can read."""

    path: Path

    def load(self) -> Any:
        """A copy of the object. Raises OSError."""
        return pickle.loads(self.path.read_bytes())


class TaskResult(Struct, frozen=True):
    """The result of a task. ``value`` is returned to the caller.

    ``stored`` is too large for that: the task returns it inline, the executor stores it near the workers, and
    the caller receives references to pass to other tasks.
    """

    value: Any
    stored: Sequence[BlobRef] = ()


Work = Callable[[Any], TaskResult]
"""A module-level function, so that other processes can import it. ``str(task)`` describes a task in messages."""


@runtime_checkable
class StoresPartitions(Protocol):
    """A task that returns as many ``stored`` objects as it has ``partitions``."""

    partitions: int


@runtime_checkable
class ReadsStored(Protocol):
    """A task that loads objects ``stored`` by others, and lists them beforehand."""

    @property
    def reads(self) -> Sequence[BlobRef]:
        """The references."""
        ...


class Executor(Protocol):
    """Runs tasks. Pickles tasks and results where needed. Must be closed."""

    width: int
    """How many tasks run at once."""
    shares_files: bool
    """Whether tasks can write files that the caller can read."""
    in_process: bool
    """Whether tasks run in this thread, in order, and only when their result is requested."""

    def map_unordered(self, work: Work, tasks: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
        """Run every task, in any order: its number and its result.

        Only a few tasks are started ahead. Raises the exception of a task, and UsageError, naming the task,
        if a worker was lost.
        """
        ...

    def broadcast(self, value: Any) -> BlobRef:
        """Store an object where every task can load it."""
        ...

    def partitions(self, size: int) -> int:
        """How many hash partitions the keyed state of an input of ``size`` bytes is split into.

        Partitions stay with the workers and are reduced there. 0: state is returned and reduced by the caller.
        """
        ...

    def close(self) -> None:
        """Stop all workers at once, whatever they are doing."""
        ...


class LocalExecutor:
    """Runs every task in this process, in order. Nothing is pickled."""

    width = 1
    shares_files = True
    in_process = True

    def map_unordered(self, work: Work, tasks: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
        """Run every task when its result is requested."""
        for number, task in enumerate(tasks):
            yield number, work(task)

    def broadcast(self, value: Any) -> BlobRef:
        """The object as it is."""
        return InlineBlob(value)

    def partitions(self, size: int) -> int:
        """None: all state is in this process already."""
        del size
        return 0

    def close(self) -> None:
        """Nothing to stop."""
