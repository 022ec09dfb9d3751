"""Records that wait in a temporary file until all of them are known."""

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ftlint.output import Entry


class Spool:
    """A queue of entries on disk, in the folder where the new file will stand. Nothing of it is left behind."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(prefix=".ftlint-", dir=folder)  # noqa: SIM115 - closed by ``drain``
        self._count = 0

    def add(self, entry: Entry) -> None:
        """Put one more entry at the end."""
        # Unlike JSON this keeps every number as it is, and it is ftlint's own file: nobody else can write to it.
        row = (entry.record, entry.line, entry.row, entry.about)
        pickle.dump(row, self._file, protocol=pickle.HIGHEST_PROTOCOL)
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
