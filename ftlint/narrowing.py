"""What dataset rules took from batches, combined, and narrowed for their verdict: at once, or piece by piece."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ftlint.blame import Failures, guarding
from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.partial import Combine, Seen
from ftlint.rule import DatasetRule

if TYPE_CHECKING:
    from polars import DataFrame


def combining(rule: DatasetRule, job: Job, failures: Failures) -> Combine | None:
    """How the rule's frames become fewer; None where they only come one after the other.

    Where the rule raises, that is put among the ``failures``, and nothing is left of its frames.
    """
    if type(rule).combine is DatasetRule.combine:
        return None

    def combine(frames: list["DataFrame"]) -> "DataFrame":
        with guarding(rule, failures):
            return rule.combine(frames, job)
        return frames[0].clear()

    return combine


def narrowed(all_seen: Mapping[str, Seen], rule: DatasetRule, job: Job) -> "DataFrame | None":
    """What a rule took from all batches. Of frames on the disk there is never more than one piece in memory."""
    if rule.code not in all_seen:
        return None
    seen = all_seen[rule.code]
    if seen.narrowed:
        return pl.concat(seen.frames)
    kept: list[DataFrame] = []
    for frames in seen.pieces():
        one = rule.narrow(rule.combine(frames, job), job)
        # Joined to nothing texts are copies: as they are they would keep all texts of the piece in memory.
        kept.append(one if seen.spill is None else one.with_columns(pl.col(pl.String) + pl.lit("")))
    return pl.concat(kept) if kept else None
