"""A shard as a file: a header of JSON that describes it, then scan states and frames as Arrow.

Also verifies that the shards in a folder are complete and belong to one run.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any

import msgspec
from msgspec import structs

from ftlint import plugins
from ftlint._polars import pl
from ftlint.commands.check.cache_key import contents_named, digest
from ftlint.config.settings import Settings
from ftlint.engine.state import ScanState
from ftlint.engine.wire import from_bytes
from ftlint.errors import UsageError
from ftlint.io.address import shown
from ftlint.io.part import Unit
from ftlint.io.source import Source
from ftlint.io.stream import CHUNK, open_source
from ftlint.version import __version__

if TYPE_CHECKING:
    from polars import DataFrame

ENDING = ".ftlint"
MAGIC = b"ftlint-shard-1\n"
SAMPLES, SAMPLE = 16, 1 << 16
CHECK = 32
"""Bytes of the checksum at the end, which detects a truncated file."""


class ShardEntry(msgspec.Struct):
    """A shard's range of one file. ``start`` and ``end`` are in ``unit``; ``place`` is its index among all
    files.

    ``mark`` verifies that two shards read the same file: its size and some samples of its bytes, since no
    shard reads all of it. ``sha256`` is of the range, ``whole`` of the file, if this shard computed it.
    """

    place: int
    mark: str
    bytes: int
    unit: Unit
    start: int
    end: int
    container: str
    columns: list[str] | None
    sha256: str
    whole: str
    codes: list[str]
    notes: list[str]
    partial: int
    held: dict[str, int]


class ShardHeader(msgspec.Struct):
    """The identity of a shard. ``key`` covers everything that findings depend on except the files."""

    version: str
    key: str
    number: int
    of: int
    sources: list[Any]
    settings: Any
    marks: list[str]
    files: list[ShardEntry]


class ShardFile:
    """A shard that was read back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header, self._begin = _read(path)

    def partials(self) -> Iterator[tuple[ShardEntry, ScanState, "dict[str, DataFrame]"]]:
        """Each range with its scan state, and its reference data if stored in this shard."""
        with self.path.open("rb") as data:
            data.seek(self._begin)
            for file in self.header.files:
                partial = from_bytes(data.read(file.partial))
                references = {
                    code: pl.read_ipc_stream(io.BytesIO(data.read(size))) for code, size in file.held.items()
                }
                yield file, partial, references

    def sources(self) -> list[Source]:
        """All files of the run, including those of other shards."""
        return [msgspec.convert(source, Source, dec_hook=_decoded) for source in self.header.sources]

    def settings(self) -> Settings:
        """The settings of the run."""
        return msgspec.convert(self.header.settings, Settings, dec_hook=_decoded)


def file_of(folder: Path, number: int, count: int) -> Path:
    """The path of a shard."""
    return folder / f"shard-{number:05}-of-{count:05}{ENDING}"


def write(out: IO[bytes], header: ShardHeader, blobs: list[bytes]) -> None:
    """Write a shard."""
    head = msgspec.json.encode(header, enc_hook=_plain)
    hashed = blake2b(digest_size=CHECK)
    for chunk in (MAGIC, len(head).to_bytes(8, "little"), head, *blobs):
        hashed.update(chunk)
        out.write(chunk)
    out.write(hashed.digest())


def header_of(path: Path) -> ShardHeader | None:
    """The header of a complete shard; None if there is none."""
    with suppress(UsageError, OSError):
        return _read(path)[0]
    return None


def plain_settings(settings: Settings) -> Any:
    """Settings as JSON, without those that only affect where the shard runs."""
    return msgspec.to_builtins(settings.for_keys(), enc_hook=_plain)


def plain_source(source: Source) -> Any:
    """A source as JSON; the address of a remote one without a possible password."""
    if source.remote is not None:
        source = structs.replace(source, remote=structs.replace(source.remote, url=shown(source.remote.url)))
    return msgspec.to_builtins(source, enc_hook=_plain)


def key_of(settings: Settings, sources: list[Source], count: int) -> str:
    """The key of a run: the same on every machine where ftlint, plug-ins, settings and names of files are the same."""
    contents = contents_named(settings)
    references = [mark_of(source) for source in _reference_sources(settings)]
    more = [f"{o.name} {o.value} {o.package}" for group in plugins.GROUPS for o in plugins.offers(group)]
    settings_json = msgspec.json.encode(plain_settings(settings))
    names = (source.name for source in sources)
    return digest(__version__, str(count), settings_json, *names, *contents, *references, *more)


def mark_of(source: Source) -> str:
    """A mark of a file that another file hardly has: its size and samples from all over it. Raises UsageError."""
    hashed = blake2b(digest_size=20)
    if source.remote is not None and source.remote.exact:
        return digest(str(source.remote.size), source.remote.version)
    try:
        with open_source(source) as file:
            size = file.seek(0, io.SEEK_END)
            hashed.update(str(size).encode())
            for number in range(SAMPLES):
                file.seek(max(0, size - SAMPLE) * number // (SAMPLES - 1))
                hashed.update(file.read(SAMPLE))
    except OSError as error:
        raise UsageError(f"{source.name}: cannot be read ({error.strerror or error})") from None
    return hashed.hexdigest()


def _reference_sources(settings: Settings) -> list[Source]:
    references = [
        *settings.against,
        *(source for sources in settings.held_out.values() for source in sources),
    ]
    return sorted({source.identity: source for source in references}.values(), key=lambda source: source.name)


def _read(path: Path) -> tuple[ShardHeader, int]:
    """The header, and the offset of the data after it; the entire file is verified."""
    with path.open("rb") as data:
        if not _is_complete(data):
            raise UsageError(f"{path}: no shard of ftlint, or only a piece of one")
        data.seek(len(MAGIC))
        size = int.from_bytes(data.read(8), "little")
        try:
            header = msgspec.json.decode(data.read(size), type=ShardHeader)
        except msgspec.MsgspecError as error:
            raise UsageError(f"{path}: a shard of another version of ftlint ({error})") from None
        return header, data.tell()


def _is_complete(data: IO[bytes]) -> bool:
    """Whether a file has the magic bytes of a shard and ends with the checksum of its bytes."""
    size = data.seek(0, io.SEEK_END) - CHECK
    data.seek(0)
    hashed = blake2b(digest_size=CHECK)
    begin = data.read(len(MAGIC))
    hashed.update(begin)
    remaining = size - len(begin)
    while remaining > 0 and (chunk := data.read(min(CHUNK, remaining))):
        hashed.update(chunk)
        remaining -= len(chunk)
    return begin == MAGIC and data.read() == hashed.digest()


def _plain(value: Any) -> Any:
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value).__name__)


def _decoded(kind: type, value: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, PurePath):
        return Path(value)
    raise NotImplementedError(kind.__name__)


def load_complete_set(folder: Path) -> list[ShardFile]:
    """All shards of the one run in a folder, in order.

    Raises UsageError if there are none, one is missing or duplicated, or one belongs to another run.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    paths = sorted(folder.glob(f"*{ENDING}"))
    if not paths:
        raise UsageError(f"{folder}: no shards here; ftlint check --shard I/N --save {folder} makes them")
    shards = sorted((ShardFile(path) for path in paths), key=lambda shard: shard.header.number)
    for other in shards[1:]:
        _check_same_run(shards[0], other)
    _check_complete(shards)
    if shards[0].header.version != __version__:
        made = shards[0].header.version
        raise UsageError(
            f"{shards[0].path} was made by ftlint {made}; this is {__version__}: their rules may differ"
        )
    return shards


def _check_same_run(first: ShardFile, other: ShardFile) -> None:
    one, two = first.header, other.header
    both = f"{first.path.name} and {other.path.name}"
    if one.version != two.version:
        raise UsageError(f"{both} were made by two versions of ftlint, {one.version} and {two.version}")
    if one.of != two.of:
        raise UsageError(f"{both} are of two runs: one in {one.of} shards, one in {two.of}")
    names = [source["name"] for source in one.sources]
    if names != [source["name"] for source in two.sources]:
        raise UsageError(f"{both} are of different files")
    for name, mark, mark_too in zip(names, one.marks, two.marks, strict=True):
        if mark != mark_too:
            raise UsageError(
                f"{both} have seen different contents of {name}: it changed, or is another file there"
            )
    if one.key != two.key:
        raise UsageError(f"{both} were checked with different options, rules or plug-ins")


def _check_complete(shards: Sequence[ShardFile]) -> None:
    count = shards[0].header.of
    for one, two in pairwise(shards):
        if one.header.number == two.header.number:
            both = f"{one.path.name} and {two.path.name}"
            raise UsageError(f"{both} are both shard {one.header.number} of {count}; take one of them away")
    missing = sorted(set(range(1, count + 1)) - {shard.header.number for shard in shards})
    if missing:
        listed = ", ".join(map(str, missing[:10])) + (" …" if len(missing) > 10 else "")
        are, them = ("is", "it") if len(missing) == 1 else ("are", "them")
        raise UsageError(
            f"{len(missing)} of {count} shards {are} missing: {listed}; check {them} with --shard {missing[0]}/{count}"
        )
