"""Output of workers: each writes its own part, and the caller joins the parts in the order of the file.

A worker writes into files of a staging area that it shares with the caller, or sends the bytes if they share
none.
"""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec
from msgspec import Struct

from ftlint.execution.executor import Executor

CHUNK = 1 << 20


class Checksum(msgspec.Struct, frozen=True):
    """Rows of a part, one per line, its size in bytes, and its SHA-256."""

    rows: int
    bytes: int
    sha256: str


def checksum_of(path: Path) -> Checksum:
    """The checksum of a part."""
    hashed, rows, size = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            hashed.update(chunk)
            rows += chunk.count(b"\n")
            size += len(chunk)
    return Checksum(rows, size, hashed.hexdigest())


class StagedFile(Struct, frozen=True):
    """The output of a worker for one new file: the path of its own file, or the bytes."""

    path: Path | None
    data: bytes = b""
    checksum: Checksum | None = None

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The file, to be read once; then it is deleted."""
        if self.path is None:
            yield io.BytesIO(self.data)
            return
        with self.path.open("rb", buffering=CHUNK) as file:
            yield file
        self.path.unlink()

    def append_to(self, out: IO[bytes]) -> None:
        """Append it to a new file, and delete it."""
        if self.path is None:
            out.write(self.data)
            return
        with self.opened() as part:
            shutil.copyfileobj(part, out, CHUNK)


class StagingArea(Struct, frozen=True):
    """A folder for parts until they are joined.

    ``shared`` says whether workers can write there themselves, ``checksums`` whether they compute checksums.
    """

    folder: Path
    shared: bool
    checksums: bool = False

    def save(self, staged: StagedFile) -> StagedFile:
        """Write a part that arrived as bytes to disk, so that it takes no memory while it waits."""
        if staged.path is not None:
            return staged
        with _new_file(self.folder) as file:
            file.write(staged.data)
        return StagedFile(Path(file.name))


class PartWriter:
    """The files into which a worker writes its part of several new files; ``staged`` after it is closed."""

    def __init__(self, area: StagingArea, names: Sequence[str]) -> None:
        self.staged: dict[str, StagedFile] = {}
        self._area = area
        self._stack = ExitStack()
        self._files: dict[str, IO[bytes]] = {}
        folder = area.folder if area.shared else None
        for name in names:
            self._files[name] = self._stack.enter_context(_new_file(folder))

    def __enter__(self) -> dict[str, IO[bytes]]:
        return self._files

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and not self._area.shared:
            self.staged = {name: StagedFile(None, _content(file)) for name, file in self._files.items()}
        self._stack.close()
        if error is None and self._area.shared:
            for name, file in self._files.items():
                path = Path(file.name)
                checksum = checksum_of(path) if self._area.checksums else None
                self.staged[name] = StagedFile(path, checksum=checksum)


@contextmanager
def staging_area(folder: Path, executor: Executor, *, stays: bool = False) -> Iterator[StagingArea]:
    """A staging area within ``folder``, on its disk. It is always deleted, with everything that remains in
    it.

    ``stays``: parts become files of the result, so that all workers have to share the folder.
    """
    shared = stays or executor.shares_files
    with tempfile.TemporaryDirectory(prefix=".ftlint-", dir=folder, ignore_cleanup_errors=True) as place:
        try:
            yield StagingArea(Path(place), shared, stays)
        except BaseException:
            if shared:  # no worker may write there while it is deleted
                executor.close()
            raise


def _new_file(folder: Path | None) -> IO[bytes]:
    """A new file in the folder; without one, in memory or, if it is large, in a temporary file."""
    if folder is None:
        return tempfile.SpooledTemporaryFile(max_size=64 << 20)
    return tempfile.NamedTemporaryFile("wb", buffering=CHUNK, dir=folder, delete=False)


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
