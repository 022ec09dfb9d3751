"""A remote file with random access, read ahead in growing ranges.

Sequential reads from any position fetch larger and larger ranges, the next one in the background while one is used; a
seek starts with a small one again. So reading an entire file takes few requests, and reading a part of it fetches
little more than its bytes.
"""

import io
from collections import OrderedDict
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import IO, Protocol

from ftlint.io.address import WEB, Remote, scheme_of
from ftlint.io.remote.storage import IncompleteRead, RemoteFileInfo, Stored, storage_errors
from ftlint.io.remote.web import OnWeb
from ftlint.io.source import Source, spool

# The first range is what the format is detected from.
FIRST_RANGE = 256 << 10
MAX_RANGE = 8 << 20
# For a line that continues after the requested end.
READ_BEYOND = 64 << 10
OPEN_FILES = 8
COPIES = 8


class Place(Protocol):
    """Access to one remote file."""

    def info(self) -> RemoteFileInfo:
        """Query its current metadata."""

    def fetch(self, start: int, end: int) -> bytes:
        """Fetch a range of its bytes."""


class OpenRemote:
    """One version of a remote file, as open in this process: its access and its beginning."""

    def __init__(self, remote: Remote) -> None:
        self.remote = remote
        self._place: Place = OnWeb(remote) if scheme_of(remote.url) in WEB else Stored(remote)
        self._head: bytes | None = None

    def info(self) -> RemoteFileInfo:
        """Query its current metadata. Raises UsageError if there is no file."""
        with storage_errors(self.remote.url):
            return self._place.info()

    def fetch(self, start: int, end: int) -> bytes:
        """The bytes from ``start`` up to ``end`` (exclusive): all of them, or UsageError."""
        with storage_errors(self.remote.url):
            data = self._place.fetch(start, end)
            if len(data) != end - start:
                came = f"{len(data):,} of {end - start:,} bytes from {start:,} on"
                raise IncompleteRead(f"only {came} came")
            return data

    def head(self) -> bytes:
        """The first range, fetched once."""
        if self._head is None:
            self._head = self.fetch(0, min(FIRST_RANGE, self.remote.size)) if self.remote.size else b""
        return self._head


_open_versions: OrderedDict[tuple[str, str], OpenRemote] = OrderedDict()
_copies: OrderedDict[tuple[str, str], Path] = OrderedDict()


def open_version(remote: Remote) -> OpenRemote:
    """The open file of this process."""
    key = (remote.url, remote.version)
    found = _open_versions.pop(key, None) or OpenRemote(remote)
    _open_versions[key] = found
    while len(_open_versions) > OPEN_FILES:
        _open_versions.popitem(last=False)
    return found


class RemoteFile(io.RawIOBase):
    """A remote file. ``until``: where the reader is going to end, so that little beyond it is fetched."""

    def __init__(self, remote: Remote, until: int | None = None) -> None:
        super().__init__()
        self._version = open_version(remote)
        self._size = remote.size
        self._until = self._size if until is None else min(until, self._size)
        self._at = 0
        self._range_start, self._range = 0, b""
        self._step = FIRST_RANGE
        self._ahead: tuple[int, Future[bytes]] | None = None

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Always true."""
        return True

    def tell(self) -> int:
        """The current read position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the read position; nothing is fetched until the next read."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """As many bytes as requested; fewer only at the end of the file and after ``until``."""
        left = max(0, self._size - self._at)
        remaining = left if size is None or size < 0 else min(size, left)
        ranges: list[bytes] = []
        while remaining and not (ranges and self._until <= self._at < self._size):
            inside = self._at - self._range_start
            if not 0 <= inside < len(self._range):
                self._fill()
                continue
            data_range = self._range[inside : inside + remaining]
            ranges.append(data_range)
            self._at += len(data_range)
            remaining -= len(data_range)
        return ranges[0] if len(ranges) == 1 else b"".join(ranges)

    def readall(self) -> bytes:
        """All remaining bytes."""
        return self.read()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Stop fetching."""
        self._ahead, self._range = None, b""
        super().close()

    def _fill(self) -> None:
        """Load the range that begins at the read position."""
        at, is_sequential = self._at, self._at == self._range_start + len(self._range) and bool(self._range)
        ahead, self._ahead = self._ahead, None
        if at < min(FIRST_RANGE, self._size):
            self._range_start, self._range, self._step = 0, self._version.head(), FIRST_RANGE
            return
        self._step = min(self._step * 2, MAX_RANGE) if is_sequential else FIRST_RANGE
        if ahead is not None and ahead[0] == at:
            data = ahead[1].result()
        else:
            data = self._version.fetch(at, self._end_of(at))
        self._range_start, self._range = at, data
        if is_sequential:
            self._read_ahead(at + len(data))

    def _read_ahead(self, at: int) -> None:
        if at >= self._until:
            return
        future: Future[bytes] = Future()
        end = min(at + min(self._step * 2, MAX_RANGE), self._until)

        def fetch() -> None:
            try:
                future.set_result(self._version.fetch(at, end))
            except BaseException as error:
                future.set_exception(error)

        # No pool: the end of the program must not wait for a server.
        Thread(target=fetch, name="ftlint-fetch", daemon=True).start()
        self._ahead = (at, future)

    def _end_of(self, at: int) -> int:
        if at >= self._until:
            # A line may be long: each range doubles the total of all before.
            return min(at + max(READ_BEYOND, at - self._until), self._size)
        return min(at + self._step, self._until)


def at_hand(source: Source) -> Source:
    """The source with its bytes in a temporary file, for containers that are read from their end.

    The last few copies are cached: a file is often read more than once.
    """
    remote = source.remote
    if remote is None or source.path is not None:
        return source
    key = (remote.url, remote.version)
    path = _copies.pop(key, None)
    if path is None:
        with RemoteFile(remote) as file:
            path = spool(file)  # type: ignore[arg-type]
    _copies[key] = path
    while len(_copies) > COPIES:
        _copies.popitem(last=False)[1].unlink(missing_ok=True)
    return Source(source.name, path, None, remote=remote)


def open_remote(source: Source, until: int | None = None) -> IO[bytes]:
    """The bytes of a remote source."""
    assert source.remote is not None
    return RemoteFile(source.remote, until)  # type: ignore[return-value]


def was_replaced(remote: Remote) -> bool:
    """Whether the storage has another version now. Raises UsageError if it has none."""
    info = open_version(remote).info()
    return info.version != remote.version or info.size not in (None, remote.size)
