"""Base classes of rules over an entire dataset, or over two datasets compared with each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.batch.example import Example
from ftlint.batch.file_group import FileGroup
from ftlint.context import RuleContext
from ftlint.io.block import FaultKind
from ftlint.rule.base import Conclusion, Rule, Violation


class DatasetRule(Rule):
    """A rule over the entire dataset: observe each batch, combine the states, conclude.

    The law: no partitioning of the rows and no order of the partitions changes the conclusion. The columns ``row``
    and ``line`` of a frame are positions; the engine makes them absolute when it merges parts.
    """

    repairs: ClassVar[Sequence[FaultKind]] = ()
    """Kinds of fault that the reader repairs as the fix of this rule."""
    keys: ClassVar[Sequence[str]] = ()
    """The partition keys: columns of its frames that are equal in rows of one group. Frames that do not fit in
    memory are partitioned by them, and each partition is reduced on its own.
    """
    uses_answers: ClassVar[bool] = False
    """The rule uses only the answers (``Batch.answer_counts``), whose state all rules share: ``observe`` is not
    called, and ``conclude`` gets the result of ``task_type.gathered``.
    """
    local_decision: ClassVar[Mapping[str, Any] | None] = None
    """A decision that holds whatever the other records are. A fix carries it out with the row fixes, so that all rules
    observe its result.
    """
    yields_to_errors: ClassVar[bool] = False
    """It is silent where a rule on rows or on the file's bytes reports an error."""

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        """The state of one batch, as a small frame."""
        raise NotImplementedError

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        """The numbers of the files of a group in which the rule may find something.

        Small files are read as one batch, and only those named here are observed one by one. Naming too many only
        takes time; a file that is not named must have no finding and no decision.
        """
        observed = self.observe(group.batch, context)
        return () if observed is None or not observed.height else range(len(group.sizes))

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        """Combine the states of several batches; group and sum where that keeps the state small."""
        del context
        return pl.concat(frames, how="vertical")

    def reduce(self, observed: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        """Reduce a combined state, which contains entire groups of rows that are equal by ``keys``.

        Reducing everything at once, or each partition and concatenating the results, must give the same conclusion.
        """
        del context
        return observed

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        """The conclusion from the combined and reduced state; ``observed`` is None when no batch had a state."""
        raise NotImplementedError

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        """The violations in each batch, given the decision; called only if the decision has ``again``."""
        raise NotImplementedError

    def observe_second_pass(
        self, batch: Batch, decision: dict[str, Any], context: RuleContext
    ) -> pl.DataFrame | None:
        """The state of one batch for ``conclude_second_pass``; called together with ``second_pass``."""
        del batch, decision, context
        return None

    def conclude_second_pass(
        self, observed: pl.DataFrame | None, decision: dict[str, Any], context: RuleContext
    ) -> Iterable[Violation]:
        """The violations of the entire dataset after a second pass; ``observed`` is the combined state."""
        del observed, decision, context
        return ()

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr] | None:
        """The new ``prompt`` and ``completion`` (columns of ``Batch.prompt_completions``) as expressions, if possible.

        Such a decision needs neither ``affected_rows`` nor ``apply_decision``.
        """
        del decision, context
        return None

    def affected_rows(
        self, batch: Batch, decision: dict[str, Any], context: RuleContext
    ) -> Sequence[int] | None:
        """The records of the batch that the decision changes, computed from columns; None: any may change."""
        return None

    def apply_decision(self, example: Example, decision: dict[str, Any], context: RuleContext) -> None:
        """Apply the decision to one example."""
        raise NotImplementedError


class CompareRule(DatasetRule):
    """A rule that compares the checked dataset with reference datasets.

    It runs only where there is a reference (``--against``). References are read first, so that only the matching
    rows of the checked data need to be stored. The law of dataset rules applies here, too.
    """

    def observe_reference(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        """The state of one batch of a reference. The engine adds the column ``file``, the reference's name."""
        raise NotImplementedError

    def observe_against(
        self, batch: Batch, reference: pl.DataFrame, context: RuleContext
    ) -> pl.DataFrame | None:
        """The state of one batch of the checked dataset, given the combined state of the references."""
        raise NotImplementedError

    def compare(
        self, observed: pl.DataFrame | None, reference: pl.DataFrame, context: RuleContext
    ) -> Conclusion:
        """The conclusion from both states; ``observed`` is None when no batch had a state."""
        raise NotImplementedError
