"""One file on its way into another shape: what the first reading finds out, and batches rewritten on a later one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ftlint import task as tasks
from ftlint.account import Account
from ftlint.batch import Batch
from ftlint.choice import shape_for
from ftlint.dress import Dress, Looks
from ftlint.engine import Hit, Plan, can_fix, conclude, look, take, tell_of
from ftlint.fit import Fitting, row_rules
from ftlint.fixing import code_of, leave_behind
from ftlint.job import Job
from ftlint.known import known_fields
from ftlint.mend import Log, mend
from ftlint.partial import Partial, Told
from ftlint.plan import fixing, healing, make_plan
from ftlint.read import Block, ReadOptions, Source
from ftlint.read.alike import Lines
from ftlint.result import Severity
from ftlint.rewrite import Manner, Rewritten, rewrite, rewrites
from ftlint.rewrite_lines import rewrite_lines
from ftlint.rule import DatasetRule, FaultRule, Rule
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
    healed: Counter[str] = field(default_factory=Counter)
    """What the reader mended, by the code of the rule that says so."""
    names: dict[str, str] = field(default_factory=dict)
    """Fields of the source's shapes that it calls something else, and what it calls them."""
    curable: dict[FaultRule, list[Told]] = field(default_factory=dict)
    """What it could mend beside, by rules whose fix is unsafe."""
    log: Log = field(default_factory=Log)

    @property
    def goal(self) -> str:
        """The new shape and the target in words."""
        return self.manner.shape.name + (f" ({self.target.name})" if self.target else "")

    def look(self, settings: Settings, advance: Advance, *, keep: bool = False) -> Pass:
        """The first pass: which shapes there are, the marks of the legacy format, whether answers are classes.

        ``keep`` is as for ``first_pass``. May be called again, once more is to be healed.
        """
        self.account, self.left_behind = Account(), Partial()
        self.healed.clear()
        self.curable.clear()
        looks = Looks(choosing=False) if not self._may_be_marked() else Looks()
        shapes: Counter[str] = Counter()
        rules: dict[Rule, Severity] = {r: s for r, s in self.plan.rules.items() if isinstance(r, DatasetRule)}
        whole = replace(self.plan, rules=rules)

        def visit(block: Block, batch: Batch, partial: Partial) -> None:
            self._note_faults(block, batch)
            take(batch, whole, partial)
            # In plain columns no safe fix has anything to do that matters here.
            if batch.plain is None:
                batch = mend(batch, row_rules(self.plan), self.plan.job, Log())
            for kind, n in batch.counted_kinds():
                shapes[kind.shape.name] += n
                self.names.update({name: key for name, key in kind.names.items() if name != key})
            self._see_marks(batch, looks, partial)

        seen = first_pass(self.source, self.plan, self.read, visit, advance, keep=keep)
        # What these rules find about the whole (names of columns, line ends) is put right by rewriting it.
        conclude(seen.partial, whole)
        self.healed += seen.partial.counts
        seen.partial.shapes = shapes
        shape = self.manner.shape if self.target is None else shape_for(self.target, shapes)
        dress = self._dress(shape, looks, seen.partial, settings)
        self.manner = replace(self.manner, shape=shape, dress=dress, known=known_fields(self.target, shape))
        return seen

    def _see_marks(self, batch: Batch, looks: Looks, partial: Partial) -> None:
        """The marks that are there, or, where the target may want some, those of the texts as they would be written."""
        if self._may_be_marked():
            partial.answers.append(batch.answers)
            manner = replace(self.manner, shape=SHAPES["completion"])
            looks.see_written([_exchange(manner, batch, i) for i in range(len(batch))])
        elif not self.keep_endings:
            looks.see(batch)

    def _dress(self, shape: Shape, looks: Looks, partial: Partial, settings: Settings) -> Dress | None:
        """The marks to put on, or to take off."""
        if self._may_be_marked() and shape.name == "completion":
            job = replace(self.plan.job, task=settings.task)
            task = tasks.conclude(tasks.combine(partial.answers) if partial.answers else None, job)
            return looks.put_on(settings.separator, settings.stop, classes=task.is_classification)
        if shape.name != "completion" and not self.keep_endings:
            return looks.take_off(settings.separator, settings.stop)
        return None

    def afresh(self) -> None:
        """Forget what was counted on the passes so far, but for the rows that cannot be read."""
        self.account, self.log = Account(unread=self.account.unread), Log()
        if self.fitting is not None:
            self.fitting.fixed.clear()

    def lines_of(self, batch: Batch) -> Lines | None:
        """The records of a batch of plain columns in their new shape; None where they are made one by one.

        In prompts and answers that are two texts, or messages of a role and a text, the source's own safe fixes have
        nothing to do. Those of the target are left to who asks for columns.
        """
        kind, records = batch.kinds[0] if batch.kinds else None, batch.records
        if batch.plain is None or kind is None or not isinstance(records, Lines):
            return None
        made = rewrite_lines(records, kind, self.manner)
        if made is not None:
            self.account.written[kind.shape.name] += len(made)
            self.account.changed += len(made) if made is not records else 0
        return made

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
        """Count the rows that cannot be read and what the reader healed, and keep what is wrong with the source."""
        self.account.unread.update(code_of(self.whole, fault.kind) for fault in block.unread())
        faults: dict[Rule, Severity] = {r: s for r, s in self.whole.rules.items() if isinstance(r, FaultRule)}
        for hit in look(batch, faults, self.whole.job):
            kind = hit.rule.fault if isinstance(hit.rule, FaultRule) else None
            mendable = [can_fix(hit.rule, found, self.whole.job) for found in hit.found]
            if kind in self.read.heal:
                self.healed[hit.rule.code] += sum(mendable)
                left = [found for found, can in zip(hit.found, mendable, strict=True) if not can]
            else:
                left = list(hit.found)
                self._note_curable(
                    batch, replace(hit, found=[f for f, c in zip(left, mendable, strict=True) if c])
                )
            leave_behind(replace(hit, found=left), batch, self.whole, self.left_behind, notes=True)

    def _note_curable(self, batch: Batch, hit: Hit) -> None:
        """Keep what the reader could still heal, if somebody agrees."""
        if hit.found and isinstance(hit.rule, FaultRule):
            told = self.curable.setdefault(hit.rule, [])
            told.extend(tell_of(batch, hit, self.whole.job))


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
