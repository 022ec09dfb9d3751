"""List remote files: the one named by an address, those of a folder, or those that match a pattern."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from glob import has_magic
from pathlib import PurePosixPath
from typing import Any

from ftlint.errors import UsageError
from ftlint.io.address import WEB, Remote, scheme_of, shown
from ftlint.io.discovery import MANIFEST, SKIPPED_FOLDERS, is_data
from ftlint.io.remote import web
from ftlint.io.remote.storage import RemoteFileInfo, info_of, on_file_system, storage_errors
from ftlint.io.source import Source, spool

# The listings of these have the same metadata as a query of the file itself.
LISTINGS_WITH_METADATA = ("s3", "s3a", "gs", "gcs", "hf", "memory")
Excluded = Callable[[str], bool]


def find_remote(given: str, excluded: Excluded) -> Iterator[Source]:
    """The sources of an address, sorted by name. Raises UsageError if there is none."""
    with storage_errors(given):
        found = [_on_web(given)] if scheme_of(given) in WEB else _find(given, excluded)
    yield from found


def _on_web(url: str) -> Source:
    answer = web.ask(url, 0, 1)
    info = answer.look
    if answer.in_ranges and info.size is not None:
        return Source(shown(url), None, None, remote=Remote(url, info.size, info.version, info.exact))
    # A server without range requests sends the entire file; reading it twice would transfer it twice.
    with tempfile.TemporaryFile() as copy:
        info = web.copy_whole(url, copy).look
        copy.seek(0)
        path = spool(copy)
    remote = Remote(url, info.size or 0, info.version, info.exact)
    return Source(shown(url), path, None, remote=remote)


def _find(given: str, excluded: Excluded) -> list[Source]:
    def find(fs: Any, path: str) -> list[Source]:
        fs.invalidate_cache()
        if "*" not in path:
            try:
                info = info_of(fs.info(path))
            except FileNotFoundError:
                if not has_magic(path):
                    raise
            else:
                if info.is_folder:
                    return _listed(given, fs, path, fs.find(path, detail=True), excluded, in_folder=True)
                return [_source(given, info)]
        found = fs.glob(path, detail=True)
        if not found:
            # Most file systems list nothing if access is denied; a query of the folder gives the reason.
            fs.ls(_folder_of(path))
        return _listed(given, fs, path, found, excluded, in_folder=False)

    return on_file_system(given, find)


def _listed(
    given: str,
    fs: Any,
    path: str,
    found: Mapping[str, Mapping[str, Any]],
    excluded: Excluded,
    *,
    in_folder: bool,
) -> list[Source]:
    """The data files among those listed, in the order in which those of a local folder are read."""
    files = {name: info for name, info in found.items() if info.get("type") == "file"}
    chosen = {
        name: info
        for name, info in files.items()
        if _is_included(name.removeprefix(path if in_folder else _folder_of(path)), path, in_folder)
        and not excluded(name)
    }
    if not chosen:
        raise UsageError(f"{shown(given)}: no data file among what is there (files: {len(files):,})")
    prefix = _prefix(given, path)
    has_metadata = scheme_of(given) in LISTINGS_WITH_METADATA
    return [
        _source(prefix + name, info_of(chosen[name] if has_metadata else fs.info(name)))
        for name in sorted(chosen, key=_order)
    ]


def _is_included(below: str, pattern: str, in_folder: bool) -> bool:
    *folders, name = below.strip("/").split("/")
    hidden = any(part.startswith(".") for part in (*folders, name))
    if hidden and (in_folder or "/." not in pattern):
        return False
    if in_folder and (name.endswith(MANIFEST) or not SKIPPED_FOLDERS.isdisjoint(folders)):
        return False
    return is_data(name, in_folder=in_folder)


def _order(name: str) -> list[tuple[bool, str]]:
    """Files of a folder before those of its subfolders."""
    parts = PurePosixPath(name).parts
    return [(place < len(parts) - 1, part) for place, part in enumerate(parts)]


def _folder_of(pattern: str) -> str:
    """The folder in which a pattern is searched."""
    plain = pattern[: next((place for place, letter in enumerate(pattern) if letter in "*?["), None)]
    return plain.rpartition("/")[0] or plain


def _prefix(given: str, path: str) -> str:
    """The prefix of an address before a file system's own paths: the scheme and perhaps a host."""
    bare = given.rstrip("/")
    return bare.removesuffix(path) if path and bare.endswith(path) else f"{scheme_of(given)}://"


def _source(url: str, info: RemoteFileInfo) -> Source:
    if info.size is None:
        raise OSError("its storage does not say how large it is")
    return Source(shown(url), None, None, remote=Remote(url, info.size, info.version, info.exact))
