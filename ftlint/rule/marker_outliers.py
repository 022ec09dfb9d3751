"""Examples without the marker that most of their dataset have: the conclusion of a rule, and its findings."""

from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.analysis.legacy_markers import CommonEnding, add_missing, outliers, with_mark
from ftlint.batch.batch import Batch
from ftlint.batch.example import Location
from ftlint.display import quote
from ftlint.rule.base import Conclusion, Violation

if TYPE_CHECKING:
    from polars import Expr

PLACES = {"prompt": 0, "completion": 1}


def conclusion(ends: CommonEnding, column: str, kind: str, mark: str) -> Conclusion:
    """The conclusion that ``ends.unmarked`` texts of a column lack the marker, a ``kind`` (separator or stop).

    The texts themselves are found in the second pass.
    """
    having = f"{ends.n - ends.unmarked:,} of {ends.n:,} {column}s end in the {kind} {quote(mark)}"
    decision = {"again": True, "apply": True, "rows": ends.unmarked, kind: mark, "having": having}
    return Conclusion(decision=decision, summary=f"missing in {ends.unmarked:,}: {having}")


def violations(batch: Batch, column: str, kind: str, decision: dict[str, Any]) -> list[Violation]:
    """One violation per text of a batch that lacks the marker."""
    mark, having = decision[kind], decision["having"]
    found = batch.prompt_completions.filter(outliers(column, mark)).select("i", "line", "row", column)
    made = []
    for i, line, row, text in found.rows():
        can = with_mark(text, mark) is not None
        remedy = "add it" if can else f"put it in the place of {quote(text[-12:])}, unless that is meant"
        path = batch.example(i).path(Location(PLACES[column]))
        made.append(Violation(f"the {kind} is missing: {having}; {remedy}", path, row, line, fixable=can))
    return made


def rewritten(column: str, kind: str, decision: dict[str, Any]) -> "dict[str, Expr]":
    """The column with the marker at the end of every text: of those that lack it, or, for no majority, of all."""
    mark = decision[kind]
    return {column: add_missing(column, mark) if decision.get("again") else pl.col(column) + mark}
