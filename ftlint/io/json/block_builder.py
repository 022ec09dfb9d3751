"""Collect the lines of a JSONL block: in columns or as typed chats as long as all have one layout, else as records."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ftlint._polars import pl
from ftlint.io.block import Fault, Record, RecordBlock, returned_fault
from ftlint.io.columnar import LINE, ColumnarRecords, RawLines
from ftlint.io.json.chats import ChatLine, ChatRecords
from ftlint.io.json.line import LineResult

if TYPE_CHECKING:
    from polars import DataFrame


class BlockBuilder(Struct):
    """Collects the lines of a block. ``line`` and ``row`` are its first ones.

    As long as every line is one valid record, ``rows`` and ``lines`` are not materialised.
    """

    line: int
    row: int
    keep_raw: bool
    records: list[Record] = field(default_factory=list)
    columns: list["DataFrame"] = field(default_factory=list)
    """The lines so far if all have the same layout; then ``records`` is empty."""
    chats: list[ChatLine] = field(default_factory=list)
    """The lines so far if all are chats that may call tools, and ``texts``; then ``records`` is empty."""
    texts: list[bytes] = field(default_factory=list)
    rows: list[int] | None = None
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    between: dict[int, list[bytes]] = field(default_factory=dict)
    returns: int = 0
    first_return: int = 0
    seen_rows: int = 0
    seen_lines: int = 0
    size: int = 0

    def uniform(self, columns: "DataFrame", *, heal: bool, returns: bool) -> bool:
        """Add lines as columns if they fit the previous ones; returns whether they were added.

        ``returns`` says that some end with a carriage return, which ``heal`` removes.
        """
        if (
            self.rows is not None
            or self.records
            or self.chats
            or (self.columns and self.columns[0].schema != columns.schema)
        ):
            return False
        if returns:
            ended = columns[LINE].str.ends_with("\r")
            self.returned(int(ended.sum()), ended.arg_max() or 0)
            if heal:
                columns = columns.with_columns(pl.col(LINE).str.strip_suffix("\r"))
        self.columns.append(columns)
        self.seen_rows += columns.height
        self.seen_lines += columns.height
        return True

    @property
    def takes_chats(self) -> bool:
        """Whether chats can be added. Lines that are written back are not: their records may be changed."""
        return not (self.keep_raw or self.records or self.columns) and self.rows is None

    def add_chats(self, chats: list[ChatLine], texts: Sequence[bytes]) -> None:
        """Add lines that are one chat each, if the builder takes chats."""
        self.chats += chats
        self.texts += texts
        self.seen_rows += len(chats)
        self.seen_lines += len(chats)

    def clean(self, records: list[Record], texts: Sequence[bytes]) -> None:
        """Add lines that are one valid record each; their texts lack the newline."""
        self._one_by_one()
        count = len(records)
        if self.rows is not None:
            self.rows.extend(range(self.row + self.seen_rows, self.row + self.seen_rows + count))
            self.lines.extend(range(self.line + self.seen_lines, self.line + self.seen_lines + count))
        self.records += records
        if self.keep_raw:
            self.raw += [text + b"\n" for text in texts]
        self.seen_rows += count
        self.seen_lines += count

    def spell_out(self) -> None:
        """Materialise line numbers, because the following lines may be anything."""
        self._one_by_one()
        if self.rows is None:
            self.rows = list(range(self.row, self.row + self.seen_rows))
            self.lines = list(range(self.line, self.line + self.seen_lines))

    def plain(self, record: Record, raw: bytes) -> None:
        """Add one line that is one valid record."""
        self._record(record, raw)
        self.seen_rows += 1
        self.seen_lines += 1

    def checked_rows(self, result: LineResult) -> None:
        """Add the result of strictly reading one line."""
        self.faults.extend(result.faults)
        self.returned(result.returns)
        for segment in result.pieces:
            if segment.record is not None:
                self._record(segment.record, segment.raw)
            elif self.keep_raw:
                self.between.setdefault(len(self.records), []).append(segment.raw)
            self.seen_rows += segment.is_row
        self.seen_lines += 1

    def returned(self, count: int, ahead: int = 0) -> None:
        """Count line ends with a carriage return in the next lines; the first ``ahead`` of them have none."""
        if count and not self.returns:
            self.first_return = self.line + self.seen_lines + ahead
        self.returns += count

    def finished(self) -> RecordBlock:
        """The block of all lines added."""
        if self.returns:
            self.faults.insert(0, returned_fault(self.returns, self.first_return))
        plain = range(self.row, self.row + self.seen_rows), range(self.line, self.line + self.seen_lines)
        rows, lines = plain if self.rows is None else (self.rows, self.lines)
        raw: Sequence[bytes] | None = self.raw if self.keep_raw else None
        records: Sequence[Record] = self.records
        if self.chats:
            records = ChatRecords(self.chats, self.texts)
        elif self.columns:
            records = ColumnarRecords(pl.concat(self.columns))
            raw = RawLines(records.lines) if self.keep_raw else None
        return RecordBlock(
            records, rows, lines, self.faults, raw, self.between, self.seen_rows, self.seen_lines
        )

    def _one_by_one(self) -> None:
        """Decode the columns or chats into records, because the next lines do not fit them."""
        self.records += ChatRecords(self.chats, self.texts)
        self.chats, self.texts = [], []
        for columns in self.columns:
            lines = ColumnarRecords(columns)
            self.records += lines
            if self.keep_raw:
                self.raw += RawLines(lines.lines)
        self.columns = []

    def _record(self, record: Record, raw: bytes) -> None:
        self.spell_out()
        if self.rows is not None:
            self.rows.append(self.row + self.seen_rows)
            self.lines.append(self.line + self.seen_lines)
        self.records.append(record)
        if self.keep_raw:
            self.raw.append(raw)
