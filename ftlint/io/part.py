"""Parts of a file that are read separately: a range of bytes that is cut at lines, or a range of rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Literal

PIECE = 1 << 20
Unit = Literal["whole", "bytes", "rows"]


@dataclass(frozen=True, slots=True)
class FilePart:
    """A piece of a file: the lines that begin in a range of its bytes, or a range of a table's rows.

    ``start`` and ``end`` count bytes or rows from 0; ``end`` is the first one that is no more part of it. ``number`` is
    the place among the parts. Numbers of records and lines begin with ``row`` and ``line``: 1 as long as nobody knows
    how many the parts before have.
    """

    number: int = 0
    of: int = 1
    unit: Unit = "whole"
    start: int = 0
    end: int = 0
    row: int = 1
    line: int = 1

    @property
    def is_first(self) -> bool:
        """Whether what is said of the file as a whole is said with this part."""
        return self.start == 0

    def named(self, name: str) -> str:
        """In words, the part of the file of that name."""
        if self.unit == "whole":
            return name
        return f"{name}, {self.unit} {self.start:,} to {self.end:,} (part {self.number + 1} of {self.of})"

    def after(self, rows: int, lines: int) -> "FilePart":
        """The same part, numbered after so many records and lines."""
        return replace(self, row=rows + 1, line=lines + 1)


WHOLE_FILE = FilePart()


def split_into_parts(unit: Unit, size: int, step: int) -> list[FilePart]:
    """A file of ``size`` bytes or rows in parts of about ``step``; at least one."""
    if unit == "whole" or size <= step:
        return [WHOLE_FILE]
    count = -(-size // max(1, step))
    edges = [size * number // count for number in range(count + 1)]
    return [FilePart(number, count, unit, edges[number], edges[number + 1]) for number in range(count)]


class PartOfLines:
    """The bytes of the lines that begin in a part of a file, which is open and can be sought in.

    The line that the part begins within belongs to the part before; the last one may end after the part.
    """

    def __init__(self, file: IO[bytes], part: FilePart) -> None:
        self._file = file
        self._end = part.end
        self._at = part.start
        self._held = b""
        self.ended = False
        if part.start:
            self._skip_begun()
        self.ended = self._at >= part.end
        self.begin = self._at
        """Where its first line begins in the file."""

    def _skip_begun(self) -> None:
        """Go to the first line that begins at the part's start or after it."""
        self._at -= 1
        self._file.seek(self._at)
        for piece in self._pieces():
            newline = piece.find(b"\n") + 1
            self._at += newline or len(piece)
            if newline:
                self._held = piece[newline:]
                return

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._file.read(PIECE):
            yield piece

    def read(self, size: int) -> bytes:
        """The next bytes; none at the end."""
        if self.ended:
            return b""
        data, self._held = self._held or self._file.read(size), b""
        left = self._end - self._at
        self._at += len(data)
        if len(data) >= left:
            newline = data.find(b"\n", max(0, left - 1)) + 1
            if newline:
                self.ended = True
                return data[:newline]
        self.ended = not data
        return data
