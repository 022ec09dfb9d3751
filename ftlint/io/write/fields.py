"""The columns of a table that gives records back, from what their fields hold; rows that no table can hold."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ftlint.display import quote
from ftlint.io.block import Record
from ftlint.io.json.strict import StrictDecoder
from ftlint.io.table.header import ERRORS
from ftlint.io.table.nested import ABSENT, MARK, Kind, is_talk, kind_of, stays_text

# Beside messages a label is a label and tools are a list: what a column may be read as, whatever stands beside it.
USUAL = ("messages",)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A spreadsheet program takes such a first line for a word about the file.
HINT = re.compile(r"sep=.", re.DOTALL)
_careful = StrictDecoder()


@dataclass(frozen=True, slots=True)
class Column:
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
        return json.dumps(value, ensure_ascii=False)


@dataclass(slots=True)
class Field:
    """What is known of one field after some records."""

    name: str
    kind: Kind
    """How an unmarked column of that name is usually read."""
    seen: int = 0
    nulls: int = 0
    texts_only: bool = True
    reads_back: bool = True
    """Whether cells that are read as ``kind`` give every value back."""
    controls: bool = False
    """Whether a text holds control characters."""

    def add(self, value: Any) -> None:
        """Look at one value."""
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
            return self.kind == "list" or (self.kind == "talk" and is_talk(value))
        return self.kind == "flag" and isinstance(value, bool)

    def reads_plainly(self, kind: Kind) -> bool:
        """Whether a column with the field's own name as its header gives the values back."""
        if self.name.endswith(MARK) or not self.name.strip() or HINT.fullmatch(self.name):
            return False
        return self.texts_only if kind == "text" else self.reads_back


@dataclass(slots=True)
class Fields:
    """The fields of many records, in an order that fits all of them as well as it can."""

    known: dict[str, Field] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    records: int = 0

    def add(self, record: Record) -> None:
        """Look at one record."""
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
        """The columns of a table of texts. ``controls``: whether its cells can hold control characters."""
        return [
            self.column(
                known, plain=known.reads_plainly(self.kind(known)) and (controls or not known.controls)
            )
            for known in self
        ]

    def kind(self, known: Field) -> Kind:
        """How an unmarked column of the field is read beside the others."""
        return kind_of(known.name, self.known)

    def column(self, known: Field, *, plain: bool) -> Column:
        """The field's column, marked as JSON unless it can do without."""
        if plain:
            return Column(known.name, known.name, self.kind(known))
        return Column(known.name, known.name + MARK, "value")

    def _place(self, name: str, record: Record) -> None:
        """Put a new field behind the one that stands before it in its record."""
        before = None
        for other in record:
            if other == name:
                break
            before = other
        self.order.insert(self.order.index(before) + 1 if before is not None else 0, name)


def in_records(counts: Mapping[str, int]) -> str:
    """``"system" in 12 records, "id" in 3``, without the fields that none counts for."""
    told = [f"{quote(name)} in {count:,}" for name, count in counts.items() if count]
    noun = "record" if next((count for count in counts.values() if count), 0) == 1 else "records"
    return ", ".join([f"{told[0]} {noun}", *told[1:]]) if told else ""


def refusal(
    cells: Sequence[str], columns: Sequence[Column], container: str, *, holds_one_empty: bool
) -> str | None:
    """Why the row would not be read back, as a sentence; None where it would be.

    ``holds_one_empty``: whether a row of one empty cell is a row.
    """
    if not any(cells) and not (holds_one_empty and len(cells) == 1):
        return f".{container} cannot hold a record whose fields are all empty: nobody sees the row"
    if not ERRORS.isdisjoint(cells):
        column, cell = next(pair for pair in zip(columns, cells, strict=True) if pair[1] in ERRORS)
        return f".{container} cannot hold {cell} in {quote(column.name)}: it is read as a spreadsheet's error"
    return None
