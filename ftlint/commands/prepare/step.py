"""One task of a preparation: batches in the target's shape, and the fixes of their records."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from msgspec import Struct, structs

from ftlint.batch.batch import Batch
from ftlint.batch.records import RecordReader
from ftlint.commands.convert.conversion import Conversion, ConvertedRecord, conversion
from ftlint.commands.convert.markers import LegacyMarkers
from ftlint.commands.convert.target_fixes import row_rules
from ftlint.commands.convert.turns import TurnExpansion
from ftlint.commands.prepare.options import PrepareOptions
from ftlint.config.settings import Settings
from ftlint.context import RuleContext
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.fixes import apply_decisions, fix_rows, remaining
from ftlint.engine.part_reading import NOTHING
from ftlint.engine.plan import fixing_plan, make_plan
from ftlint.engine.scan import Plan, new_state, run_row_rules
from ftlint.engine.source_findings import keep_source_findings
from ftlint.engine.state import ScanState
from ftlint.engine.verdicts import Verdicts
from ftlint.execution.executor import BlobRef
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.source import Source
from ftlint.result import Severity
from ftlint.rule.base import Rule
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.frame import SchemaRule
from ftlint.rule.registry import all_rules, choose, fits
from ftlint.shapes import SHAPES
from ftlint.shapes.shape import Record
from ftlint.targets.target import load_target

REFUSED = "convert"
"""Used as a rule name for records that the target cannot represent."""

Refused = tuple[int, int, Record]
"""A record that cannot be converted, after its line and its row."""


class PreparePlan(Struct, frozen=True):
    """The rules of a preparation.

    ``rules`` are the row rules whose fixes are applied, ``dataset`` the dataset rules.
    """

    begun: Conversion
    """The conversion to the target, before anything was read."""
    whole: Plan
    """All rules, as the prepared file is checked with them, including those whose fix is only offered."""
    rules: Mapping[Rule, Severity]
    dataset: Plan
    checking: Plan
    """The rules that the new files are checked with."""
    numbered: bool
    """Whether one row of the file may become several examples, so that these have separate numbers."""

    @property
    def job(self) -> RuleContext:
        """The target and its options."""
        return self.whole.context

    @property
    def record_reader(self) -> RecordReader:
        """The reader of records in the target's shape."""
        return self.dataset.record_reader


def prepare_plan(source: Source, settings: Settings, intent: PrepareOptions) -> PreparePlan:
    """The plan with every fix that the intent allows."""
    known = all_rules(tuple(folder.resolve() for folder in settings.rule_folders))
    # A mistyped name is reported before anything is read.
    choose(known, intent.only, intent.skip)
    offered = tuple(rule.code for rule in known.values() if rule.opt_in_fix)
    written = settings.for_written()
    whole = make_plan(replace(written, extend_select=(*written.extend_select, *offered)))
    wanted = fixing_plan(whole, unsafe=True)
    rules = {rule: s for rule, s in wanted.rules.items() if rule.fix == "safe" or allowed(rule, intent)}
    dataset: dict[Rule, Severity] = {rule: s for rule, s in rules.items() if isinstance(rule, DatasetRule)}
    wanted = structs.replace(wanted, rules=rules)
    return PreparePlan(
        _conversion(source, settings, intent),
        whole,
        row_rules(wanted),
        structs.replace(wanted, rules=dataset),
        make_plan(replace(written, read=ReadOptions()), whole.context),
        intent.expand_turns or settings.conversion.untrained == "split",
    )


def prepare_plan_for(settings: BlobRef, intent: PrepareOptions) -> PreparePlan:
    """The same from broadcast settings."""
    return prepare_plan(Source("", None, None), settings.load(), intent)


def _conversion(source: Source, settings: Settings, intent: PrepareOptions) -> Conversion:
    target = load_target(intent.target)
    begun = conversion(
        source,
        settings,
        SHAPES[target.shape],
        target,
        system=None if settings.templates else intent.system,
        # If the target requires markers, adding them is a proposed fix like any other.
        keep_endings=RuleContext(target).requires_markers,
    )
    if intent.expand_turns:
        names = {role: name for name, role in settings.turns.roles.items()}
        expansion = TurnExpansion(names, only_trained=settings.conversion.untrained == "split")
        begun.rewrite_options = structs.replace(begun.rewrite_options, expansion=expansion)
    return begun


def conversion_of(settings: BlobRef, intent: PrepareOptions) -> Conversion:
    """The conversion alone, from broadcast settings."""
    return _conversion(Source("", None, None), settings.load(), intent)


class ConvertedBatch(Struct, frozen=True):
    """One block, the examples built from it by number (None if it is columns), and the batch in the target's shape."""

    block: RecordBlock
    made: dict[int, ConvertedRecord] | None
    batch: Batch
    refused: Sequence[Refused] = ()
    """Records that the target cannot represent, if they are to be stored."""


class Orders(Struct, frozen=True):
    """How the file is prepared, once it is profiled. ``codes`` are the row rules whose fixes are applied."""

    shape: str
    dress: LegacyMarkers | None
    codes: frozenset[str]
    rejecting: bool
    """Whether dropped rows are to be stored."""


class PrepareTask(Struct):
    """The state of one task: its counts and samples."""

    plan: PreparePlan
    begun: Conversion
    rules: Mapping[Rule, Severity]
    log: ChangeLog
    left: ScanState
    """The findings of records that are dropped because no fix applies."""
    rejecting: bool = False
    before: int = 0
    """How many examples precede this part of the file, if they have separate numbers."""
    made: int = 0
    """How many examples were produced, if they are produced one by one."""

    @property
    def numbered(self) -> bool:
        """Whether examples have separate numbers."""
        return self.plan.numbered

    def converted(self, block: RecordBlock, batch: Batch) -> ConvertedBatch:
        """A block in the target's shape."""
        begun, plan = self.begun, self.plan
        lines = begun.lines_of(batch)
        if lines is not None:
            return ConvertedBatch(
                block, None, Batch(lines, batch.rows, batch.lines, plan.record_reader, plan.job)
            )
        refused: list[Refused] = []

        def refuse(why: str, line: int, row: int, record: Record) -> None:
            del why
            if self.rejecting:
                refused.append((line, row, record))

        made = begun.convert_batch(block, batch, refuse)
        first = self.before + self.made + 1
        rows = range(first, first + len(made)) if self.numbered else [m.row for m in made]
        self.made += len(made)
        records, places = [m.new.record for m in made], [m.line for m in made]
        whole = Batch(records, list(rows), places, plan.record_reader, plan.job)
        return ConvertedBatch(block, dict(zip(rows, made, strict=True)), whole, refused)

    def fixed(self, converted: ConvertedBatch) -> ConvertedBatch:
        """The portion with its records fixed, without those that still violate the target's schema."""
        return structs.replace(
            converted, batch=self._sound(fix_rows(converted.batch, self.rules, self.plan.job, self.log))
        )

    def decided(self, converted: ConvertedBatch, verdicts: Verdicts) -> ConvertedBatch:
        """A fixed portion with the conclusions applied."""
        return structs.replace(
            converted, batch=apply_decisions(converted.batch, verdicts, self.plan.job, self.log)
        )

    def lean(self, converted: ConvertedBatch) -> ConvertedBatch:
        """The portion without frames, and without its source unless dropped rows are to be stored."""
        batch = converted.batch
        bare = Batch(batch.records, batch.rows, batch.lines, self.plan.record_reader, self.plan.job)
        return structs.replace(converted, block=converted.block if self.rejecting else NOTHING, batch=bare)

    def _sound(self, batch: Batch) -> Batch:
        """The batch without records that violate the target's schema after all fixes.

        Their findings are stored, since the new file cannot show them.
        """
        broken, whole = batch.invalid_records, self.plan.whole
        if not broken:
            return batch
        rules: dict[Rule, Severity] = {r: s for r, s in whole.rules.items() if isinstance(r, SchemaRule)}
        for rule_match in run_row_rules(batch, rules, self.plan.job, self.log.failures):
            found = [one for one in rule_match.found if one.i in broken]
            keep_source_findings(
                structs.replace(rule_match, found=found), batch, whole, self.left, self.log.failures
            )
        for i in broken:
            self.log.dropped[batch.rows[i]] = REFUSED
        return remaining(batch, gone=broken)


def begin(plan: PreparePlan, orders: Orders, *, each: int = 0, before: int = 0) -> PrepareTask:
    """The state of one task. ``each`` changes of a rule are stored as examples."""
    begun = plan.begun.fresh()
    begun.set_output_shape(SHAPES[orders.shape], orders.dress)
    rules = {rule: s for rule, s in plan.rules.items() if rule.code in orders.codes}
    return PrepareTask(
        plan, begun, rules, ChangeLog(examples_per_rule=each), new_state(plan.whole), orders.rejecting, before
    )


def allowed(rule: Rule, intent: PrepareOptions) -> bool:
    """Whether a remedy is to be proposed at all."""
    kind = type(rule)
    return (not intent.only or any(fits(kind, name) >= 0 for name in intent.only)) and not any(
        fits(kind, name) >= 0 for name in intent.skip
    )
