"""The byte stream of a source: hashed as on disk, decompressed, decoded to UTF-8, split into complete lines."""

import codecs
import hashlib
import io
import os
import re
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO

from ftlint.display import quote
from ftlint.io.block import Fault
from ftlint.io.compression import Compression, Read, Unpacked
from ftlint.io.encoding import BOM, Transcoded
from ftlint.io.part import WHOLE_FILE, FilePart, PartOfLines
from ftlint.io.source import Source
from ftlint.prefetch import BackgroundCall


def chunks(read: Read, size: int) -> Iterator[bytes]:
    """Chunks of complete lines. A line longer than ``size`` makes its chunk longer."""
    pending: list[bytes | memoryview] = []
    while data := read(size):
        cut = data.rfind(b"\n") + 1
        if not cut:
            pending.append(data)
            continue
        # A view, so that the bytes are copied once.
        pending.append(memoryview(data)[:cut])
        yield b"".join(pending)
        pending = [data[cut:]] if cut < len(data) else []
    if pending:
        yield b"".join(pending)


CHUNK = 1 << 20
# Hashing less than this takes less time than handing it to a thread.
MIN_THREAD_BYTES = 1 << 18


class Stream:
    """The bytes of one source, or of a part of its lines, to be read once from the beginning to the end."""

    def __init__(
        self,
        source: Source,
        compression: Compression | None,
        encoding: str | None = None,
        part: FilePart = WHOLE_FILE,
    ) -> None:
        self._name = source.name
        self._file: IO[bytes] = open_source(source, part.end if part.unit == "bytes" else None)
        self._hash = Hasher()
        self.position = self.begin = 0
        self._lines: Callable[[int], bytes] = self._file.read
        if part.unit == "bytes":
            lines = PartOfLines(self._file, part)
            self._lines, self.begin = lines.read, lines.begin
        self._unpacked = Unpacked(self._read_disk, compression) if compression else None
        self.read = self._unpacked.read if self._unpacked else self._read_disk
        if encoding:
            self.read = Transcoded(self.read, encoding).read

    def _read_disk(self, size: int) -> bytes:
        data = self._lines(size)
        self._hash.update(data)
        self.position += len(data)
        return data

    def faults(self) -> list[Fault]:
        """The errors of decompression; known at the end."""
        if self._unpacked is None or self._unpacked.trouble is None:
            return []
        words = f"{quote(self._name)}: {self._unpacked.trouble}; what could be unpacked before was read"
        return [Fault("not-data", words, healable=False, incomplete=True)]

    def finish(self) -> str:
        """Read the rest from disk, close the file and return the SHA-256 of all bytes of the file or the part."""
        while self._read_disk(CHUNK):
            pass
        self.close()
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._hash.close()


class Hasher:
    """SHA-256 in a second thread, so that the reader's thread is not slowed down."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._update = BackgroundCall("ftlint-hash")

    def update(self, data: bytes) -> None:
        """Add bytes. Waits for the previous ones, so that at most two chunks are in memory."""
        if len(data) < MIN_THREAD_BYTES:
            self._update.wait()
            self._hash.update(data)
        else:
            self._update.start(self._hash.update, data)

    def hexdigest(self) -> str:
        """The digest of all bytes so far."""
        self._update.wait()
        return self._hash.hexdigest()

    def close(self) -> None:
        """End the thread."""
        self._update.close()


def open_source(source: Source, until: int | None = None) -> IO[bytes]:
    """The source's bytes as stored on disk, in memory or remotely, as a seekable file.

    ``until`` is where the reader is going to end: of a remote file little beyond it is fetched, and a read that
    reaches it returns fewer bytes than requested.
    """
    if source.data is not None:
        return io.BytesIO(source.data)
    if source.path is None and source.remote is not None:
        from ftlint.io.remote.file import open_remote

        return open_remote(source, until)
    if source.pieces:
        return io.BufferedReader(JoinedFile(source.pieces), CHUNK)
    if source.path is None:
        return io.BytesIO()
    return source.path.open("rb")


def whole_file(stream: Stream) -> IO[bytes]:
    """All bytes of a stream as a seekable file, for containers that are read from their end."""
    spooled = tempfile.SpooledTemporaryFile(max_size=64 << 20)  # noqa: SIM115 - the caller closes it
    while chunk := stream.read(CHUNK):
        spooled.write(chunk)
    spooled.seek(0)
    return spooled


BLANKS = re.compile(r"[ \t\r\n]*")
UNDECODED = re.compile("[\udc80-\udcff]")


class TextWindow:
    """The text of a UTF-8 stream from the current position on. Bytes that are not UTF-8 become surrogates."""

    def __init__(self, read: Read, chunk: int = CHUNK) -> None:
        self._read = read
        self._piece = chunk
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.text = ""
        self.at = 0
        self.line = 1
        self.offset = 0
        self.ended = False
        self.marked = False
        self.dirty = False
        self._counted = 0
        self._begin()

    def _begin(self) -> None:
        while not self.text and self.more():
            pass
        if self.text.startswith(BOM.decode()):
            self.marked = True
            self.at = self._counted = 1
            self.offset = len(BOM)

    def more(self) -> bool:
        """Read more; false at the end of the stream."""
        if self.ended:
            return False
        # Doubling makes the cost of a long value proportional to its length.
        data = self._read(max(self._piece, len(self.text) - self.at))
        self.ended = not data
        new = self._decoder.decode(data, self.ended)
        self.dirty = self.dirty or UNDECODED.search(new) is not None
        self.text += new
        return bool(new) or not self.ended

    def skip_blanks(self) -> str:
        """Advance to the next character that is not blank and return it; an empty text at the end."""
        while True:
            found = BLANKS.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def drop_read(self) -> None:
        """Discard the text before the current position after counting its lines and bytes."""
        self.here()
        if self.at > self._piece or self.at == len(self.text):
            self.text, self.at, self._counted = self.text[self.at :], 0, 0

    def here(self) -> tuple[int, int]:
        """The line and the byte offset of the current position."""
        skipped = self.text[self._counted : self.at]
        self.line += skipped.count("\n")
        self.offset += (
            len(skipped.encode("utf-8", "surrogateescape")) if not skipped.isascii() else len(skipped)
        )
        self._counted = self.at
        return self.line, self.offset

    def line_of(self, at: int) -> int:
        """The line of a later position."""
        line, _ = self.here()
        return line + self.text.count("\n", self.at, at)


def printable(text: str) -> str:
    """The text with surrogates for bytes that are not UTF-8 escaped as ``\\xe9``."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class JoinedFile(io.RawIOBase):
    """The concatenation of files, seekable. Only one of them is open at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__()
        self._paths = paths
        self._ends = list(accumulate(path.stat().st_size for path in paths))
        self._at = 0
        self._open: IO[bytes] | None = None
        self._number = -1

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Always true."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position in the concatenation."""
        size = self._ends[-1] if self._ends else 0
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """The position in the concatenation."""
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read on, at most to the end of one file; nothing at the end of the last."""
        number = bisect_right(self._ends, self._at)
        if number == len(self._ends):
            return 0
        start = self._ends[number - 1] if number else 0
        file = self._file(number)
        file.seek(self._at - start)
        room = memoryview(buffer)[: self._ends[number] - self._at]
        count = file.readinto(room)  # type: ignore[attr-defined]
        if not count:
            raise OSError(f"{self._paths[number].name} is shorter than it was")
        self._at += count
        return int(count)

    def close(self) -> None:
        """Close the open file."""
        if self._open is not None:
            self._open.close()
        super().close()

    def _file(self, number: int) -> IO[bytes]:
        if self._open is None or self._number != number:
            if self._open is not None:
                self._open.close()
            self._open, self._number = self._paths[number].open("rb", buffering=0), number
        return self._open
