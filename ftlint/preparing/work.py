"""A preparation at work: batches in the target's shape, fixes on trial, and what is written in the end."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import IO

from ftlint import task as tasks
from ftlint.ahead import ahead
from ftlint.batch import Batch, Seer
from ftlint.conversion import Conversion, Made, Refuse
from ftlint.engine import Plan, conclude, look, observe
from ftlint.fit import row_rules
from ftlint.fixing import code_of, leave_behind
from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.measuring import Survey
from ftlint.mend import Log, apply, left_of, mend
from ftlint.partial import Partial
from ftlint.plan import fixing
from ftlint.preparing.intent import Intent
from ftlint.preparing.outlook import scripts_of
from ftlint.preparing.runs import Runs
from ftlint.read import Block
from ftlint.read.alike import Lines
from ftlint.result import Severity
from ftlint.rule import DatasetRule, MisfitRule, Rule, Verdict
from ftlint.run import NOTHING, Pass, batches
from ftlint.selection import fits
from ftlint.shapes.shape import Record
from ftlint.task import Task
from ftlint.write import encode, encode_columns, join_lines, reject_line

REFUSED = "convert"
"""Stands for the rule where the target has no place for a record."""


@dataclass(slots=True)
class Trial:
    """What the wanted fixes did when nothing was written: by rule, with examples, and what the whole tells."""

    log: Log
    verdicts: Mapping[DatasetRule, Verdict] = field(default_factory=dict)
    task: Task = field(default_factory=lambda: Task(None))
    sample: Batch | None = None
    """The first batch, mended."""
    scripts: list[str] = field(default_factory=list)
    examples: int = 0
    """How many would be left."""


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
    left: Partial = field(default_factory=Partial)
    """What is wrong with records that are left out because nothing mends them."""
    kept: "list[Portion] | None" = None
    """The mended batches, where all of them are columns."""
    applied: bool = False
    """Whether the verdicts are carried out on those that are kept."""

    @property
    def seer(self) -> Seer:
        """How records in the target's shape are seen."""
        return self.dataset.seer

    def batches(self, refuse: Refuse, *, last: bool = False) -> "Iterator[Portion]":
        """The file once more in the target's shape. After the ``last`` time nothing of it is kept in memory."""
        begun, numbers = self.conversion, 0
        for block, batch in batches(self.seen, begun.plan, begun.read, last=last):
            lines = begun.lines_of(batch)
            if lines is not None:
                yield Portion(block, None, Batch(lines, batch.rows, batch.lines, self.seer, self.job))
                continue
            made = begun.made_of(block, batch, refuse)
            rows = range(numbers + 1, numbers + len(made) + 1) if self.numbered else [m.row for m in made]
            numbers += len(made)
            records, places = [m.new.record for m in made], [m.line for m in made]
            whole = Batch(records, list(rows), places, self.seer, self.job)
            yield Portion(block, dict(zip(rows, made, strict=True)), whole)

    def trial(self, *, each: int = 0, survey: Survey | None = None) -> Trial:
        """Make all wanted fixes on every batch, write nothing, and let the rules about the whole observe.

        ``survey`` counts the tokens of what would be left. Batches of columns are kept as they are mended, so that
        they need not be mended again.
        """
        self.log, partial, self.left = Log(each=each), Partial(), Partial()
        trial = Trial(self.log)
        self.kept = [] if self.seen.kept is not None else None
        self.conversion.afresh()
        for portion in ahead(self.batches(nobody, last=True)):
            batch = portion.batch
            if trial.sample is None and len(batch):
                trial.scripts = scripts_of(batch)
            mended = self._sound(mend(batch, self.rules, self.job, self.log))
            observe(mended, self.dataset, partial)
            if survey is not None:
                survey.see(mended)
            trial.examples += len(mended)
            if trial.sample is None and len(mended):
                trial.sample = mended
            if self.kept is not None:
                self.kept = [*self.kept, self._lean(portion, mended)] if portion.made is None else None
        trial.verdicts = conclude(partial, self.dataset)
        trial.task = tasks.conclude(tasks.combine(partial.answers) if partial.answers else None, self.job)
        return trial

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
        for hit in look(batch, rules, self.job):
            leave_behind(
                replace(hit, found=[f for f in hit.found if f["i"] in broken]), batch, self.whole, self.left
            )
        for i in broken:
            self.log.dropped[batch.rows[i]] = REFUSED
        return left_of(batch, gone=broken)

    def finished(
        self, verdicts: Mapping[DatasetRule, Verdict], refuse: Refuse, *, again: bool = False
    ) -> "Iterator[Portion]":
        """The batches as they are to be written; ``again`` if they will be asked for once more."""
        if self.kept is None:
            self.log, self.left = Log(), Partial()
            self.conversion.afresh()
            for portion in self.batches(refuse):
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


def nobody(why: str, line: int, row: int, record: Record) -> None:
    """Takes no notice of a refused record, on a pass that only looks."""
    del why, line, row, record


@dataclass(slots=True)
class Outputs:
    """The files that are written, by part, with how many examples each got."""

    files: Mapping[str, IO[bytes]]
    rejects: IO[bytes] | None
    counts: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    runs: defaultdict[str, Runs] = field(default_factory=lambda: defaultdict(Runs))

    def write(self, work: Work, portion: Portion, part_of: "Callable[[int], str] | None") -> None:
        """Write what is left of one block; a line of which nothing changed is written as it stood."""
        records = portion.batch.records
        if portion.made is None and isinstance(records, Lines):
            self._write_columns(portion, records, part_of)
        else:
            self._write_one_by_one(work, portion, portion.made or {}, part_of)
        if self.rejects is not None:
            self.rejects.writelines(_rejected(work, portion))

    def _write_columns(
        self, portion: Portion, records: Lines, part_of: "Callable[[int], str] | None"
    ) -> None:
        new = records.lines.is_null()
        lines, changed = records.lines, int(new.sum())
        if changed:
            lines = lines.scatter(new.arg_true(), encode_columns(records.columns.filter(new)))
        self.changed += changed
        rows = portion.batch.rows
        parts = [part_of(row) for row in rows] if part_of is not None else []
        for part, file in self.files.items():
            mine = lines.filter(pl.Series(parts, dtype=pl.String) == part) if part_of is not None else lines
            file.write(join_lines(mine))
            self.runs[part].add([r for r, p in zip(rows, parts, strict=True) if p == part] if parts else rows)
            self.counts[part] += len(mine)

    def _write_one_by_one(
        self,
        work: Work,
        portion: Portion,
        made_of: Mapping[int, Made],
        part_of: "Callable[[int], str] | None",
    ) -> None:
        block, left, begun = portion.block, portion.batch, work.conversion
        raw = None if begun.plan.seer.makes_records else block.raw
        places = {row: k for k, row in enumerate(block.rows)} if raw is not None else {}
        for row, record in zip(left.rows, left.records, strict=True):
            made, part = made_of[row], part_of(row) if part_of is not None else ""
            same = row not in work.log.changed and made.row not in begun.log.changed and not work.numbered
            same = same and made.new.record == made.was
            k = places.get(made.row) if same else None
            self.files[part].write(raw[k] if raw is not None and k is not None else encode(record))
            self.counts[part] += 1
            self.runs[part].add((made.row,))
            self.changed += not same
            begun.account.carried(made.new.counted(made.was))


def _rejected(work: Work, portion: Portion) -> Iterator[bytes]:
    """The rows of a block that are left out, as ``--rejects`` keeps them."""
    begun, block, kept = work.conversion, portion.block, set(portion.batch.rows)
    name = begun.source.name
    if portion.made is None:
        rows = zip(block.rows, block.lines, block.records, strict=True)
        out = ((row, line, row, record) for row, line, record in rows if row not in kept)
    else:
        out = ((number, m.line, m.row, m.was) for number, m in portion.made.items() if number not in kept)
    left: list[tuple[int | None, int | None, str, object]]
    left = [(line, row, work.log.dropped.get(number, ""), record) for number, line, row, record in out]
    left += [(f.line, f.row, code_of(begun.whole, f.kind), f.text) for f in block.unread()]
    for line, row, code, record in sorted(left, key=lambda one: one[0] or 0):
        yield reject_line(name, line, row, code, record)
