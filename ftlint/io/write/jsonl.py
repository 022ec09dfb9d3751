"""Writers for JSON lines and JSON arrays, one record per line; queues of records in temporary files."""

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ftlint.io.write.atomic import encode
from ftlint.io.write.writer import Entry, Refused


class LineWriter:
    """Writes one record per line."""

    def __init__(self, out: IO[bytes], folder: Path | None = None) -> None:
        del folder  # nothing has to be spooled
        self._out = out
        self.notes: list[str] = []

    def add(self, entry: Entry) -> None:
        """Write one record."""
        self._out.write(encode(entry.record))

    def finish(self) -> Iterator[Refused]:
        """Does nothing: every record is written already, and none is refused."""
        return iter(())


class ArrayWriter:
    """Writes one JSON array with a record per line, readable for people and ``diff``."""

    def __init__(self, out: IO[bytes], folder: Path | None = None) -> None:
        del folder  # nothing has to be spooled
        self._out = out
        self._begun = False
        self.notes: list[str] = []

    def add(self, entry: Entry) -> None:
        """Write one record, after a comma if it is not the first."""
        self._out.write(b",\n" if self._begun else b"[\n")
        self._out.write(encode(entry.record).rstrip(b"\n"))
        self._begun = True

    def finish(self) -> Iterator[Refused]:
        """Close the array."""
        self._out.write(b"\n]\n" if self._begun else b"[]\n")
        return iter(())


class Spool:
    """A queue of entries on disk, in the folder of the new file. It is deleted automatically."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(prefix=".ftlint-", dir=folder)  # noqa: SIM115 - closed by ``drain``
        self._count = 0

    def add(self, entry: Entry) -> None:
        """Append one entry."""
        _put(entry, self._file)
        self._count += 1

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self._file.tell()

    def drain(self) -> Iterator[Entry]:
        """All entries in order; to be called once."""
        with self._file as file:
            file.seek(0)
            for _ in range(self._count):
                yield Entry(*pickle.load(file))


class EntryWriter:
    """Serialises entries to a file, to be written in some container later."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.notes: list[str] = []

    def add(self, entry: Entry) -> None:
        """Serialise one entry."""
        _put(entry, self._out)

    def finish(self) -> Iterator[Refused]:
        """Does nothing: every entry is written already, and none is refused."""
        return iter(())


def entries_of(file: IO[bytes]) -> Iterator[Entry]:
    """All entries that were serialised to a file."""
    while True:
        try:
            row = pickle.load(file)
        except EOFError:
            return
        yield Entry(*row)


def _put(entry: Entry, file: IO[bytes]) -> None:
    # Unlike JSON this format preserves every number; the file is ftlint's own and cannot be written by others.
    row = (entry.record, entry.line, entry.row, entry.about)
    pickle.dump(row, file, protocol=pickle.HIGHEST_PROTOCOL)
