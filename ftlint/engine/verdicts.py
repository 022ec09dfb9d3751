"""Conclusions of dataset rules sent to the parts of a file: each part receives its own rows only."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping

from msgspec import Struct, structs

from ftlint.engine.scan import Plan
from ftlint.execution.executor import BlobRef, Executor
from ftlint.rule.base import Conclusion
from ftlint.rule.dataset import DatasetRule

Verdicts = Mapping[DatasetRule, Conclusion]


class SentVerdicts(Struct, frozen=True):
    """Decisions, broadcast, and the rows to drop, ascending, both by the code of their rule."""

    decisions: BlobRef
    drop: "Mapping[str, array[int]]"

    def for_rows(self, rows: range) -> "SentVerdicts":
        """The same for some rows only."""
        mine = {code: between(drop, rows) for code, drop in self.drop.items()}
        return structs.replace(self, drop={code: drop for code, drop in mine.items() if drop})

    def verdicts(self, plan: Plan) -> dict[DatasetRule, Conclusion]:
        """The conclusions, for the rules of this plan."""
        decisions = self.decisions.load()
        return {
            rule: Conclusion(drop=self.drop.get(rule.code, ()), decision=decisions[rule.code])
            for rule in plan.of_kind(DatasetRule)
            if rule.code in decisions
        }


def between(numbers: "array[int]", rows: range) -> "array[int]":
    """The numbers within a range, of ascending numbers."""
    return numbers[bisect_left(numbers, rows.start) : bisect_left(numbers, rows.stop)]


def send_verdicts(verdicts: Verdicts, executor: Executor) -> SentVerdicts:
    """Broadcast conclusions to all parts."""
    decisions = {rule.code: verdict.decision for rule, verdict in verdicts.items()}
    drop = {rule.code: array("Q", sorted(verdict.drop)) for rule, verdict in verdicts.items() if verdict.drop}
    return SentVerdicts(executor.broadcast(decisions), drop)
