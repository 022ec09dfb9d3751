"""Check one shard and keep what it tells, for whoever puts all of them together.

Shards put together: the report of one run over everything, from what N runs have kept.

What belongs to a shard: all files are laid end to end and cut into N pieces of as many bytes.

Shards: one run in N equal parts, each checked anywhere and kept as a file, put together in the end.
"""

import io
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ftlint.commands.check.shard_file import (
    Header,
    Kept,
    KeptFile,
    complete,
    file_of,
    header_of,
    key_of,
    mark_of,
    plain_settings,
    plain_source,
    write,
)
from ftlint.config.execution import Staff
from ftlint.config.settings import Settings
from ftlint.engine.parallel import FileInParts, Piece, errand, given_settings, look_again, read_told, scanned
from ftlint.engine.passes import Pass, check_columns, judged, report_of
from ftlint.engine.plan import for_file, make_plan
from ftlint.engine.reference import Against
from ftlint.engine.scan import Plan, conclude, conclude_again, join, wants_again
from ftlint.engine.state import Partial
from ftlint.engine.suppress import sees_all, settle
from ftlint.engine.wire import to_bytes
from ftlint.errors import UsageError
from ftlint.execution.choose import hire, part_bytes
from ftlint.execution.executor import Here
from ftlint.io.part import WHOLE, Part, Unit, parts_of
from ftlint.io.reader import Reading, open_reading
from ftlint.io.source import Source
from ftlint.io.write.atomic import replacing
from ftlint.result import FileReport, Report
from ftlint.rule import DatasetRule
from ftlint.rule.base import Conclusion
from ftlint.version import __version__


@dataclass(slots=True)
class _Joined:
    """One file of the run, joined from its pieces in their order. ``parts`` have the numbers that they have in it."""

    source: Source
    mark: str
    plan: Plan
    whole: Partial = field(default_factory=Partial)
    parts: list[tuple[Part, str]] = field(default_factory=list)
    """Each piece, with its SHA-256 where that is known."""
    container: str = ""
    columns: list[str] | None = None
    bytes: int = 0
    sha256: str = ""
    verdicts: Mapping[DatasetRule, Conclusion] = field(default_factory=dict)

    def add(self, kept: KeptFile, partial: Partial, held: Mapping[str, Any]) -> None:
        """Add the next piece."""
        if not self.parts:
            rules = {rule: severity for rule, severity in self.plan.rules.items() if rule.code in kept.codes}
            self.plan = replace(self.plan, rules=rules, held=held, notes=kept.notes)
            self.container, self.columns, self.bytes = kept.container, kept.columns, kept.bytes
            self.sha256 = kept.whole
        part = WHOLE if kept.unit == "whole" else Part(len(self.parts), 0, kept.unit, kept.start, kept.end)
        self.parts.append((part.after(self.whole.rows, self.whole.lines), kept.sha256))
        join(self.whole, partial, self.plan)

    def again(self) -> dict[str, dict[str, Any]]:
        """The decisions of rules that ask for a second look, by code."""
        return {
            rule.code: verdict.decision
            for rule, verdict in self.verdicts.items()
            if wants_again(verdict) and verdict.decision is not None
        }

    def report(self) -> FileReport:
        """The file's report."""
        seen = Pass(self.source, self.container, self.bytes, self.columns, self.sha256, self.whole)
        return judged(seen, self.plan)


def settings_of_shards(folder: Path) -> Settings:
    """The settings with which the shards in a folder were checked. Raises UsageError where they do not fit together."""
    return complete(folder)[0].settings()


def merge_shards(folder: Path, settings: Settings) -> Report:
    """The report of all shards in a folder. ``settings`` are theirs, but for what is to be shown, and by whom.

    Raises UsageError where shards differ, are missing or stand there twice, and where a second look is needed at a file
    that is not here or not the same any more.
    """
    started = time.perf_counter()
    shards = complete(folder)
    plan = sees_all(make_plan(settings), settings)
    sources, marks = shards[0].sources(), shards[0].header.marks
    files = [_Joined(source, mark, plan) for source, mark in zip(sources, marks, strict=True)]
    for kept, partial, held in _pieces(shards):
        files[kept.place].add(kept, partial, held)
    for file in files:
        file.verdicts = conclude(file.whole, file.plan)
    asking = [file for file in files if file.again()]
    _look_again(asking, settings, settings.staff)
    report = report_of([file.report() for file in files], plan, settings, time.perf_counter() - started)
    settle(report, sources, plan, settings)
    return report


def _pieces(shards: Sequence[Kept]) -> Iterator[tuple[KeptFile, Partial, Mapping[str, Any]]]:
    # Shards are in their order, and so are the pieces of a file among them.
    for shard in shards:
        yield from shard.partials()


def _look_again(files: Sequence[_Joined], settings: Settings, staff: Staff) -> None:
    """The second look that rules ask for, at the files themselves."""
    for file in files:
        _check_same(file)
    with hire(staff, sum(file.bytes for file in files)) as hired:
        workers = hired or Here()
        given = given_settings(settings, workers)
        pieces = []
        for file in files:
            told = errand(file.source, file.plan, settings.read, given, workers)
            pieces += [(file, Piece(told, part, sha256, file.again())) for part, sha256 in file.parts]
        found: dict[int, Partial] = {}
        for number, done in workers.each(look_again, (piece for _, piece in pieces)):
            found[number] = read_told(done.told)[1]
    for number, (file, _) in enumerate(pieces):
        join(file.whole, found[number], file.plan, numbered=True)
    for file in files:
        conclude_again(file.whole, file.verdicts, file.plan)


def _check_same(file: _Joined) -> None:
    names = ", ".join(sorted(rule.name for rule in file.verdicts if rule.code in file.again()))
    try:
        mark = mark_of(file.source)
    except UsageError as error:
        raise UsageError(
            f"{error}; {names} asks for a second look at it: merge where it can be read, or check the shards with"
            f" --ignore {names.replace(' ', '')}"
        ) from None
    if mark != file.mark:
        raise UsageError(f"{file.source.name} is not what it was when its shards were checked")


@dataclass(frozen=True, slots=True)
class Shard:
    """The ``number``-th of ``of`` shards, from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a file is: in bytes, and in what it can be cut by, bytes or rows."""

    bytes: int
    unit: Unit
    size: int


def shard_named(text: str) -> Shard:
    """The shard that ``3/10`` names. Raises UsageError."""
    found = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise UsageError(f"--shard {text}: write I/N, the I-th of N shards, counted from 1: 3/10")
    return Shard(int(found[1]), int(found[2]))


def share(extents: Sequence[Extent], shard: Shard) -> list[Part | None]:
    """The shard's piece of every file; None where it has none.

    What cannot be cut, and what is empty, belongs to the shard in which it begins.
    """
    total = sum(extent.bytes for extent in extents)
    low, high = (total * number // shard.of for number in (shard.number - 1, shard.number))
    begin = 0
    shares: list[Part | None] = []
    for extent in extents:
        end = begin + extent.bytes
        if extent.unit == "whole" or not extent.size:
            shares.append(WHOLE if _begins_within(begin, low, high, total, shard) else None)
        else:
            first, last = (max(begin, min(end, edge)) - begin for edge in (low, high))
            first, last = (edge * extent.size // extent.bytes for edge in (first, last))
            shares.append(_piece(extent, first, last))
        begin = end
    return shares


def cut(part: Part, step: int) -> list[Part]:
    """A piece of a file in parts of about ``step``, for the workers of one shard."""
    if part.unit == "whole" or part.end - part.start <= step:
        return [replace(part, number=0)]
    found = parts_of(part.unit, part.end - part.start, step)
    return [replace(one, start=one.start + part.start, end=one.end + part.start) for one in found]


def _piece(extent: Extent, first: int, last: int) -> Part | None:
    if first == last:
        return None
    return WHOLE if (first, last) == (0, extent.size) else Part(0, 2, extent.unit, first, last)


def _begins_within(begin: int, low: int, high: int, total: int, shard: Shard) -> bool:
    # What is empty and last, or all there is, begins where everything ends.
    return low <= begin < high or (begin == total and shard.number == shard.of)


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
