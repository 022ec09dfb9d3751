"""One reading of one file: what it is, its blocks of records, and its fingerprint at the end."""

import io
from collections.abc import Iterator

from ftlint.errors import UsageError
from ftlint.read.container import readers
from ftlint.read.delimiter import check_delimiter
from ftlint.read.fault import Block
from ftlint.read.json_document import DocumentReader, read_document
from ftlint.read.jsonl import LineOptions, read_lines
from ftlint.read.left_out import without
from ftlint.read.offered import rows_of
from ftlint.read.opening import Opening, open_file
from ftlint.read.options import ReadOptions
from ftlint.read.parquet import ParquetReader
from ftlint.read.plain import read_plain
from ftlint.read.rows import blocks_of
from ftlint.read.sheet import SheetReader
from ftlint.read.source import Source
from ftlint.read.stream import Stream, open_source, whole_file
from ftlint.read.table import TableReader
from ftlint.read.text_window import TextWindow
from ftlint.read.transcript import read_transcript

TABLES = ("csv", "tsv")


class Reading:
    """One file on its way in. ``columns`` are a table's; ``raw_lines`` says that lines can be kept verbatim."""

    def __init__(self, source: Source, options: ReadOptions) -> None:
        self._source = source
        self._options = options
        self._stamp = _stamp(source)
        self.bytes = self._stamp[0]
        self.sha256 = ""
        self.position = 0
        self._delimiter = check_delimiter(options.delimiter) if options.delimiter is not None else None
        self._opening: Opening = open_file(source, container=options.container, encoding=options.encoding)
        self.container = self._opening.container
        self.compression = self._opening.compression
        self.raw_lines = self._opening.in_lines and self._opening.readable
        self._book: SheetReader | ParquetReader | None = self._open_binary()
        self.columns = self._columns()

    def blocks(self) -> Iterator[Block]:
        """The records in file order with every fault. To be called once."""
        stream = Stream(self._source, self.compression, self._opening.encoding)
        faults = list(self._opening.faults)
        try:
            blocks = self._blocks(stream)
            for block in without(blocks, self._options.left_out) if self._options.left_out else blocks:
                block.faults[:0] = faults
                faults = []
                self.position = stream.position
                yield block
            faults += stream.faults()
            if faults:
                yield Block([], (), (), faults)
            self.sha256 = stream.finish()
            self.position = stream.position
        except OSError as error:
            raise UsageError(f"{self._source.name}: cannot be read ({error.strerror or error})") from None
        finally:
            stream.close()

    def changed(self) -> bool:
        """Whether the file on disk is not what it was when it was opened."""
        try:
            return _stamp(self._source) != self._stamp
        except UsageError:
            return True

    def _blocks(self, stream: Stream) -> Iterator[Block]:
        opening, options = self._opening, self._options
        if not opening.readable:
            return iter(())
        if isinstance(self._book, SheetReader):
            return blocks_of(self._book.rows(), options.block_bytes)
        if isinstance(self._book, ParquetReader):
            return blocks_of(self._book.rows(options.block_bytes), options.block_bytes)
        if self.container in TABLES:
            return blocks_of(self._table(stream).rows(), options.block_bytes)
        if self.container in readers():
            return blocks_of(rows_of(readers()[self.container], whole_file(stream)), options.block_bytes)
        if self.container == "txt" and options.speakers:
            rows = read_transcript(stream.read, options.speakers, opening.encoding)
            return blocks_of(rows, options.block_bytes)
        if self.container == "txt":
            return blocks_of(read_plain(stream.read, opening.encoding), options.block_bytes)
        if opening.in_lines:
            lines = LineOptions(
                heal=options.heal,
                keep_raw=options.keep_raw,
                block_bytes=options.block_bytes,
                encoding=opening.encoding,
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
            file = whole_file(Stream(self._source, self.compression))
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


def open_reading(source: Source, options: ReadOptions) -> Reading:
    """Open a file. Raises UsageError where it cannot be read at all or the options name what is not there."""
    try:
        return Reading(source, options)
    except OSError as error:
        raise UsageError(f"{source.name}: cannot be read ({error.strerror or error})") from None


def _stamp(source: Source) -> tuple[int, int]:
    """Size and time of the last change."""
    if source.path is None:
        return len(source.data or b""), 0
    if source.path.is_dir():
        raise UsageError(f"{source.name} is a folder; name a file in it")
    try:
        stat = source.path.stat()
    except OSError as error:
        raise UsageError(f"{source.name}: cannot be read ({error.strerror or error})") from None
    return stat.st_size, stat.st_mtime_ns
