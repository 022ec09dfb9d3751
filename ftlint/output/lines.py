"""JSON lines, and one JSON array with a record a line: written as the records come."""

from collections.abc import Iterator
from typing import IO

from ftlint.output import Entry, Refused
from ftlint.write import encode


class LineWriter:
    """One record a line."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.notes: list[str] = []

    def add(self, entry: Entry) -> None:
        """Write one record."""
        self._out.write(encode(entry.record))

    def finish(self) -> Iterator[Refused]:
        """Nothing is left to do, and nothing is ever refused."""
        return iter(())


class ArrayWriter:
    """One JSON array; a record a line, so that people and ``diff`` find their way."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._begun = False
        self.notes: list[str] = []

    def add(self, entry: Entry) -> None:
        """Write one record, after a comma if there is one before it."""
        self._out.write(b",\n" if self._begun else b"[\n")
        self._out.write(encode(entry.record).rstrip(b"\n"))
        self._begun = True

    def finish(self) -> Iterator[Refused]:
        """Close the array."""
        self._out.write(b"\n]\n" if self._begun else b"[]\n")
        return iter(())
