"""Check one shard and keep what it tells, for whoever puts all of them together."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ftlint import __version__
from ftlint.against import Against
from ftlint.errors import UsageError
from ftlint.in_parts.checking import FileInParts, scanned
from ftlint.in_parts.errand import errand, given_settings
from ftlint.partial_bytes import to_bytes
from ftlint.plan import for_file, make_plan
from ftlint.read import Reading, Source, open_reading
from ftlint.read.part import WHOLE, Part
from ftlint.run import check_columns
from ftlint.settings import Settings
from ftlint.settling import sees_all
from ftlint.shards.kept import (
    Header,
    KeptFile,
    file_of,
    header_of,
    key_of,
    mark_of,
    plain_settings,
    plain_source,
    write,
)
from ftlint.shards.share import Extent, Shard, cut, share
from ftlint.workers import hire, part_bytes
from ftlint.workers.here import Here
from ftlint.write import replacing

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Saving:
    """What came of saving a shard. ``already``: it was there, complete, so that nothing was done."""

    path: Path
    rows: int = 0
    findings: int = 0
    already: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the run, and the shard's piece of it, if it has any."""

    place: int
    source: Source
    reading: Reading
    mark: str
    part: Part | None

    @property
    def bytes(self) -> int:
        """How much of it is the shard's."""
        if self.part is None or self.part.unit == "whole":
            return self.reading.bytes if self.part is not None else 0
        extent = _extent(self.reading)
        return (self.part.end - self.part.start) * extent.bytes // max(1, extent.size)


def save_shard(
    sources: Sequence[Source],
    settings: Settings,
    shard: Shard,
    folder: Path,
    advance: Advance = lambda size: None,
) -> Saving:
    """Check a shard of some files and keep it in the folder. Raises UsageError where a file cannot be shared out."""
    _check(sources)
    files = _files(sources, settings, shard)
    header = _header(files, settings, shard)
    path = file_of(folder, shard.number, shard.of)
    known = header_of(path) if path.exists() else None
    if known is not None and (known.key, known.marks, known.number) == (
        header.key,
        header.marks,
        header.number,
    ):
        return Saving(path, already=True)
    scanned_files = _scan(files, settings, sources, advance)
    blobs: list[bytes] = []
    for file, found in scanned_files:
        header.files.append(_keep(file, found, blobs))
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(path) as out:
        write(out, header, blobs)
    told = [found.whole for _, found in scanned_files]
    return Saving(path, sum(one.rows for one in told), sum(one.tallies.total() for one in told))


def _files(sources: Sequence[Source], settings: Settings, shard: Shard) -> list[_File]:
    readings = [open_reading(source, settings.read) for source in sources]
    parts = share([_extent(reading) for reading in readings], shard)
    both = zip(sources, readings, parts, strict=True)
    return [
        _File(place, source, reading, mark_of(source), part)
        for place, (source, reading, part) in enumerate(both)
    ]


def _extent(reading: Reading) -> Extent:
    """How the file can be cut: parts of one byte would be as many as it has bytes or rows."""
    unit, size = reading.extent
    return Extent(reading.bytes, unit, size)


def _header(files: Sequence[_File], settings: Settings, shard: Shard) -> Header:
    sources = [file.source for file in files]
    return Header(
        __version__,
        key_of(settings, sources, shard.of),
        shard.number,
        shard.of,
        [plain_source(source) for source in sources],
        plain_settings(settings),
        [file.mark for file in files],
        [],
    )


def _scan(
    files: Sequence[_File], settings: Settings, sources: Sequence[Source], advance: Advance
) -> list[tuple[_File, FileInParts]]:
    """The shard's pieces, checked by as many workers as pay."""
    plan = sees_all(make_plan(settings), settings)
    against = Against(sources, plan, settings)
    size = sum(file.bytes for file in files)
    with hire(settings.staff, size) as hired:
        workers = hired or Here()
        step, given = part_bytes(settings.staff, workers, size), given_settings(settings, workers)
        found: list[tuple[_File, FileInParts]] = []
        for file in files:
            if file.part is None:
                continue
            own = for_file(against.plan_for(file.source), file.source.name, settings)
            check_columns(own, file.reading.columns)
            told = errand(file.source, own, settings.read, given, workers)
            parts = cut(file.part, _step(file, step))
            hashing = file.part.is_first and _has_hash_apart(file, parts)
            found.append((file, FileInParts(file.source, own, told, file.reading, parts, hashing)))
        for one in scanned([one for _, one in found], workers, advance):
            one.reading.check_unchanged()
    return found


def _has_hash_apart(file: _File, parts: Sequence[Part]) -> bool:
    """Whether no part has the hash of the whole, which is worked out here."""
    is_part = len(parts) > 1 or any(part.unit != "whole" for part in parts)
    return is_part and file.source.remote is None


def _step(file: _File, step: int) -> int:
    """So many bytes in what the file is cut by."""
    extent = _extent(file.reading)
    return max(1, step * extent.size // max(1, extent.bytes))


def _keep(file: _File, found: FileInParts, blobs: list[bytes]) -> KeptFile:
    """What is kept of a piece; its bytes go to the others."""
    part = file.part or WHOLE
    partial = to_bytes(found.whole)
    blobs.append(partial)
    held = {}
    for code, frame in found.plan.held.items() if part.is_first else ():
        out = io.BytesIO()
        frame.write_ipc_stream(out)
        held[code] = len(out.getvalue())
        blobs.append(out.getvalue())
    return KeptFile(
        place=file.place,
        mark=file.mark,
        bytes=file.reading.bytes,
        unit=part.unit,
        start=part.start,
        end=part.end,
        container=found.container,
        columns=found.columns,
        sha256=found.hashes[0] if len(found.parts) == 1 else "",
        whole=found.sha256,
        codes=[rule.code for rule in found.plan.rules],
        notes=list(found.plan.notes),
        partial=len(partial),
        held=held,
    )


def _check(sources: Sequence[Source]) -> None:
    for source in sources:
        if source.is_stdin:
            raise UsageError("--shard: standard input is there only once; name files")
