"""Writers for JSON lines and JSON arrays, one record a line; queues of records in temporary files."""

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ftlint.io.write.atomic import encode
from ftlint.io.write.writer import Entry, Refused


class LineWriter:
    """One record a line."""

    def __init__(self, out: IO[bytes], folder: Path | None = None) -> None:
        del folder  # nothing has to wait
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

    def __init__(self, out: IO[bytes], folder: Path | None = None) -> None:
        del folder  # nothing has to wait
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


class Spool:
    """A queue of entries on disk, in the folder where the new file will stand. Nothing of it is left behind."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(prefix=".ftlint-", dir=folder)  # noqa: SIM115 - closed by ``drain``
        self._count = 0

    def add(self, entry: Entry) -> None:
        """Put one more entry at the end."""
        _put(entry, self._file)
        self._count += 1

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self._file.tell()

    def drain(self) -> Iterator[Entry]:
        """All entries in order; to be called once."""
        with self._file as file:
            file.seek(0)
            for _ in range(self._count):
                yield Entry(*pickle.load(file))


class EntryWriter:
    """Lays entries down as they are, for who is to write them in some container later."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.notes: list[str] = []

    def add(self, entry: Entry) -> None:
        """Lay one entry down."""
        _put(entry, self._out)

    def finish(self) -> Iterator[Refused]:
        """Nothing is left to do, and nothing is ever refused."""
        return iter(())


def entries_of(file: IO[bytes]) -> Iterator[Entry]:
    """All entries that were laid down in a file."""
    while True:
        try:
            row = pickle.load(file)
        except EOFError:
            return
        yield Entry(*row)


def _put(entry: Entry, file: IO[bytes]) -> None:
    # Unlike JSON this keeps every number as it is, and it is ftlint's own file: nobody else can write to it.
    row = (entry.record, entry.line, entry.row, entry.about)
    pickle.dump(row, file, protocol=pickle.HIGHEST_PROTOCOL)
