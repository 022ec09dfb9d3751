"""Run code in a second thread: prefetch the next item of an iterator, or make one call at a time."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Item = TypeVar("Item")
Arguments = ParamSpec("Arguments")


def prefetch(items: Iterator[Item]) -> Generator[Item, None, None]:
    """Yield the same items, each produced in a second thread while the previous one is used.

    An exception raised in the thread is raised here. A consumer that stops early waits for the item being produced;
    then ``items``, if it is a generator, is closed.
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
    """Calls in a second thread: each waits for the previous one and raises its exception."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[object] | None = None

    def start(
        self, call: Callable[Arguments, object], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> None:
        """Start a call. The thread is created for the first one."""
        self.wait()
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self._name)
        self._running = self._pool.submit(call, *args, **kwargs)

    def wait(self) -> None:
        """Wait for the running call and raise its exception, if any."""
        running, self._running = self._running, None
        if running is not None:
            running.result()

    def close(self) -> None:
        """End the thread after the running call; an exception of that call is dropped."""
        if self._pool is not None:
            self._pool.shutdown()
        self._pool = self._running = None
