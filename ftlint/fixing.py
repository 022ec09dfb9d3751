"""The fixing run: a pass that mends and observes, a pass that mends, applies and writes, then a check."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from ftlint.against import Against
from ftlint.batch import Batch
from ftlint.engine import Hit, Plan, can_fix, conclude, look, observe, tell_of
from ftlint.goal import STDOUT, Goal, check_writable, path_for
from ftlint.mend import Log, apply, left_of, mend
from ftlint.partial import Partial
from ftlint.plan import fixing, healing, make_plan
from ftlint.read import Block, ReadOptions, Source
from ftlint.result import Change, FileReport, Report, Severity
from ftlint.rule import DatasetRule, FaultRule, MisfitRule, Rule, Verdict
from ftlint.run import Advance, Pass, batches, check_file, first_pass, report_of, told_of
from ftlint.settings import Settings
from ftlint.settling import sees_all, settle
from ftlint.write import NothingToWrite, encode, reject_line, replacing, to_stdout


@dataclass(slots=True)
class Work:
    """One file on its way through a fixing run: the wanted fixes, what was decided, what was done."""

    source: Source
    plan: Plan
    rows: Mapping[Rule, Severity]
    """Row rules whose fix is wanted."""
    dataset: Plan
    """Dataset rules whose fix is wanted."""
    read: ReadOptions
    log: Log = field(default_factory=Log)
    healed: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    healed_rows: set[int] = field(default_factory=set)
    """Rows whose line the reader mended."""
    left_behind: Partial = field(default_factory=Partial)
    """Findings about the source that the new file cannot show any more."""
    verdicts: Mapping[DatasetRule, Verdict] = field(default_factory=dict)

    @property
    def did_anything(self) -> bool:
        """Whether the new file differs from the old one."""
        return bool(self.log.changed or self.log.dropped or self.healed.total())

    def lines_of(self, block: Block) -> Sequence[bytes] | None:
        """The lines to write back, or None where new ones are made: of a table, a template or a transcript."""
        return block.raw if not self.plan.seer.makes_records else None

    @property
    def code_of_misfit(self) -> str:
        """The code of the rule for a missing field: a template's column that a record does not have."""
        return next(
            (r.code for r in self.plan.rules if isinstance(r, MisfitRule) and r.misfit == "missing"), ""
        )


def fix_files(
    sources: Sequence[Source], settings: Settings, goal: Goal, advance: Advance = lambda _: None
) -> Report:
    """Fix every file on its own. Raises UsageError before anything is written where the goal cannot be."""
    started = time.perf_counter()
    plan = sees_all(make_plan(settings), settings)
    check_writable(sources, goal)
    with ExitStack() as stack:
        rejects = stack.enter_context(replacing(goal.rejects)) if goal.rejects and not goal.diff else None
        against = Against(sources, plan, settings)
        files = [
            _fix_file(source, against.plan_for(source), settings, goal, rejects, advance)
            for source in sources
        ]
    for file in files:
        file.rejects = str(goal.rejects) if rejects is not None else None
    report = report_of(files, plan, settings, time.perf_counter() - started)
    report.fixing = True
    if not goal.diff:
        settle(report, [_what_is_left(*pair) for pair in zip(files, sources, strict=True)], plan, settings)
    return report


def _what_is_left(file: FileReport, source: Source) -> Source:
    """Where the findings of a fixed file can be read; of one that went to standard output only the source is left."""
    if file.written is None or file.written == str(STDOUT):
        return source
    return Source(file.path, Path(file.written), None)


def _fix_file(
    source: Source, plan: Plan, settings: Settings, goal: Goal, rejects: IO[bytes] | None, advance: Advance
) -> FileReport:
    work = _work(source, plan, settings, goal)
    seen = _observe(work, advance)
    if goal.diff:
        for _, batch in batches(seen, plan, work.read):
            _mended(work, batch)
        return _report(work, seen)
    with ExitStack() as stack:
        path = path_for(source, goal, stack)
        written = False
        with replacing(path, mode_of=source.path) as out:
            lines = [
                _write(work, block, batch, out, rejects) for block, batch in batches(seen, plan, work.read)
            ]
            # Unless a file was asked for by name, one that would be the same is not written.
            if goal.output is None and all(lines) and not work.did_anything:
                raise NothingToWrite
            written = True
        report = _checked(work, seen, path if written else source.path, settings)
        if not written:
            report.written = None
            report.notes.append("nothing to fix, so nothing was written")
        if goal.output == STDOUT:
            to_stdout(path)
            report.path = report.written = "-"
    return report


def _work(source: Source, plan: Plan, settings: Settings, goal: Goal) -> Work:
    wanted = fixing(plan, unsafe=goal.unsafe)
    rows: dict[Rule, Severity] = {
        rule: s for rule, s in wanted.rules.items() if not isinstance(rule, DatasetRule | FaultRule)
    }
    dataset: dict[Rule, Severity] = {
        rule: s for rule, s in wanted.rules.items() if isinstance(rule, DatasetRule)
    }
    work = Work(source, plan, rows, replace(wanted, rules=dataset), healing(wanted, settings.read))
    work.log.most = goal.diff
    return work


def _observe(work: Work, advance: Advance) -> Pass:
    """The first pass. Dataset rules see the mended rows, so that rows made equal are duplicates."""
    faults: dict[Rule, Severity] = {
        rule: s for rule, s in work.plan.rules.items() if isinstance(rule, FaultRule)
    }

    def visit(block: Block, batch: Batch, partial: Partial) -> None:
        for hit in look(batch, faults, work.plan.job):
            healed = [found for found in hit.found if _healed(work, hit.rule, found)]
            work.healed[hit.rule.code] += len(healed)
            work.healed_rows.update(found["row"] for found in healed if found["row"] is not None)
            for found in healed if work.log.most else ():
                message = hit.rule.say(found, work.plan.job)  # type: ignore[attr-defined]
                work.log.note(Change(found["line"], found["row"], None, (hit.rule.code,), message, ""))
            if work.lines_of(block) is None:
                unhealed = replace(hit, found=[found for found in hit.found if found not in healed])
                leave_behind(unhealed, batch, work.plan, work.left_behind)
        if work.lines_of(block) is None:
            for fault in block.unread():
                work.unread[code_of(work.plan, fault.kind)] += 1
        observe(mend(batch, work.rows, work.plan.job, Log()), work.dataset, partial)

    seen = first_pass(work.source, work.plan, work.read, visit, advance)
    work.verdicts = conclude(seen.partial, work.dataset)
    for rule in work.verdicts:
        if rule.heals:
            work.healed[rule.code] += seen.partial.counts[rule.code]
    return seen


def code_of(plan: Plan, kind: str) -> str:
    """The code of the rule for a kind of fault, or nothing where it is not selected."""
    return next((r.code for r in plan.rules if isinstance(r, FaultRule) and r.fault == kind), "")


def leave_behind(hit: Hit, batch: Batch, plan: Plan, left: Partial, *, notes: bool = False) -> None:
    """Keep findings about a source that the file made of it cannot show any more; ``notes`` only if asked for."""
    if notes or hit.severity != "info":
        for entry in tell_of(batch, hit, plan.job):
            left.tell(entry, plan.most)


def _healed(work: Work, rule: Rule, found: Mapping[str, object]) -> bool:
    return (
        isinstance(rule, FaultRule)
        and rule.fault in work.read.heal
        and can_fix(rule, dict(found), work.plan.job)
    )


def _mended(work: Work, batch: Batch) -> Batch:
    """What is left of a batch, mended and with the dataset's decisions carried out."""
    for i in batch.unfilled:
        work.log.dropped[batch.rows[i]] = work.code_of_misfit
    left = apply(mend(batch, work.rows, work.plan.job, work.log), work.verdicts, work.plan.job, work.log)
    gone = {i for i, row in enumerate(left.rows) if row in work.log.dropped} if batch.unfilled else ()
    return left_of(left, gone=gone) if gone else left


def _write(work: Work, block: Block, batch: Batch, out: IO[bytes], rejects: IO[bytes] | None) -> bool:
    """Write a block; whether its lines were there to be kept."""
    left = _mended(work, batch)
    # Only a record that is written anew is asked for: where columns hold them, each has to be decoded.
    places = {row: i for i, row in enumerate(left.rows)}
    raw = work.lines_of(block)
    for k, row in enumerate(block.rows):
        if raw is not None:
            out.writelines(block.between.get(k, ()))
        if row not in places:
            if rejects is not None:
                code = work.log.dropped.get(row, "")
                rejects.write(reject_line(work.source.name, block.lines[k], row, code, block.records[k]))
        elif raw is None:
            out.write(encode(left.records[places[row]]))
        elif row in work.log.changed:
            out.write(encode(left.records[places[row]], raw[k]))
        else:
            out.write(raw[k])
    if raw is not None:
        out.writelines(block.between.get(len(block.rows), ()))
    for fault in block.unread() if rejects is not None and raw is None else ():
        code = code_of(work.plan, fault.kind)
        rejects.write(reject_line(work.source.name, fault.line, fault.row, code, fault.text))  # type: ignore[union-attr]
    return raw is not None


def _checked(work: Work, seen: Pass, path: Path | None, settings: Settings) -> FileReport:
    """The report of what was written: it is checked anew, as anybody would check it."""
    name = str(path) if path is not None else work.source.name
    options = ReadOptions(block_bytes=settings.read.block_bytes)
    # A fix leaves records what they were; only templates and transcripts make others.
    schema = None if work.plan.seer.makes_records else settings.json_schema
    plan = make_plan(replace(settings.for_written(), read=options, json_schema=schema), work.plan.job)
    codes = {rule.code for rule in work.plan.rules}
    plan = replace(plan, rules={r: s for r, s in plan.rules.items() if r.code in codes})
    plan = replace(plan, held=work.plan.held, notes=work.plan.notes)
    report = check_file(Source(name, path, work.source.data if path is None else None), plan, options)
    report.written = name
    join_source(report, work.source, work.left_behind, work.plan)
    return _count(work, seen, report)


def join_source(report: FileReport, source: Source, left: Partial, plan: Plan) -> None:
    """Add what was found in the source to the report of the file made of it."""
    told = told_of(Pass(source, "", 0, partial=left), plan)
    report.findings = [*told.findings, *report.findings]
    report.tallies += told.tallies


def _report(work: Work, seen: Pass) -> FileReport:
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
        changes=sorted(work.log.changes, key=lambda change: (change.line or 0, change.row or 0)),
        changes_total=work.log.total,
    )
    return _count(work, seen, report)


def _count(work: Work, seen: Pass, report: FileReport) -> FileReport:
    report.fixed = Counter({c: n for c, n in (work.log.fixed + work.healed).items() if n})
    report.dropped = Counter(work.log.dropped.values()) + work.unread
    report.changed = len(work.log.changed | (work.healed_rows - work.log.dropped.keys()))
    report.kept = seen.partial.rows - report.dropped.total()
    report.read = seen.partial.rows
    return report
