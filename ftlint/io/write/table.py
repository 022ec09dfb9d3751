"""Base of the table writers: records are spooled to a temporary file until all fields are known."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, ClassVar

from ftlint.io.table.nested import null_is_nothing
from ftlint.io.write.fields import Column, Fields, in_records
from ftlint.io.write.jsonl import Spool
from ftlint.io.write.writer import Entry, Refused


class TableWriter:
    """Collects records and at the end writes a table of them. Subclasses define ``write``."""

    container: ClassVar[str]

    def __init__(self, out: IO[bytes], folder: Path) -> None:
        self.out = out
        self.fields = Fields()
        self.notes: list[str] = []
        self._spool = Spool(folder)

    def add(self, entry: Entry) -> None:
        """Add one record."""
        self.fields.add(entry.record)
        self._spool.add(entry)

    def finish(self) -> Iterator[Refused]:
        """Write the table; records that it cannot represent are returned."""
        size = self._spool.size
        return self.write(self._spool.drain(), size)

    def write(self, entries: Iterator[Entry], size: int) -> Iterator[Refused]:
        """Write the records, which have about ``size`` bytes; those that cannot be represented are returned."""
        raise NotImplementedError

    def text_columns(self, *, controls: bool) -> list[Column]:
        """The columns of a table of texts, with a note on values that read back differently.

        ``controls``: whether cells can contain control characters.
        """
        columns = self.fields.columns(controls=controls)
        missing = {column.name: _unlike(self.fields, column) for column in columns}
        if any(missing.values()):
            words = "an empty cell is read back as an empty text; missing or null"
            self.notes.append(f"{words}: {in_records(missing)}")
        return columns


def _unlike(fields: Fields, column: Column) -> int:
    """The number of records in which a missing field is read back as an empty text."""
    known = fields.known[column.name]
    if column.kind in ("text", "talk"):
        return fields.records - known.seen
    is_needed = column.kind == "list" and not null_is_nothing(column.name, column.kind)
    return fields.records - known.seen - known.nulls if is_needed else 0
