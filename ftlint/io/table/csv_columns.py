"""CSV in columns: chunks that end where a row ends, and the texts of a chunk's cells without a Python object for each.

polars reads most tables in its own threads, but it is more lenient than the strict reader (``ftlint.io.table.csv``). So
a chunk is read here only if all of it is surely plain; in any doubtful case it is read row by row.
"""

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from ftlint._polars import pl
from ftlint.io.compression import Read
from ftlint.io.encoding import BOM

if TYPE_CHECKING:
    from polars import DataFrame

CHUNK = 2 << 20
# A longer row over several lines is treated as one with a quote that is never closed.
MAX_ROW_LENGTH = 16 << 20
# What Python strips from a text.
BLANK = r"^[\s\x1c-\x1f]*$"


class RowChunks:
    """Chunks of bytes that end where a row ends, as far as counting quotes can tell.

    As long as ``one_row`` is set, a chunk is one row.
    """

    def __init__(self, read: Read, size: int = CHUNK) -> None:
        self.one_row = True
        self._read, self._size = read, size
        self._rest = b""

    def __iter__(self) -> "RowChunks":
        return self

    def __next__(self) -> bytes:
        pieces: list[bytes] = []
        length, is_open = 0, False
        while data := self._rest or self._read(self._size):
            self._rest = b""
            end, is_open = self._end_of_row(data, is_open)
            if not end and length + len(data) > MAX_ROW_LENGTH:
                end = data.rfind(b"\n") + 1
            if end:
                self._rest = data[end:]
                return b"".join([*pieces, data[:end]])
            pieces.append(data)
            length += len(data)
        if not pieces:
            raise StopIteration
        return b"".join(pieces)

    def _end_of_row(self, data: bytes, is_open: bool) -> tuple[int, bool]:
        """The end of the first or last row in the data (0: none), and whether a quote is open at the end of the data.

        ``is_open`` says whether one is open at its beginning.
        """
        if self.one_row:
            return _first_end(data, is_open)
        open_at_end = is_open ^ bool(data.count(b'"') & 1)
        open_here, place = open_at_end, len(data)
        while (newline := data.rfind(b"\n", 0, place)) >= 0:
            open_here ^= bool(data.count(b'"', newline, place) & 1)
            if not open_here:
                return newline + 1, open_at_end
            place = newline
        return 0, open_at_end


def _first_end(data: bytes, is_open: bool) -> tuple[int, bool]:
    place = 0
    while (newline := data.find(b"\n", place)) >= 0:
        is_open ^= bool(data.count(b'"', place, newline) & 1)
        place = newline + 1
        if not is_open:
            return place, False
    return 0, is_open ^ bool(data.count(b'"', place) & 1)


class PlainRows(Struct, frozen=True):
    """Plain rows of a table: the cells of each column as texts, and how many lines each row has."""

    cells: "DataFrame"
    heights: list[int]
    size: int


def decode_rows(chunk: bytes, columns: int, delimiter: str) -> PlainRows | None:
    """The rows of a chunk, with one column of texts for each of the table's; None unless all of it is plain.

    Plain are rows of UTF-8 with as many cells as the header, none of them blank, with quotes only around cells and
    doubled in them.
    """
    if b"\0" in chunk or not delimiter.isascii() or chunk.count(b"\r") != chunk.count(b"\r\n"):
        return None
    # Where files were joined, the mark of the second is reported.
    if chunk.startswith(BOM) or b"\n" + BOM in chunk:
        return None
    whole = chunk if chunk.endswith(b"\n") else chunk + b"\n"
    try:
        text = pl.Series("x", [whole], dtype=pl.Binary).to_frame().select(pl.col("x").cast(pl.String))
        if not text.select(pl.col("x").str.contains(_grammar(delimiter))).item():
            return None
        cells = pl.read_csv(
            whole,
            has_header=False,
            schema={str(place): pl.String for place in range(columns)},
            separator=delimiter,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    return _counted(cells, whole, delimiter, len(chunk))


def _counted(cells: "DataFrame", whole: bytes, delimiter: str, size: int) -> PlainRows | None:
    """The rows, if they have all cells and lines of the chunk."""
    every = pl.all().str
    inside = cells.select(every.count_matches(delimiter, literal=True)).sum().row(0)
    delimiters = cells.height * (cells.width - 1) + sum(inside)
    heights = cells.select(pl.sum_horizontal(every.count_matches("\n", literal=True)) + 1).to_series()
    if delimiters != whole.count(delimiter.encode()) or heights.sum() != whole.count(b"\n"):
        return None
    # One column may have a quoted empty text or a blank line; they differ only in the file.
    blank = pl.all_horizontal(every.contains(BLANK) if cells.width == 1 else pl.all() == "")
    if cells.select(blank.any()).item():
        return None
    return PlainRows(cells, heights.to_list(), size)


@cache
def _grammar(delimiter: str) -> str:
    """A pattern for lines whose cells are quoted entirely or not at all."""
    mark = rf"\x{ord(delimiter):02x}"
    return rf'\A(?:(?:"[^"]*(?:""[^"]*)*"|[^"{mark}\r\n]+)?(?:{mark}|\r?\n))*\z'
