"""What comes back of the parts of files, in whatever order, taken in that of the files."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ftlint.workers import Done

T = TypeVar("T")


def in_order(coming: Iterable[tuple[int, Done]], land: Callable[[bytes], T]) -> Iterator[T]:
    """What was told of the first piece, the second …: ``land`` is called at once, for what has to wait to lie well."""
    waiting: dict[int, T] = {}
    following = 0
    for number, done in coming:
        waiting[number] = land(done.told)
        while following in waiting:
            yield waiting.pop(following)
            following += 1
