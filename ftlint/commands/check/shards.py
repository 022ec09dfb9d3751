"""Shards: one run in N equal ranges, each checked on any machine and stored as a file, merged at the end.

All files are concatenated and cut into N ranges of equal size in bytes.
"""

import io
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from ftlint.commands.check.shard_file import (
    ShardEntry,
    ShardHeader,
    file_of,
    header_of,
    key_of,
    load_complete_set,
    mark_of,
    plain_settings,
    plain_source,
    write,
)
from ftlint.config.settings import Settings
from ftlint.engine.check import Scan, Scanned, conclude_scan, second_passes
from ftlint.engine.file_report import finish_report, report_of
from ftlint.engine.handle import broadcast_settings, plan_handle
from ftlint.engine.pipeline import FilePass, PassResult, Progress, no_progress, run_step
from ftlint.engine.plan import for_file, make_plan
from ftlint.engine.reference import ReferenceData
from ftlint.engine.scan import Plan, new_state
from ftlint.engine.state import ScanState
from ftlint.engine.suppress import apply_suppressions, without_finding_limit
from ftlint.engine.wire import to_bytes
from ftlint.errors import UsageError
from ftlint.execution.choose import make_executor, part_bytes
from ftlint.execution.executor import Executor
from ftlint.io.part import WHOLE_FILE, FilePart, Unit, split_into_parts
from ftlint.io.reader import FileReader, open_reader
from ftlint.io.source import Source
from ftlint.io.write.atomic import replacing
from ftlint.result import FileReport, Report
from ftlint.version import __version__


class _MergedFile(Struct):
    """One file of the run, merged from its ranges in order: equal to the result of one pass over it."""

    mark: str
    plan: Plan
    result: PassResult[ScanState]

    def add(self, entry: ShardEntry, state: ScanState, reference: Mapping[str, Any]) -> None:
        """Merge the next range."""
        merged = self.result
        if not merged.parts:
            rules = {rule: severity for rule, severity in self.plan.rules.items() if rule.code in entry.codes}
            self.plan = structs.replace(self.plan, rules=rules, reference_frames=reference, notes=entry.notes)
            merged.container, merged.columns, merged.bytes = entry.container, entry.columns, entry.bytes
            merged.sha256, merged.state = entry.whole, new_state(self.plan)
        number = len(merged.parts)
        part = (
            WHOLE_FILE if entry.unit == "whole" else FilePart(number, 0, entry.unit, entry.start, entry.end)
        )
        merged.parts.append(part.after(merged.rows, merged.lines))
        merged.hashes.append(entry.sha256)
        merged.state.merge(state, merged.rows, merged.lines)
        merged.rows += state.rows
        merged.lines += state.lines


def settings_of_shards(folder: Path) -> Settings:
    """The settings with which the shards in a folder were checked. Raises UsageError if they do not match."""
    return load_complete_set(folder)[0].settings()


def merge_shards(folder: Path, settings: Settings) -> Report:
    """The merged report of all shards in a folder. ``settings`` are those of the shards, with the caller's
    display options.

    Raises UsageError if shards differ, are missing or duplicated, and if a second pass is needed over a file
    that is missing or has changed.
    """
    started = time.perf_counter()
    shards = load_complete_set(folder)
    plan = without_finding_limit(make_plan(settings), settings)
    sources, marks = shards[0].sources(), shards[0].header.marks
    files = [
        _MergedFile(mark, plan, PassResult(source, new_state(plan)))
        for source, mark in zip(sources, marks, strict=True)
    ]
    # Shards are in order, and so are the ranges of a file.
    for shard in shards:
        for entry, state, reference in shard.partials():
            files[entry.place].add(entry, state, reference)
    with make_executor(settings.staff, sum(file.result.bytes for file in files)) as executor:
        reports = _reports(files, settings, executor)
    report = report_of(reports, plan, settings, time.perf_counter() - started)
    apply_suppressions(report, sources, plan, settings)
    return report


def _reports(files: Sequence[_MergedFile], settings: Settings, executor: Executor) -> list[FileReport]:
    """The reports of the files, which are read only if rules require a second pass."""
    blob = broadcast_settings(settings, executor)
    steps = [Scan(plan_handle(file.plan, blob, executor)) for file in files]
    scanned = [
        conclude_scan(file.result, step, settings.read) for file, step in zip(files, steps, strict=True)
    ]
    for file, one in zip(files, scanned, strict=True):
        if one.decisions:
            _check_same(file, one)
    second_passes([one for one in scanned if one.decisions], executor)
    return [finish_report(one.result, one.step.plan) for one in scanned]


def _check_same(file: _MergedFile, scanned: Scanned) -> None:
    source = file.result.source
    names = ", ".join(sorted(rule.name for rule in scanned.verdicts if rule.code in scanned.decisions))
    try:
        mark = mark_of(source)
    except UsageError as error:
        raise UsageError(
            f"{error}; {names} asks for a second look at it: merge where it can be read, or check the shards with"
            f" --ignore {names.replace(' ', '')}"
        ) from None
    if mark != file.mark:
        raise UsageError(f"{source.name} is not what it was when its shards were checked")


class Shard(Struct, frozen=True):
    """The ``number``-th of ``of`` shards, from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


class Extent(Struct, frozen=True):
    """The size of a file in bytes, and in its unit of cutting, bytes or rows."""

    bytes: int
    unit: Unit
    size: int


def shard_named(text: str) -> Shard:
    """The shard that ``3/10`` names. Raises UsageError."""
    found = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise UsageError(f"--shard {text}: write I/N, the I-th of N shards, counted from 1: 3/10")
    return Shard(int(found[1]), int(found[2]))


def assign(extents: Sequence[Extent], shard: Shard) -> list[FilePart | None]:
    """The shard's range of every file; None if it has none.

    A file that cannot be cut, and an empty one, belongs to the shard in which it begins.
    """
    total = sum(extent.bytes for extent in extents)
    low, high = (total * number // shard.of for number in (shard.number - 1, shard.number))
    begin = 0
    shares: list[FilePart | None] = []
    for extent in extents:
        end = begin + extent.bytes
        if extent.unit == "whole" or not extent.size:
            shares.append(WHOLE_FILE if _begins_within(begin, low, high, total, shard) else None)
        else:
            first, last = (max(begin, min(end, edge)) - begin for edge in (low, high))
            first, last = (edge * extent.size // extent.bytes for edge in (first, last))
            shares.append(_range_in(extent, first, last))
        begin = end
    return shares


def subdivide(part: FilePart, step: int) -> list[FilePart]:
    """A range of a file in parts of about ``step``, for the workers of one shard."""
    if part.unit == "whole" or part.end - part.start <= step:
        return [structs.replace(part, number=0)]
    found = split_into_parts(part.unit, part.end - part.start, step)
    return [structs.replace(one, start=one.start + part.start, end=one.end + part.start) for one in found]


def _range_in(extent: Extent, first: int, last: int) -> FilePart | None:
    if first == last:
        return None
    return WHOLE_FILE if (first, last) == (0, extent.size) else FilePart(0, 2, extent.unit, first, last)


def _begins_within(begin: int, low: int, high: int, total: int, shard: Shard) -> bool:
    # An empty last file, or an entirely empty input, begins where everything ends.
    return low <= begin < high or (begin == total and shard.number == shard.of)


class SavedShard(Struct, frozen=True):
    """The outcome of saving a shard. ``already``: a complete shard existed, so that nothing was done."""

    path: Path
    rows: int = 0
    findings: int = 0
    already: bool = False


class _ShardFile(Struct, frozen=True):
    """One file of the run, and the shard's range of it, if any."""

    place: int
    source: Source
    reading: FileReader
    mark: str
    part: FilePart | None

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
    advance: Progress = no_progress,
) -> SavedShard:
    """Check a shard of some files and store it in the folder. Raises UsageError if a file cannot be cut."""
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
        return SavedShard(path, already=True)
    blobs: list[bytes] = []
    rows = findings = 0
    for file, plan, result in _scan(files, settings, sources, advance):
        header.files.append(_entry(file, plan, result, blobs))
        rows += result.rows
        findings += result.state.tallies.total()
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(path) as out:
        write(out, header, blobs)
    return SavedShard(path, rows, findings)


def _files(sources: Sequence[Source], settings: Settings, shard: Shard) -> list[_ShardFile]:
    readings = [open_reader(source, settings.read) for source in sources]
    parts = assign([_extent(reading) for reading in readings], shard)
    both = zip(sources, readings, parts, strict=True)
    return [
        _ShardFile(place, source, reading, mark_of(source), part)
        for place, (source, reading, part) in enumerate(both)
    ]


def _extent(reading: FileReader) -> Extent:
    """The cuts of the file: parts of one byte would be as many as it has bytes or rows."""
    unit, size = reading.extent
    return Extent(reading.bytes, unit, size)


def _header(files: Sequence[_ShardFile], settings: Settings, shard: Shard) -> ShardHeader:
    sources = [file.source for file in files]
    return ShardHeader(
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
    files: Sequence[_ShardFile], settings: Settings, sources: Sequence[Source], advance: Progress
) -> Iterator[tuple[_ShardFile, Plan, PassResult[ScanState]]]:
    """The shard's ranges, checked by as many workers as are useful."""
    plan = without_finding_limit(make_plan(settings), settings)
    size = sum(file.bytes for file in files)
    own = [file for file in files if file.part is not None]
    with make_executor(settings.staff, size) as executor:
        against = ReferenceData(sources, plan, settings, executor)
        step, blob = part_bytes(settings.staff, executor, size), broadcast_settings(settings, executor)
        plans = [for_file(against.plan_for(file.source), file.source.name, settings) for file in own]
        passes = (
            FilePass(
                step=Scan(plan_handle(plan, blob, executor), shuffles=False),
                source=file.source,
                read=settings.read,
                parts=subdivide(file.part or WHOLE_FILE, _step(file, step)),
                hashes=file.part is not None and file.part.is_first,
            )
            for file, plan in zip(own, plans, strict=True)
        )
        yield from zip(own, plans, run_step(passes, executor, step, advance), strict=True)


def _step(file: _ShardFile, step: int) -> int:
    """Convert a number of bytes to the file's unit of cutting."""
    extent = _extent(file.reading)
    return max(1, step * extent.size // max(1, extent.bytes))


def _entry(file: _ShardFile, plan: Plan, result: PassResult[ScanState], blobs: list[bytes]) -> ShardEntry:
    """The stored data of a range; its blocks are not stored."""
    part, state = file.part or WHOLE_FILE, result.state
    state.name, state.bytes, state.container = file.source.name, result.bytes, result.container
    data = to_bytes(state)
    blobs.append(data)
    sizes = {}
    for code, frame in plan.reference_frames.items() if part.is_first else ():
        out = io.BytesIO()
        frame.write_ipc_stream(out)
        sizes[code] = len(out.getvalue())
        blobs.append(out.getvalue())
    return ShardEntry(
        place=file.place,
        mark=file.mark,
        bytes=file.reading.bytes,
        unit=part.unit,
        start=part.start,
        end=part.end,
        container=result.container,
        columns=result.columns,
        sha256=result.hashes[0] if len(result.parts) == 1 else "",
        whole=result.sha256,
        codes=[rule.code for rule in plan.rules],
        notes=list(plan.notes),
        partial=len(data),
        held=sizes,
    )


def _check(sources: Sequence[Source]) -> None:
    for source in sources:
        if source.is_stdin:
            raise UsageError("--shard: standard input is there only once; name files")
