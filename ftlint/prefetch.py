"""Work in a second thread beside the caller's: the next item of an iterator, or one call at a time."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Item = TypeVar("Item")
Arguments = ParamSpec("Arguments")


def prefetch(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The same items, each made in a second thread while the one before is used.

    An exception raised there is raised here. Whoever stops early waits for the item being made; then ``items``, if it
    is a generator, is closed.
    """
    end = object()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ftlint-ahead") as pool:
        coming: Future[Item | object] = pool.submit(next, items, end)
        try:
            while (item := coming.result()) is not end:
                coming = pool.submit(next, items, end)
                yield item  # type: ignore[misc]
                del item
        finally:
            if not coming.cancel():
                coming.exception()
            if (close := getattr(items, "close", None)) is not None:
                close()


class BackgroundCall:
    """Calls in a second thread: each waits for the one before, and raises what that raised."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[object] | None = None

    def start(
        self, call: Callable[Arguments, object], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> None:
        """Begin a call. The thread is made for the first one."""
        self.wait()
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self._name)
        self._running = self._pool.submit(call, *args, **kwargs)

    def wait(self) -> None:
        """Wait for the call that runs, and raise what it raised."""
        running, self._running = self._running, None
        if running is not None:
            running.result()

    def close(self) -> None:
        """End the thread after the call that runs; what that raises is raised no more."""
        if self._pool is not None:
            self._pool.shutdown()
        self._pool = self._running = None
