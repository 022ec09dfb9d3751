"""Parquet: a typed column where all values are made alike, so that trainers can use it; JSON text where not.

Arrow would give every message the fields that any of them has, with nulls in them, and the records would not be
what they were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from ftlint.lazy import pl
from ftlint.output import Entry
from ftlint.output.arrow_type import NONE, NOTHING, Layout, arrow_type, both, layout_of
from ftlint.output.fields import Column, Fields, in_records
from ftlint.quote import quote
from ftlint.read.fault import Record
from ftlint.read.nested import ABSENT, null_is_nothing

if TYPE_CHECKING:
    from polars import DataFrame, Schema

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """One column of a Parquet file. ``json`` is its column of JSON text, where no type fits."""

    name: str
    layout: Layout
    json: Column | None = None

    @property
    def header(self) -> str:
        """The name in the file."""
        return self.json.header if self.json else self.name

    def cell(self, record: Record) -> Any:
        """What the column has for a record."""
        value = record.get(self.name, ABSENT)
        if value is ABSENT:
            return None
        return value if self.json is None else self.json.cell(value)


@dataclass(slots=True)
class ParquetFields(Fields):
    """The fields of many records, and how their values are made."""

    layouts: dict[str, Layout] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Look at one record."""
        Fields.add(self, record)
        for name, value in record.items():
            known = self.layouts.get(name, NOTHING)
            if known != NONE:
                self.layouts[name] = both(known, layout_of(value))

    def typed(self) -> list[TypedColumn]:
        """The columns of the file."""
        return [self._typed(name) for name in self.order]

    def notes(self) -> list[str]:
        """What is not as one would expect it."""
        return [*self._untyped(), *self._missing()]

    def _typed(self, name: str) -> TypedColumn:
        layout, known = self.layouts[name], self.known[name]
        plain = known.reads_plainly(self.kind(known))
        if layout not in (NONE, "text", NOTHING) or (layout != NONE and plain):
            return TypedColumn(name, layout)
        # A column of texts is read as JSON only where its name says so.
        return TypedColumn(name, "text", self.column(known, plain=plain and self.kind(known) != "text"))

    def _untyped(self) -> Iterator[str]:
        headers = [quote(column.header) for column in self.typed() if column.json is not None]
        if headers:
            yield (
                f"JSON text: {', '.join(headers)}; their values are not all made alike, "
                "and Parquet would fill them up with nulls"
            )

    def _missing(self) -> Iterator[str]:
        counts = {column.name: self._unlike(column) for column in self.typed()}
        if any(counts.values()):
            yield f"missing and null are one in Parquet: {in_records(counts)}"

    def _unlike(self, column: TypedColumn) -> int:
        """In how many records a null is read back as missing, or what is missing as a null."""
        known = self.known[column.name]
        kind = column.json.kind if column.json is not None else self.kind(known)
        if not null_is_nothing(column.name, kind):
            return self.records - known.seen - known.nulls
        return known.nulls if column.json is None else 0


def pour_parquet(entries: Iterator[Entry], fields: ParquetFields, out: IO[bytes]) -> None:
    """Write the records, some thousands at a time; every record has its place."""
    columns = fields.typed()
    if not columns:
        pl.DataFrame().write_parquet(out)
        return
    from polars.io.plugins import register_io_source

    schema = pl.Schema({column.header: arrow_type(column.layout) for column in columns})

    def frames(*asked: Any) -> "Iterator[DataFrame]":
        del asked
        while some := list(islice(entries, ROWS_AT_ONCE)):
            yield _frame(some, columns, schema)

    register_io_source(frames, schema=schema).sink_parquet(out, row_group_size=ROWS_AT_ONCE)


def _frame(entries: Sequence[Entry], columns: Sequence[TypedColumn], schema: "Schema") -> "DataFrame":
    return pl.DataFrame(
        {column.header: [column.cell(entry.record) for entry in entries] for column in columns}, schema=schema
    )
