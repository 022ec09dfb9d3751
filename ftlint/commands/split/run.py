"""``ftlint split``: one file is read, split, written and read again to verify that no key is in two splits."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from ftlint._polars import pl
from ftlint.commands.split.assign import SIDES, SplitSizes, limits_of
from ftlint.commands.split.keys import FIELD, GroupingOptions
from ftlint.commands.split.result import ClassCount, NothingToSplit, SplitAssignment
from ftlint.commands.split.step import REJECTS, GroupRecords, GroupState, Route, Verify
from ftlint.config.settings import Settings
from ftlint.engine.file_report import check_whole
from ftlint.engine.handle import Handle, broadcast_settings, plan_handle
from ftlint.engine.pipeline import (
    FilePass,
    Outputs,
    PassResult,
    Progress,
    Sink,
    no_progress,
    run_alone,
    run_step,
)
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.errors import UsageError
from ftlint.execution.choose import make_executor, part_bytes, size_of
from ftlint.execution.executor import Executor
from ftlint.execution.sinks import FileSink
from ftlint.io.block import FaultKind, ReadOptions
from ftlint.io.source import Source
from ftlint.io.write.atomic import all_or_none, names_for, replacing, validate_output_path
from ftlint.shapes.detect import majority

# Faults that affect record boundaries or the entire file are fixed; other lines stay unchanged.
HEALED: frozenset[FaultKind] = frozenset({"bom", "no-newline", "blank", "many-in-one"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOptions:
    """The options of a split: sizes, grouping, and output."""

    shares: SplitSizes = field(default_factory=SplitSizes)
    bonds: GroupingOptions = field(default_factory=GroupingOptions)
    output: Path | None = None
    overwrite: bool = False
    rejects: Path | None = None


@dataclass(frozen=True, slots=True)
class SubsetFile:
    """One output file: its split (train, valid or test), and its statistics."""

    part: str
    path: Path
    examples: int
    bytes: int
    sha256: str


@dataclass(slots=True)
class SplitReport:
    """The result of a split. If there was nothing to split, ``why_not`` gives the reason and ``files`` is
    empty.

    ``rows`` counts records, including unreadable ones; ``unread`` counts the latter by the code of the rule
    that reports them. ``decisions`` are JSON-able: equal ones give the same files.
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
    """The keys that were verified not to be in two splits."""


class SplitVerificationError(Exception):
    """The written files are not as intended: a bug in ftlint."""


def split_file(
    source: Source, settings: Settings, options: SplitOptions, advance: Progress = no_progress
) -> SplitReport:
    """Split one file. Raises UsageError before anything is written if the sizes are impossible."""
    plain = replace(settings, select=("F",), ignore=(), extend_select=(), rule_folders=(), rule_options={})
    plan = make_plan(plain)
    limits = limits_of(plan.context.target)
    options.shares.check()
    limits.refuse(options.shares)
    names_for(source, options.output, SIDES, overwrite=options.overwrite)
    if options.rejects is not None:
        inputs = [source.path] if source.path is not None else []
        validate_output_path(options.rejects, inputs, overwrite=options.overwrite)
    read = replace(settings.read, heal=HEALED, keep_raw=limits.mind_bytes)
    with make_executor(settings.staff, size_of([source])) as executor:
        handle = plan_handle(plan, broadcast_settings(plain, executor), executor)
        run = _SplitRun(source, handle, read, options, executor)
        size = part_bytes(settings.staff, executor, size_of([source]))
        step = GroupRecords(handle, options.bonds, limits.mind_bytes)
        first = FilePass(step=step, source=source, read=read, hashes=True)
        grouped = run_alone(first, executor, size, advance)
        check_whole(source, grouped.incomplete)
        report = _report(run, grouped)
        splitter = grouped.state.splitter
        try:
            parts = splitter.parts(options.shares, limits)
        except NothingToSplit as error:
            report.why_not = str(error)
            return report
        _write(run, grouped, parts, report, size)
    report.task = splitter.task.name
    report.classes, report.decisions = parts.classes, parts.summary()
    report.notes, report.warnings = parts.notes, parts.warnings
    return report


@dataclass(frozen=True, slots=True)
class _SplitRun:
    source: Source
    handle: Handle[Plan]
    read: ReadOptions
    asked: SplitOptions
    executor: Executor


def _report(run: _SplitRun, grouped: PassResult[GroupState]) -> SplitReport:
    target = run.handle.get().context.target
    return SplitReport(
        path=run.source.name,
        container=grouped.container,
        shape=majority(list(grouped.state.shapes.items())),
        target=target.name if target is not None else None,
        rows=grouped.rows,
        bytes=grouped.bytes,
        sha256=grouped.sha256,
        unread=grouped.state.unread,
    )


def _write(
    run: _SplitRun, grouped: PassResult[GroupState], parts: SplitAssignment, report: SplitReport, size: int
) -> None:
    options = run.asked
    outputs = names_for(run.source, options.output, parts.names, overwrite=options.overwrite)
    if options.rejects is not None and options.rejects.resolve() in map(Path.resolve, outputs):
        raise UsageError(f"--rejects {options.rejects}: that is the name of one of the new files")
    with ExitStack() as last:
        rejects = last.enter_context(replacing(options.rejects)) if options.rejects is not None else None
        staged = last.enter_context(all_or_none(outputs, overwrite=options.overwrite))
        _route(run, grouped, parts, staged, rejects)
        _verify(run, parts, staged, outputs, report, size)
        if crossing := parts.leaks():
            raise SplitVerificationError(f"{', '.join(crossing)} on two sides: the files were not kept")
    report.rejects = options.rejects
    report.checked = [
        name for name in ("example", "prompt", "near duplicate") if _is_grouped_by(name, options.bonds)
    ]
    report.checked += options.bonds.fields


def _route(
    run: _SplitRun,
    grouped: PassResult[GroupState],
    parts: SplitAssignment,
    staged: Sequence[Path],
    rejects: IO[bytes] | None,
) -> None:
    """Write every line to the file of its subset."""
    with ExitStack() as files:
        sinks: dict[str, Sink] = {
            name: FileSink(files.enter_context(replacing(path, mode_of=run.source.local)))
            for name, path in zip(parts.names, staged, strict=True)
        }
        if rejects is not None:
            sinks[REJECTS] = FileSink(rejects)
        step = Route(run.handle, run.source.name, tuple(sinks), subset_of=parts.subset_of)
        second = FilePass(
            step=step,
            source=run.source,
            read=replace(run.read, keep_raw=True),
            before=grouped,
            open_outputs=lambda: nullcontext(Outputs(sinks)),
            folder=staged[0].resolve().parent,
        )
        run_alone(second, run.executor)


def _verify(
    run: _SplitRun,
    parts: SplitAssignment,
    staged: Sequence[Path],
    outputs: Sequence[Path],
    report: SplitReport,
    size: int,
) -> None:
    """Read the written files, and verify that they contain every expected example, in order. Raises Leaked."""
    fields = run.asked.bonds.fields
    step, read = Verify(run.handle, fields), ReadOptions(block_bytes=run.read.block_bytes)
    passes = [
        FilePass(step=step, source=Source(str(path), path, None), read=read, hashes=True) for path in staged
    ]
    results = run_step(passes, run.executor, size)
    for name, path, output, result in zip(parts.names, staged, outputs, results, strict=True):
        found = result.state.frames
        meant = parts.rows.filter(pl.col("side") == SIDES.index(name))
        columns = ["digest", *(FIELD + field for field in fields)]
        written = pl.concat(found) if found else meant.clear()
        if not written.select(columns).equals(meant.select(columns)):
            raise SplitVerificationError(
                f"{path.name} does not hold the examples that it was to hold; no file was kept"
            )
        options = meant["prompt"].is_not_null()
        if not written["prompt"].filter(options).equals(meant["prompt"].filter(options)):
            raise SplitVerificationError(
                f"{path.name} does not hold the prompts that it was to hold; no file was kept"
            )
        report.files.append(SubsetFile(name, output, parts.examples[name], result.bytes, result.sha256))


def _is_grouped_by(name: str, grouping: GroupingOptions) -> bool:
    return {"prompt": grouping.prompts, "near duplicate": grouping.near}.get(name, True)
