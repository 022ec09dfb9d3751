"""Columns of a table and rows as records: a name for every column, and faults of the cells."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.display import escape, quote
from ftlint.io.block import Fault, Record
from ftlint.io.columnar import CHANGED, LINE
from ftlint.io.table.nested import Kind, Nested, bare_name, kind_of

if TYPE_CHECKING:
    from polars import DataFrame, Series

# The error values of spreadsheet formulas.
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
MAX_CELL_LENGTH = 32_767
INDEX = re.compile(r"\d+")
INDEX_WORDS = (
    "the first column has no name and counts rows, as the index of pandas does; it is not read: "
    "to_csv(index=False) leaves it out"
)


class TableColumns:
    """Names of a table's columns, and conversion of rows to records.

    Every cell's text is unchanged, unless its column marks it as a nested value (see ``ftlint.io.table.nested``).
    """

    def __init__(self, header: Sequence[str], line: int, *, pad: bool = False) -> None:
        self._pad = pad
        self._line = line
        self._told: set[int] = set()
        self._kept_first = False
        self.faults: list[Fault] = []
        self._by_place: list[str | None] = self._named(header)
        self._last = max((place for place, name in enumerate(self._by_place) if name is not None), default=-1)
        self._nested = Nested(self._kinds(header))

    @property
    def names(self) -> list[str]:
        """The names in order, without columns that have none."""
        return [name for name in self._by_place if name is not None]

    def __len__(self) -> int:
        return len(self._by_place)

    @property
    def are_texts(self) -> bool:
        """Whether no column can have nested values but those that are texts in most files."""
        return self._nested.may_be_texts

    def select(self, cells: "DataFrame") -> "DataFrame | None":
        """The columns of records from all cells, one column for each of the table's; None if a cell needs a look.

        That is an error value, a cell that Excel may have cut, a nested value, or a cell of a column without a name.
        """
        length = pl.all().str.len_chars()
        cut = length.is_between(MAX_CELL_LENGTH // 2, MAX_CELL_LENGTH) & (
            pl.all().str.len_bytes() >= MAX_CELL_LENGTH
        )
        if cells.select(pl.any_horizontal((pl.all().is_in(ERRORS) | cut).any())).item():
            return None
        named = {str(place): name for place, name in enumerate(self._by_place) if name is not None}
        if not all(self._may_leave_out(cells[place]) for place in set(cells.columns) - named.keys()):
            return None
        if not all(self._nested.are_texts(name, cells[place]) for place, name in named.items()):
            return None
        return cells.select(pl.col(place).alias(name) for place, name in named.items()).with_columns(
            pl.lit(None, dtype=pl.String).alias(LINE), pl.lit(False).alias(CHANGED)
        )

    def _may_leave_out(self, cells: "Series") -> bool:
        """Whether these cells of a column without a name are not data: empty, or an index reported before."""
        if (cells == "").all():
            return True
        is_index = cells.name == "0" and -1 in self._told and not self._kept_first
        return is_index and bool(cells.str.contains(r"^[0-9]*$").all())

    def record(
        self, cells: Sequence[str], line: int, row: int, text: str
    ) -> tuple[Record | None, list[Fault]]:
        """The row as a record, or None with the reason. ``text`` is the row as the file has it."""
        if len(cells) != len(self._by_place):
            if len(cells) > len(self._by_place) or (len(cells) <= self._last and not self._pad):
                return None, [self._ragged(cells, line, row, text)]
            cells = [*cells, *[""] * (len(self._by_place) - len(cells))]
        faults: list[Fault] = []
        if not ERRORS.isdisjoint(cells):
            for place, cell in enumerate(cells):
                if cell in ERRORS:
                    words = f"{cell} is a spreadsheet's error, not data: mend its formula and save again"
                    path = self._path(place)
                    faults.append(Fault("error-cell", words, line, row, path, healable=False, text=text))
        if max(map(len, cells), default=0) > MAX_CELL_LENGTH // 2:
            faults.extend(self._cut(cells, line, row))
        record = {name: cell for name, cell in zip(self._by_place, cells, strict=True) if name is not None}
        if len(record) < len(cells):
            self._unnamed(cells, record)
            faults = [*self.take_faults(), *faults]
        if self._nested:
            read, more = self._nested.read(record, line, row, text)
            return read, [*faults, *more]
        return record, faults

    def take_faults(self) -> list[Fault]:
        """The faults of the header that are not reported yet."""
        faults, self.faults = self.faults, []
        return faults

    def _named(self, header: Sequence[str]) -> list[str | None]:
        names: list[str | None] = []
        for cell in header:
            name = bare_name(cell)[0] if cell.strip() else None
            if name is not None and name in names:
                other = self._free(name, names)
                words = f"the column name {quote(name)} stands twice; the later one is read as {quote(other)}"
                self.faults.append(Fault("twin-column", words, self._line, path=escape(name), healable=False))
                name = other
            names.append(name)
        return names

    def _kinds(self, header: Sequence[str]) -> dict[str, Kind]:
        names = {name for name in self._by_place if name is not None}
        return {
            name: "value" if bare_name(cell)[1] else kind_of(name, names)
            for cell, name in zip(header, self._by_place, strict=True)
            if name is not None
        }

    @staticmethod
    def _free(name: str, taken: Sequence[str | None]) -> str:
        number = 2
        while f"{name} ({number})" in taken:
            number += 1
        return f"{name} ({number})"

    def _unnamed(self, cells: Sequence[str], record: Record) -> None:
        """Add cells of columns without a name; empty ones are an artefact of spreadsheets, numbers an index."""
        for place, name in enumerate(self._by_place):
            if name is not None or not cells[place]:
                continue
            if place == 0 and not self._kept_first and INDEX.fullmatch(cells[place]):
                self._report_unnamed(-1, INDEX_WORDS, "info")
                continue
            self._kept_first = self._kept_first or place == 0
            record[f"column {place + 1}"] = cells[place]
            words = f'column {place + 1} has no name but holds data; it is read as "column {place + 1}"'
            self._report_unnamed(place, words, "warning")

    def _report_unnamed(self, place: int, words: str, severity: str) -> None:
        if place not in self._told:
            self._told.add(place)
            fault = Fault("ragged", words, self._line, healable=False, incomplete=False, severity=severity)
            self.faults.append(fault)

    def name_at(self, place: int) -> str:
        """The name of the column at an index, or a description with its number."""
        name = self._by_place[place] if place < len(self._by_place) else None
        return name or f"column {place + 1}"

    def _path(self, place: int) -> str:
        return escape(self.name_at(place))

    def _ragged(self, cells: Sequence[str], line: int, row: int, text: str) -> Fault:
        have, need = len(cells), len(self._by_place)
        cause = (
            "; a cell that holds a separator or a quote must stand in double quotes" if have > need else ""
        )
        words = f"{have} {'cell' if have == 1 else 'cells'}, but the header has {need}{cause}"
        return Fault("ragged", words, line, row, healable=False, text=text, incomplete=False)

    def _cut(self, cells: Sequence[str], line: int, row: int) -> list[Fault]:
        words = (
            f"exactly {MAX_CELL_LENGTH:,} characters: Excel cuts longer cells, so the end is probably missing"
        )
        return [
            Fault("cut-cell", words, line, row, self._path(place), healable=False)
            for place, cell in enumerate(cells)
            if len(cell) > MAX_CELL_LENGTH // 2
            and MAX_CELL_LENGTH in (len(cell), len(cell.encode("utf-16-le", "replace")) // 2)
        ]
