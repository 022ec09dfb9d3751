"""Atomic writing of files: each to a temporary one that is synced and renamed; several appear together or not."""

import contextlib
import gzip
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from ftlint._polars import pl
from ftlint.errors import UsageError
from ftlint.io.block import Record
from ftlint.io.compression import SUFFIXES as COMPRESSION_SUFFIXES
from ftlint.io.container import split_name
from ftlint.io.formats import FORMATS
from ftlint.io.source import Source
from ftlint.json_values import encode_json

if TYPE_CHECKING:
    from polars import DataFrame, Series

SUFFIXES = tuple(f".{suffix}" for suffix in FORMATS["jsonl"].suffixes)
COMPRESSED_SUFFIXES = tuple(f".{suffix}" for suffix in COMPRESSION_SUFFIXES)
# What remains of s3:// in a path; a drive is one letter.
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[/\\]")
# Unescaped, these end a line for some readers; inside JSON they can only be in strings.
SEPARATORS = {b"\xe2\x80\xa8": b"\\u2028", b"\xe2\x80\xa9": b"\\u2029", b"\xc2\x85": b"\\u0085"}
BEYOND_ASCII = re.compile("[^\x00-\x7e]+")


def encode(record: Record, like: bytes | None = None) -> bytes:
    """A record as one JSON line with its newline, spaced and escaped like the line it replaces."""
    line = _spell(record, like)
    if not line.isascii():
        for raw, escaped in SEPARATORS.items():
            line = line.replace(raw, escaped)
    return line + b"\n"


def encode_columns(columns: "DataFrame") -> "Series":
    """Records that are columns as JSON lines without their newlines, each identical to the result of ``encode``."""
    return escape_separators(columns.select(line=pl.struct(pl.all()).struct.json_encode())["line"])


def escape_separators(lines: "Series") -> "Series":
    """The lines with characters escaped that end a line for some readers."""
    for raw, escaped in SEPARATORS.items():
        if lines.str.contains(raw.decode(), literal=True).any():
            lines = lines.str.replace_all(raw.decode(), escaped.decode(), literal=True)
    return lines


def join_lines(lines: "Series") -> bytes:
    """Lines with their newlines, as bytes."""
    return bytes(lines.str.join("\n").cast(pl.Binary).item()) + b"\n" if len(lines) else b""


def validate_output_path(destination: Path, inputs: list[Path], *, overwrite: bool) -> None:
    """Refuse a target path where writing would destroy something, before any processing."""
    refuse_elsewhere(destination)
    if destination.is_dir():
        raise UsageError(f"{destination} is a folder; name a file")
    if not destination.parent.is_dir():
        raise UsageError(f"{destination}: there is no folder {destination.parent}")
    if any(destination.exists() and path.exists() and destination.samefile(path) for path in inputs):
        raise UsageError(f"{destination} is the input itself; use --in-place to write over it")
    if not overwrite and destination.exists() and destination.stat().st_size:
        raise UsageError(f"{destination} exists; nothing is overwritten unless you say --overwrite")


def refuse_elsewhere(destination: Path) -> None:
    """Refuse a target path that looks like a remote address: half a file could be left there."""
    if SCHEME.match(str(destination)):
        raise UsageError(f"{destination}: ftlint writes to this machine only; name a file here and upload it")


def is_line_name(path: Path) -> bool:
    """Whether a file's name indicates JSON lines, compressed or not."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in COMPRESSED_SUFFIXES]
    return bool(suffixes) and suffixes[-1] in SUFFIXES


def free_name(wanted: Path) -> Path:
    """The given name, or with `` (1)``, `` (2)`` … if it exists."""
    stem, suffix = _split(wanted)
    number, name = 0, wanted
    while name.exists():
        number += 1
        name = wanted.with_name(f"{stem} ({number}){suffix}")
    return name


def named_after(source: str, ending: str) -> Path:
    """``train_fixed.jsonl`` for ``train.csv.gz`` and the ending ``_fixed``."""
    path = Path(source)
    stem = path.name
    for _ in range(2):
        base, _, suffix = stem.rpartition(".")
        if base and (f".{suffix.lower()}" in COMPRESSED_SUFFIXES or len(suffix) <= 8):
            stem = base
    return path.with_name(f"{stem}{ending}.jsonl")


class NothingToWrite(Exception):
    """Raised inside ``replacing`` if the new file would equal the old one: no file is written."""


@contextmanager
def replacing(destination: Path, *, mode_of: Path | None = None) -> Iterator[IO[bytes]]:
    """Open a temporary file that replaces the target at the end, compressed as its name says, or not at all.

    NothingToWrite inside ends quietly without a file. ``mode_of`` is a file whose permissions are copied. A symbolic
    link is followed, so that it remains a link.
    """
    destination = destination.resolve() if destination.is_symlink() else destination
    handle, name = tempfile.mkstemp(prefix=f".{destination.name}.", suffix=".tmp", dir=destination.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            with _packing(raw, destination) as out:
                yield out
            raw.flush()
            os.fsync(raw.fileno())
        if mode_of is not None and mode_of.exists():
            shutil.copymode(mode_of, temporary)
        else:
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(destination)
        _sync_folder(destination.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if not isinstance(error, NothingToWrite):
            raise


def to_stdout(path: Path) -> None:
    """Copy a finished file to standard output."""
    with path.open("rb") as source:
        shutil.copyfileobj(source, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _spell(record: Record, like: bytes | None) -> bytes:
    spaced = like is not None and b'": ' in like
    escaped = like is not None and b"\\u" in like and like.isascii()
    try:
        line = encode_json(record)
        # With an indent of zero it stays on one line, with a space after each comma and colon.
        line = msgspec.json.format(line, indent=0) if spaced else line
        return BEYOND_ASCII.sub(_escaped, line.decode()).encode() if escaped else line
    except (OverflowError, TypeError, ValueError):
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]


@contextmanager
def _packing(raw: IO[bytes], destination: Path) -> Iterator[IO[bytes]]:
    suffix = destination.suffix.lower()
    if suffix == ".gz":
        # With a fixed time, equal data give equal bytes.
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
            yield packed  # type: ignore[misc]
    elif suffix == ".zst":
        from ftlint.io.compression import load_zstd

        with load_zstd().ZstdFile(raw, mode="wb") as packed:
            yield packed
    else:
        yield raw


def _split(path: Path) -> tuple[str, str]:
    stem, dot, suffix = path.name.partition(".")
    return stem, dot + suffix


def _umask() -> int:
    # The mask can be read only by setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def sync(path: Path) -> None:
    """Sync a file's bytes to disk before it is renamed."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # The rename itself is durable only when the folder is synced; Windows cannot open one.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


ENDING = ".jsonl"
ENDINGS = tuple(ending + packed for ending in SUFFIXES for packed in ("", *COMPRESSED_SUFFIXES))


def names_for(
    source: Source, output: Path | None, parts: Sequence[str], *, overwrite: bool = False
) -> list[Path]:
    """``train_valid.jsonl`` for each part, or all of them with `` (1)``, `` (2)`` … if any exists.

    They are next to the source, in a folder named by ``output``, or have it as their prefix. Raises UsageError.
    """
    folder, stem, ending = _stem(source, output)
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder")
    number = 0
    while True:
        mark = f" ({number})" if number else ""
        names = [folder / f"{stem}_{part}{mark}{ending}" for part in parts]
        for name in names:
            if name.is_dir():
                raise UsageError(f"{name} is a folder; choose another name with -o")
        if overwrite or not any(os.path.lexists(name) for name in names):
            return names
        number += 1


@contextmanager
def all_or_none(destinations: Sequence[Path], *, overwrite: bool = False) -> Iterator[list[Path]]:
    """Paths to write, in a hidden folder next to the targets, whose files replace the targets together at the end.

    If an exception is raised inside, nothing is left. Raises UsageError if the folder cannot be written or the disk is
    full, and if a target that may not be overwritten has appeared in the meantime.
    """
    folder = destinations[0].parent
    try:
        hidden = Path(tempfile.mkdtemp(prefix=".ftlint-", suffix=".tmp", dir=folder))
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror or error})") from None
    try:
        staged = [hidden / destination.name for destination in destinations]
        yield staged
        _appear(staged, destinations, overwrite=overwrite)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _appear(staged: Sequence[Path], destinations: Sequence[Path], *, overwrite: bool) -> None:
    appeared: list[Path] = []
    try:
        for path, destination in zip(staged, destinations, strict=True):
            if not overwrite and os.path.lexists(destination):
                raise UsageError(f"{destination} has come to be meanwhile; nothing was written")
            there = os.path.lexists(destination)
            path.replace(destination)
            if not there:
                appeared.append(destination)
    except BaseException:
        for destination in appeared:
            with suppress(OSError):
                destination.unlink()
        raise


def _stem(source: Source, output: Path | None) -> tuple[Path, str, str]:
    """The folder, prefix and suffix of the names."""
    if output is None:
        if source.remote is not None:
            raise UsageError(f"{source.name} is not on this machine: -o says where to write")
        if source.path is None or source.is_stdin:
            raise UsageError("what comes from standard input needs -o: a folder, or how the names begin")
        folder = named_after(str(source.path), "")
        return folder.parent, folder.stem, ENDING
    refuse_elsewhere(output)
    if output.is_dir():
        return output, named_after(source.name, "").stem, ENDING
    for ending in ENDINGS:
        if output.name.lower().endswith(ending) and len(output.name) > len(ending):
            stem = output.name[: -len(ending)]
            return output.parent, stem, output.name[len(stem) :]
    container, packed = split_name(output.name)
    if container is not None or packed is not None:
        raise UsageError(f"-o {output}: split writes JSON lines (.jsonl); ftlint convert writes others")
    return output.parent, output.name, ENDING
