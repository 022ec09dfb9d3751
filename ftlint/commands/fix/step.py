"""One file, or a part of it, on its way through a fixing run: batches are looked at, mended and written.

Fixing: a pass that mends and observes, a pass that mends, applies and writes, then a check; at once or in parts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import IO

from ftlint.batch.batch import Batch
from ftlint.commands.fix.output import Goal
from ftlint.config.settings import Settings
from ftlint.engine.change_log import Log
from ftlint.engine.fixes import apply, left_of, mend
from ftlint.engine.passes import Pass, batches, first_pass, nowhere
from ftlint.engine.plan import fixing, healing
from ftlint.engine.scan import Hit, Plan, can_fix, conclude, look, observe, tell_of
from ftlint.engine.state import ScanState
from ftlint.io.block import Block, ReadOptions
from ftlint.io.part import WHOLE, Part
from ftlint.io.source import Source
from ftlint.io.write.atomic import encode, reject_line
from ftlint.result import Change, Severity
from ftlint.rule import DatasetRule
from ftlint.rule.base import Rule, Verdict
from ftlint.rule.errors import Failures
from ftlint.rule.frame import FaultRule, MisfitRule

Advance = Callable[[int], None]


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a file, or of a part of it, when they were mended."""

    fixed: Counter[str] = field(default_factory=Counter)
    """What was mended, by code, but for what the reader did."""
    dropped: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    kept_lines: bool = True
    """Whether there were lines to be kept, as a table has none."""

    def join(self, part: "Outcome") -> None:
        """Add what became of another part."""
        self.fixed.update(part.fixed)
        self.dropped.update(part.dropped)
        self.changed += part.changed
        self.kept_lines = self.kept_lines and part.kept_lines


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
    left_behind: ScanState = field(default_factory=ScanState)
    """Findings about the source that the new file cannot show any more."""
    verdicts: Mapping[DatasetRule, Verdict] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def did_anything(self) -> bool:
        """Whether the new file differs from the old one."""
        return bool(self.outcome.changed or self.outcome.dropped or self.healed.total())

    def lines_of(self, block: Block) -> Sequence[bytes] | None:
        """The lines to write back, or None where new ones are made: of a table, a template or a transcript."""
        return block.raw if not self.plan.seer.makes_records else None

    @property
    def code_of_misfit(self) -> str:
        """The code of the rule for a missing field: a template's column that a record does not have."""
        return next(
            (r.code for r in self.plan.rules if isinstance(r, MisfitRule) and r.misfit == "missing"), ""
        )


def work_on(source: Source, plan: Plan, settings: Settings, goal: Goal) -> Work:
    """The work that is to be done on a file, or on any part of it."""
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


def look_at(work: Work, part: Part = WHOLE, advance: Advance = nowhere) -> Pass:
    """The first pass. Dataset rules see the mended rows, so that rows made equal are duplicates."""
    faults: dict[Rule, Severity] = {
        rule: s for rule, s in work.plan.rules.items() if isinstance(rule, FaultRule)
    }

    def visit(block: Block, batch: Batch, partial: ScanState) -> None:
        failures = work.log.failures
        for hit in look(batch, faults, work.plan.job, failures):
            healed = [found for found in hit.found if _healed(work, hit.rule, found)]
            work.healed[hit.rule.code] += len(healed)
            work.healed_rows.update(found["row"] for found in healed if found["row"] is not None)
            for found in healed if work.log.most else ():
                message = hit.rule.say(found, work.plan.job)  # type: ignore[attr-defined]
                work.log.note(Change(found["line"], found["row"], None, (hit.rule.code,), message, ""))
            if work.lines_of(block) is None:
                unhealed = replace(hit, found=[found for found in hit.found if found not in healed])
                leave_behind(unhealed, batch, work.plan, work.left_behind, failures)
        if work.lines_of(block) is None:
            for fault in block.unread():
                work.unread[code_of(work.plan, fault.kind)] += 1
        mended = mend(batch, work.rows, work.plan.job, Log())
        # Rules about the whole that the reader heals for are to see its faults, whatever else was mended.
        mended.told = batch.told
        observe(mended, work.dataset, partial)

    return first_pass(work.source, work.plan, work.read, visit, advance, part=part)


def decide(work: Work, partial: ScanState) -> None:
    """What the rules about the whole want done, once all of the file is seen."""
    work.verdicts = conclude(partial, work.dataset)
    for rule in work.verdicts:
        if rule.heals:
            work.healed[rule.code] += partial.counts[rule.code]


def write_all(work: Work, seen: Pass, out: IO[bytes] | None, rejects: IO[bytes] | None) -> None:
    """The second pass. Without a file to write to it only finds out what would be done."""
    for block, batch in batches(seen, work.plan, work.read):
        if out is None:
            _mended(work, batch)
        else:
            kept = _write(work, block, batch, out, rejects)
            work.outcome.kept_lines = work.outcome.kept_lines and kept
    log = work.log
    work.outcome.fixed.update(log.fixed)
    work.outcome.dropped.update(log.dropped.values())
    work.outcome.changed += len(log.changed | (work.healed_rows - log.dropped.keys()))


def code_of(plan: Plan, kind: str) -> str:
    """The code of the rule for a kind of fault, or nothing where it is not selected."""
    return next((r.code for r in plan.rules if isinstance(r, FaultRule) and r.fault == kind), "")


def leave_behind(
    hit: Hit, batch: Batch, plan: Plan, left: ScanState, failures: Failures, *, notes: bool = False
) -> None:
    """Keep findings about a source that the file made of it cannot show any more; ``notes`` only if asked for."""
    if notes or hit.severity != "info":
        for entry in tell_of(batch, hit, plan.job, failures):
            left.add_finding(entry, plan.most)


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
            continue
        if raw is None:
            out.write(encode(left.records[places[row]]))
        elif row in work.log.changed:
            out.write(encode(left.records[places[row]], raw[k]))
        else:
            out.write(raw[k])
    if raw is not None:
        out.writelines(block.between.get(len(block.rows), ()))
    if rejects is not None:
        rejects.writelines(_rejected(work, block, places))
    return raw is not None


def _rejected(work: Work, block: Block, left: Mapping[int, int]) -> Iterator[bytes]:
    """The rows of a block that are left out, in the order of the file."""
    rejected: list[tuple[int | None, int | None, str, object]] = [
        (row, block.lines[k], work.log.dropped.get(row, ""), block.records[k])
        for k, row in enumerate(block.rows)
        if row not in left
    ]
    if work.lines_of(block) is None:
        rejected += [(f.row, f.line, code_of(work.plan, f.kind), f.text) for f in block.unread()]
    for row, line, code, record in sorted(rejected, key=lambda one: one[0] or 0):
        yield reject_line(work.source.name, line, row, code, record)
