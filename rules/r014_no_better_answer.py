"""The record does not say which of its answers is better.

Comparisons of two answers, and answers with scores, become pairs of a wanted and a rejected answer. A tie, equal scores,
or a verdict that names neither answer make no pair: `ftlint convert` refuses such a record and `ftlint prepare` drops it.

There is no fix: leave the record out, or ask again. A column with another verdict is named with `--map`, such as
`--map better=safer_response_id`.

A warning, as the other records of the file can be used. Silent where all answers are equal texts (identical-pair).
"""

from __future__ import annotations

from collections.abc import Iterable

from ftlint.rule import SHAPES, Case, Example, RecordRule, RuleContext, Violation, pl

VERDICTS = [shape.name for shape in SHAPES.values() if shape.has_verdict]


class NoBetterAnswer(RecordRule):
    """Records of shapes with a verdict that have none."""

    code, name, severity = "R014", "no-better-answer", "warning"
    explained_by = {"record": ("missing-field", "wrong-type")}

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("shape").is_in(VERDICTS)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        if not example.says_which_is_better():
            yield Violation("the record does not say which of its answers is better; it makes no pair")

    cases = (
        Case(
            why="a tie, and a verdict that names no answer",
            wrong=[
                {"prompt": "a", "response_0": "b", "response_1": "c", "better_response_id": verdict}
                for verdict in (0, 1, 2, None)
            ],
            found=[(3, None), (4, None)],
        ),
        Case(
            why="equal scores, and a single answer",
            wrong=[
                {
                    "instruction": "a",
                    "completions": [
                        {"response": "b", "overall_score": 5},
                        {"response": "c", "overall_score": score},
                    ],
                }
                for score in (5, 4)
            ],
            found=[(1, None)],
        ),
        Case(
            why="votes for neither of two models",
            wrong=[
                {
                    "prompt": '["a"]',
                    "response_a": '["b"]',
                    "response_b": '["c"]',
                    "winner_model_a": won,
                    "winner_model_b": 0,
                    "winner_tie": 1 - won,
                }
                for won in (1, 0)
            ],
            found=[(2, None)],
        ),
        Case(
            why="pairs whose fields say it",
            right=[{"prompt": "a", "chosen": "b", "rejected": "c"}],
        ),
    )
