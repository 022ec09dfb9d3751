"""Parquet, in slices: nested values as they are, dates as ISO text, null stays null."""

import datetime
from collections.abc import Iterator
from typing import IO, Any

from ftlint.lazy import pl
from ftlint.quote import escape, quote
from ftlint.read.fault import Fault
from ftlint.read.json_value import Careful, defects
from ftlint.read.rows import Row

# Packed columns unfold to about this many times their size.
UNFOLDS = 4
MOST_ROWS = 20_000


class ParquetReader:
    """Reads a Parquet file. A damaged one has no rows but a fault."""

    def __init__(self, file: IO[bytes] | str, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self.faults: list[Fault] = []
        self.columns: list[str] | None = None
        self._count = 0
        try:
            self._frame: Any = pl.scan_parquet(file)
            self.columns = list(self._frame.collect_schema().names())
            self._count = self._frame.select(pl.len()).collect().item()
        except BaseException as error:
            self.faults.append(self._damaged(error))

    def rows(self, block_bytes: int) -> Iterator[Row]:
        """The rows; their line is their number."""
        yield Row(1, faults=self.faults, is_row=False)
        step = max(1, min(MOST_ROWS, self._count * block_bytes // max(1, self._size * UNFOLDS)))
        for begin in range(0, self._count, step):
            try:
                frame = self._frame.slice(begin, step).collect()
                records = frame.to_dicts()
                size = frame.estimated_size() // max(1, len(records)) + 1
            except BaseException as error:
                yield Row(begin + 1, faults=[self._damaged(error)], is_row=False)
                return
            for number, record in enumerate(records, begin + 1):
                yield _row(record, number, size)

    def _damaged(self, error: BaseException) -> Fault:
        """The fault for what polars raised. Its panics are no Exceptions; the user's Ctrl-C is none of its own."""
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise error
        reason = escape(str(error).partition("\n")[0][:200])
        return Fault("not-data", f"{quote(self._name)} cannot be read as Parquet: {reason}", healable=False)


def _row(record: dict[str, Any], number: int, size: int) -> Row:
    row = Row(number, size=size, lines=number)
    try:
        plain = {name: _plain(value) for name, value in record.items()}
    except UnicodeDecodeError:
        words = "a column of bytes that are not UTF-8 text"
        row.faults.append(Fault("not-utf8", words, number, number, healable=False, text=repr(record)))
        return row
    usable = True
    for defect in defects("", plain, Careful(constants=True)):
        usable = usable and defect.usable
        text = None if defect.usable else repr(record)
        row.faults.append(
            Fault(defect.kind, defect.message, number, number, defect.path, healable=False, text=text)
        )
    row.record = plain if usable else None
    return row


def _plain(value: Any) -> Any:
    """The value as JSON can hold it."""
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
