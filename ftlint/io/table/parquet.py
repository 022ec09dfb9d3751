"""Reader for Parquet, in slices: nested values as they are, dates as ISO text.

A column of texts may contain JSON, as in other tables (see ``ftlint.io.table.nested``). Null stays null, except in
lists that are optional in a record (tools, history …): there it means that the record has none.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.display import escape, quote
from ftlint.io.block import Fault
from ftlint.io.columnar import CHANGED, LINE, are_complete
from ftlint.io.format_reader import FormatReader, ReaderInput
from ftlint.io.json.strict import StrictDecoder, defects
from ftlint.io.rows import Row, RowColumns
from ftlint.io.stream import Stream
from ftlint.io.table.nested import Nested, bare_name, kind_of

if TYPE_CHECKING:
    from polars import DataFrame

# Compressed columns expand to about this many times their size.
EXPANSION = 4
MAX_ROWS = 20_000


class ParquetReader(FormatReader):
    """Reads a Parquet file. A damaged one has no rows but a fault."""

    def __init__(self, given: ReaderInput) -> None:
        super().__init__(given)
        self._faults: list[Fault] = []
        self._nested = Nested({})
        path = given.source.path
        file = str(path) if path and given.detected.compression is None else given.open_seekable()
        try:
            self._frame: Any = pl.scan_parquet(file)
            self.columns = self._named()
            self.count = self._frame.select(pl.len()).collect().item()
        except BaseException as error:
            self._faults.append(self._damaged(error))

    def rows(self, stream: Stream) -> Iterator[Row | RowColumns]:
        """The rows of the part, plain ones as columns; their line numbers are their row numbers."""
        part, size = self.given.part, max(1, self.given.size)
        if part.is_first:
            yield Row(part.line, faults=self._faults, is_row=False)
        step = max(1, min(MAX_ROWS, self.count * self.given.options.block_bytes // (size * EXPANSION)))
        end = self.count if part.unit == "whole" else part.end
        before = part.row - 1 - part.start
        for begin in range(part.start, end, step):
            try:
                frame = self._frame.slice(begin, min(step, end - begin)).collect()
                frame.columns = self.columns
                is_plain = self._is_plain(frame)
                records = [] if is_plain else frame.to_dicts()
                size = frame.estimated_size() // max(1, len(frame)) + 1
            except BaseException as error:
                yield Row(before + begin + 1, faults=[self._damaged(error)], is_row=False)
                return
            first = before + begin + 1
            if is_plain:
                lines = list(range(first, first + len(frame)))
                columns = frame.with_columns(
                    pl.lit(None, dtype=pl.String).alias(LINE), pl.lit(False).alias(CHANGED)
                )
                yield RowColumns(columns, lines, lines[-1], size * len(lines))
            for number, record in enumerate(records, first):
                yield self._read(_row(record, number, size))

    def _is_plain(self, frame: "DataFrame") -> bool:
        """Whether all columns are texts or lists of objects of texts, with no null, and no text is a nested value."""
        return (
            frame.height > 0
            and are_complete(frame)
            and all(self._nested.are_texts(text.name, text) for text in frame if text.dtype == pl.String)
        )

    def _named(self) -> list[str]:
        """The names of the columns; only those of texts can be marked."""
        schema = self._frame.collect_schema()
        bare = {
            name: bare_name(name) if kind == pl.String else (name, False) for name, kind in schema.items()
        }
        wanted = Counter(name for name, _ in bare.values())
        # A mark without which the name would equal another column's name is not a mark.
        marked = {header for header, (name, is_marked) in bare.items() if is_marked and wanted[name] == 1}
        names = [bare[header][0] if header in marked else header for header in schema.names()]
        self._nested = Nested(
            {
                name: "value" if header in marked else kind_of(name, names)
                for header, name in zip(schema.names(), names, strict=True)
            }
        )
        return names

    def _read(self, row: Row) -> Row:
        if self._nested and row.record is not None:
            before = dict(row.record)
            row.record, faults = self._nested.read(row.record, row.line, row.line, "")
            row.faults += [
                replace(fault, text=repr(before)) if fault.text == "" else fault for fault in faults
            ]
        return row

    def _damaged(self, error: BaseException) -> Fault:
        """The fault for an exception of polars. Its panics are not Exceptions; the user's Ctrl-C must pass through."""
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise error
        reason = escape(str(error).partition("\n")[0], 200)
        return Fault(
            "not-data",
            f"{quote(self.given.source.name)} cannot be read as Parquet: {reason}",
            healable=False,
            incomplete=True,
        )


def _row(record: dict[str, Any], number: int, size: int) -> Row:
    row = Row(number, size=size, lines=number)
    try:
        plain = {name: _plain(value) for name, value in record.items()}
    except UnicodeDecodeError:
        words = "a column of bytes that are not UTF-8 text"
        row.faults.append(
            Fault("not-utf8", words, number, number, healable=False, text=repr(record), incomplete=False)
        )
        return row
    usable = True
    for defect in defects("", plain, StrictDecoder(constants=True)):
        usable = usable and defect.usable
        text = None if defect.usable else repr(record)
        row.faults.append(
            Fault(
                defect.kind,
                defect.message,
                number,
                number,
                defect.path,
                healable=False,
                text=text,
                incomplete=False,
            )
        )
    row.record = plain if usable else None
    return row


def _plain(value: Any) -> Any:
    """The value as a JSON value."""
    if isinstance(value, dict):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
