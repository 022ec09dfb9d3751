"""Tables: the records wait until all fields are known, then they are poured into the container."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ftlint.io.table.nested import null_is_nothing
from ftlint.io.write.fields import Column, Fields, in_records
from ftlint.io.write.jsonl import Spool
from ftlint.io.write.writer import Entry, Refused


class TableWriter:
    """Takes records and at the end writes a table of them: CSV, TSV, XLSX or Parquet."""

    def __init__(self, container: str, out: IO[bytes], folder: Path) -> None:
        self._container = container
        self._out = out
        self._spool = Spool(folder)
        self._fields = _fields(container)
        self.notes: list[str] = []

    def add(self, entry: Entry) -> None:
        """Take one record."""
        self._fields.add(entry.record)
        self._spool.add(entry)

    def finish(self) -> Iterator[Refused]:
        """Write the table; what has no place in it is handed back."""
        fields, size, entries = self._fields, self._spool.size, self._spool.drain()
        if self._container == "parquet":
            from ftlint.io.write.parquet import ParquetFields, pour_parquet

            assert isinstance(fields, ParquetFields)
            self.notes = fields.notes()
            pour_parquet(entries, fields, self._out)
            return
        columns = fields.columns(controls=self._container == "xlsx")
        self.notes = list(_notes(fields, columns))
        if self._container == "xlsx":
            from ftlint.io.write.xlsx import pour_workbook

            yield from pour_workbook(entries, columns, self._out, size)
        else:
            from ftlint.io.write.csv import pour_delimited

            yield from pour_delimited(entries, columns, self._out, self._container)


def _fields(container: str) -> Fields:
    if container != "parquet":
        return Fields()
    from ftlint.io.write.parquet import ParquetFields

    return ParquetFields()


def _notes(fields: Fields, columns: list[Column]) -> Iterator[str]:
    missing = {column.name: _unlike(fields, column) for column in columns}
    if any(missing.values()):
        yield f"an empty cell is read back as an empty text; missing or null: {in_records(missing)}"


def _unlike(fields: Fields, column: Column) -> int:
    """In how many records an empty cell is read back as an empty text, although there was none."""
    known = fields.known[column.name]
    if column.kind in ("text", "talk"):
        return fields.records - known.seen
    is_needed = column.kind == "list" and not null_is_nothing(column.name, column.kind)
    return fields.records - known.seen - known.nulls if is_needed else 0
