"""The fixing run: a pass that mends and observes, a pass that mends, applies and writes, then a check.

Where a fixing run writes, and what it must not write over.
"""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from ftlint.commands.fix.output import STDOUT, Goal, check_writable, path_for
from ftlint.commands.fix.refusal import refused, why_refused
from ftlint.commands.fix.step import Work, decide, look_at, work_on, write_all
from ftlint.config.settings import Settings
from ftlint.engine.check import check_file
from ftlint.engine.failure_report import add_failures
from ftlint.engine.file_report import file_report, report_of
from ftlint.engine.passes import Advance, Pass
from ftlint.engine.pipeline import PassResult
from ftlint.engine.plan import make_plan
from ftlint.engine.reference import Against
from ftlint.engine.scan import Plan
from ftlint.engine.state import ScanState
from ftlint.engine.suppress import sees_all, settle
from ftlint.execution.choose import make_executor, size_of
from ftlint.execution.part_folder import is_folder, parts_in
from ftlint.io.block import ReadOptions
from ftlint.io.source import Source
from ftlint.io.write.atomic import (
    NothingToWrite,
    replacing,
    to_stdout,
)
from ftlint.result import FileReport, Report


def fix_files(
    sources: Sequence[Source], settings: Settings, goal: Goal, advance: Advance = lambda _: None
) -> Report:
    """Fix every file on its own. Raises UsageError before anything is written where the goal cannot be.

    A file that was not read whole is left as it is, and its report says why (``refused``).
    """
    started = time.perf_counter()
    plan = sees_all(make_plan(settings), settings)
    check_writable(sources, goal)
    with ExitStack() as stack:
        rejects = stack.enter_context(replacing(goal.rejects)) if goal.rejects and not goal.diff else None
        files = _fix_all(sources, plan, settings, goal, rejects, advance)
        if rejects is not None and all(file.refused for file in files):
            raise NothingToWrite
    for file in files:
        file.rejects = str(goal.rejects) if rejects is not None and not file.refused else None
    report = report_of(files, plan, settings, time.perf_counter() - started)
    report.fixing = True
    if not goal.diff:
        settle(report, [_what_is_left(*pair) for pair in zip(files, sources, strict=True)], plan, settings)
    return report


def _fix_all(
    sources: Sequence[Source],
    plan: Plan,
    settings: Settings,
    goal: Goal,
    rejects: IO[bytes] | None,
    advance: Advance,
) -> list[FileReport]:
    in_folder = goal.output is not None and is_folder(goal.output)
    with make_executor(settings.staff, size_of(sources)) as workers:
        against = Against(sources, plan, settings)
        if workers.in_process and settings.staff.part_bytes is None and not in_folder:
            return [
                _fix_file(source, against.plan_for(source), settings, goal, rejects, advance)
                for source in sources
            ]
        from ftlint.commands.fix.parallel import Run, fix_in_parts

        run = Run(settings, goal, rejects, workers, advance)
        files: list[FileReport] = []
        # What is written over may be what the next one is held against.
        for some in [[source] for source in sources] if goal.in_place else [sources]:
            files += fix_in_parts(some, [against.plan_for(source) for source in some], run)
        return files


def _what_is_left(file: FileReport, source: Source) -> Source:
    """Where the findings of a fixed file can be read; of one that went to standard output only the source is left."""
    if file.written is None or file.written == str(STDOUT):
        return source
    written = Path(file.written)
    return parts_in(written) if is_folder(written) else Source(file.path, written, None)


def _fix_file(
    source: Source, plan: Plan, settings: Settings, goal: Goal, rejects: IO[bytes] | None, advance: Advance
) -> FileReport:
    work = work_on(source, plan, settings, goal)
    seen = look_at(work, advance=advance)
    if (why := why_refused(work, seen.container, seen.partial, goal)) is not None:
        return refused(check_file(source, plan, settings.read), why)
    decide(work, seen.partial)
    if goal.diff:
        write_all(work, seen, None, None)
        return report_of_diff(work, seen)
    with ExitStack() as stack:
        path = path_for(source, goal, stack)
        written = False
        with replacing(path, mode_of=source.local) as out:
            write_all(work, seen, out, rejects)
            if is_same(work, goal):
                raise NothingToWrite
            written = True
        check = check_of(work, path if written else source.path, settings)
        report = check_file(check.source, check.plan, check.settings.read)
        tell_all(work, seen, report, written=written)
        if goal.output == STDOUT:
            to_stdout(path)
            report.path = report.written = "-"
    return report


def is_same(work: Work, goal: Goal) -> bool:
    """Whether the new file would be the old one: unless it was asked for by name, it is not written then."""
    return goal.output is None and work.outcome.kept_lines and not work.did_anything


@dataclass(frozen=True, slots=True)
class Check:
    """How a file that was written is checked: anew, as anybody would check it."""

    source: Source
    plan: Plan
    settings: Settings


def check_of(work: Work, path: Path | None, settings: Settings) -> Check:
    """How the new file is checked, or the old one at ``path`` where none was written."""
    name = str(path) if path is not None else work.source.name
    options = ReadOptions(block_bytes=settings.read.block_bytes)
    # A fix leaves records what they were; only templates and transcripts make others.
    schema = None if work.plan.seer.makes_records else settings.json_schema
    settings = replace(settings.for_written(), read=options, json_schema=schema)
    plan = make_plan(settings, work.plan.job)
    codes = {rule.code for rule in work.plan.rules}
    plan = replace(plan, rules={r: s for r, s in plan.rules.items() if r.code in codes})
    plan = replace(plan, held=work.plan.held, notes=work.plan.notes)
    if path is not None and is_folder(path):
        return Check(parts_in(path), plan, settings)
    return Check(Source(name, path, work.source.data if path is None else None), plan, settings)


def tell_all(work: Work, seen: Pass, report: FileReport, *, written: bool) -> None:
    """Make the report of the new file that of the fix."""
    report.written = report.path if written else None
    add_failures(report, work.source, work.plan, work.log.failures, fixes_only=True)
    join_source(report, work.source, work.left_behind, work.plan)
    if not written:
        report.notes.append("nothing to fix, so nothing was written")
    _count(work, seen, report)


def join_source(report: FileReport, source: Source, left: ScanState, plan: Plan) -> None:
    """Add what was found in the source to the report of the file made of it."""
    told = file_report(PassResult(source, left), plan)
    report.findings = [*told.findings, *report.findings]
    report.tallies += told.tallies


def report_of_diff(work: Work, seen: Pass) -> FileReport:
    """The report of a run that wrote nothing."""
    report = FileReport(
        path=work.source.name,
        container=seen.container,
        shape=None,
        task=None,
        rows=seen.partial.rows,
        examples=seen.partial.examples,
        bytes=seen.bytes,
        sha256=seen.sha256,
        changes=work.log.in_order(),
        changes_total=work.log.total,
    )
    add_failures(report, work.source, work.plan, work.log.failures)
    return _count(work, seen, report)


def _count(work: Work, seen: Pass, report: FileReport) -> FileReport:
    outcome = work.outcome
    report.failed = {**seen.partial.failed, **report.failed}
    report.fixed = Counter({c: n for c, n in (outcome.fixed + work.healed).items() if n})
    report.dropped = outcome.dropped + work.unread
    report.changed = outcome.changed
    report.kept = seen.partial.rows - report.dropped.total()
    report.read = seen.partial.rows
    return report
