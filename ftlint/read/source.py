"""Where data comes from: files, folders, globs and standard input, as one list of sources."""

import atexit
import contextlib
import glob
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import IO

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.read.folder import Folder, is_data, matcher
from ftlint.read.remote.address import Remote, from_file_url, is_remote

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """One input: the name shown to the user, and a path, bytes in memory, or where else it lies.

    Both ``path`` and ``remote`` are given where a file that lies elsewhere was copied to a temporary one.
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
        """Where the user has it, to tell what lies beside it; None for what lies nowhere."""
        if self.remote is not None:
            return PurePosixPath(self.name)
        return None if self.is_stdin else self.path

    @property
    def local(self) -> Path | None:
        """The user's own file on this machine; None for what was only copied to one."""
        return None if self.is_stdin or self.remote is not None else self.path

    @property
    def size(self) -> int | None:
        """Its bytes, as it lies there; None for what is in memory."""
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


def find_sources(
    paths: Sequence[str],
    *,
    stdin_name: str = "stdin.jsonl",
    excludes: Sequence[str] = (),
    force_exclude: bool = False,
) -> list[Source]:
    """The sources that the paths name, in that order and each once.

    A path may be an address of a file elsewhere (``s3://…``, see ``ftlint.read.remote``).
    A file that is named is always taken, unless ``force_exclude`` lets ``excludes`` leave it out, too. Folders and
    globs give their data files, without what ``.gitignore`` files or ``excludes`` leave out. ``-`` is standard input.
    """
    excluded = matcher(excludes)
    sources: list[Source] = []
    known: set[str] = set()
    shown: set[str] = set()
    for given in map(from_file_url, paths):
        if force_exclude and given != STDIN and excluded(given):
            continue
        for source in _find(given, stdin_name, excluded):
            if source.identity not in known:
                known.add(source.identity)
                if source.remote is not None and source.name in shown:
                    raise UsageError(
                        f"{source.name}: two addresses that differ only in what is not shown; give one at a time"
                    )
                shown.add(source.name)
                sources.append(source)
    return sources


def _find(given: str, stdin_name: str, excluded: Callable[[str], bool]) -> Iterator[Source]:
    if given == STDIN:
        yield Source(stdin_name, spool(sys.stdin.buffer), None, is_stdin=True)
        return
    if not given:
        raise UsageError('an empty path ("") names no file')
    if is_remote(given):
        from ftlint.read.remote.find import find_remote

        yield from find_remote(given, excluded)
        return
    path = Path(given)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        if glob.has_magic(given):
            yield from _from_glob(given, excluded)
            return
        raise UsageError(_why_not(path, given, error)) from None
    if stat.S_ISDIR(mode):
        yield from _from_folder(path, given, excluded)
    elif stat.S_ISREG(mode):
        yield Source(given, path, None)
    else:
        # A pipe (``<(zcat x.gz)``) can be read once only, like standard input.
        try:
            with path.open("rb") as pipe:
                yield Source(given, spool(pipe), None)
        except OSError as error:
            raise UsageError(f"{given}: cannot be read ({error.strerror or error})") from None


def _from_glob(given: str, excluded: Callable[[str], bool]) -> Iterator[Source]:
    # Path.glob would give other names than the user wrote, and takes no absolute pattern.
    found = [name for name in sorted(glob.glob(given, recursive=True)) if Path(name).is_file()]  # noqa: PTH207
    data = [name for name in found if is_data(name, in_folder=False) and not excluded(name)]
    if not data:
        some = f" among what it matches (files: {len(found)})" if found else ""
        raise UsageError(f"{given}: no data file{some}")
    for name in data:
        yield Source(name, Path(name), None)


def _from_folder(path: Path, given: str, excluded: Callable[[str], bool]) -> Iterator[Source]:
    folder = Folder(path, excluded)
    files = list(folder.files())
    if not files:
        raise UsageError(f"{given}: no data file in this folder{folder.left_out_in_words()}")
    for file in files:
        yield Source(str(file), file, None)


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


def _why_not(path: Path, given: str, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"{given}: cannot be read ({error.strerror})"
    folder = path.parent
    try:
        names = [entry.name for entry in folder.iterdir()]
    except (OSError, ValueError):
        return f"{given}: no such file" + ("" if folder.is_dir() else f"; there is no folder {folder}")
    return f"{given}: no such file or folder{did_you_mean(path.name, names)}"
