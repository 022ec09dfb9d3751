"""Two things at once: what comes next is made in a second thread, while what is there is looked at."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, each made while the one before is used. What raises there, raises here."""
    end = object()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ftlint-ahead") as pool:
        coming: Future[Item | object] = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item  # type: ignore[misc]
