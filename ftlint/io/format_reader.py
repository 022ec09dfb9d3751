"""The interface of a container's reader: its input and what it yields."""

from collections.abc import Generator, Iterator
from typing import IO

from msgspec import Struct, field

from ftlint.io.block import Fault, ReadOptions, RecordBlock
from ftlint.io.compression import Compression
from ftlint.io.part import WHOLE_FILE, FilePart
from ftlint.io.rows import Row, RowColumns, blocks_of
from ftlint.io.source import Source
from ftlint.io.stream import Stream, open_source, whole_file


class DetectedFormat(Struct):
    """How to read one file. ``readable`` is false if it has no readable data; the faults say why."""

    container: str
    compression: Compression | None
    head: bytes = b""
    """The first bytes, decompressed and decoded."""
    encoding: str | None = None
    in_lines: bool = False
    """JSON with one record per line, whose lines can be retained verbatim."""
    readable: bool = True
    faults: list[Fault] = field(default_factory=list)


class ReaderInput(Struct):
    """One file to be read, or a part of it. ``size`` is that of the entire file on disk."""

    source: Source
    detected: DetectedFormat
    options: ReadOptions
    part: FilePart = WHOLE_FILE
    size: int = 0
    faults_at_end: list[Fault] = field(default_factory=list)
    """Faults to be reported after the records."""

    def open_seekable(self) -> IO[bytes]:
        """The entire file, decompressed and with random access, for containers that are read from their end."""
        if self.detected.compression is None:
            return open_source(self.source)
        stream = Stream(self.source, self.detected.compression)
        try:
            return whole_file(stream)
        finally:
            self.faults_at_end += stream.faults()
            stream.close()


class FormatReader:
    """Reads one file of one container, or a part of it. Subclasses define ``rows``, or override ``blocks``."""

    columns: list[str] | None = None
    """The names of a table's columns."""
    count: int = 0
    """The number of rows, in a container that is split by rows."""

    def __init__(self, given: ReaderInput) -> None:
        self.given = given

    def rows(self, stream: Stream) -> Iterator[Row | RowColumns]:
        """The rows of the file. ``stream`` has its bytes, decompressed and decoded."""
        raise NotImplementedError

    def blocks(self, stream: Stream) -> Generator[RecordBlock, None, None]:
        """The records in file order with every fault. Called once."""
        return blocks_of(self.rows(stream), self.given.options.block_bytes, self.given.part)
