"""No workers but this process: one piece after the other."""

from collections.abc import Iterable, Iterator
from typing import Any

from ftlint.workers.done import Done, Given, InHand, Work


class Here:
    """Does everything itself, in order."""

    width = 1
    shares_files = True

    def each(self, work: Work, pieces: Iterable[Any]) -> Iterator[tuple[int, Done]]:
        """Every piece, in order."""
        for number, piece in enumerate(pieces):
            yield number, work(piece)

    def give(self, data: bytes) -> Given:
        """The bytes as they are."""
        return InHand(data)

    def buckets(self, size: int) -> int:
        """None: everything is here."""
        del size
        return 0

    def close(self) -> None:
        """Nothing is to be let go."""
