"""Writer for Parquet: a typed column if all values have the same layout, so that trainers can use it; else JSON text.

The Arrow type must return JSON values unchanged, if there is such a type. Arrow gives every element of a list the same
fields and pads missing ones with nulls, so records would change. Therefore only values that all have the same layout
have a type; others have none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from msgspec import Struct

from ftlint._polars import pl
from ftlint.display import quote
from ftlint.io.block import Record
from ftlint.io.table.nested import ABSENT, null_is_nothing
from ftlint.io.write.fields import Column, Fields, in_records
from ftlint.io.write.table import TableWriter
from ftlint.io.write.writer import Entry, Refused
from ftlint.json_values import SourceFloat

if TYPE_CHECKING:
    from polars import DataFrame, Schema
    from polars._typing import PolarsDataType

Layout = Any
"""The layout of a value: a word for a leaf, ``("list", layout)`` or ``("object", ((key, layout), …))``."""
NOTHING: Layout = "null"
NONE: Layout = "none"
"""No type fits."""
INT64 = range(-(2**63), 2**63)


def layout_of(value: Any) -> Layout:
    """The layout of a value."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "whole" if value in INT64 else NONE
    if isinstance(value, float):
        return "number" if _is_exact(value) else NONE
    if isinstance(value, list):
        inside = NOTHING
        for item in value:
            inside = both(inside, layout_of(item))
        return ("list", inside) if inside != NONE else NONE
    fields = tuple((key, layout_of(item)) for key, item in value.items())
    return ("object", fields) if fields and all(below != NONE for _, below in fields) else NONE


def _is_exact(number: float) -> bool:
    """Whether a number is what its text in the file says, to the last digit."""
    return not isinstance(number, SourceFloat) or Decimal(number.text) == Decimal(repr(float(number)))


def both(one: Layout, other: Layout) -> Layout:
    """The common layout of values of two layouts."""
    if one == other:
        return one
    if NONE in (one, other):
        return NONE
    if NOTHING in (one, other):
        return other if one == NOTHING else one
    if one[0] == other[0] == "list":
        inside = both(one[1], other[1])
        return ("list", inside) if inside != NONE else NONE
    if one[0] == other[0] == "object" and [key for key, _ in one[1]] == [key for key, _ in other[1]]:
        fields = tuple(
            (key, both(mine, yours)) for (key, mine), (_, yours) in zip(one[1], other[1], strict=True)
        )
        return ("object", fields) if all(below != NONE for _, below in fields) else NONE
    return NONE


def arrow_type(layout: Layout) -> "PolarsDataType":
    """The type for a layout that has one. A column without values is an empty column of texts."""
    if isinstance(layout, str):
        leaves = {"flag": pl.Boolean, "whole": pl.Int64, "number": pl.Float64}
        return leaves.get(layout, pl.String)
    if layout[0] == "list":
        return pl.List(arrow_type(layout[1]))
    return pl.Struct({key: arrow_type(below) for key, below in layout[1]})


ROWS_AT_ONCE = 5_000


class TypedColumn(Struct, frozen=True):
    """One column of a Parquet file. ``json`` is its column of JSON text, if no type fits."""

    name: str
    layout: Layout
    json: Column | None = None

    @property
    def header(self) -> str:
        """The name in the file."""
        return self.json.header if self.json else self.name

    def cell(self, record: Record) -> Any:
        """The column's value for a record."""
        value = record.get(self.name, ABSENT)
        if value is ABSENT:
            return None
        return value if self.json is None else self.json.cell(value)


@dataclass(slots=True)
class ParquetFields(Fields):
    """The fields of many records, and the layouts of their values."""

    layouts: dict[str, Layout] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Add one record."""
        Fields.add(self, record)
        for name, value in record.items():
            known = self.layouts.get(name, NOTHING)
            if known != NONE:
                self.layouts[name] = both(known, layout_of(value))

    def typed(self) -> list[TypedColumn]:
        """The columns of the file."""
        return [self._typed(name) for name in self.order]

    def notes(self) -> list[str]:
        """Notes about columns with an unexpected representation."""
        return [*self._untyped(), *self._missing()]

    def _typed(self, name: str) -> TypedColumn:
        layout, known = self.layouts[name], self.known[name]
        plain = known.reads_plainly(self.kind(known))
        if layout not in (NONE, "text", NOTHING) or (layout != NONE and plain):
            return TypedColumn(name, layout)
        # A column of texts is read as JSON only if its name is marked.
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
        """The number of records in which a null is read back as missing, or a missing field as null."""
        known = self.known[column.name]
        kind = column.json.kind if column.json is not None else self.kind(known)
        if not null_is_nothing(column.name, kind):
            return self.records - known.seen - known.nulls
        return known.nulls if column.json is None else 0


class ParquetWriter(TableWriter):
    """Writes a Parquet file, some thousands of records at a time; it can represent every record."""

    container = "parquet"
    fields: ParquetFields

    def __init__(self, out: IO[bytes], folder: Path) -> None:
        super().__init__(out, folder)
        self.fields = ParquetFields()

    def write(self, entries: Iterator[Entry], size: int) -> Iterator[Refused]:
        """Write the file; no record is refused."""
        self.notes = self.fields.notes()
        _write(entries, self.fields.typed(), self.out)
        return iter(())


def _write(entries: Iterator[Entry], columns: Sequence[TypedColumn], out: IO[bytes]) -> None:
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
