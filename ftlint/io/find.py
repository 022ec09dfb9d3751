"""Resolve the sources that the user names: paths, folders, patterns, remote addresses and standard input."""

import glob
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.io.address import from_file_url, is_remote
from ftlint.io.discovery import Folder, is_data, matcher
from ftlint.io.source import STDIN, Source, spool


def find_sources(
    paths: Sequence[str],
    *,
    stdin_name: str = "stdin.jsonl",
    excludes: Sequence[str] = (),
    force_exclude: bool = False,
) -> list[Source]:
    """The sources that the paths name, in that order and without duplicates.

    A path may be the address of a remote file (``s3://…``, see ``ftlint.io.remote``).
    A file named explicitly is always included, unless ``force_exclude`` applies ``excludes`` to it, too. Folders and
    globs yield their data files, without those excluded by ``.gitignore`` files or ``excludes``. ``-`` is standard
    input.
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
        from ftlint.io.remote.find import find_remote

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
        # A pipe (``<(zcat x.gz)``) can be read only once, like standard input.
        try:
            with path.open("rb") as pipe:
                yield Source(given, spool(pipe), None)
        except OSError as error:
            raise UsageError(f"{given}: cannot be read ({error.strerror or error})") from None


def _from_glob(given: str, excluded: Callable[[str], bool]) -> Iterator[Source]:
    # Path.glob would return other names than the user wrote, and accepts no absolute pattern.
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


def _why_not(path: Path, given: str, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"{given}: cannot be read ({error.strerror})"
    folder = path.parent
    try:
        names = [entry.name for entry in folder.iterdir()]
    except (OSError, ValueError):
        return f"{given}: no such file" + ("" if folder.is_dir() else f"; there is no folder {folder}")
    return f"{given}: no such file or folder{did_you_mean(path.name, names)}"
