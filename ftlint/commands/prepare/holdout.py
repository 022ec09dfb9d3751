"""Choose the validation examples of a preparation."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from ftlint.batch.task_type import Task
from ftlint.commands.prepare.options import MOST_VALID, VALID_SHARE, PrepareOptions
from ftlint.commands.split.assign import Share, SplitSizes, TargetLimits
from ftlint.commands.split.grouping import RowGrouper
from ftlint.commands.split.result import NothingToSplit

if TYPE_CHECKING:
    from ftlint.commands.prepare.result import Prompter


class Holdout(Struct, frozen=True):
    """The split of each example by its number, the splits in order, the decisions, and notes on them."""

    part_of: Callable[[int], str]
    parts: Sequence[str] = ("",)
    summary: dict[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()


def wants_holdout(task: Task, intent: PrepareOptions, talk: "Prompter") -> bool:
    """Whether examples are to be divided at all."""
    if intent.split is False or (intent.split is None and not task.is_classification):
        return False
    wanted = _shares(intent, task.examples).validation
    words = f"{wanted:.0%}" if isinstance(wanted, float) else f"{wanted:,} examples"
    return intent.split is not None or talk.confirm_holdout(f"Keep {words} of the examples for validation?")


def hold_out(splitter: RowGrouper, task: Task, intent: PrepareOptions, limits: TargetLimits) -> Holdout:
    """Split the examples. Raises UsageError if the user's sizes are impossible."""
    try:
        parts = splitter.parts(_shares(intent, task.examples), limits)
    except NothingToSplit as reason:
        return Holdout(_undivided, notes=[f"not divided: {reason}"])
    return Holdout(parts.subset_of, parts.names, parts.summary(), [*parts.notes, *parts.warnings])


def _shares(intent: PrepareOptions, examples: int) -> SplitSizes:
    """The user's size; else a fifth, but at most a thousand examples, as in the removed OpenAI tool."""
    if intent.valid is not None:
        valid: Share = int(intent.valid) if intent.valid >= 1 else float(intent.valid)
        return SplitSizes(valid=valid, seed=intent.seed)
    usual: Share = MOST_VALID if examples * VALID_SHARE > MOST_VALID else VALID_SHARE
    return SplitSizes(usual=usual, seed=intent.seed)


def _undivided(row: int) -> str:
    del row
    return ""
