"""One reading of one file: what it is, its blocks of records, and its fingerprint at the end.

Files that a plug-in reads: records from a function of its own, whatever they look like on disk.
"""

import io
from collections.abc import Iterator
from typing import IO

from ftlint.display import escape
from ftlint.errors import SourceChanged, UsageError
from ftlint.io.block import Block, Fault, ReadOptions, without
from ftlint.io.container import readers
from ftlint.io.detect import Opening, open_file
from ftlint.io.json.document import DocumentReader, read_document
from ftlint.io.json.jsonl import LineOptions, read_lines
from ftlint.io.part import WHOLE, Part, Unit, parts_of
from ftlint.io.rows import Row, blocks_of
from ftlint.io.source import Source
from ftlint.io.stream import Stream, TextWindow, open_source, whole_file
from ftlint.io.table.csv import TableReader, check_delimiter
from ftlint.io.table.parquet import ParquetReader
from ftlint.io.table.xlsx import SheetReader
from ftlint.io.text import read_plain, read_transcript
from ftlint.plugins import Offer


def rows_of(offer: Offer, file: IO[bytes]) -> Iterator[Row]:
    """The rows that the plug-in's function gives for the bytes of a file; its records' lines are their numbers.

    What it raises ends the file with a fault, as damage does: the data may be at fault as well as the plug-in.
    """
    read = offer.load()
    number = 0
    try:
        for number, record in enumerate(read(file), 1):
            if isinstance(record, dict):
                yield Row(number, record, size=len(repr(record)))
            else:
                words = f"{offer} gave {type(record).__name__} for a record, not a dict"
                yield Row(
                    number,
                    faults=[Fault("not-object", words, number, number, healable=False, incomplete=False)],
                )
    except Exception as error:
        words = f"{offer} could not read on: {type(error).__name__}: {escape(str(error))}"
        yield Row(
            number + 1,
            faults=[Fault("not-data", words, number + 1, healable=False, incomplete=True)],
            is_row=False,
        )


TABLES = ("csv", "tsv")


class Reading:
    """One file on its way in, or a part of it. ``columns`` are a table's; ``raw_lines`` says that lines can be kept
    verbatim. ``bytes`` is the size of the whole file, ``sha256`` is of what was read.
    """

    def __init__(self, source: Source, options: ReadOptions, part: Part = WHOLE) -> None:
        self._source = source
        self._options = options
        self._part = part
        self._stamp = _stamp(source)
        self.bytes = self._stamp[0]
        self.sha256 = ""
        self.position = 0
        self._delimiter = check_delimiter(options.delimiter) if options.delimiter is not None else None
        self._opening: Opening = open_file(source, container=options.container, encoding=options.encoding)
        self.container = self._opening.container
        self.compression = self._opening.compression
        if source.remote is not None and self._opening.readable and self.container in ("xlsx", "parquet"):
            from ftlint.io.remote.file import at_hand

            self._source = at_hand(source)
        self._packed: Stream | None = None
        self.raw_lines = self._opening.in_lines and self._opening.readable
        self._book: SheetReader | ParquetReader | None = self._open_binary()
        self.columns = self._columns()

    @property
    def extent(self) -> tuple[Unit, int]:
        """What the file can be cut by, bytes or rows, and how many of these it has; "whole" where it cannot be."""
        if isinstance(self._book, ParquetReader):
            # Of a table elsewhere every part would fetch the whole.
            return ("rows", self._book.count) if self._source.remote is None else ("whole", 1)
        if self.raw_lines and self.compression is None and self._opening.encoding is None:
            return "bytes", self.bytes
        return "whole", 1

    def parts(self, step: int) -> list[Part]:
        """The file in parts of about ``step`` bytes, where it can be read in parts; otherwise as a whole."""
        unit, size = self.extent
        return parts_of(unit, size, max(1, size * step // max(1, self.bytes)))

    def blocks(self) -> Iterator[Block]:
        """The records in file order with every fault. To be called once."""
        stream = Stream(self._source, self.compression, self._opening.encoding, self._part)
        faults = list(self._opening.faults) if self._part.is_first else []
        try:
            blocks = self._blocks(stream)
            for block in without(blocks, self._options.left_out) if self._options.left_out else blocks:
                block.faults[:0] = faults
                faults = []
                self.position = stream.position
                yield block
            faults += (self._packed or stream).faults()
            if faults:
                yield Block([], (), (), faults)
            # Rows of a table lie anywhere in its file, so a part of them has no bytes of its own.
            self.sha256 = stream.finish() if self._part.unit != "rows" else ""
            self.position = stream.position
        except OSError as error:
            raise UsageError(f"{self._source.name}: cannot be read ({error.strerror or error})") from None
        finally:
            stream.close()

    def changed(self) -> bool:
        """Whether the file is not what it was when it was opened."""
        if self._source.remote is not None:
            from ftlint.io.remote.file import was_replaced

            return was_replaced(self._source.remote)
        try:
            return _stamp(self._source) != self._stamp
        except UsageError:
            return True

    def check_unchanged(self) -> None:
        """Raise SourceChanged where the file on disk is not what it was when it was opened."""
        if self.changed():
            raise SourceChanged(f"{self._source.name} changed while it was read")

    def _blocks(self, stream: Stream) -> Iterator[Block]:
        opening, options = self._opening, self._options
        if not opening.readable:
            return iter(())
        if isinstance(self._book, SheetReader):
            return blocks_of(self._book.rows(), options.block_bytes)
        if isinstance(self._book, ParquetReader):
            rows = self._book.rows(options.block_bytes, self._part)
            return blocks_of(rows, options.block_bytes, self._part)
        if self.container in TABLES:
            return blocks_of(self._table(stream).rows(), options.block_bytes)
        if self.container in readers():
            return blocks_of(rows_of(readers()[self.container], whole_file(stream)), options.block_bytes)
        if self.container == "txt" and options.speakers:
            turns = read_transcript(stream.read, options.speakers, opening.encoding)
            return blocks_of(turns, options.block_bytes)
        if self.container == "txt":
            return blocks_of(read_plain(stream.read, opening.encoding), options.block_bytes)
        if opening.in_lines:
            lines = LineOptions(
                heal=options.heal,
                keep_raw=options.keep_raw,
                block_bytes=options.block_bytes,
                encoding=opening.encoding,
                part=self._part,
                begin=stream.begin,
            )
            return read_lines(stream.read, lines)
        in_lines = self.container == "jsonl"
        reader = DocumentReader(
            TextWindow(stream.read), options.heal, in_lines=in_lines, encoding=opening.encoding
        )
        return read_document(reader, options.block_bytes)

    def _table(self, stream: Stream | None) -> TableReader:
        head = self._opening.head
        return TableReader(
            stream.read if stream else io.BytesIO(head).read,
            self.container,
            head.decode("utf-8", "replace").removeprefix("\ufeff"),
            delimiter=self._delimiter,
            encoding=self._opening.encoding,
        )

    def _open_binary(self) -> SheetReader | ParquetReader | None:
        """Workbooks and Parquet files are read from their end, so they are opened as a whole."""
        if not self._opening.readable or self.container not in ("xlsx", "parquet"):
            return None
        path = self._source.path
        if self.container == "parquet" and path is not None and self.compression is None:
            return ParquetReader(str(path), self._source.name, self.bytes)
        if self.compression is None:
            file = open_source(self._source)
        else:
            self._packed = Stream(self._source, self.compression)
            file = whole_file(self._packed)
        if self.container == "parquet":
            return ParquetReader(file, self._source.name, self.bytes)
        return SheetReader(file, self._source.name, self._options.sheet)

    def _columns(self) -> list[str] | None:
        if isinstance(self._book, SheetReader):
            return self._book.columns.names if self._book.columns else None
        if isinstance(self._book, ParquetReader):
            return self._book.columns
        if self._opening.readable and self.container in TABLES:
            return self._table(None).header()
        return None


def open_reading(source: Source, options: ReadOptions, part: Part = WHOLE) -> Reading:
    """Open a file, or a part of it. Raises UsageError where it cannot be read, or options name what is not there."""
    try:
        return Reading(source, options, part)
    except OSError as error:
        raise UsageError(f"{source.name}: cannot be read ({error.strerror or error})") from None


def _stamp(source: Source) -> tuple[int, int | str]:
    """Size and time of the last change; of what lies elsewhere, size and version as it was found."""
    if source.remote is not None:
        return source.remote.size, source.remote.version
    if source.path is None and not source.pieces:
        return len(source.data or b""), 0
    if source.path is not None and source.path.is_dir():
        raise UsageError(f"{source.name} is a folder; name a file in it")
    try:
        stats = [path.stat() for path in source.pieces or [source.path] if path is not None]
    except OSError as error:
        raise UsageError(f"{source.name}: cannot be read ({error.strerror or error})") from None
    return sum(stat.st_size for stat in stats), max(stat.st_mtime_ns for stat in stats)
