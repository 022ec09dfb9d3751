"""The source of data: a local or remote file, bytes in memory, or a copy of a stream."""

import atexit
import contextlib
import os
import tempfile
from pathlib import Path, PurePath, PurePosixPath
from typing import IO

from msgspec import Struct

from ftlint.io.address import Remote

STDIN = "-"


class Source(Struct, frozen=True):
    """One input: the name shown to the user, and its path, its bytes in memory, or its remote address.

    Both ``path`` and ``remote`` are given if a remote file was copied to a temporary one.
    """

    name: str
    path: Path | None
    data: bytes | None
    is_stdin: bool = False
    remote: Remote | None = None
    pieces: tuple[Path, ...] = ()
    """The files that are read as one, in order, if there are several."""

    @property
    def place(self) -> PurePath | None:
        """The user's path, to locate files next to it; None for standard input."""
        if self.remote is not None:
            return PurePosixPath(self.name)
        return None if self.is_stdin else self.path

    @property
    def local(self) -> Path | None:
        """The user's own file on this machine; None for a temporary copy."""
        return None if self.is_stdin or self.remote is not None else self.path

    @property
    def size(self) -> int | None:
        """Its size in bytes as stored; None for data in memory."""
        if self.remote is not None:
            return self.remote.size
        if self.pieces:
            return sum(path.stat().st_size for path in self.pieces)
        return self.path.stat().st_size if self.path is not None else None

    @property
    def identity(self) -> str:
        """A text that is equal for two sources of the same file, whatever their names."""
        if self.remote is not None:
            return self.remote.url
        return os.path.normcase(os.path.realpath(self.path or self.name))


def spool(stream: IO[bytes]) -> Path:
    """Copy the stream to a temporary file, deleted at exit: a fix reads its input twice."""
    handle, name = tempfile.mkstemp(prefix="ftlint-", suffix=".tmp")
    spooled = Path(name)
    atexit.register(_delete, spooled)
    with os.fdopen(handle, "wb") as out:
        while chunk := stream.read(1 << 20):
            out.write(chunk)
    return spooled


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
