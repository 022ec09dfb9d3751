"""Read one file, or a part of it: its container, its blocks of records, and its SHA-256 at the end."""

from collections.abc import Generator, Iterator
from contextlib import closing

from ftlint.errors import SourceChanged, UsageError
from ftlint.io.block import ReadOptions, RecordBlock, without
from ftlint.io.detect import detect_format
from ftlint.io.format_reader import ReaderInput
from ftlint.io.formats import format_of
from ftlint.io.grouping import grouped
from ftlint.io.part import WHOLE_FILE, FilePart, Unit, split_into_parts
from ftlint.io.source import Source
from ftlint.io.stream import Stream
from ftlint.io.table.csv import check_delimiter


class FileReader:
    """Reads one file, or a part of it. ``columns`` are a table's; ``raw_lines`` says that lines can be retained
    verbatim. ``bytes`` is the size of the entire file, ``sha256`` covers the bytes read.
    """

    def __init__(self, source: Source, options: ReadOptions, part: FilePart = WHOLE_FILE) -> None:
        self._source = source
        self._options = options
        self._part = part
        self._stamp = _stamp(source)
        self.bytes = self._stamp[0]
        self.sha256 = ""
        self.position = 0
        if options.delimiter is not None:
            check_delimiter(options.delimiter)
        detected = detect_format(source, container=options.container, encoding=options.encoding)
        self.container = detected.container
        self.compression = detected.compression
        self._format = format_of(detected.container)
        if source.remote is not None and detected.readable and self._format.content == "binary":
            from ftlint.io.remote.file import at_hand

            self._source = at_hand(source)
        self.raw_lines = detected.in_lines and detected.readable and not options.join_rows
        self._given = ReaderInput(self._source, detected, options, part, self.bytes)
        self._reader = self._format.open(self._given) if detected.readable else None
        self.columns = self._reader.columns if self._reader and not options.join_rows else None

    @property
    def extent(self) -> tuple[Unit, int]:
        """The unit by which the file can be split (bytes or rows) and its size in that unit; "whole" if it cannot."""
        if self._options.join_rows:
            return "whole", 1
        unit = self._format.splittable
        # For each part of a remote table the entire file would be fetched.
        if unit == "rows" and self._reader is not None and self._source.remote is None:
            return unit, self._reader.count
        if (
            unit == "bytes"
            and self.raw_lines
            and not self.compression
            and self._given.detected.encoding is None
        ):
            return unit, self.bytes
        return "whole", 1

    def parts(self, step: int) -> list[FilePart]:
        """The parts of the file of about ``step`` bytes, if it can be split; otherwise one part."""
        unit, size = self.extent
        return split_into_parts(unit, size, max(1, size * step // max(1, self.bytes)))

    def blocks(self) -> Iterator[RecordBlock]:
        """The records in file order with every fault. To be called once."""
        detected = self._given.detected
        stream = Stream(self._source, self.compression, detected.encoding, self._part)
        faults = list(detected.faults) if self._part.is_first else []
        try:
            # A thread that reads ahead must have ended before the stream is closed.
            with closing(self._blocks(stream)) as blocks:
                for block in blocks:
                    block.faults[:0] = faults
                    faults = []
                    self.position = stream.position
                    yield block
            faults += [*self._given.faults_at_end, *stream.faults()]
            if faults:
                yield RecordBlock([], (), (), faults)
            # The rows of a table are not a byte range of its file, so a part of them has no hash of its own.
            self.sha256 = stream.finish() if self._part.unit != "rows" else ""
            self.position = stream.position
        except OSError as error:
            raise UsageError(f"{self._source.name}: cannot be read ({error.strerror or error})") from None
        finally:
            stream.close()

    def changed(self) -> bool:
        """Whether the file has changed since it was opened."""
        if self._source.remote is not None:
            from ftlint.io.remote.file import was_replaced

            return was_replaced(self._source.remote)
        try:
            return _stamp(self._source) != self._stamp
        except UsageError:
            return True

    def check_unchanged(self) -> None:
        """Raise SourceChanged if the file on disk has changed since it was opened."""
        if self.changed():
            raise SourceChanged(f"{self._source.name} changed while it was read")

    def _blocks(self, stream: Stream) -> Generator[RecordBlock, None, None]:
        if self._reader is None:
            return
        with closing(self._reader.blocks(stream)) as blocks:
            left = without(blocks, self._options.left_out) if self._options.left_out else blocks
            yield from grouped(left, self._options.join_rows) if self._options.join_rows else left


def open_reader(source: Source, options: ReadOptions, part: FilePart = WHOLE_FILE) -> FileReader:
    """Open a file, or a part of it. Raises UsageError if it cannot be read or does not fit the options."""
    try:
        return FileReader(source, options, part)
    except OSError as error:
        raise UsageError(f"{source.name}: cannot be read ({error.strerror or error})") from None


def _stamp(source: Source) -> tuple[int, int | str]:
    """Size and time of the last change; of a remote file, size and version when it was found."""
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
