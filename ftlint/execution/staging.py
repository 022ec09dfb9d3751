"""What workers write of new files: each its own part, to be put together in the order of the file.

A worker writes into files of its own and says what they are called, or sends their bytes where it shares no folder with
who asked. Who asked pours them, one after the other, into the new file.
"""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec

from ftlint.execution.executor import Workers

PIECE = 1 << 20


class Mark(msgspec.Struct, frozen=True):
    """What a part is known by: its rows, one a line, its bytes, and their SHA-256."""

    rows: int
    bytes: int
    sha256: str


def marked(path: Path) -> Mark:
    """The mark of a part."""
    hashed, rows, size = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            hashed.update(piece)
            rows += piece.count(b"\n")
            size += len(piece)
    return Mark(rows, size, hashed.hexdigest())


@dataclass(frozen=True, slots=True)
class Laid:
    """What a worker has written for one new file: where its own file lies, or the bytes."""

    path: Path | None
    data: bytes = b""
    mark: Mark | None = None

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """It, to be read once; then it is put away."""
        if self.path is None:
            yield io.BytesIO(self.data)
            return
        with self.path.open("rb", buffering=PIECE) as file:
            yield file
        self.path.unlink()

    def pour(self, out: IO[bytes]) -> None:
        """Add it to a new file, and put it away."""
        if self.path is None:
            out.write(self.data)
            return
        with self.opened() as part:
            shutil.copyfileobj(part, out, PIECE)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where parts lie until they are put together. ``shared`` says whether workers can lay them there themselves,
    ``marks`` whether they tell what parts are known by.
    """

    folder: Path
    shared: bool
    marks: bool = False

    def keep(self, laid: Laid) -> Laid:
        """Lay down what came along as bytes, so that it takes no memory while it waits."""
        if laid.path is not None:
            return laid
        with _new_file(self.folder) as file:
            file.write(laid.data)
        return Laid(Path(file.name))


class PartFiles:
    """The files into which a worker writes its part of several new ones; ``laid`` when it is done."""

    def __init__(self, shelf: Shelf, kinds: Sequence[str]) -> None:
        self.laid: dict[str, Laid] = {}
        self._shelf = shelf
        self._stack = ExitStack()
        self._files: dict[str, IO[bytes]] = {}
        folder = shelf.folder if shelf.shared else None
        for kind in kinds:
            self._files[kind] = self._stack.enter_context(_new_file(folder))

    def __enter__(self) -> dict[str, IO[bytes]]:
        return self._files

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and not self._shelf.shared:
            self.laid = {name: Laid(None, _all_of(file)) for name, file in self._files.items()}
        self._stack.close()
        if error is None and self._shelf.shared:
            for name, file in self._files.items():
                path = Path(file.name)
                self.laid[name] = Laid(path, mark=marked(path) if self._shelf.marks else None)


@contextmanager
def shelf(folder: Path, workers: Workers, *, stays: bool = False) -> Iterator[Shelf]:
    """A shelf in the folder of a new file, on its disk. It goes whatever happens, with all that still lies there.

    ``stays``: the parts stay parts, so that the folder has to be one that all workers share.
    """
    shared = stays or bool(getattr(workers, "shares_files", False))
    with tempfile.TemporaryDirectory(prefix=".ftlint-", dir=folder, ignore_cleanup_errors=True) as place:
        try:
            yield Shelf(Path(place), shared, stays)
        except BaseException:
            if shared:  # nobody may write there any more while it is put away
                workers.close()
            raise


def _new_file(folder: Path | None) -> IO[bytes]:
    """A file of its own on the shelf; without one, in memory or, where it is large, somewhere on this machine."""
    if folder is None:
        return tempfile.SpooledTemporaryFile(max_size=64 << 20)
    return tempfile.NamedTemporaryFile("wb", buffering=PIECE, dir=folder, delete=False)


def _all_of(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
