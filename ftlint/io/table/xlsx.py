"""Reader for XLSX: one sheet as a table of text; other sheets and cells without a cached value are reported.

XML cannot represent most control characters, and normalises carriage returns; XLSX escapes them as ``_x000D_``, and an
underscore that would begin such an escape as ``_x005F_``. openpyxl does not decode the escapes, but removes every
``x005F_``, wherever it is.
"""

import datetime
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import IO, Any

from ftlint.display import did_you_mean, escape, quote
from ftlint.errors import UsageError
from ftlint.io.block import Fault
from ftlint.io.format_reader import FormatReader, ReaderInput
from ftlint.io.rows import Row
from ftlint.io.stream import Stream
from ftlint.io.table.header import TableColumns

SPELLED = re.compile("_x([0-9A-Fa-f]{4})_")
SURROGATES = range(0xD800, 0xE000)


def open_workbook(file: IO[bytes], *, data_only: bool) -> Any:
    """Open the workbook, to be read row by row. ``data_only``: results instead of formulas."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.xml.constants import SHARED_STRINGS

    class Reader(ExcelReader):  # type: ignore[misc]
        """openpyxl's reader without its changes to texts."""

        def read_strings(self) -> None:
            part = self.package.find(SHARED_STRINGS)
            if part is not None:
                with self.archive.open(part.PartName[1:]) as source:
                    self.shared_strings = list(_strings(source))

    reader = Reader(file, read_only=True, data_only=data_only, keep_links=False)
    reader.read()
    return reader.wb


def unspelled(text: str) -> str:
    """The decoded text of a cell."""
    return SPELLED.sub(_character, text) if "_x" in text else text


def _strings(source: IO[bytes]) -> Iterator[str]:
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    for _, node in iterparse(source):
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            yield Text.from_tree(node).content
            node.clear()


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return found[0] if number in SURROGATES else chr(number)


# How many rows are read at once: silencing warnings takes as long as reading a row.
AHEAD = 500
# The limit of Excel; a damaged file may claim more.
MAX_ROWS = 1_048_576
# Excel stores this many digits of a number.
DIGITS = 15


class SheetReader(FormatReader):
    """Reads one sheet of a workbook. A damaged workbook has no rows but a fault."""

    def __init__(self, given: ReaderInput) -> None:
        super().__init__(given)
        self._file = given.open_seekable()
        self._name = given.source.name
        self._faults: list[Fault] = []
        self._header: TableColumns | None = None
        self._sheet: Any = None
        self._rows: Iterator[tuple[int, Any]] = iter(())
        self._header_line = 0
        try:
            self._open(given.options.sheet)
        except UsageError:
            raise
        except Exception as error:
            self._faults.append(self._damaged(error))
        self.columns = self._header.names if self._header else None

    def _open(self, wanted: str | None) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = open_workbook(self._file, data_only=True)
            sheets = list(book.worksheets)
            names = [sheet.title for sheet in sheets]
            if wanted is not None and wanted not in names:
                listed = ", ".join(map(escape, names))
                near = did_you_mean(wanted, names)
                raise UsageError(f'{self._name}: no sheet "{escape(wanted)}"{near} (sheets: {listed})')
            full = [sheet for sheet in sheets if _holds_data(sheet)]
            chosen = [sheet for sheet in sheets if sheet.title == wanted] if wanted is not None else full
            if not chosen:
                return
            self._sheet = chosen[0]
        for sheet in full:
            if sheet is not self._sheet:
                title = quote(sheet.title)
                words = f"the sheet {title} holds data too and was not read; --sheet {title} reads it"
                self._faults.append(Fault("other-sheet", words, healable=False))
        self._rows = _rows(self._sheet)
        for line, cells in self._rows:
            header = [_text(cell.value)[0] for cell in cells]
            if any(name.strip() for name in header):
                while header and not header[-1].strip():
                    header.pop()
                self._header = TableColumns(header, line, pad=True)
                self._header_line = line
                return

    def rows(self, stream: Stream) -> Iterator[Row]:
        """The rows below the header."""
        if self._header is None:
            yield Row(1, faults=self._faults, is_row=False)
            return
        yield Row(
            self._header_line,
            faults=[*self._faults, *self._header.take_faults()],
            is_row=False,
            lines=self._header_line,
        )
        number, line = 0, self._header_line
        try:
            formulas = self._formulas()
            for line, cells in _quietly(self._rows):
                row = self._row(line, cells, formulas(line), number + 1)
                number += row.is_row
                yield row
        except Exception as error:
            yield Row(line, faults=[self._damaged(error)], is_row=False)
        finally:
            self._file.close()

    def _row(self, line: int, cells: Any, formulas: Mapping[int, str], number: int) -> Row:
        """The row of some cells. The text of a formula without its result is its formula, so that it is kept."""
        assert self._header is not None
        texts: list[str] = []
        faults: list[Fault] = []
        for place, cell in enumerate(cells):
            text, precise = _text(cell.value)
            has_no_result = cell.value is None and place in formulas and cell.data_type != "str"
            texts.append(formulas[place] if has_no_result else text)
            if not precise:
                path = escape(self._header.name_at(place))
                words = f"a number of more than {DIGITS} digits: Excel has lost the others; write ids as text cells"
                faults.append(Fault("precision", words, line, number, path, healable=False))
            if has_no_result:
                path = escape(self._header.name_at(place))
                words = (
                    "a formula without its result: open the file in a spreadsheet program and save it again"
                )
                faults.append(Fault("error-cell", words, line, number, path, healable=False))
        return self._record(line, texts, faults, number)

    def _record(self, line: int, texts: list[str], faults: list[Fault], number: int) -> Row:
        assert self._header is not None
        while texts and not texts[-1]:
            texts.pop()
        row = Row(line, size=sum(map(len, texts)) + 1, lines=line)
        shown = "\t".join(texts)
        broken = [fault for fault in faults if fault.kind == "error-cell"]
        if not texts and not broken:
            row.is_row = False
            row.faults.append(Fault("blank", "an empty row", line))
            return row
        row.record, more = self._header.record(texts, line, number, shown)
        row.faults = [*faults, *more]
        if broken:
            row.faults = [replace(fault, text=shown) if fault.text is None else fault for fault in row.faults]
        return row

    def _formulas(self) -> Any:
        """A function from a line to its formulas by position; it must be called in the order of lines."""
        if not self._has_formulas():
            return lambda line: {}
        self._file.seek(0)
        book = open_workbook(self._file, data_only=False)
        below = _quietly(_rows(book[self._sheet.title]))

        def by_place(line: int) -> dict[int, str]:
            for at, cells in below:
                if at == line:
                    return {n: _formula(cell.value) for n, cell in enumerate(cells) if cell.data_type == "f"}
            return {}

        return by_place

    def _has_formulas(self) -> bool:
        tail = b""
        with self._sheet._get_source() as source:
            while chunk := source.read(1 << 20):
                if b"<f>" in (window := tail + chunk) or b"<f " in window or b"<f/" in window:
                    return True
                tail = window[-4:]
        return False

    def _damaged(self, error: Exception) -> Fault:
        reason = escape(str(error)) or type(error).__name__
        words = f"{quote(self._name)} cannot be read as a workbook, it is damaged: {reason}"
        return Fault("not-data", words, healable=False, incomplete=True)


def _rows(sheet: Any) -> Iterator[tuple[int, Any]]:
    """The rows with their numbers. The size that a file declares is often wrong."""
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(), 1):
        if line > MAX_ROWS:
            return
        yield line, cells


def _quietly(rows: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """The rows, without openpyxl's warnings about things that are not data."""
    error: Exception | None = None
    while error is None:
        some: list[tuple[int, Any]] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                some.extend(islice(rows, AHEAD))
            except Exception as raised:
                error = raised
        yield from some
        if len(some) < AHEAD:
            break
    if error is not None:
        raise error


def _holds_data(sheet: Any) -> bool:
    return any(
        cell.value is not None and str(cell.value).strip() for _, cells in _rows(sheet) for cell in cells
    )


def _formula(value: Any) -> str:
    """The text of a formula, also of one for several cells."""
    return str(getattr(value, "text", value) or "=")


def _text(value: Any) -> tuple[str, bool]:
    """A cell's value as text, and whether it is certainly complete."""
    if value is None:
        return "", True
    if isinstance(value, str):
        return unspelled(value), True
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), True
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time.min:
            return value.date().isoformat(), True
        timespec = "milliseconds" if value.microsecond else "seconds"
        return value.replace(tzinfo=None).isoformat(timespec=timespec), True
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat(), True
    return str(value), True


def _number(value: float) -> tuple[str, bool]:
    if isinstance(value, float) and (not math.isfinite(value) or not value.is_integer()):
        return f"{value:.{DIGITS}g}", True
    integer = int(value)
    return str(integer), abs(integer) < 10**DIGITS
