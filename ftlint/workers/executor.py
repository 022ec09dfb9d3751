"""Workers behind any ``concurrent.futures.Executor``: of Python itself, of Dask, of MPI …"""

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
from typing import Any

from ftlint.errors import UsageError
from ftlint.workers.done import Done, Given, InHand, Work
from ftlint.workers.there import do_there, is_ours, kind, words_of

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
