"""Parts of a file that are read separately: a range of bytes split at lines, or a range of rows."""

from collections.abc import Iterator
from typing import IO, Literal

from msgspec import Struct, structs

CHUNK = 1 << 20
Unit = Literal["whole", "bytes", "rows"]


class FilePart(Struct, frozen=True):
    """A part of a file: the lines that begin in a range of its bytes, or a range of a table's rows.

    ``start`` and ``end`` count bytes or rows from 0; ``end`` is exclusive. ``number`` is the index among the parts.
    Record and line numbers begin with ``row`` and ``line``, which are 1 until the sizes of the preceding parts are
    known.
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
        """Whether findings about the entire file are reported with this part."""
        return self.start == 0

    def named(self, name: str) -> str:
        """A text that names this part of the file."""
        if self.unit == "whole":
            return name
        return f"{name}, {self.unit} {self.start:,} to {self.end:,} (part {self.number + 1} of {self.of})"

    def after(self, rows: int, lines: int) -> "FilePart":
        """The same part with record and line numbers shifted by these offsets."""
        return structs.replace(self, row=rows + 1, line=lines + 1)


WHOLE_FILE = FilePart()


def split_into_parts(unit: Unit, size: int, step: int) -> list[FilePart]:
    """Split a file of ``size`` bytes or rows into parts of about ``step``; at least one."""
    if unit == "whole" or size <= step:
        return [WHOLE_FILE]
    count = -(-size // max(1, step))
    edges = [size * number // count for number in range(count + 1)]
    return [FilePart(number, count, unit, edges[number], edges[number + 1]) for number in range(count)]


class PartOfLines:
    """The bytes of the lines that begin in a part of an open, seekable file.

    A line that begins before the part belongs to the preceding part; the last line may end after the part.
    """

    def __init__(self, file: IO[bytes], part: FilePart) -> None:
        self._file = file
        self._end = part.end
        self._at = part.start
        self._buffer = b""
        self.ended = False
        if part.start:
            self._skip_partial_line()
        self.ended = self._at >= part.end
        self.begin = self._at
        """The offset of its first line in the file."""

    def _skip_partial_line(self) -> None:
        """Seek to the first line that begins at the part's start or after it."""
        self._at -= 1
        self._file.seek(self._at)
        for chunk in self._chunks():
            newline = chunk.find(b"\n") + 1
            self._at += newline or len(chunk)
            if newline:
                self._buffer = chunk[newline:]
                return

    def _chunks(self) -> Iterator[bytes]:
        while chunk := self._file.read(CHUNK):
            yield chunk

    def read(self, size: int) -> bytes:
        """The next bytes; empty at the end."""
        if self.ended:
            return b""
        data, self._buffer = self._buffer or self._file.read(size), b""
        left = self._end - self._at
        self._at += len(data)
        if len(data) >= left:
            newline = data.find(b"\n", max(0, left - 1)) + 1
            if newline:
                self.ended = True
                return data[:newline]
        self.ended = not data
        return data
