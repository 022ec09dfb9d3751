"""Rules about what only a whole dataset can tell, or only two datasets side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.batch.example import Example
from ftlint.context import RuleContext
from ftlint.io.block import FaultKind
from ftlint.rule.base import Conclusion, Rule, Violation


class DatasetRule(Rule):
    """What only the whole dataset can tell: observe each batch, combine, conclude.

    The law: cutting the rows anywhere, in any order, changes no conclusion. Frames with the columns
    ``row`` and ``line`` hold places; the engine makes them absolute when parts are merged.
    """

    repairs: ClassVar[Sequence[FaultKind]] = ()
    """Kinds of fault that the reader repairs as this rule's fix."""
    keys: ClassVar[Sequence[str]] = ()
    """Columns of its frames that are equal in rows that belong together. Frames that outgrow the memory are
    partitioned by them, and each partition is reduced by itself.
    """
    uses_answers: ClassVar[bool] = False
    """It looks at nothing but the answers (``Batch.answer_counts``), which are kept once for all rules: ``observe`` is
    not called, and what is concluded from is what ``task_type.gathered`` makes of them.
    """

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        """What the rule needs of this batch, as a small frame."""
        raise NotImplementedError

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        """One frame from many; group and add up where that keeps it small."""
        del context
        return pl.concat(frames, how="vertical")

    def reduce(self, observed: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        """What ``conclude`` needs of combined rows, among which are all that are equal by ``keys`` to one of them.

        Reducing everything at once, or each partition and putting one below the other, must lead to one conclusion.
        """
        del context
        return observed

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        """The conclusion from what was observed, combined and reduced; None when no batch had anything."""
        raise NotImplementedError

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        """The violations in each batch once the decision is known; called only if the decision says ``again``."""
        raise NotImplementedError

    def observe_second_pass(
        self, batch: Batch, decision: dict[str, Any], context: RuleContext
    ) -> pl.DataFrame | None:
        """What ``conclude_second_pass`` needs of this batch; called beside ``second_pass``."""
        del batch, decision, context
        return None

    def conclude_second_pass(
        self, observed: pl.DataFrame | None, decision: dict[str, Any], context: RuleContext
    ) -> Iterable[Violation]:
        """The violations of the whole after a second pass; ``observed`` is combined."""
        del observed, decision, context
        return ()

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr] | None:
        """The new ``prompt`` and ``completion`` (columns of ``Batch.prompt_completions``), if columns can say it.

        A decision that can be expressed so needs neither ``affected_rows`` nor ``apply_decision``.
        """
        del decision, context
        return None

    def affected_rows(
        self, batch: Batch, decision: dict[str, Any], context: RuleContext
    ) -> Sequence[int] | None:
        """The records of the batch that the decision changes, where columns can tell; None: any may change."""
        return None

    def apply_decision(self, example: Example, decision: dict[str, Any], context: RuleContext) -> None:
        """Carry the decision out on one example."""
        raise NotImplementedError


class CompareRule(DatasetRule):
    """What only two datasets side by side can tell: the one that is checked, and its references.

    It runs only where there is a reference (``--against``). References are read first, so that of the checked data
    only what matches them need be kept. The same law holds as for every dataset rule.
    """

    def observe_reference(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        """What the rule needs of a batch of a reference. The engine adds the column ``file``, its name."""
        raise NotImplementedError

    def observe_against(
        self, batch: Batch, reference: pl.DataFrame, context: RuleContext
    ) -> pl.DataFrame | None:
        """What the rule needs of a batch of the checked dataset, given all that the references have."""
        raise NotImplementedError

    def compare(
        self, observed: pl.DataFrame | None, reference: pl.DataFrame, context: RuleContext
    ) -> Conclusion:
        """The conclusion from what was observed in both; ``observed`` is None when no batch had anything."""
        raise NotImplementedError
