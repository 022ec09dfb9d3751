"""What workers are given and what they give back.

No workers but this process: one piece after the other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable


class Given(Protocol):
    """Bytes that every worker can open."""

    def open(self) -> bytes:
        """The bytes."""
        ...


@dataclass(frozen=True, slots=True)
class InHand:
    """Bytes that go along with the piece of work."""

    data: bytes

    def open(self) -> bytes:
        """The bytes."""
        return self.data


@dataclass(frozen=True, slots=True)
class OnDisk:
    """Bytes in a file that every worker can read."""

    path: Path

    def open(self) -> bytes:
        """The bytes. Raises OSError."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a piece of work. ``told`` goes to who asked for it.

    ``kept`` is too large for that. The work gives it in hand; who asked gets to know only where it lies, to tell
    those that work on.
    """

    told: bytes
    kept: Sequence[Given] = ()


Work = Callable[[Any], Done]
"""A function of a module, so that another process can be told of it by name. What it is given names itself in words."""


@runtime_checkable
class Bucketed(Protocol):
    """A piece of work of which so many ``kept`` come as it says itself."""

    buckets: int


@runtime_checkable
class Reads(Protocol):
    """A piece of work that opens what was ``kept`` of others, and says beforehand which."""

    @property
    def reads(self) -> Sequence[Given]:
        """All of it."""
        ...


class Workers(Protocol):
    """Some workers. They are to be closed in the end."""

    width: int
    """How many pieces are worked on at once."""

    def each(self, work: Work, pieces: Iterable[Any]) -> Iterator[tuple[int, Done]]:
        """Do every piece, in whatever order: its number and what came of it.

        Never more than a few pieces are begun ahead. Raises what the work raised, and UsageError, with the piece in
        words, where a worker was lost.
        """
        ...

    def give(self, data: bytes) -> Given:
        """Lay something down where every worker finds it."""
        ...

    def buckets(self, size: int) -> int:
        """Into how many buckets rows are split that belong together, of an input of ``size`` bytes.

        They are put together by other pieces of work, a bucket each, before anything of them comes back.
        0: they all come back.
        """
        ...

    def close(self) -> None:
        """Let all workers go, at once, whatever they are at."""
        ...


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
