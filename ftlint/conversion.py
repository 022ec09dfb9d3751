"""One file on its way into another shape: what the first reading finds out, and batches rewritten on a later one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ftlint import task as tasks
from ftlint.account import Account
from ftlint.batch import Batch
from ftlint.blame import Failures
from ftlint.choice import shape_for
from ftlint.dress import Dress, Looks
from ftlint.engine import Plan, conclude, join
from ftlint.fit import Fitting, row_rules
from ftlint.glance import Glance, Glancing
from ftlint.job import Job
from ftlint.known import known_fields
from ftlint.log import Log
from ftlint.mend import mend
from ftlint.partial import Partial, Told
from ftlint.plan import fixing, healing, make_plan
from ftlint.read import Block, ReadOptions, Source
from ftlint.read.alike import Lines
from ftlint.read.part import WHOLE, Part
from ftlint.result import Severity
from ftlint.rewrite import Manner, Rewritten, rewrites
from ftlint.rewrite_lines import rewrite_lines
from ftlint.rule import DatasetRule, FaultRule, Rule
from ftlint.run import Advance, Pass, check_whole, first_pass, nowhere
from ftlint.settings import Settings
from ftlint.shapes import CannotHold, Shape
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
        seen, glance = self.glance(advance, keep=keep)
        self.learn(seen.partial, glance, settings)
        return seen

    def glance(
        self, advance: Advance = nowhere, *, keep: bool = False, part: Part = WHOLE
    ) -> tuple[Pass, Glance]:
        """The first pass over a file, or over a part of it."""
        found = self.no_glance()
        how = Glancing(
            self.whole, self.plan, self.read, self.manner, self._may_be_marked(), self.keep_endings
        )
        about_all = self.about_all

        def visit(block: Block, batch: Batch, partial: Partial) -> None:
            found.see(how, about_all, block, batch, partial)

        return first_pass(self.source, self.plan, self.read, visit, advance, keep=keep, part=part), found

    def no_glance(self) -> Glance:
        """What is known of a file before anything of it is seen."""
        return Glance(Looks(choosing=self._may_be_marked()))

    def join(self, whole: Partial, found: Glance, partial: Partial, part: Glance) -> None:
        """Add what was seen of the next part of the file to what was seen of those before."""
        found.join(part, whole.rows, whole.lines, self.whole.most)
        join(whole, partial, self.about_all)

    @property
    def about_all(self) -> Plan:
        """The rules about the whole whose fix is to write it anew."""
        rules: dict[Rule, Severity] = {r: s for r, s in self.plan.rules.items() if isinstance(r, DatasetRule)}
        return replace(self.plan, rules=rules)

    def learn(self, partial: Partial, found: Glance, settings: Settings) -> None:
        """What the first pass over the whole file leads to: the shape to write, and the marks to put on or take off.

        Raises NotReadWhole where the pass has not seen all of the file.
        """
        check_whole(self.source, partial)
        self.account, self.left_behind = Account(unread=found.unread), found.left_behind
        self.names = found.names
        by_code = {rule.code: rule for rule in self.whole.rules if isinstance(rule, FaultRule)}
        self.curable = {by_code[code]: told for code, told in found.curable.items()}
        # What these rules find about the whole (names of columns, line ends) is put right by rewriting it.
        conclude(partial, self.about_all)
        self.healed = found.healed + partial.counts
        partial.shapes = found.shapes
        shape = self.manner.shape if self.target is None else shape_for(self.target, found.shapes)
        self.take_on(shape, self._dress(shape, found.looks, partial, settings))

    def take_on(self, shape: Shape, dress: Dress | None) -> None:
        """Write in a shape, with marks put on or taken off."""
        self.manner = replace(self.manner, shape=shape, dress=dress, known=known_fields(self.target, shape))

    def _dress(self, shape: Shape, looks: Looks, partial: Partial, settings: Settings) -> Dress | None:
        """The marks to put on, or to take off."""
        if self._may_be_marked() and shape.name == "completion":
            job = replace(self.plan.job, task=settings.task)
            task = tasks.of_all(partial.answers.pieces, job)
            return looks.put_on(settings.separator, settings.stop, classes=task.is_classification)
        if shape.name != "completion" and not self.keep_endings:
            return looks.take_off(settings.separator, settings.stop)
        return None

    @property
    def failures(self) -> Failures:
        """Rules that raised on the last pass."""
        return {**self.log.failures, **(self.fitting.failures if self.fitting is not None else {})}

    def afresh(self) -> None:
        """Forget what was counted on the passes so far, but for the rows that cannot be read."""
        self.account, self.log = Account(unread=self.account.unread), Log()
        if self.fitting is not None:
            self.fitting.fixed.clear()
            self.fitting.failures.clear()

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
