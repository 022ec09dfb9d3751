"""The source of data: a file on this machine or elsewhere, bytes in memory, or a copy of a stream."""

import atexit
import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import IO

from ftlint.io.remote.address import Remote

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """One input: the name shown to the user, and its path, its bytes in memory, or its remote address.

    Both ``path`` and ``remote`` are given where a remote file was copied to a temporary one.
    """

    name: str
    path: Path | None
    data: bytes | None
    is_stdin: bool = False
    remote: Remote | None = None
    pieces: tuple[Path, ...] = ()
    """The files that are read as one, in order, where it is several."""

    @property
    def place(self) -> PurePath | None:
        """Where the user has it, to find what is beside it; None for what has no place."""
        if self.remote is not None:
            return PurePosixPath(self.name)
        return None if self.is_stdin else self.path

    @property
    def local(self) -> Path | None:
        """The user's own file on this machine; None for what was only copied to one."""
        return None if self.is_stdin or self.remote is not None else self.path

    @property
    def size(self) -> int | None:
        """Its size in bytes as stored; None for what is in memory."""
        if self.remote is not None:
            return self.remote.size
        if self.pieces:
            return sum(path.stat().st_size for path in self.pieces)
        return self.path.stat().st_size if self.path is not None else None

    @property
    def identity(self) -> str:
        """What two sources have in common that are the same file, whatever it is called."""
        if self.remote is not None:
            return self.remote.url
        return os.path.normcase(os.path.realpath(self.path or self.name))


def spool(stream: IO[bytes]) -> Path:
    """A temporary file with all of the stream, deleted at exit: a fixing run reads its input twice."""
    handle, name = tempfile.mkstemp(prefix="ftlint-", suffix=".tmp")
    spooled = Path(name)
    atexit.register(_delete, spooled)
    with os.fdopen(handle, "wb") as out:
        while piece := stream.read(1 << 20):
            out.write(piece)
    return spooled


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
