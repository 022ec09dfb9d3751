"""Where the work is done: whether it is the same there as here, and what is said where a file cannot be read there.

Workers behind any ``concurrent.futures.Executor``: of Python itself, of Dask, of MPI …
"""

import platform
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass
from functools import cache
from typing import Any

from ftlint._polars import pl
from ftlint.errors import UsageError
from ftlint.execution.executor import Done, Given, InHand, Work
from ftlint.version import __version__

SAMPLE = ("ftlint", "", "é", "0123456789" * 20)


@dataclass(frozen=True, slots=True)
class Kind:
    """What must be the same on all machines for their work to fit together. ``digests`` are of the same sample."""

    ftlint: str
    python: str
    polars: str
    digests: tuple[int, ...]

    def unlike(self, other: "Kind") -> str | None:
        """In words, what the other one has in another version than this one; None where they are alike."""
        for name, of in (("ftlint", "ftlint"), ("Python", "python"), ("polars", "polars")):
            here, there = getattr(self, of), getattr(other, of)
            if here != there:
                return f"has {name} {there}, here it is {here}"
        return None if self == other else "makes other digests of the same text (another kind of processor?)"


@cache
def kind() -> Kind:
    """What this machine has."""
    digests = tuple(pl.Series(SAMPLE).hash(1).to_list())
    return Kind(__version__, "{}.{}".format(*sys.version_info[:2]), pl.__version__, digests)


def do_there(here: Kind, work: Work, piece: Any) -> Done:
    """Do a piece, where everything is as it is ``here``, with the one who asks.

    Raises what ftlint raises, and UsageError for all else: machines that do not fit together, a file that cannot be
    read there.
    """
    if unlike := here.unlike(kind()):
        raise UsageError(
            f"{piece}: the machine {platform.node()} {unlike}; all that work together must have the same"
        )
    try:
        return work(piece)
    except OSError as error:
        words = error.strerror or type(error).__name__
        raise UsageError(
            f"{piece}: the machine {platform.node()} cannot read it ({words}); every machine must find the file under "
            "the same path, in a shared folder or at an address such as s3://…"
        ) from error
    except Exception as error:
        if is_ours(error):
            raise
        # Another machine need not know the module of an error of somebody else's.
        raise UsageError(f"{piece}: the worker could not do it ({words_of(error)})") from error


def is_ours(error: Exception) -> bool:
    """Whether the work itself says so, rather than who was to do it."""
    return isinstance(error, UsageError) or type(error).__module__.startswith("ftlint.")


def words_of(error: Exception) -> str:
    """An error of somebody else's in one line."""
    first = str(error).partition("\n")[0].strip()
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


# So many pieces are waited for at once where an executor does not say how many workers it has.
USUAL_WIDTH = 32


class Borrowed:
    """An executor of somebody else's, which stays open."""

    def __init__(self, executor: Executor, width: int | None = None) -> None:
        self._executor = executor
        said = getattr(executor, "_max_workers", None)
        self.width: int = width or (said if isinstance(said, int) else USUAL_WIDTH)
        self.shares_files = isinstance(executor, ThreadPoolExecutor | ProcessPoolExecutor)

    def each(self, work: Work, pieces: Iterable[Any]) -> Iterator[tuple[int, Done]]:
        """Every piece, as they are done."""
        coming = enumerate(pieces)
        running: dict[Future[Done], tuple[int, Any]] = {}
        try:
            while True:
                while len(running) < 2 * self.width and (following := next(coming, None)) is not None:
                    running[self._begin(work, following[1])] = following
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    number, piece = running.pop(future)
                    yield number, _result(future, piece)
        finally:
            for future in running:
                future.cancel()

    def _begin(self, work: Work, piece: Any) -> "Future[Done]":
        try:
            return self._executor.submit(do_there, kind(), work, piece)
        except RuntimeError as error:  # it was shut down, or is broken
            raise UsageError(f"{piece}: no worker takes it ({words_of(error)})") from error

    def give(self, data: bytes) -> Given:
        """The bytes, which go along with every piece of work."""
        return InHand(data)

    def buckets(self, size: int) -> int:
        """None: everything comes back to who asks."""
        del size
        return 0

    def close(self) -> None:
        """The executor is its owner's to close."""


def _result(future: "Future[Done]", piece: Any) -> Done:
    try:
        return future.result()
    except CancelledError as error:
        raise UsageError(f"{piece}: it was called off before it was done") from error
    except Exception as error:
        if is_ours(error):
            raise
        raise UsageError(f"{piece}: the worker was lost before it was done ({words_of(error)})") from error
