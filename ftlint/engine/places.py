"""Where findings are in a record, and which of two rules reports a place that both match."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from ftlint.batch.batch import Batch
from ftlint.context import RuleContext
from ftlint.result import SEVERITIES
from ftlint.rule.errors import Failures, guarding
from ftlint.rule.frame import FrameRule, SchemaRule
from ftlint.rule.matched import MatchedRow, MatchedRows

if TYPE_CHECKING:
    from ftlint.engine.scan import Match, RuleMatch


def path_of(batch: Batch, rule: FrameRule, match: MatchedRow, context: RuleContext) -> str | None:
    """The path of a match into its record; None where it is about the whole record."""
    path: str | None = match.get("path")
    if path is None and match.get("at") is not None:
        return batch.example(match.i).path(rule.location(match, context))
    if path is None and match.get("nth") is not None:
        return batch.example(match.i).tool_path(match["nth"], rule.tool_field)
    return path


def without_repeats(
    batch: Batch, found: "Sequence[RuleMatch]", context: RuleContext, failures: Failures
) -> "list[RuleMatch]":
    """The matches without those of a schema rule at a place where another rule has one that is as severe.

    The other rule knows more of the fault than that the schema does not allow the value, and may have a fix.
    """
    invalid = {match.i for one in found if isinstance(one.rule, SchemaRule) for match in one.found}
    if not invalid:
        return list(found)
    places: dict[tuple[int, str | None], int] = {}
    for one in found:
        if isinstance(one.rule, SchemaRule):
            continue
        for match in one.found:
            i = match.get("i") if isinstance(match, MatchedRow) else match.i
            if i in invalid:
                with guarding(one.rule, failures, batch, i):
                    place = i, place_of(batch, one, match, context)
                    rank = SEVERITIES.index(one.severity)
                    places[place] = min(places.get(place, rank), rank)
    return [_unless_at(places, one) if isinstance(one.rule, SchemaRule) else one for one in found]


def place_of(batch: Batch, one: "RuleMatch", match: "Match", context: RuleContext) -> str | None:
    """The path of a match of any rule."""
    if isinstance(one.rule, FrameRule) and isinstance(match, MatchedRow):
        return path_of(batch, one.rule, match, context)
    return None if isinstance(match, MatchedRow) else match.violation.path


def _unless_at(places: dict[tuple[int, str | None], int], one: "RuleMatch") -> "RuleMatch":
    rank, rows = SEVERITIES.index(one.severity), one.found
    if not isinstance(rows, MatchedRows):
        return one
    kept = [
        nth
        for nth, match in enumerate(rows)
        if match["path"] is None or places.get((match.i, match["path"]), len(SEVERITIES)) > rank
    ]
    return one if len(kept) == len(rows) else structs.replace(one, found=MatchedRows(rows.frame[kept]))
