"""The conversion of one file: the profile of the first pass, and batches rewritten in the second.

The output shape is the one that was named, or of a target's several shapes the one that suits the file.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from msgspec import Struct, field, structs

from ftlint.batch import task_type as tasks
from ftlint.batch.batch import Batch
from ftlint.batch.record_makers import Templates, columns_of
from ftlint.commands.convert.account import ConversionStats
from ftlint.commands.convert.changes import changes_for
from ftlint.commands.convert.columns import rewrite_lines
from ftlint.commands.convert.forms import forms_for
from ftlint.commands.convert.markers import LegacyMarkers, MarkerStats
from ftlint.commands.convert.option_checks import SPLIT_SHAPE, check_options, split_note
from ftlint.commands.convert.profile import ProfileOptions, ProfileState
from ftlint.commands.convert.rewrite import (
    Rewrite,
    RewriteOptions,
    rewrites,
)
from ftlint.commands.convert.target_fixes import TargetFixer, row_rules
from ftlint.commands.convert.turns import TurnExpansion
from ftlint.config.settings import Settings
from ftlint.context import RuleContext
from ftlint.display import did_you_mean, quote
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.file_report import check_whole
from ftlint.engine.fixes import fix_rows
from ftlint.engine.plan import fixing_plan, make_plan, with_repairs
from ftlint.engine.scan import Plan, conclude, new_state, run_row_rules
from ftlint.engine.state import LocatedFinding, ScanState
from ftlint.errors import UsageError
from ftlint.io.block import PARTLY_READ, ReadOptions, RecordBlock
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.source import Source
from ftlint.result import Severity
from ftlint.rule.base import Rule
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.errors import Failures
from ftlint.rule.frame import FaultRule
from ftlint.schema.allowed_fields import known_fields
from ftlint.schema.equal_forms import use_accepted_forms
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import majority
from ftlint.shapes.shape import CannotHold, Record, Shape
from ftlint.shapes.sharegpt import WRITTEN_ROLES, ShareGPT
from ftlint.targets.target import Target, load_target, target_names

# Shapes of messages that hold system messages and earlier turns beside a prompt and its answer.
AS_MESSAGES = {"completion": ("trl-completion", "chat"), "alpaca": ("chat", "oumi-chat")}


def folded_fields(target: Target | None, shape: Shape) -> frozenset[str]:
    """The optional fields of a shape that are written as part of others because the target does not read them."""
    folded = frozenset(shape.folded_fields)
    if target is None or not folded:
        return folded if shape.name == "completion" else frozenset()
    read = known_fields(target, shape).names or target.record_fields(shape.required)
    return folded.difference(read or (() if shape.name == "completion" else folded))


def unread_messages(target: Target | None, shape: Shape) -> frozenset[str]:
    """The fields with messages that a shape writes and the target does not read."""
    fields = frozenset(shape.message_fields)
    if target is None or not fields:
        return frozenset()
    read = known_fields(target, shape).names or target.record_fields(shape.required)
    return fields.difference(read or fields) | (fields & target.unread_fields(shape.name))


def resolve_target(to: str) -> tuple[Shape, Target | None]:
    """The output shape as far as known before the file is read, and the target if one was named."""
    if to in target_names():
        target = load_target(to)
        return SHAPES[target.shape], target
    if to in SHAPES:
        return SHAPES[to], None
    known = [*target_names(), *SHAPES]
    raise UsageError(f'--to: no target or shape "{to}"{did_you_mean(to, known)} ({", ".join(known)})')


def choose_shape(target: Target, shapes: Mapping[str, int], *, around: Collection[str] = ()) -> Shape:
    """The output shape for a target that accepts several. ``shapes`` counts the file's own shapes.

    It is the file's own shape if the target accepts it and reads all of its roles, or the same as messages if there are
    fields ``around`` prompts that it does not read there; else the first with a rejected answer, or with a label, or
    with neither, as in the file; else the target's first.
    """
    own = majority([(name, count) for name, count in shapes.items() if count])
    is_read = own is None or not (
        SHAPES[own].folded_fields or unread_messages(target, SHAPES[own]).intersection(around)
    )
    if around and own in AS_MESSAGES and not is_read:
        own = next((name for name in AS_MESSAGES[own] if name in target.shapes), own)
    if own is None or (own in target.shapes and _reads_roles(target, SHAPES[own])):
        return SHAPES[own or target.shape]
    kind = SHAPES[own].is_preference, SHAPES[own].has_label
    fitting = (name for name in target.shapes if (SHAPES[name].is_preference, SHAPES[name].has_label) == kind)
    return SHAPES[next(fitting, target.shape)]


def _unread_around(target: Target, shape: Shape, around: Collection[str]) -> frozenset[str]:
    """Those of the fields ``around`` prompts that the target does not read in records of the shape."""
    return unread_messages(target, shape).union(shape.folded_fields).intersection(around)


def _reads_roles(target: Target, shape: Shape) -> bool:
    """Whether the target reads every role that the shape writes; where that is not known, it is taken to."""
    words = target.value("turn_roles")
    return not isinstance(shape, ShareGPT) or not isinstance(words, list) or WRITTEN_ROLES.issubset(words)


class ConvertedRecord(NamedTuple):
    """A record in its new shape, its position, and the original record."""

    new: Rewrite
    line: int
    row: int
    was: Record


Refuse = Callable[[str, int, int, Record], None]
"""Called for a record that cannot be converted, with the reason, its line, its row, and the record."""


class Conversion(Struct):
    """The conversion of one file.

    ``keep_endings`` leaves the markers of the legacy format in the texts, and adds none.
    """

    source: Source
    whole: Plan
    """All rules, for faults of the source itself."""
    plan: Plan
    read: ReadOptions
    target: Target | None
    rewrite_options: RewriteOptions
    fitting: TargetFixer | None
    keep_endings: bool = False
    account: ConversionStats = field(default_factory=ConversionStats)
    left_behind: ScanState = field(default_factory=ScanState)
    healed: Counter[str] = field(default_factory=Counter)
    """Faults that the reader fixed, by the code of their rule."""
    names: dict[str, str] = field(default_factory=dict)
    """Fields of the source's shapes under other names, and these names."""
    curable: dict[FaultRule, list[LocatedFinding]] = field(default_factory=dict)
    """Faults that the reader could fix in addition, by rules whose fix is unsafe."""
    log: ChangeLog = field(default_factory=ChangeLog)

    @property
    def description(self) -> str:
        """A description of the new shape and the target."""
        return self.rewrite_options.shape.name + (f" ({self.target.name})" if self.target else "")

    @property
    def split_notes(self) -> list[str]:
        """Notes on records that were split at their trained answers."""
        options, account = self.rewrite_options, self.account
        if not account.split or options.changes.options.untrained != "split":
            return []
        were = "record was" if account.split == 1 else "records were"
        note = split_note(options.shape, self.target)
        return [
            f"{account.split:,} {were} split into {account.examples:,} examples",
            *([note] if note else []),
        ]

    def fresh(self) -> "Conversion":
        """A copy of the conversion with empty counts, for one task."""
        fitting = self.fitting.fresh() if self.fitting is not None else None
        return structs.replace(self, fitting=fitting, account=ConversionStats(), log=ChangeLog())

    def profile_options(self, read: ReadOptions) -> ProfileOptions:
        """The profile of the first pass over a file read with these options."""
        marked = self._may_have_markers()
        return ProfileOptions(self.whole, self.plan, read, self.rewrite_options, marked, self.keep_endings)

    def empty_profile(self) -> ProfileState:
        """A profile before anything is read."""
        return ProfileState(MarkerStats(choosing=self._may_have_markers()), left_behind=new_state(self.whole))

    @property
    def profile_all(self) -> Plan:
        """The dataset rules whose fix is to rewrite the file."""
        rules: dict[Rule, Severity] = {r: s for r, s in self.plan.rules.items() if isinstance(r, DatasetRule)}
        return structs.replace(self.plan, rules=rules)

    def resolve(self, partial: ScanState, found: ProfileState, settings: Settings) -> None:
        """Apply the profile of the entire file: the shape to write, and the markers to add or remove.

        Raises NotReadWhole if the pass has not read the entire file.
        """
        check_whole(self.source, partial.incomplete)
        self.account, self.left_behind = ConversionStats(unread=found.unread), found.left_behind
        self.names = found.names
        by_code = {rule.code: rule for rule in self.whole.rules if isinstance(rule, FaultRule)}
        self.curable = {by_code[code]: findings for code, findings in found.curable.items()}
        # Violations of these rules that concern the file (names of columns, line ends) are fixed by rewriting it.
        conclude(partial, self.profile_all)
        self.healed = found.healed + partial.counts
        partial.shapes = found.shapes
        shape = self.rewrite_options.shape
        if self.target is not None:
            shape = choose_shape(self.target, found.shapes, around=found.around)
            if settings.conversion.untrained == "split" and SPLIT_SHAPE in self.target.shapes and shape.turns:
                shape = SHAPES[SPLIT_SHAPE]
        self.set_output_shape(shape, self._markers(shape, found.looks, partial, settings))
        check_options(settings.conversion, shape, self.target, self.rewrite_options.known)

    def set_output_shape(self, shape: Shape, dress: LegacyMarkers | None) -> None:
        """Set the shape, with markers to add or remove."""
        schema = self.target.shapes.get(shape.name, shape.name) if self.target is not None else shape.name
        known = known_fields(self.target, shape)
        self.rewrite_options = structs.replace(
            self.rewrite_options,
            shape=shape,
            dress=dress,
            known=known,
            schema=schema,
            needs_answer=self._needs_answer(shape),
            folded=folded_fields(self.target, shape),
            unread=unread_messages(self.target, shape),
            changes=structs.replace(self.rewrite_options.changes, holds_calls=bool(shape.tool_fields)),
        )

    def _needs_answer(self, shape: Shape) -> bool:
        return (
            self.target is not None
            and shape.answered
            and self.target.value("assistant_message") != "optional"
        )

    def _markers(
        self, shape: Shape, markers: MarkerStats, partial: ScanState, settings: Settings
    ) -> LegacyMarkers | None:
        """The markers to add, or to remove."""
        if self._may_have_markers() and shape.name == "completion":
            context = replace(self.plan.context, task=settings.task)
            task = tasks.of_all(partial.answers.partitions, context)
            return markers.markers_to_add(settings.separator, settings.stop, classes=task.is_classification)
        if shape.name != "completion" and not self.keep_endings:
            return markers.markers_to_strip(settings.separator, settings.stop)
        return None

    @property
    def failures(self) -> Failures:
        """Rules that raised on the last pass."""
        return {**self.log.failures, **(self.fitting.failures if self.fitting is not None else {})}

    def lines_of(self, batch: Batch) -> ColumnarRecords | None:
        """The records of a batch of plain columns in their new shape; None if they must be converted one by
        one, also where columns would reorder the keys of a line.

        In prompts and answers that are two texts, or messages of a role and a text, the source's own safe
        fixes have no effect. Those of the target are left to the caller.
        """
        made = self._rewritten_lines(batch)
        self._count_columns(batch, made)
        return made

    def convert_columns(self, batch: Batch) -> ColumnarRecords | None:
        """The same, as the target accepts them, to be written without their lines."""
        made = self._rewritten_lines(batch)
        matches = (
            run_row_rules(batch, row_rules(self.plan), self.plan.context, {}) if made is not None else ()
        )
        # A role in another spelling, or what a rule from another package fixes.
        if any(match.found for match in matches):
            made = None
        if made is not None and self.fitting is not None:
            made = self.fitting.fit_columns(made.fresh(), batch.rows, batch.lines)
        self._count_columns(batch, made)
        return made

    def _rewritten_lines(self, batch: Batch) -> ColumnarRecords | None:
        kind, records = batch.detected_shapes[0] if batch.detected_shapes else None, batch.records
        plain = batch.plain_messages
        if plain is None or kind is None or not isinstance(records, ColumnarRecords):
            return None
        if self.rewrite_options.changes.concern(plain):
            return None
        made = rewrite_lines(records, kind, self.rewrite_options)
        return made if made is not None and made.are_keys_in_order else None

    def _count_columns(self, batch: Batch, made: ColumnarRecords | None) -> None:
        kind = batch.detected_shapes[0] if made is not None else None
        if made is not None and kind is not None:
            self.account.written[kind.shape.name] += len(made)
            self.account.changed += int(made.changed.sum())

    def convert_batch(self, block: RecordBlock, batch: Batch, refuse: Refuse) -> list[ConvertedRecord]:
        """The records of a batch in their new shape, as the target accepts them.

        Called on a pass after the profile.
        """
        written = {fault.row: fault.text for fault in batch.reader_faults if fault.kind in PARTLY_READ}
        left_out = {batch.rows[i]: (why, block.records[i]) for i, why in batch.build_errors.items()}
        fixed = fix_rows(batch, row_rules(self.plan), self.plan.context, self.log, ambiguous=True)
        made: list[ConvertedRecord] = []
        sources = dict(zip(batch.rows, batch.source_records, strict=True)) if batch.reader.templates else {}
        for i, (record, record_shape) in enumerate(zip(fixed.records, fixed.record_shapes, strict=True)):
            line, row = fixed.lines[i], fixed.rows[i]
            try:
                if record_shape is None:
                    why, record = left_out.get(row, ("fits no shape", record))
                    raise CannotHold(why)
                new_records = rewrites(record, record_shape, self.rewrite_options)
                if row in written:
                    new_records[-1].lose_unread(written[row])
                _add_unused(new_records[-1], batch.reader.templates, sources.get(row, {}))
                made += [ConvertedRecord(new, line, row, record) for new in new_records]
                if len(new_records) > 1:
                    self.account.split += 1
                    self.account.examples += len(new_records)
            except CannotHold as error:
                self._refuse(refuse, error, line, row, record)
        made = [one for one in made if self._has_accepted_forms(one, refuse)]
        if self.fitting is not None:
            log = self.fitting.fit(
                [m.new.record for m in made], [m.row for m in made], [m.line for m in made]
            )
            for one in made:
                for removal in log.removed.get(one.row, ()):
                    one.new.lose(removal.name, removal.field, removal.value)
        return [one for one in made if self._removable(one, refuse)]

    def _has_accepted_forms(self, made: ConvertedRecord, refuse: Refuse) -> bool:
        try:
            use_accepted_forms(made.new.record, self.rewrite_options.schema or made.new.was)
        except CannotHold as error:
            self._refuse(refuse, error, made.line, made.row, made.was)
            return False
        return True

    def _removable(self, made: ConvertedRecord, refuse: Refuse) -> bool:
        try:
            made.new.take_off(self.rewrite_options.known)
        except CannotHold as error:
            self._refuse(refuse, error, made.line, made.row, made.was)
            return False
        return True

    def _refuse(self, refuse: Refuse, error: CannotHold, line: int, row: int, record: Record) -> None:
        self.account.refuse(f"{self.description} {error}", line)
        refuse(str(error), line, row, record)

    def _may_have_markers(self) -> bool:
        """Only a target can require markers, and only in prompts and completions."""
        if self.target is None or self.keep_endings or "completion" not in self.target.shapes:
            return False
        return RuleContext(self.target).requires_markers


def _add_unused(new: Rewrite, templates: Templates, record: Record) -> None:
    """Name the columns of a record that are in no template, and keep their values."""
    for key, value in templates.unused(record).items():
        new.lose(quote(key), key, value)


def conversion(
    source: Source,
    settings: Settings,
    shape: Shape,
    target: Target | None,
    *,
    system: str | None = None,
    keep_endings: bool = False,
) -> Conversion:
    """Start a conversion. Raises UsageError for braces in ``system`` that cannot be read."""
    columns_of("--system", system or "")
    whole = make_plan(replace(settings, target=None, model=None, select=(), ignore=()))
    plan = fixing_plan(whole, unsafe=False)
    fitting = TargetFixer(settings, target.name) if target is not None else None
    return Conversion(
        source,
        whole,
        plan,
        with_repairs(plan, settings.read),
        target,
        RewriteOptions(
            shape,
            system,
            expansion=TurnExpansion(only_trained=True) if settings.conversion.untrained == "split" else None,
            changes=changes_for(settings.conversion, target),
            forms=forms_for(settings.conversion, target),
        ),
        fitting,
        keep_endings,
    )
