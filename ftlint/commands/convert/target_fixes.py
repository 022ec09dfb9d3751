"""Fit records to a target: the safe fixes of the target's own rules, on newly written records."""

from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from ftlint.batch.batch import Batch
from ftlint.config.settings import Settings
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.fixes import fix_rows
from ftlint.engine.plan import fixing_plan, make_plan
from ftlint.engine.scan import Plan
from ftlint.io.columnar import ColumnarRecords
from ftlint.result import Severity
from ftlint.rule.base import Rule
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.errors import Failures
from ftlint.rule.frame import FaultRule
from ftlint.shapes.shape import Record


def row_rules(plan: Plan) -> dict[Rule, Severity]:
    """The row rules of a plan."""
    return {rule: s for rule, s in plan.rules.items() if not isinstance(rule, DatasetRule | FaultRule)}


class TargetFixer:
    """The fixes for one target. ``fixed`` counts the fixed violations, by code."""

    def __init__(self, settings: Settings, target: str) -> None:
        whole = replace(settings.for_written(), target=target, model=None, select=(), ignore=())
        self._plan = fixing_plan(make_plan(whole), unsafe=False)
        self._rules = row_rules(self._plan)
        self.fixed: Counter[str] = Counter()
        self.failures: Failures = {}

    def fresh(self) -> "TargetFixer":
        """The same fixes, with nothing counted."""
        another = copy(self)
        another.fixed, another.failures = Counter(), {}
        return another

    def fit(self, records: Sequence[Record], rows: Sequence[int], lines: Sequence[int]) -> ChangeLog:
        """Change records in place until no safe fix applies. Safe fixes drop no records."""
        log = ChangeLog()
        if records and self._rules:
            self._fixed(records, rows, lines, log)
            self._count(log)
        return log

    def fit_columns(
        self, records: ColumnarRecords, rows: Sequence[int], lines: Sequence[int]
    ) -> ColumnarRecords | None:
        """The records that are columns after the same fixes; None if they are no columns then, or have lost a value."""
        log = ChangeLog()
        fixed = self._fixed(records, rows, lines, log).records
        if log.removed or not isinstance(fixed, ColumnarRecords):
            return None
        self._count(log)
        return fixed

    def _fixed(
        self, records: Sequence[Record], rows: Sequence[int], lines: Sequence[int], log: ChangeLog
    ) -> Batch:
        batch = Batch(records, rows, lines, self._plan.record_reader, self._plan.context)
        return fix_rows(batch, self._rules, self._plan.context, log)

    def _count(self, log: ChangeLog) -> None:
        self.fixed += log.fixed
        # Other exceptions are raised again when the new file is checked.
        self.failures.update({key: one for key, one in log.failures.items() if one.fixing})
