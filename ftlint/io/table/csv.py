"""Reader for CSV and TSV: every cell exactly as written, each row with its physical line; detects the delimiter."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import accumulate, islice

from msgspec import Struct, structs

from ftlint.display import did_you_mean, quote
from ftlint.errors import UsageError
from ftlint.io.block import Fault
from ftlint.io.compression import Read
from ftlint.io.encoding import BOM, not_utf8_in_words
from ftlint.io.format_reader import FormatReader, ReaderInput
from ftlint.io.rows import Row, RowColumns
from ftlint.io.stream import UNDECODED, Stream, printable
from ftlint.io.table.csv_columns import MAX_ROW_LENGTH, RowChunks, decode_rows
from ftlint.io.table.header import TableColumns

CANDIDATES = (",", ";", "\t", "|")
BY_NAME = {"csv": ",", "tsv": "\t"}
WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "bar": "|"}
SAMPLE = 50
NO_LIMIT = 2**31 - 1


def check_delimiter(given: str) -> str:
    """The delimiter that the user named. Raises UsageError for an invalid one."""
    delimiter = DELIMITER_NAMES.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter in '"\r\n\0' or (not delimiter.isprintable() and delimiter != "\t"):
        near = did_you_mean(given, DELIMITER_NAMES)
        raise UsageError(
            f"--delimiter {quote(given)}: give one character, or comma, semicolon, tab or pipe{near}"
        )
    return delimiter


def sniff(head: str, default: str) -> str:
    """The delimiter that gives most rows as many cells as the header; the default if none does."""
    lift_cell_limit()
    best, best_share = default, 0.0
    for candidate in (default, *(c for c in CANDIDATES if c != default)):
        share = _agreement(head, candidate)
        # A later candidate must be clearly better.
        if share > best_share + (0.2 if best_share else 0.0):
            best, best_share = candidate, share
    return best


def _agreement(head: str, delimiter: str) -> float:
    """The share of the first rows with as many cells as the header; 0 for a header of one cell."""
    try:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        counts = [len(row) for row in islice(rows, SAMPLE) if row]
    except csv.Error:
        return 0.0
    if not counts or counts[0] < 2:
        return 0.0
    share = sum(1 for count in counts[1:] if count == counts[0]) / len(counts[1:]) if counts[1:] else 1.0
    return share if share >= 0.5 else 0.0


def lift_cell_limit() -> None:
    """Remove the limit on the length of cells. Python's limit is per process; only Python itself sets it lower."""
    if csv.field_size_limit() < NO_LIMIT:
        csv.field_size_limit(NO_LIMIT)


# How much is read again after such rows before the rest is skipped.
MAX_REREAD = 256 << 20
MARK = "\ufeff"
EXCEL_HINT = re.compile(r'^"?sep=(.)"?\r?\n?$')


class Line(Struct, frozen=True):
    """One physical line with its end, its position, and whether all of it is UTF-8."""

    text: str
    number: int
    offset: int
    dirty: bool


class _RowTooLong(Exception):
    """A row spans too many lines."""


class Feed:
    """Feeds physical lines to the CSV reader, buffers those of the current row, and can rewind them.

    Chunks that are read as columns are skipped. ``at_end`` says that all lines of the chunks so far were taken.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.taken: list[Line] = []
        self.marked = False
        self.joined = 0
        """The line of the current row if a byte order mark begins it, that of a file that was joined to another."""
        self._chunks = chunks
        self._lines: Iterator[bytes] = iter(())
        self._left = 0
        self._number = self._offset = 0
        self._waiting: deque[Line] = deque()
        self._size = 0

    @property
    def at_end(self) -> bool:
        """Whether all lines of the chunks so far were taken."""
        return not self._left and not self._waiting

    @property
    def next_line(self) -> int:
        """The number of the next line."""
        return self._number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._fresh()
        if self.taken and self._size > MAX_ROW_LENGTH:
            self._waiting.appendleft(line)
            raise _RowTooLong
        if not self.taken and line.number > 1 and line.text.startswith(MARK):
            self.joined, line = line.number, structs.replace(line, text=line.text.lstrip(MARK))
        self.taken.append(line)
        self._size += len(line.text)
        return line.text

    def begin(self) -> None:
        """Start a new row."""
        self.taken, self._size = [], 0

    def take_back(self) -> int:
        """Rewind to the row's second line; returns the number of characters to be read again."""
        again = self.taken[1:]
        self._waiting.extendleft(reversed(again))
        self.taken = self.taken[:1]
        return sum(len(line.text) for line in again)

    def add(self, chunk: bytes) -> None:
        """Take the lines of a chunk next."""
        # Bytes, unlike text, are split at CR and LF only.
        lines = chunk.splitlines(keepends=True)
        self._lines, self._left = iter(lines), len(lines)

    def skip(self, lines: int, size: int) -> None:
        """Count lines that were read otherwise."""
        self._number += lines
        self._offset += size

    def _fresh(self) -> Line:
        if not self._left:
            self.add(next(self._chunks))
        raw = next(self._lines)
        self._left -= 1
        self._number += 1
        if self._number == 1 and raw.startswith(BOM):
            self.marked = True
            raw, self._offset = raw.removeprefix(BOM), len(BOM)
        offset = self._offset
        self._offset += len(raw)
        try:
            return Line(raw.decode("utf-8"), self._number, offset, False)
        except UnicodeDecodeError:
            return Line(raw.decode("utf-8", "surrogateescape"), self._number, offset, True)


class TableReader:
    """Reads a table of text. ``head`` is its beginning, for delimiter detection; ``delimiter`` is the user's."""

    def __init__(
        self,
        read: Read,
        container: str,
        head: str,
        *,
        delimiter: str | None = None,
        encoding: str | None = None,
    ) -> None:
        lift_cell_limit()
        usual = BY_NAME.get(container, ",")
        self._chunks = RowChunks(read)
        self._feed = Feed(self._chunks)
        self._number = 0
        self._encoding = encoding
        self._again = 0
        self._faults: list[Fault] = []
        hint = EXCEL_HINT.match(head.partition("\n")[0])
        self._hinted = hint is not None
        self.delimiter = delimiter or (hint[1] if hint else sniff(head, usual))
        if delimiter is None and self.delimiter != usual:
            marks = WORDS.get(self.delimiter, quote(self.delimiter))
            words = f"the cells are separated by {marks}, not by {WORDS[usual]} as the name says; read so"
            self._faults.append(Fault("delimiter", words, 1, healable=False))
        self.columns: TableColumns | None = None

    def header(self) -> list[str]:
        """The names of the columns; reads the first row."""
        for _ in self.rows():
            if self.columns is not None:
                return self.columns.names
        return []

    def rows(self) -> Iterator[Row | RowColumns]:
        """The rows after the header, those of plain chunks as columns, and the faults between them."""
        for chunk in self._chunks:
            plain = self._plain(chunk)
            if plain is not None:
                self._feed.skip(plain.last - plain.lines[0] + 1, plain.size)
                self._number += len(plain.lines)
                yield plain
                continue
            self._feed.add(chunk)
            yield from self._row_by_row()
            if self._again > MAX_REREAD:
                return
            self._chunks.one_row = self.columns is None

    def _plain(self, chunk: bytes) -> RowColumns | None:
        """The rows of a chunk as columns; None unless all of it is plain."""
        if self.columns is None or not self.columns.are_texts:
            return None
        rows = decode_rows(chunk, len(self.columns), self.delimiter)
        cells = self.columns.select(rows.cells) if rows is not None else None
        if rows is None or cells is None:
            return None
        begins = list(accumulate(rows.heights, initial=self._feed.next_line))
        return RowColumns(cells, begins[:-1], begins[-1] - 1, rows.size)

    def _row_by_row(self) -> Iterator[Row]:
        """The rows of a chunk, and of those after it until a row ends where a chunk ends."""
        feed = self._feed
        reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
        if self._hinted:
            self._hinted = False
            next(feed, None)
        while not feed.at_end:
            feed.begin()
            cells, problem = self._cells(reader)
            if not feed.taken:
                break
            row = Row(feed.taken[0].number, size=sum(len(line.text) for line in feed.taken))
            row.lines = feed.taken[-1].number
            row.returns = int(feed.taken[-1].text.endswith("\r"))
            self._fill(row, cells, problem, self._number + 1)
            self._number += row.is_row
            row.faults = [*self._take_faults(), *row.faults]
            yield row
            if self._again > MAX_REREAD:
                words = "too many quotes that are never closed: what follows could not be read"
                yield Row(
                    row.line,
                    faults=[Fault("ragged", words, row.line, healable=False, incomplete=True)],
                    is_row=False,
                )
                return

    def _take_faults(self) -> list[Fault]:
        if self._feed.marked:
            self._feed.marked = False
            words = "the file begins with a byte order mark: 3 invisible bytes, EF BB BF, that most readers choke on"
            self._faults.insert(0, Fault("bom", words, 1))
        if self._feed.joined:
            words = (
                "the row begins (files were joined here) with a byte order mark: 3 invisible bytes, EF BB BF"
            )
            self._faults.append(Fault("inner-bom", words, self._feed.joined))
            self._feed.joined = 0
        faults, self._faults = self._faults, []
        return faults

    def _cells(self, reader: Iterator[list[str]]) -> tuple[list[str], str | None]:
        """The next row's cells, or a message why there are none."""
        try:
            return next(reader), None
        except StopIteration:
            return [], None
        except _RowTooLong:
            problem = "a quote is opened here and never closed"
        except csv.Error as error:
            problem = _in_words(str(error))
        # Only the first line is skipped: the ones after it may be valid rows.
        self._again += self._feed.take_back()
        return [], problem

    def _fill(self, row: Row, cells: list[str], problem: str | None, number: int) -> None:
        """Interpret the row's cells: the header, a blank, a record or a fault."""
        taken = self._feed.taken
        text = "".join(line.text for line in taken)
        if not problem and (not text.strip() or (len(cells) > 1 and not any(cells))):
            words = (
                "a row of empty cells"
                if text.strip()
                else "an empty line"
                if not text.strip("\r\n")
                else "a line of blanks only"
            )
            row.is_row = False
            row.faults.append(Fault("blank", words, row.line))
            return
        wrong = next((line for line in taken if line.dirty and UNDECODED.search(line.text)), None)
        number_or_none: int | None = number
        if self.columns is None:
            row.is_row, number_or_none = False, None
        if wrong is not None:
            row.faults.append(self._not_utf8(wrong, number_or_none, text))
        elif problem or "\0" in text:
            words = problem or "NUL characters in the row: the file is damaged, or it is UTF-16"
            shown = text.rstrip("\r\n")
            row.faults.append(
                Fault(
                    "ragged",
                    words,
                    row.line,
                    number_or_none,
                    healable=False,
                    text=shown,
                    incomplete=number_or_none is None,
                )
            )
        if self.columns is None:
            names = [printable(cell) for cell in cells] or [printable(text.strip())]
            self.columns = TableColumns(names, row.line)
            row.faults += self.columns.take_faults()
        elif not row.faults:
            row.record, row.faults = self.columns.record(cells, row.line, number, text.rstrip("\r\n"))

    def _not_utf8(self, line: Line, number: int | None, text: str) -> Fault:
        raw = line.text.encode("utf-8", "surrogateescape")
        words = "bytes that are not UTF-8"
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            words = not_utf8_in_words(raw, error, line.offset, self._encoding)
        shown = printable(text.rstrip("\r\n"))
        return Fault(
            "not-utf8", words, line.number, number, healable=False, text=shown, incomplete=number is None
        )


class DelimitedReader(FormatReader):
    """Reads a table of text in the container that is named after its usual delimiter."""

    def __init__(self, given: ReaderInput) -> None:
        super().__init__(given)
        self.columns = self._table(io.BytesIO(given.detected.head).read).header()

    def rows(self, stream: Stream) -> Iterator[Row | RowColumns]:
        """The rows after the header."""
        return self._table(stream.read).rows()

    def _table(self, read: Read) -> TableReader:
        detected, delimiter = self.given.detected, self.given.options.delimiter
        return TableReader(
            read,
            detected.container,
            detected.head.decode("utf-8", "replace").removeprefix("\ufeff"),
            delimiter=check_delimiter(delimiter) if delimiter is not None else None,
            encoding=detected.encoding,
        )


def _in_words(problem: str) -> str:
    """The error message of Python's reader, reworded for users."""
    if "unexpected end" in problem:
        return "a quote is opened here and never closed"
    if "expected after" in problem:
        return "a quote inside a quoted cell is not doubled, or something follows the closing quote"
    return f"the row cannot be read ({problem})"
