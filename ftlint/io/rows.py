"""Rows of tables and plain text, and blocks of records built from them."""

from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ftlint._polars import pl
from ftlint.io.block import Fault, Record, RecordBlock, returned_fault
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.part import WHOLE_FILE, FilePart

if TYPE_CHECKING:
    from polars import DataFrame


class Row(Struct):
    """One row: its record, or None if it cannot be used; its faults; and its size.

    Blank lines and the header are not records (no ``is_row``). ``lines`` is the last line read,
    ``returns`` the number of line ends with a carriage return to report.
    """

    line: int
    record: Record | None = None
    faults: list[Fault] = field(default_factory=list)
    size: int = 0
    is_row: bool = True
    lines: int = 0
    returns: int = 0


class RowColumns(Struct):
    """Rows without faults as columns, for ``ColumnarRecords``, with the line where each begins.

    ``last`` is the last line.
    """

    columns: "DataFrame"
    lines: list[int]
    last: int
    size: int


def blocks_of(
    rows: Iterable[Row | RowColumns], block_bytes: int, part: FilePart = WHOLE_FILE
) -> Generator[RecordBlock, None, None]:
    """The rows in blocks of about ``block_bytes``; a block has records or columns, not both."""
    number = part.row - 1
    block_start = last = part.line - 1
    builder = _BlockBuilder()
    for row in rows:
        if not builder.takes(row):
            yield builder.block(last - block_start)
            builder, block_start = _BlockBuilder(), last
        if isinstance(row, RowColumns):
            builder.add_columns(row, number)
            number += len(row.lines)
            last = max(last, row.last)
        else:
            number += row.is_row
            last = max(last, row.lines)
            builder.add(row, number)
        if builder.size >= block_bytes:
            yield builder.block(last - block_start)
            builder, block_start = _BlockBuilder(), last
    if builder.row_count or builder.faults or last > block_start:
        yield builder.block(last - block_start)


class _BlockBuilder(Struct):
    records: list[Record] = field(default_factory=list)
    columns: list["DataFrame"] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    size: int = 0
    row_count: int = 0
    returns: int = 0
    first_return: int = 0

    def takes(self, row: Row | RowColumns) -> bool:
        """Whether the block can have this row, too."""
        if isinstance(row, RowColumns):
            return not self.records and (not self.columns or self.columns[0].schema == row.columns.schema)
        return not self.columns or row.record is None

    def add_columns(self, rows: RowColumns, number: int) -> None:
        """Add rows as columns, after the row ``number``."""
        count = len(rows.lines)
        self.columns.append(rows.columns)
        self.rows.extend(range(number + 1, number + count + 1))
        self.lines += rows.lines
        self.row_count += count
        self.size += rows.size

    def add(self, row: Row, number: int) -> None:
        """Add a row with its number."""
        self.row_count += row.is_row
        self.size += row.size
        self.faults += row.faults
        if row.returns and not self.returns:
            self.first_return = row.line
        self.returns += row.returns
        if row.record is not None:
            self.records.append(row.record)
            self.rows.append(number)
            self.lines.append(row.line)

    def block(self, lines: int) -> RecordBlock:
        """The block of all rows added."""
        if self.returns:
            self.faults.insert(0, returned_fault(self.returns, self.first_return))
        records: Sequence[Record] = self.records
        if self.columns:
            records = ColumnarRecords(pl.concat(self.columns))
        return RecordBlock(
            records, self.rows, self.lines, self.faults, row_count=self.row_count, line_count=lines
        )
