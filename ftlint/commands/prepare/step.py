"""A preparation at work: batches in the target's shape, fixes on trial, and what is written in the end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ftlint.batch import task_type as tasks
from ftlint.batch.batch import Batch
from ftlint.batch.records import Seer
from ftlint.batch.task_type import Task
from ftlint.commands.convert.conversion import Conversion, Made
from ftlint.commands.convert.target_fixes import row_rules
from ftlint.commands.prepare.options import Intent
from ftlint.commands.prepare.proposals import Deeds, Sample, deeds_of
from ftlint.commands.prepare.summary import ScriptSample
from ftlint.commands.stats.survey import Survey
from ftlint.context import Job
from ftlint.engine.change_log import Log
from ftlint.engine.fixes import apply, left_of, mend
from ftlint.engine.passes import NOTHING, Pass, batches
from ftlint.engine.plan import fixing
from ftlint.engine.scan import Plan, conclude, look, observe
from ftlint.engine.source_findings import keep_source_findings
from ftlint.engine.state import ScanState
from ftlint.io.block import Block
from ftlint.prefetch import ahead
from ftlint.result import Severity
from ftlint.rule import DatasetRule
from ftlint.rule.base import Rule, Verdict
from ftlint.rule.frame import MisfitRule
from ftlint.rule.registry import fits
from ftlint.shapes.shape import Record

REFUSED = "convert"
"""Stands for the rule where the target has no place for a record."""


Verdicts = Mapping[DatasetRule, Verdict]
Refused = tuple[int, int, Record]
"""A record that cannot come along, behind its line and its row."""


@dataclass(slots=True)
class Read:
    """How much one pass has read, and how many examples that made where they are made one by one."""

    rows: int = 0
    lines: int = 0
    examples: int = 0


@dataclass(slots=True)
class Trial:
    """What the wanted fixes did when nothing was written: by rule, with examples, and what the whole tells."""

    deeds: Deeds = field(default_factory=Deeds)
    verdicts: Verdicts = field(default_factory=dict)
    task: Task = field(default_factory=lambda: Task(None))
    sample: Sample = field(default_factory=Sample)
    scripts: ScriptSample = field(default_factory=ScriptSample)
    examples: int = 0
    """How many would be left."""

    def conclude(self, partial: ScanState, work: "Work") -> None:
        """What the whole tells, once the rules about it have seen everything."""
        self.verdicts = conclude(partial, work.dataset)
        self.task = tasks.of_all(partial.answers.pieces, work.job)


@dataclass(slots=True)
class Work:
    """One file on its way to a target. ``rules`` are the row rules whose fixes are made, ``dataset`` those about
    the whole.
    """

    conversion: Conversion
    seen: Pass
    job: Job
    rules: dict[Rule, Severity]
    dataset: Plan
    numbered: bool
    """Whether one row of the file may become several examples, so that these have numbers of their own."""
    whole: Plan
    """All rules, as the prepared file is checked with them."""
    rejecting: bool = False
    """Whether rows that are left out are to be kept."""
    log: Log = field(default_factory=Log)
    """What the fixes did on the last pass."""
    left: ScanState = field(default_factory=ScanState)
    """What is wrong with records that are left out because nothing mends them."""
    kept: "list[Portion] | None" = None
    """The mended batches, where all of them are columns."""
    applied: bool = False
    """Whether the verdicts are carried out on those that are kept."""
    before: int = 0
    """How many examples stand before this part of the file, where they have numbers of their own."""
    read: Read = field(default_factory=lambda: Read())

    @property
    def seer(self) -> Seer:
        """How records in the target's shape are seen."""
        return self.dataset.seer

    def batches(self, *, last: bool = False) -> "Iterator[Portion]":
        """The file once more in the target's shape. After the ``last`` time nothing of it is kept in memory."""
        begun, self.read = self.conversion, Read()
        for block, batch in batches(self.seen, begun.plan, begun.read, last=last):
            self.read.rows += block.seen_rows
            self.read.lines += block.seen_lines
            lines = begun.lines_of(batch)
            if lines is not None:
                yield Portion(block, None, Batch(lines, batch.rows, batch.lines, self.seer, self.job))
                continue
            refused: list[Refused] = []

            def refuse(why: str, line: int, row: int, record: Record, own: list[Refused] = refused) -> None:
                del why
                if self.rejecting:
                    own.append((line, row, record))

            made = begun.made_of(block, batch, refuse)
            first = self.before + self.read.examples + 1
            rows = range(first, first + len(made)) if self.numbered else [m.row for m in made]
            self.read.examples += len(made)
            records, places = [m.new.record for m in made], [m.line for m in made]
            whole = Batch(records, list(rows), places, self.seer, self.job)
            yield Portion(block, dict(zip(rows, made, strict=True)), whole, refused)

    def trial(self, *, each: int = 0, survey: Survey | None = None) -> Trial:
        """Make all wanted fixes on every batch, write nothing, and let the rules about the whole observe.

        ``survey`` counts the tokens of what would be left. Batches of columns are kept as they are mended, so that
        they need not be mended again.
        """
        trial, partial = self.tried(each, survey)
        trial.conclude(partial, self)
        return trial

    def tried(self, each: int, survey: Survey | None) -> tuple[Trial, ScanState]:
        """The same before anything is concluded, of a part of the file, too."""
        self.log, partial, self.left = Log(each=each), ScanState(), ScanState()
        trial = Trial()
        self.kept = [] if self.seen.kept is not None else None
        self.conversion.afresh()
        for portion in ahead(self.batches(last=True)):
            batch = portion.batch
            trial.scripts.see(batch)
            mended = self._sound(mend(batch, self.rules, self.job, self.log))
            observe(mended, self.dataset, partial)
            if survey is not None:
                survey.see(mended)
            trial.examples += len(mended)
            trial.sample.see(mended)
            if self.kept is not None:
                self.kept = [*self.kept, self._lean(portion, mended)] if portion.made is None else None
        trial.deeds = deeds_of(self.log)
        return trial, partial

    def _lean(self, portion: "Portion", mended: Batch) -> "Portion":
        """The portion mended, without frames, and without its source unless what is left out is to be kept."""
        batch = Batch(mended.records, mended.rows, mended.lines, self.seer, self.job)
        block = portion.block if self.rejecting else NOTHING
        return replace(portion, block=block, batch=batch)

    def _sound(self, batch: Batch) -> Batch:
        """The batch without records that the target's schema forbids as they are, though all fixes are made.

        What is wrong with them is kept, since the new file cannot show it.
        """
        broken = batch.broken
        if not broken:
            return batch
        rules: dict[Rule, Severity] = {r: s for r, s in self.whole.rules.items() if isinstance(r, MisfitRule)}
        for hit in look(batch, rules, self.job, self.log.failures):
            found = [one for one in hit.found if one["i"] in broken]
            keep_source_findings(replace(hit, found=found), batch, self.whole, self.left, self.log.failures)
        for i in broken:
            self.log.dropped[batch.rows[i]] = REFUSED
        return left_of(batch, gone=broken)

    def finished(self, verdicts: Verdicts, *, again: bool = False) -> "Iterator[Portion]":
        """The batches as they are to be written; ``again`` if they will be asked for once more."""
        if self.kept is None:
            self.log, self.left = Log(), ScanState()
            self.conversion.afresh()
            for portion in self.batches():
                batch = self._sound(mend(portion.batch, self.rules, self.job, self.log))
                yield replace(portion, batch=apply(batch, verdicts, self.job, self.log))
            return
        kept, self.kept = self.kept[::-1], []
        while kept:
            portion = kept.pop()
            if not self.applied:
                portion = replace(portion, batch=apply(portion.batch, verdicts, self.job, self.log))
            if again:
                self.kept.append(portion)
            yield portion
        self.applied = True


@dataclass(frozen=True, slots=True)
class Portion:
    """One block, what was made of it by number (None where it is columns), and the batch in the target's shape."""

    block: Block
    made: dict[int, Made] | None
    batch: Batch
    refused: Sequence[Refused] = ()
    """Records that the target has no place for, where they are to be kept."""


def begin(conversion: Conversion, seen: Pass, plan: Plan, intent: Intent) -> Work:
    """The work with every fix wanted that the intent allows."""
    wanted = fixing(plan, unsafe=True)
    rules = {rule: s for rule, s in wanted.rules.items() if rule.fix == "safe" or allowed(rule, intent)}
    dataset: dict[Rule, Severity] = {rule: s for rule, s in rules.items() if isinstance(rule, DatasetRule)}
    wanted = replace(wanted, rules=rules)
    return Work(
        conversion,
        seen,
        plan.job,
        row_rules(wanted),
        replace(wanted, rules=dataset),
        intent.expand_turns,
        plan,
    )


def allowed(rule: Rule, intent: Intent) -> bool:
    """Whether a remedy is to be proposed at all."""
    kind = type(rule)
    return (not intent.only or any(fits(kind, name) >= 0 for name in intent.only)) and not any(
        fits(kind, name) >= 0 for name in intent.skip
    )
