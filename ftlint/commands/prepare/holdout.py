"""Which examples a preparation keeps for validation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ftlint.batch.task_type import Task
from ftlint.commands.prepare.options import MOST_VALID, VALID_SHARE, Intent
from ftlint.commands.split.assign import Share, Shares, limits_of
from ftlint.commands.split.grouping import Splitter
from ftlint.commands.split.result import NothingToSplit
from ftlint.io.write.atomic import encode

if TYPE_CHECKING:
    from ftlint.commands.prepare.result import Talk
    from ftlint.commands.prepare.step import Portion, Work
    from ftlint.rule import DatasetRule
    from ftlint.rule.base import Conclusion


@dataclass(frozen=True, slots=True)
class Division:
    """The part of each example by its number, the parts in order, the decisions, and what there is to say of them."""

    part_of: Callable[[int], str]
    parts: Sequence[str] = ("",)
    summary: dict[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()


def divide(
    work: "Work", verdicts: "Mapping[DatasetRule, Conclusion]", task: Task, intent: Intent, talk: "Talk"
) -> Division | None:
    """Divide the examples as they will be written; None where nothing is to be divided.

    Raises UsageError where the user's shares cannot be had.
    """
    if intent.split is False or (intent.split is None and not task.is_classification):
        return None
    shares = _shares(intent, task.examples)
    wanted = shares.validation
    words = f"{wanted:.0%}" if isinstance(wanted, float) else f"{wanted:,} examples"
    if intent.split is None and not talk.divides(f"Keep {words} of the examples for validation?"):
        return None
    limits = limits_of(work.job.target)
    splitter = Splitter(job=work.job)
    for portion in work.finished(verdicts, again=True):
        splitter.see(portion.batch, sizes=_sizes(portion) if limits.mind_bytes else None)
    try:
        parts = splitter.parts(shares, limits)
    except NothingToSplit as reason:
        return Division(_undivided, notes=[f"not divided: {reason}"])
    return Division(parts.of, parts.names, parts.summary(), [*parts.notes, *parts.warnings])


def _shares(intent: Intent, examples: int) -> Shares:
    """What the user wants; else a fifth, but never more than a thousand examples, as the removed tool did."""
    if intent.valid is not None:
        valid: Share = int(intent.valid) if intent.valid >= 1 else float(intent.valid)
        return Shares(valid=valid, seed=intent.seed)
    usual: Share = MOST_VALID if examples * VALID_SHARE > MOST_VALID else VALID_SHARE
    return Shares(usual=usual, seed=intent.seed)


def _sizes(portion: "Portion") -> list[int]:
    return [len(encode(record)) for record in portion.batch.records]


def _undivided(row: int) -> str:
    del row
    return ""
