"""What is fixed in a file, and how the new file is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from msgspec import Struct, structs

from ftlint.config.settings import Settings
from ftlint.engine.handle import file_plan
from ftlint.engine.plan import fixing_plan, make_plan, with_repairs
from ftlint.engine.scan import Plan, can_fix
from ftlint.execution.executor import BlobRef
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.result import Severity
from ftlint.rule.base import Rule
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.frame import FaultRule, SchemaRule
from ftlint.rule.matched import MatchedRow


class FixPlan(Struct, frozen=True):
    """The enabled fixes of a file: of rows, of the dataset, and of the reader (``heal`` of ``read``)."""

    whole: Plan
    rows: Mapping[Rule, Severity]
    dataset: Plan
    heal: ReadOptions
    checking: Plan
    """The rules that the new file is checked with, as a new input, and the reference data of the old one."""

    def lines_of(self, block: RecordBlock) -> Sequence[bytes] | None:
        """The original lines, or None if new ones are written: for a table, a template or a transcript."""
        return block.raw if not self.whole.record_reader.builds_records else None

    @property
    def dataset_rules(self) -> list[DatasetRule]:
        """The rules of ``dataset``."""
        return [rule for rule in self.dataset.rules if isinstance(rule, DatasetRule)]

    @property
    def code_of_violation(self) -> str:
        """The code of the rule for a missing field: a template's column that a record does not have."""
        return next(
            (r.code for r in self.whole.rules if isinstance(r, SchemaRule) and r.violation == "missing"), ""
        )

    def is_fixed_by_reader(self, rule: Rule, match: MatchedRow) -> bool:
        """Whether the reader has fixed a violation of the rule."""
        return (
            isinstance(rule, FaultRule)
            and rule.fault in self.heal.heal
            and can_fix(rule, match, self.whole.context)
        )


def fix_plan(plan: Plan, settings: Settings, *, unsafe: bool) -> FixPlan:
    """The enabled fixes of a file."""
    fixes = fixing_plan(plan, unsafe=unsafe)
    rows: dict[Rule, Severity] = {
        rule: s for rule, s in fixes.rules.items() if not isinstance(rule, DatasetRule | FaultRule)
    }
    dataset: dict[Rule, Severity] = {
        rule: s for rule, s in fixes.rules.items() if isinstance(rule, DatasetRule)
    }
    heal, checking = with_repairs(fixes, settings.read), _checking_plan(plan, settings)
    return FixPlan(plan, rows, structs.replace(fixes, rules=dataset), heal, checking)


def fix_plan_for(
    settings: BlobRef, codes: frozenset[str], reference: BlobRef | None, unsafe: bool
) -> FixPlan:
    """The same from broadcast settings."""
    return fix_plan(file_plan(settings, codes, reference), settings.load(), unsafe=unsafe)


def checking_settings(plan: Plan, settings: Settings) -> Settings:
    """How the new file is checked: with default options, as a new input."""
    options = ReadOptions(block_bytes=settings.read.block_bytes)
    # A fix does not change the kind of records; only templates and transcripts produce other records.
    schema = None if plan.record_reader.builds_records else settings.json_schema
    return replace(settings.for_written(), read=options, json_schema=schema)


def _checking_plan(old: Plan, settings: Settings) -> Plan:
    """The plan for the new file, with the rules and the reference data of the old one."""
    plan = make_plan(checking_settings(old, settings), old.context)
    codes = {rule.code for rule in old.rules}
    rules = {rule: severity for rule, severity in plan.rules.items() if rule.code in codes}
    return structs.replace(plan, rules=rules, reference_frames=old.reference_frames, notes=old.notes)
