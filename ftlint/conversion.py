"""One file on its way into another shape: what the first reading finds out, and batches rewritten on a later one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ftlint import task as tasks
from ftlint.account import Account
from ftlint.batch import Batch
from ftlint.choice import shape_for
from ftlint.dress import Looks
from ftlint.engine import Partial, Plan, can_fix, look
from ftlint.fit import Fitting, row_rules
from ftlint.fixing import code_of, leave_behind
from ftlint.job import Job
from ftlint.known import known_fields
from ftlint.mend import Log, mend
from ftlint.plan import fixing, healing, make_plan
from ftlint.read import Block, ReadOptions, Source
from ftlint.result import Severity
from ftlint.rewrite import Manner, Rewritten, rewrite, rewrites
from ftlint.rule import FaultRule, Rule
from ftlint.run import Advance, Pass, first_pass
from ftlint.settings import Settings
from ftlint.shapes import SHAPES, CannotHold, Shape
from ftlint.shapes.shape import Record
from ftlint.target import Target


class Made(NamedTuple):
    """A record in its new shape, where it stood, and the record it was made of."""

    new: Rewritten
    line: int
    row: int
    was: Record


Refuse = Callable[[str, int, int, Record], None]
"""Is told of a record that cannot come along: why, its line, its row, and the record."""


@dataclass(slots=True)
class Conversion:
    """One file on its way into another shape. ``keep_endings`` leaves the marks of the legacy format in the texts,
    and puts none there.
    """

    source: Source
    whole: Plan
    """All rules, for what is wrong with the source itself."""
    plan: Plan
    read: ReadOptions
    target: Target | None
    manner: Manner
    fitting: Fitting | None
    keep_endings: bool = False
    account: Account = field(default_factory=Account)
    left_behind: Partial = field(default_factory=Partial)
    log: Log = field(default_factory=Log)

    @property
    def goal(self) -> str:
        """The new shape and the target in words."""
        return self.manner.shape.name + (f" ({self.target.name})" if self.target else "")

    def look(self, settings: Settings, advance: Advance) -> Pass:
        """The first pass: which shapes there are, the marks of the legacy format, whether answers are classes."""
        bare, legacy = Looks(), Looks()
        shapes: Counter[str] = Counter()
        marked = self._may_be_marked()
        as_pairs = replace(self.manner, shape=SHAPES["completion"])

        def visit(block: Block, batch: Batch, partial: Partial) -> None:
            self._note_faults(block, batch)
            batch = mend(batch, row_rules(self.plan), self.plan.job, Log())
            partial.answers.append(batch.answers)
            shapes.update(sighting.shape.name for sighting in batch.sightings if sighting is not None)
            if not self.keep_endings:
                bare.see(batch)
            if marked:
                legacy.see_written([_exchange(as_pairs, batch, i) for i in range(len(batch))])

        seen = first_pass(self.source, self.plan, self.read, visit, advance)
        seen.partial.shapes = shapes
        shape = self.manner.shape if self.target is None else shape_for(self.target, shapes)
        dress = None
        if marked and shape.name == "completion":
            job = replace(self.plan.job, task=settings.task)
            task = tasks.conclude(tasks.combine(seen.partial.answers) if seen.partial.answers else None, job)
            dress = legacy.put_on(settings.separator, settings.stop, classes=task.is_classification)
        elif shape.name != "completion" and not self.keep_endings:
            dress = bare.take_off(settings.separator, settings.stop)
        self.manner = replace(self.manner, shape=shape, dress=dress, known=known_fields(self.target, shape))
        return seen

    def afresh(self) -> None:
        """Forget what was counted on the passes so far, but for the rows that cannot be read."""
        self.account, self.log = Account(unread=self.account.unread), Log()
        if self.fitting is not None:
            self.fitting.fixed.clear()

    def made_of(self, block: Block, batch: Batch, refuse: Refuse) -> list[Made]:
        """The records of a batch in their new shape, as the target takes them. Called on a pass after ``look``."""
        left_out = {batch.rows[i]: (why, block.records[i]) for i, why in batch.unfilled.items()}
        mended = mend(batch, row_rules(self.plan), self.plan.job, self.log)
        made: list[Made] = []
        for i, (record, sighting) in enumerate(zip(mended.records, mended.sightings, strict=True)):
            line, row = mended.lines[i], mended.rows[i]
            try:
                if sighting is None:
                    why, record = left_out.get(row, ("fits no shape", record))
                    raise CannotHold(why)
                made += [Made(new, line, row, record) for new in rewrites(record, sighting, self.manner)]
            except CannotHold as error:
                self._refuse(refuse, error, line, row, record)
        if self.fitting is not None:
            self.fitting.fit([m.new.record for m in made], [m.row for m in made], [m.line for m in made])
        return [one for one in made if self._taken_off(one, refuse)]

    def _taken_off(self, made: Made, refuse: Refuse) -> bool:
        try:
            made.new.take_off(self.manner.known)
        except CannotHold as error:
            self._refuse(refuse, error, made.line, made.row, made.was)
            return False
        return True

    def _refuse(self, refuse: Refuse, error: CannotHold, line: int, row: int, record: Record) -> None:
        self.account.refuse(f"{self.goal} {error}", line)
        refuse(str(error), line, row, record)

    def _may_be_marked(self) -> bool:
        """Only a target can ask for marks, and only in prompts and completions."""
        if self.target is None or self.keep_endings or "completion" not in self.target.shapes:
            return False
        return Job(self.target).wants_marks

    def _note_faults(self, block: Block, batch: Batch) -> None:
        """Count the rows that cannot be read, and keep what is wrong with the source."""
        self.account.unread.update(code_of(self.whole, fault.kind) for fault in block.unread())
        faults: dict[Rule, Severity] = {r: s for r, s in self.whole.rules.items() if isinstance(r, FaultRule)}
        for hit in look(batch, faults, self.whole.job):
            kind = hit.rule.fault if isinstance(hit.rule, FaultRule) else None
            left = [
                f for f in hit.found if kind not in self.read.heal or not can_fix(hit.rule, f, self.whole.job)
            ]
            leave_behind(replace(hit, found=left), batch, self.whole, self.left_behind)


def conversion(
    source: Source,
    settings: Settings,
    shape: Shape,
    target: Target | None,
    *,
    system: str | None = None,
    keep_endings: bool = False,
) -> Conversion:
    """A conversion that is about to begin."""
    whole = make_plan(replace(settings, target=None, model=None, select=(), ignore=()))
    plan = fixing(whole, unsafe=False)
    fitting = Fitting(settings, target.name) if target is not None else None
    return Conversion(
        source,
        whole,
        plan,
        healing(plan, settings.read),
        target,
        Manner(shape, system),
        fitting,
        keep_endings,
    )


def _exchange(manner: Manner, batch: Batch, i: int) -> tuple[str, str] | None:
    sighting = batch.sightings[i]
    if sighting is None:
        return None
    try:
        written = rewrite(batch.records[i], sighting, manner).record
    except CannotHold:
        return None
    return str(written["prompt"]), str(written["completion"])
