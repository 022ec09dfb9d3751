"""A list whose items are made at their first use."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class LazyList(Sequence[T]):
    """A sequence whose items are made by ``make``; a slice is a list of items."""

    @abstractmethod
    def make(self, place: int) -> T:
        """The item at a place from 0 on."""

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> list[T]: ...

    def __getitem__(self, place: int | slice) -> T | list[T]:
        if isinstance(place, slice):
            return [self.make(i) for i in range(*place.indices(len(self)))]
        return self.make(range(len(self))[place])
