"""``ftlint split``: one file is read, divided, written and read again to see that nothing stands on two sides."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.commands.split.assign import SIDES, SplitSizes, TargetLimits, limits_of
from ftlint.commands.split.grouping import RowGrouper
from ftlint.commands.split.keys import FIELD, GroupingOptions, grouping_keys
from ftlint.commands.split.result import ClassCount, NothingToSplit, SplitAssignment
from ftlint.config.settings import Settings
from ftlint.engine.file_report import check_whole
from ftlint.engine.passes import Advance, Pass, blocks, first_pass
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.engine.source_findings import code_of
from ftlint.engine.state import ScanState
from ftlint.errors import SourceChanged, UsageError
from ftlint.io.block import FaultKind, ReadOptions, RecordBlock
from ftlint.io.source import Source
from ftlint.io.write.atomic import all_or_none, check_goal, encode, names_for, replacing
from ftlint.io.write.rejects import unread_rows, write_rejects
from ftlint.shapes.detect import majority

if TYPE_CHECKING:
    from polars import DataFrame

# What would tear records apart or belongs to a whole file is mended; else lines stay as they are.
HEALED: frozenset[FaultKind] = frozenset({"bom", "no-newline", "blank", "many-in-one"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOptions:
    """What a split is asked for: how much where, what stays together, and where it is written."""

    shares: SplitSizes = field(default_factory=SplitSizes)
    bonds: GroupingOptions = field(default_factory=GroupingOptions)
    output: Path | None = None
    overwrite: bool = False
    rejects: Path | None = None


@dataclass(frozen=True, slots=True)
class SubsetFile:
    """One file that was written: its part (train, valid or test), and what is in it."""

    part: str
    path: Path
    examples: int
    bytes: int
    sha256: str


@dataclass(slots=True)
class SplitReport:
    """What a split did. Where there was nothing to split, ``why_not`` says why and ``files`` is empty.

    ``rows`` counts records, those too that could not be read; ``unread`` counts the latter by the code of the rule
    that says why. ``decisions`` are JSON-able: the same ones give the same files.
    """

    path: str
    container: str
    shape: str | None
    target: str | None
    rows: int
    bytes: int
    sha256: str
    task: str | None = None
    files: list[SubsetFile] = field(default_factory=list)
    classes: Sequence[ClassCount] = ()
    decisions: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    rejects: Path | None = None
    why_not: str | None = None
    checked: list[str] = field(default_factory=list)
    """What was seen not to stand on two sides."""


class SplitVerificationError(Exception):
    """The files that were written are not what was meant: a bug in ftlint."""


@dataclass(slots=True)
class _Work:
    source: Source
    plan: Plan
    read: ReadOptions
    asked: SplitOptions
    limits: TargetLimits
    splitter: RowGrouper
    unread: Counter[str] = field(default_factory=Counter)

    def see(self, block: RecordBlock, batch: Batch, partial: ScanState) -> None:
        sizes = [len(line) for line in _lines(block)] if self.limits.mind_bytes else None
        self.splitter.see(batch, block.records, sizes)
        for sighting in batch.record_shapes if len(batch.detected_shapes) > 1 else batch.detected_shapes:
            if sighting is not None:
                partial.shapes[sighting.shape.name] += len(batch) if len(batch.detected_shapes) == 1 else 1
        self.unread.update(code_of(self.plan, fault.kind) for fault in block.unreadable_rows())


def split_file(
    source: Source, settings: Settings, asked: SplitOptions, advance: Advance = lambda _: None
) -> SplitReport:
    """Split one file. Raises UsageError before anything is written where the shares cannot be had."""
    plain = replace(settings, select=("F",), ignore=(), extend_select=(), rule_folders=(), rule_options={})
    plan = make_plan(plain)
    limits = limits_of(plan.context.target)
    asked.shares.check()
    limits.refuse(asked.shares)
    names_for(source, asked.output, SIDES, overwrite=asked.overwrite)
    if asked.rejects is not None:
        inputs = [source.path] if source.path is not None else []
        check_goal(asked.rejects, inputs, overwrite=asked.overwrite)
    read = replace(settings.read, heal=HEALED, keep_raw=limits.mind_bytes)
    work = _Work(source, plan, read, asked, limits, RowGrouper(asked.bonds, plan.context))
    seen = first_pass(source, plan, read, work.see, advance)
    check_whole(source, seen.partial.incomplete)
    report = _report(work, seen)
    try:
        parts = work.splitter.parts(asked.shares, limits)
    except NothingToSplit as error:
        report.why_not = str(error)
        return report
    _write(work, seen, parts, report)
    report.task = work.splitter.task.name
    report.classes, report.decisions = parts.classes, parts.summary()
    report.notes, report.warnings = parts.notes, parts.warnings
    return report


def _report(work: _Work, seen: Pass) -> SplitReport:
    return SplitReport(
        path=work.source.name,
        container=seen.container,
        shape=majority(list(seen.partial.shapes.items())),
        target=work.plan.context.target.name if work.plan.context.target is not None else None,
        rows=seen.partial.rows,
        bytes=seen.bytes,
        sha256=seen.sha256,
        unread=work.unread,
    )


def _write(work: _Work, seen: Pass, parts: SplitAssignment, report: SplitReport) -> None:
    asked, mode = work.asked, work.source.local
    goals = names_for(work.source, asked.output, parts.names, overwrite=asked.overwrite)
    if asked.rejects is not None and asked.rejects.resolve() in map(Path.resolve, goals):
        raise UsageError(f"--rejects {asked.rejects}: that is the name of one of the new files")
    with ExitStack() as last:
        rejects = last.enter_context(replacing(asked.rejects)) if asked.rejects is not None else None
        staged = last.enter_context(all_or_none(goals, overwrite=asked.overwrite))
        with ExitStack() as files:
            outs = {
                name: files.enter_context(replacing(path, mode_of=mode))
                for name, path in zip(parts.names, staged, strict=True)
            }
            for block in blocks(seen, replace(work.read, keep_raw=True)):
                _write_block(work, block, parts, outs, rejects)
        for name, path, goal in zip(parts.names, staged, goals, strict=True):
            again = _read_again(work, path, name, parts)
            report.files.append(SubsetFile(name, goal, parts.examples[name], again.bytes, again.sha256))
        if crossing := parts.leaks():
            raise SplitVerificationError(f"{', '.join(crossing)} on two sides: the files were not kept")
    report.rejects = asked.rejects
    report.checked = [
        name for name in ("example", "prompt", "near duplicate") if _was_kept(name, asked.bonds)
    ]
    report.checked += asked.bonds.fields


def _write_block(
    work: _Work,
    block: RecordBlock,
    parts: SplitAssignment,
    outs: dict[str, IO[bytes]],
    rejects: IO[bytes] | None,
) -> None:
    lines: dict[str, list[bytes]] = {name: [] for name in outs}
    try:
        for row, line in zip(block.rows, _lines(block), strict=True):
            lines[parts.subset_of(row)].append(line if line.endswith(b"\n") else line + b"\n")
    except KeyError:
        raise SourceChanged(f"{work.source.name} changed while it was read") from None
    for name, out in outs.items():
        out.writelines(lines[name])
    if rejects is not None:
        write_rejects(rejects, work.source.name, unread_rows(block, lambda kind: code_of(work.plan, kind)))


def _lines(block: RecordBlock) -> Sequence[bytes]:
    """The lines to write: those of the file, or the records of another container as lines."""
    return block.raw if block.raw is not None else [encode(record) for record in block.records]


def _read_again(work: _Work, path: Path, name: str, parts: SplitAssignment) -> Pass:
    """Read a written file and compare it with what it was to hold: every example, in order. Raises Leaked."""
    fields = work.asked.bonds.fields
    found: list[DataFrame] = []

    def see(block: RecordBlock, batch: Batch, partial: ScanState) -> None:
        del partial
        found.append(grouping_keys(batch, block.records, fields))

    options = ReadOptions(block_bytes=work.read.block_bytes)
    seen = first_pass(Source(str(path), path, None), work.plan, options, see)
    meant = parts.rows.filter(pl.col("side") == SIDES.index(name))
    columns = ["digest", *(FIELD + field for field in fields)]
    written = pl.concat(found) if found else meant.clear()
    if not written.select(columns).equals(meant.select(columns)):
        raise SplitVerificationError(
            f"{path.name} does not hold the examples that it was to hold; no file was kept"
        )
    asked = meant["prompt"].is_not_null()
    if not written["prompt"].filter(asked).equals(meant["prompt"].filter(asked)):
        raise SplitVerificationError(
            f"{path.name} does not hold the prompts that it was to hold; no file was kept"
        )
    return seen


def _was_kept(name: str, bonds: GroupingOptions) -> bool:
    return {"prompt": bonds.prompts, "near duplicate": bonds.near}.get(name, True)
