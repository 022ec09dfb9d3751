"""The columns of a table that reads back as the same records, from the values of their fields; refused rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from ftlint.display import quote
from ftlint.io.block import Record
from ftlint.io.json.strict import StrictDecoder
from ftlint.io.table.header import ERRORS
from ftlint.io.table.nested import ABSENT, MARK, Kind, is_conversation, kind_of, stays_text
from ftlint.json_values import write_json

# In a record with messages a label is a label and tools are a list: a column may be read so in any table.
USUAL = ("messages",)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A spreadsheet program interprets such a first line as a directive about the file.
HINT = re.compile(r"sep=.", re.DOTALL)
_careful = StrictDecoder()


class Column(Struct, frozen=True):
    """One column of a table: the field, the header, and how its cells are read."""

    name: str
    header: str
    kind: Kind

    def cell(self, value: Any) -> str:
        """The text of a cell; ABSENT is a field that the record does not have."""
        if value is ABSENT or (value is None and self.kind not in ("value", "list")):
            return ""
        if isinstance(value, str) and self.kind != "value":
            return value
        return write_json(value)


class Field(Struct):
    """Statistics of one field over the records processed so far."""

    name: str
    kind: Kind
    """How an unmarked column of that name is usually read."""
    seen: int = 0
    nulls: int = 0
    texts_only: bool = True
    reads_back: bool = True
    """Whether cells that are read as ``kind`` return every value unchanged."""
    controls: bool = False
    """Whether a text contains control characters."""

    def add(self, value: Any) -> None:
        """Add one value."""
        if value is None:
            self.nulls += 1
            self.reads_back = self.reads_back and self.kind != "flag"
            return
        self.seen += 1
        if isinstance(value, str):
            self.controls = self.controls or CONTROL.search(value) is not None
            self.reads_back = self.reads_back and stays_text(self.kind, self.name, value, _careful)
        else:
            self.texts_only = False
            self.reads_back = self.reads_back and self._is_read_back(value)

    def _is_read_back(self, value: Any) -> bool:
        if isinstance(value, list | dict):
            return self.kind == "list" or (self.kind == "talk" and is_conversation(value))
        return self.kind == "flag" and isinstance(value, bool)

    def reads_plainly(self, kind: Kind) -> bool:
        """Whether a column with the field's own name as its header returns the values unchanged."""
        if self.name.endswith(MARK) or not self.name.strip() or HINT.fullmatch(self.name):
            return False
        return self.texts_only if kind == "text" else self.reads_back


@dataclass(slots=True)
class Fields:
    """The fields of many records, in an order that fits all of them as well as possible."""

    known: dict[str, Field] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    records: int = 0

    def add(self, record: Record) -> None:
        """Add one record."""
        self.records += 1
        for name, value in record.items():
            known = self.known.get(name)
            if known is None:
                known = self.known[name] = Field(name, kind_of(name, USUAL))
                self._place(name, record)
            known.add(value)

    def __iter__(self) -> Iterator[Field]:
        return (self.known[name] for name in self.order)

    def columns(self, *, controls: bool) -> list[Column]:
        """The columns of a table of texts. ``controls``: whether its cells can contain control characters."""
        return [
            self.column(
                known, plain=known.reads_plainly(self.kind(known)) and (controls or not known.controls)
            )
            for known in self
        ]

    def kind(self, known: Field) -> Kind:
        """How an unmarked column of the field is read, given the others."""
        return kind_of(known.name, self.known)

    def column(self, known: Field, *, plain: bool) -> Column:
        """The field's column, marked as JSON if necessary."""
        if plain:
            return Column(known.name, known.name, self.kind(known))
        return Column(known.name, known.name + MARK, "value")

    def _place(self, name: str, record: Record) -> None:
        """Insert a new field after the one that precedes it in its record."""
        before = None
        for other in record:
            if other == name:
                break
            before = other
        self.order.insert(self.order.index(before) + 1 if before is not None else 0, name)


def in_records(counts: Mapping[str, int]) -> str:
    """``"system" in 12 records, "id" in 3``, without fields whose count is 0."""
    counted = [f"{quote(name)} in {count:,}" for name, count in counts.items() if count]
    noun = "record" if next((count for count in counts.values() if count), 0) == 1 else "records"
    return ", ".join([f"{counted[0]} {noun}", *counted[1:]]) if counted else ""


def refusal(
    cells: Sequence[str], columns: Sequence[Column], container: str, *, holds_one_empty: bool
) -> str | None:
    """Why the row would not be read back, as a sentence; None if it would be.

    ``holds_one_empty``: whether a row of one empty cell is a row.
    """
    if not any(cells) and not (holds_one_empty and len(cells) == 1):
        return f".{container} cannot hold a record whose fields are all empty: nobody sees the row"
    if not ERRORS.isdisjoint(cells):
        column, cell = next(pair for pair in zip(columns, cells, strict=True) if pair[1] in ERRORS)
        return f".{container} cannot hold {cell} in {quote(column.name)}: it is read as a spreadsheet's error"
    return None
