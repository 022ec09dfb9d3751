"""Reader for JSON Lines: clean chunks are decoded at once, others line by line, with every fault of the bytes.

Each chunk is first scanned for what the fast decoder does not report: separators at which other readers split,
carriage returns, and duplicate keys. For the latter the quote-colon marks of keys in the bytes are counted and
compared with the keys of the decoded records, because a duplicate key is decoded once.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ftlint._polars import pl
from ftlint.io.block import FaultKind, Record, RecordBlock
from ftlint.io.columnar import decode_uniform_lines
from ftlint.io.compression import Read
from ftlint.io.flat import read_flat
from ftlint.io.format_reader import FormatReader, ReaderInput
from ftlint.io.json.block_builder import BlockBuilder
from ftlint.io.json.chats import decode_chats, without_collector
from ftlint.io.json.document import JsonReader
from ftlint.io.json.line import LinePosition, LineReader
from ftlint.io.json.strict import tally
from ftlint.io.part import WHOLE_FILE, FilePart
from ftlint.io.stream import Stream, chunks
from ftlint.json_values import decode_json
from ftlint.prefetch import prefetch

if TYPE_CHECKING:
    from polars import DataFrame

SEPARATOR = "[\u2028\u2029\u0085]"
# A quote and a colon end a key. After an escaped quote they are text, and are subtracted again, unless the backslash
# before that quote is itself escaped.
KEY_MARK = r'"[ \t\r]*:'
ESCAPED_MARK = r'\\"[ \t\r]*:'
BACKSLASHES_MARK = r'\\\\+"[ \t\r]*:'
UNESCAPED_MARK = r'[^\\](?:\\\\)*"[ \t\r]*:'
# The fast decoder reads this integer without its sign.
NEGATIVE_ZERO = r"[:,\[][ \t\r]*-0[ \t\r]*[,\]}]"
IS_NEGATIVE_ZERO = re.compile(NEGATIVE_ZERO.encode())


class PreScan(Struct, frozen=True):
    """The result of scanning a chunk.

    ``marks`` is None if the bytes are not UTF-8, or if the fast decoder would change a number.
    ``columns`` are its records if all certainly have one layout (see ``ftlint.io.columnar``).
    """

    marks: int | None
    separators: bool
    returns: bool
    columns: "DataFrame | None" = None


def prescan(chunk: bytes) -> PreScan:
    """Scan a chunk, and decode it if all its lines certainly have one layout."""
    if (flat := read_flat(chunk)) is not None:
        return PreScan(flat.keys, False, flat.returns, flat.columns)
    return prescan_by_patterns(chunk)


def prescan_by_patterns(chunk: bytes) -> PreScan:
    """The scan of any chunk. Only a select of polars releases the lock for other Python threads."""
    returns = b"\r" in chunk
    try:
        # Once, because it copies and checks every byte.
        frame = pl.Series("x", [chunk], dtype=pl.Binary).to_frame().select(pl.col("x").cast(pl.String))
    except pl.exceptions.PolarsError:
        return PreScan(None, True, returns)
    text = pl.col("x").str
    marks, escaped, separators = frame.select(
        marks=text.count_matches(KEY_MARK),
        escaped=text.count_matches(ESCAPED_MARK),
        separators=text.contains(SEPARATOR),
    ).row(0)
    marks -= escaped
    if escaped:
        runs = frame.select(text.extract_all(BACKSLASHES_MARK).explode()).to_series()
        marks += int((runs.str.count_matches("\\", literal=True) % 2 == 0).sum())
    # A carriage return at the end of a line is a blank to JSON.
    ends = not returns or chunk.count(b"\r\n") == chunk.count(b"\r")
    plain = chunk.endswith(b"\n") and ends and not separators
    columns = decode_uniform_lines(frame, chunk, marks) if plain else None
    is_exact = columns is not None or b"-0" not in chunk or IS_NEGATIVE_ZERO.search(chunk) is None
    return PreScan(marks if is_exact else None, bool(separators), returns, columns)


def prescan_small(chunk: bytes) -> PreScan:
    """The same for a small chunk, without columns: less work than calling polars."""
    returns = b"\r" in chunk
    try:
        text = chunk.decode("utf-8")
    except UnicodeDecodeError:
        return PreScan(None, True, returns)
    marks = len(re.findall(KEY_MARK, text)) - len(re.findall(ESCAPED_MARK, text))
    marks += sum(run.count("\\") % 2 == 0 for run in re.findall(BACKSLASHES_MARK, text))
    return PreScan(marks, re.search(SEPARATOR, text) is not None, returns)


def screen_lines(lines: Sequence[bytes]) -> tuple[list[int | None], list[bool | None]]:
    """For each line the marks of keys and whether a separator is in it; None if it is not UTF-8.

    The marks are also None if the fast decoder would change a number.
    """
    texts = [_text(line) for line in lines]
    found = (
        pl.Series("x", texts, dtype=pl.String)
        .to_frame()
        .select(
            marks=pl.when(~pl.col("x").str.contains(NEGATIVE_ZERO)).then(
                pl.col("x").str.count_matches(UNESCAPED_MARK)
            ),
            separators=pl.col("x").str.contains(SEPARATOR),
        )
    )
    return found["marks"].to_list(), found["separators"].to_list()


def _text(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


# Measured: smaller ones cost calls, larger ones fresh memory, which the system allocates slowly.
CHUNK = 2 << 20
# A chunk up to this size is scanned and decoded faster as Python objects than as columns.
SMALL_CHUNK = 16 << 10


class LineOptions(Struct, frozen=True, kw_only=True):
    """How lines are read: the faults to repair, whether their bytes are retained, the size of a block."""

    heal: frozenset[FaultKind]
    keep_raw: bool
    block_bytes: int
    encoding: str | None = None
    part: FilePart = WHOLE_FILE
    begin: int = 0
    """The offset of the part's first line in the file, in bytes."""


class LinesReader(FormatReader):
    """Reads JSON with one record per line."""

    def blocks(self, stream: Stream) -> Generator[RecordBlock, None, None]:
        """The lines' records in blocks."""
        detected, options = self.given.detected, self.given.options
        lines = LineOptions(
            heal=options.heal,
            keep_raw=options.keep_raw,
            block_bytes=options.block_bytes,
            encoding=detected.encoding,
            part=self.given.part,
            begin=stream.begin,
        )
        return read_lines(stream.read, lines)


def open_jsonl(given: ReaderInput) -> FormatReader:
    """A reader for a file that is named JSON Lines, although it may be one document."""
    return LinesReader(given) if given.detected.in_lines else JsonReader(given)


def read_lines(read: Read, options: LineOptions) -> Generator[RecordBlock, None, None]:
    """Blocks of a JSONL stream. While a chunk is decoded, the next one is read and scanned in a second thread."""
    reader = LineReader(options.heal, options.encoding)
    builder = BlockBuilder(options.part.line, options.part.row, options.keep_raw)
    offset = options.begin
    with closing(_prescanned(chunks(read, min(CHUNK, options.block_bytes)), options)) as screened:
        for chunk, scan in screened:
            _add(chunk, scan, builder, reader, offset)
            offset += len(chunk)
            builder.size += len(chunk)
            if builder.size >= options.block_bytes:
                line, row = builder.line + builder.seen_lines, builder.row + builder.seen_rows
                block, builder = builder.finished(), BlockBuilder(line, row, options.keep_raw)
                yield block
                del block
    if builder.seen_lines:
        yield builder.finished()


Scanned = tuple[bytes, PreScan]


def _prescanned(chunks_read: Iterator[bytes], options: LineOptions) -> Generator[Scanned, None, None]:
    """Every chunk with its scan. A small one is read and scanned here: a thread would cost more."""
    first = next(chunks_read, b"")
    if len(first) <= SMALL_CHUNK:
        if first:
            yield first, prescan(first) if options.keep_raw else prescan_small(first)
        first = next(chunks_read, b"")
    if first:
        yield from prefetch(_with_prescan(chain([first], chunks_read)))


def _with_prescan(chunks_read: Iterator[bytes]) -> Iterator[Scanned]:
    for chunk in chunks_read:
        yield chunk, prescan(chunk)


def _add(chunk: bytes, scan: PreScan, builder: BlockBuilder, reader: LineReader, offset: int) -> None:
    heal = "cr" in reader.heal
    if scan.columns is not None and builder.uniform(scan.columns, heal=heal, returns=scan.returns):
        return
    lines = chunk.split(b"\n")
    ended = not lines[-1]
    if ended:
        lines.pop()
    returns = chunk.count(b"\r\n") if scan.returns else 0
    # To JSON a carriage return at the end of a line is a blank; elsewhere the line needs the strict reader.
    if ended and not scan.separators and (not scan.returns or returns == chunk.count(b"\r")):
        chats = decode_chats(lines, scan.marks) if builder.takes_chats else None
        if chats is not None:
            builder.add_chats(chats, _counted_returns(lines, returns, builder, heal=heal))
            return
        records = _decode_all(lines)
        keys, large = tally(records) if records is not None else (None, True)
        if records is not None and keys == scan.marks and not large:
            builder.clean(records, _counted_returns(lines, returns, builder, heal=heal))
            return
    _add_one_by_one(lines, builder, reader, offset, ended=ended)


def _counted_returns(lines: list[bytes], returns: int, builder: BlockBuilder, *, heal: bool) -> list[bytes]:
    """Report the carriage returns at the ends of lines; the lines, without them if they are healed."""
    if returns:
        builder.returned(returns, next(n for n, line in enumerate(lines) if line.endswith(b"\r")))
    return [line.removesuffix(b"\r") for line in lines] if returns and heal else lines


def _decode_all(lines: list[bytes]) -> list[Record] | None:
    """All lines decoded, or None if one of them is not an object."""
    decode = decode_json
    try:
        with without_collector():
            records: list[Any] = [decode(line) for line in lines]
    except (ValueError, RecursionError):  # msgspec's errors and those of UTF-8 are ValueErrors
        return None
    return records if set(map(type, records)) <= {dict} else None


def _add_one_by_one(
    lines: list[bytes], builder: BlockBuilder, reader: LineReader, offset: int, *, ended: bool
) -> None:
    """Add every line, using the strict reader for those that are not clearly valid."""
    builder.spell_out()
    marks, separators = screen_lines(lines)
    line_end = b"\n" if "cr" in reader.heal else b"\r\n"
    last = len(lines) - 1
    for number, text in enumerate(lines):
        closed = number < last or ended
        record = _decode_plain(text, marks[number]) if closed and separators[number] is False else None
        if record is None:
            place = LinePosition(builder.line + builder.seen_lines, builder.row + builder.seen_rows, offset)
            builder.checked_rows(reader.read_line(text + b"\n" if closed else text, place))
        elif text.endswith(b"\r"):
            builder.returned(1)
            builder.plain(record, text[:-1] + line_end)
        else:
            builder.plain(record, text + b"\n")
        offset += len(text) + 1


def _decode_plain(text: bytes, marks: int | None) -> Record | None:
    """The record of a line with no fault but a CR at its end, or None if the strict reader is needed."""
    if b"\r" in text[:-1]:
        return None
    try:
        record = decode_json(text)
    except (ValueError, RecursionError):
        return None
    if type(record) is not dict:
        return None
    keys, large = tally([record])
    return record if keys == marks and not large else None
