"""A file's bytes on the way to its reader: hashed as they lie on disk, unpacked, made UTF-8."""

import hashlib
import io
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO

from ftlint.quote import quote
from ftlint.read.compression import Compression, Unpacked
from ftlint.read.encoding import Transcoded
from ftlint.read.fault import Fault
from ftlint.read.part import WHOLE, Part, PartOfLines
from ftlint.read.source import Source

PIECE = 1 << 20
# Hashing less than this takes less time than telling a thread to.
SMALL = 1 << 18


class Stream:
    """The bytes of one source, or of a part of its lines, to be read once from the beginning to the end."""

    def __init__(
        self,
        source: Source,
        compression: Compression | None,
        encoding: str | None = None,
        part: Part = WHOLE,
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
        """What went wrong while unpacking; known at the end."""
        if self._unpacked is None or self._unpacked.trouble is None:
            return []
        words = f"{quote(self._name)}: {self._unpacked.trouble}; what could be unpacked before was read"
        return [Fault("not-data", words, healable=False, incomplete=True)]

    def finish(self) -> str:
        """Read what is left on disk, close the file and give the SHA-256 of all of it, or of the part."""
        while self._read_disk(PIECE):
            pass
        self.close()
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._hash.close()


class Hasher:
    """SHA-256 in a thread beside the reader's, which needs the processor for itself."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None

    def update(self, data: bytes) -> None:
        """Add bytes. Waits for those before, so that never more than two pieces are held."""
        self._wait()
        if len(data) < SMALL:
            self._hash.update(data)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ftlint-hash")
        self._running = self._pool.submit(self._hash.update, data)

    def hexdigest(self) -> str:
        """The digest of all bytes so far."""
        self._wait()
        return self._hash.hexdigest()

    def close(self) -> None:
        """End the thread."""
        self._wait()
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def _wait(self) -> None:
        if self._running is not None:
            self._running.result()
            self._running = None


def open_source(source: Source, until: int | None = None) -> IO[bytes]:
    """The source's bytes as they lie on disk, in memory or elsewhere, as a file that can be sought in.

    ``until`` is where the reader is going to end: of what lies elsewhere little beyond it is fetched, and a read gives
    fewer bytes than asked for where it gets there.
    """
    if source.data is not None:
        return io.BytesIO(source.data)
    if source.path is None and source.remote is not None:
        from ftlint.read.remote.file import open_remote

        return open_remote(source, until)
    if source.pieces:
        from ftlint.read.joined import JoinedFile

        return io.BufferedReader(JoinedFile(source.pieces), PIECE)
    if source.path is None:
        return io.BytesIO()
    return source.path.open("rb")


def whole_file(stream: Stream) -> IO[bytes]:
    """All bytes of a stream as a file that can be sought in, for containers that are read from their end."""
    spooled = tempfile.SpooledTemporaryFile(max_size=64 << 20)  # noqa: SIM115 - the caller closes it
    while piece := stream.read(PIECE):
        spooled.write(piece)
    spooled.seek(0)
    return spooled
