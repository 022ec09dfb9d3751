"""One file on its way into another shape: what the first reading finds out, and batches rewritten on a later one.

The account of a conversion: what was written, what was lost, what could not come along, in the words of notes.

What to convert to: the target or shape that was named, and of several shapes the one that suits the file.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from ftlint.batch import task_type as tasks
from ftlint.batch.batch import Batch
from ftlint.commands.convert.markers import LegacyMarkers, MarkerStats
from ftlint.commands.convert.profile import ProfileOptions, ProfileState
from ftlint.commands.convert.rewrite import Rewrite, RewriteCounts, RewriteOptions, rewrite_lines, rewrites
from ftlint.commands.convert.target_fixes import TargetFixer, row_rules
from ftlint.config.settings import Settings
from ftlint.context import RuleContext
from ftlint.display import did_you_mean
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.file_report import check_whole
from ftlint.engine.fixes import fix_rows
from ftlint.engine.plan import fixing_plan, make_plan, with_repairs
from ftlint.engine.scan import Plan, conclude, new_state
from ftlint.engine.state import LocatedFinding, ScanState
from ftlint.errors import UsageError
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.json.columnar import ColumnarRecords
from ftlint.io.source import Source
from ftlint.result import Severity
from ftlint.rule import DatasetRule
from ftlint.rule.base import Rule
from ftlint.rule.errors import Failures
from ftlint.rule.frame import FaultRule
from ftlint.schema.allowed_fields import known_fields
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import majority
from ftlint.shapes.shape import CannotHold, Record, Shape
from ftlint.targets.target import Target, load_target, target_names


@dataclass(slots=True)
class ConversionStats:
    """What happened to the records of one file."""

    written: Counter[str] = field(default_factory=Counter)
    """Records by the shape that they had."""
    lost: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    first_refused: dict[str, int] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    """Rows that could not be read, by the code of the rule that says why."""
    changed: int = 0
    """Records that are others now than they were in the file."""
    unwanted: int = 0
    """Records that said by a label that their answer is not wanted, where the new shape cannot say so."""

    def carried(self, new: RewriteCounts) -> None:
        """Count a record that is written."""
        self.written[new.was] += 1
        self.lost.update(new.lost)
        self.unwanted += new.unwanted
        self.changed += new.changed

    def not_carried(self, new: RewriteCounts) -> None:
        """Take a record back that was counted, but could not be written after all."""
        self.written[new.was] -= 1
        self.lost.subtract(new.lost)
        self.unwanted -= new.unwanted
        self.changed -= new.changed

    def refuse(self, reason: str, line: int) -> None:
        """Count a record that has no place in the new file; the reason as a whole sentence without its full stop."""
        self.refused[reason] += 1
        self.first_refused[reason] = min(line, self.first_refused.get(reason, line))

    def merge(self, part: "ConversionStats", rows: int = 0, lines: int = 0) -> None:
        """Add the account of the next part of the file; its lines are so many further on."""
        del rows
        self.written.update(part.written)
        self.lost.update(part.lost)
        self.refused.update(part.refused)
        self.unread.update(part.unread)
        for reason, line in part.first_refused.items():
            self.first_refused[reason] = min(line + lines, self.first_refused.get(reason, line + lines))
        self.changed += part.changed
        self.unwanted += part.unwanted

    def notes(self, goal: str, kept: Path | None, source: str, more: Sequence[str] = ()) -> list[str]:
        """The account in words. ``kept`` is the file with what was lost, ``more`` what else there is to say."""
        notes = [f"{n:,} {shape} → {n:,} {goal}" for shape, n in self.written.most_common() if n]
        return [*notes, *more, *self.troubles(goal, kept, source)]

    def troubles(self, goal: str, kept: Path | None, source: str) -> list[str]:
        """What could not come along, in words."""
        return [*self._losses(goal, kept), *self._left_out(source)]

    def _losses(self, goal: str, kept: Path | None) -> Iterator[str]:
        where = f" · kept in {kept} (--no-lost to skip)" if kept is not None else ""
        for name, n in self.lost.most_common():
            if n:
                yield f"lost: {name} in {n:,} {'record' if n == 1 else 'records'}{where}"
        if self.unwanted:
            are = "is" if self.unwanted == 1 else "are"
            yield (
                f"{self.unwanted:,} of these records {are} labelled as answers that are not wanted (false); "
                f"{goal} cannot say so and trains on them: take them out first"
            )

    def _left_out(self, source: str) -> Iterator[str]:
        # Of reasons for as many records that which comes first in the file: not the order in which they were found.
        first_lines = sorted(self.refused, key=lambda reason: (self.first_refused[reason], reason))
        for reason in sorted(first_lines, key=lambda reason: -self.refused[reason]):
            n = self.refused[reason]
            first = f"{n:,} records, first" if n > 1 else "1 record,"
            yield f"not carried: {first} at line {self.first_refused[reason]}: {reason}"
        if self.unread:
            n = self.unread.total()
            rows = "1 row" if n == 1 else f"{n:,} rows"
            yield f"not carried: {rows} that could not be read (ftlint check {source} says why)"


def resolve_target(to: str) -> tuple[Shape, Target | None]:
    """The shape to write as far as is known before the file is read, and the target if one was named."""
    if to in target_names():
        target = load_target(to)
        return SHAPES[target.shape], target
    if to in SHAPES:
        return SHAPES[to], None
    known = [*target_names(), *SHAPES]
    raise UsageError(f'--to: no target or shape "{to}"{did_you_mean(to, known)} ({", ".join(known)})')


def choose_shape(target: Target, seen: Mapping[str, int]) -> Shape:
    """The shape in which to write a file for a target that takes several. ``seen`` counts the file's own.

    It is the file's own if the target takes it; else the first with a rejected answer, or with a label, or with
    neither, as the file has it; else the target's first.
    """
    own = majority([(name, count) for name, count in seen.items() if count])
    if own is None or own in target.shapes:
        return SHAPES[own or target.shape]
    kind = SHAPES[own].is_preference, SHAPES[own].has_label
    fitting = (name for name in target.shapes if (SHAPES[name].is_preference, SHAPES[name].has_label) == kind)
    return SHAPES[next(fitting, target.shape)]


class ConvertedRecord(NamedTuple):
    """A record in its new shape, where it stood, and the record it was made of."""

    new: Rewrite
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
    rewrite_options: RewriteOptions
    fitting: TargetFixer | None
    keep_endings: bool = False
    account: ConversionStats = field(default_factory=ConversionStats)
    left_behind: ScanState = field(default_factory=ScanState)
    healed: Counter[str] = field(default_factory=Counter)
    """What the reader mended, by the code of the rule that says so."""
    names: dict[str, str] = field(default_factory=dict)
    """Fields of the source's shapes that it calls something else, and what it calls them."""
    curable: dict[FaultRule, list[LocatedFinding]] = field(default_factory=dict)
    """What it could mend beside, by rules whose fix is unsafe."""
    log: ChangeLog = field(default_factory=ChangeLog)

    @property
    def description(self) -> str:
        """The new shape and the target in words."""
        return self.rewrite_options.shape.name + (f" ({self.target.name})" if self.target else "")

    def fresh(self) -> "Conversion":
        """The same conversion with nothing counted, to be used by one task."""
        fitting = self.fitting.fresh() if self.fitting is not None else None
        return replace(self, fitting=fitting, account=ConversionStats(), log=ChangeLog())

    def profile_options(self, read: ReadOptions) -> ProfileOptions:
        """How a first pass looks at a file that is read so."""
        marked = self._may_be_marked()
        return ProfileOptions(self.whole, self.plan, read, self.rewrite_options, marked, self.keep_endings)

    def empty_profile(self) -> ProfileState:
        """What is known of a file before anything of it is seen."""
        return ProfileState(MarkerStats(choosing=self._may_be_marked()), left_behind=new_state(self.whole))

    @property
    def profile_all(self) -> Plan:
        """The rules about the whole whose fix is to write it anew."""
        rules: dict[Rule, Severity] = {r: s for r, s in self.plan.rules.items() if isinstance(r, DatasetRule)}
        return replace(self.plan, rules=rules)

    def resolve(self, partial: ScanState, found: ProfileState, settings: Settings) -> None:
        """What the first pass over the whole file leads to: the shape to write, and the marks to put on or take off.

        Raises NotReadWhole where the pass has not seen all of the file.
        """
        check_whole(self.source, partial.incomplete)
        self.account, self.left_behind = ConversionStats(unread=found.unread), found.left_behind
        self.names = found.names
        by_code = {rule.code: rule for rule in self.whole.rules if isinstance(rule, FaultRule)}
        self.curable = {by_code[code]: told for code, told in found.curable.items()}
        # What these rules find about the whole (names of columns, line ends) is put right by rewriting it.
        conclude(partial, self.profile_all)
        self.healed = found.healed + partial.counts
        partial.shapes = found.shapes
        shape = self.rewrite_options.shape if self.target is None else choose_shape(self.target, found.shapes)
        self.set_output_shape(shape, self._dress(shape, found.looks, partial, settings))

    def set_output_shape(self, shape: Shape, dress: LegacyMarkers | None) -> None:
        """Write in a shape, with marks put on or taken off."""
        self.rewrite_options = replace(
            self.rewrite_options, shape=shape, dress=dress, known=known_fields(self.target, shape)
        )

    def _dress(
        self, shape: Shape, looks: MarkerStats, partial: ScanState, settings: Settings
    ) -> LegacyMarkers | None:
        """The marks to put on, or to take off."""
        if self._may_be_marked() and shape.name == "completion":
            job = replace(self.plan.context, task=settings.task)
            task = tasks.of_all(partial.answers.partitions, job)
            return looks.put_on(settings.separator, settings.stop, classes=task.is_classification)
        if shape.name != "completion" and not self.keep_endings:
            return looks.take_off(settings.separator, settings.stop)
        return None

    @property
    def failures(self) -> Failures:
        """Rules that raised on the last pass."""
        return {**self.log.failures, **(self.fitting.failures if self.fitting is not None else {})}

    def lines_of(self, batch: Batch) -> ColumnarRecords | None:
        """The records of a batch of plain columns in their new shape; None where they are made one by one.

        In prompts and answers that are two texts, or messages of a role and a text, the source's own safe fixes have
        nothing to do. Those of the target are left to who asks for columns.
        """
        kind, records = batch.detected_shapes[0] if batch.detected_shapes else None, batch.records
        if batch.plain_messages is None or kind is None or not isinstance(records, ColumnarRecords):
            return None
        made = rewrite_lines(records, kind, self.rewrite_options)
        if made is not None:
            self.account.written[kind.shape.name] += len(made)
            self.account.changed += len(made) if made is not records else 0
        return made

    def convert_batch(self, block: RecordBlock, batch: Batch, refuse: Refuse) -> list[ConvertedRecord]:
        """The records of a batch in their new shape, as the target takes them. Called on a pass after ``look``."""
        left_out = {batch.rows[i]: (why, block.records[i]) for i, why in batch.build_errors.items()}
        mended = fix_rows(batch, row_rules(self.plan), self.plan.context, self.log)
        made: list[ConvertedRecord] = []
        for i, (record, sighting) in enumerate(zip(mended.records, mended.record_shapes, strict=True)):
            line, row = mended.lines[i], mended.rows[i]
            try:
                if sighting is None:
                    why, record = left_out.get(row, ("fits no shape", record))
                    raise CannotHold(why)
                made += [
                    ConvertedRecord(new, line, row, record)
                    for new in rewrites(record, sighting, self.rewrite_options)
                ]
            except CannotHold as error:
                self._refuse(refuse, error, line, row, record)
        if self.fitting is not None:
            self.fitting.fit([m.new.record for m in made], [m.row for m in made], [m.line for m in made])
        return [one for one in made if self._taken_off(one, refuse)]

    def _taken_off(self, made: ConvertedRecord, refuse: Refuse) -> bool:
        try:
            made.new.take_off(self.rewrite_options.known)
        except CannotHold as error:
            self._refuse(refuse, error, made.line, made.row, made.was)
            return False
        return True

    def _refuse(self, refuse: Refuse, error: CannotHold, line: int, row: int, record: Record) -> None:
        self.account.refuse(f"{self.description} {error}", line)
        refuse(str(error), line, row, record)

    def _may_be_marked(self) -> bool:
        """Only a target can ask for marks, and only in prompts and completions."""
        if self.target is None or self.keep_endings or "completion" not in self.target.shapes:
            return False
        return RuleContext(self.target).requires_markers


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
    plan = fixing_plan(whole, unsafe=False)
    fitting = TargetFixer(settings, target.name) if target is not None else None
    return Conversion(
        source,
        whole,
        plan,
        with_repairs(plan, settings.read),
        target,
        RewriteOptions(shape, system),
        fitting,
        keep_endings,
    )
