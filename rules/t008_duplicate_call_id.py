"""Two calls that wait for their results have the same id.

A result names the call that it answers by the call's id. With the same id twice nobody can tell which one it
answers: some targets refuse the record, others pair it wrongly.

The fix gives the later call a new id and writes it into its result, too; of several results the first belongs to the
first call. Ids are not learnt, so it is safe.

A warning for trainers that compare no results with their calls, such as TRL and MLX LM.

Silent for an id that is used again after its result, for ids that are the same in two records, or in the two answers
of a pair, for calls without an id (bad-call-id), and in shapes that have no ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftlint.rule import Case, Example, FrameRule, MatchedRow, RuleContext, Severity, fresh_ids, pl, quote

QUESTION = {"role": "user", "content": "How is the weather in Bonn and in Rome?"}
ANSWER = {"role": "assistant", "content": "It rains."}


def _calls(*ids: object) -> dict[str, object]:
    calls = [
        {"id": i, "type": "function", "function": {"name": "get_weather", "arguments": "{}"}} for i in ids
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def _result(identifier: object, text: str = "rain") -> dict[str, object]:
    return {"role": "tool", "tool_call_id": identifier, "content": text}


class DuplicateCallId(FrameRule):
    """Calls whose id an earlier call has that waits for its result."""

    code, name, severity, fix = "T008", "duplicate-call-id", "error", "safe"
    explained_by = {
        "message": ("same-role-twice",),
        # A result that nobody can assign leaves its call without one.
        "earlier": ("missing-field", "wrong-type", "unknown-role", "orphan-result"),
    }
    frame = "calls"
    field = "call_id"
    columns = ("id",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_calls

    def when(self, context: RuleContext) -> pl.Expr:
        return (pl.col("earlier") > 0) & (pl.col("id") != "")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"an earlier call without a result has the id {quote(match['id'])}, too"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return next(fresh_ids((), _pattern(context)), None) is not None

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        example.rename_calls({(match.at, match["part"]) for match in matches}, _pattern(context))

    cases = (
        Case(
            why="two turns with the same id, both without a result",
            wrong=[{"messages": [QUESTION, _calls("a"), _calls("a"), _result("a"), _result("a"), ANSWER]}],
            found=[(1, "messages[2].tool_calls[0].id")],
            fixed=[
                {
                    "messages": [
                        QUESTION,
                        _calls("a"),
                        _calls("call_1"),
                        _result("call_1"),
                        _result("a"),
                        ANSWER,
                    ]
                }
            ],
        ),
        Case(
            why="an id that is used again after its result",
            right=[{"messages": [QUESTION, _calls("a"), _result("a"), _calls("a"), _result("a"), ANSWER]}],
        ),
        Case(
            why="two calls at once, their results in order; no new id is one that is there",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        _calls("a", "a", "call_1"),
                        _result("a", "rain"),
                        _result("call_1"),
                        _result("a", "sun"),
                        ANSWER,
                    ]
                }
            ],
            found=[(1, "messages[1].tool_calls[1].id")],
            fixed=[
                {
                    "messages": [
                        QUESTION,
                        _calls("a", "call_2", "call_1"),
                        _result("a", "rain"),
                        _result("call_1"),
                        _result("call_2", "sun"),
                        ANSWER,
                    ]
                }
            ],
        ),
        Case(
            why="different ids, the same in another record, none at all",
            right=[
                {"messages": [QUESTION, _calls("a", "b"), _result("b"), _result("a"), ANSWER]},
                {"messages": [QUESTION, _calls("a"), _result("a"), ANSWER]},
                {"messages": [QUESTION, _calls(None, None)]},
            ],
        ),
        Case(
            why="the two answers of a pair know nothing of each other",
            right=[
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [_calls("a")],
                    "non_preferred_output": [_calls("a")],
                }
            ],
        ),
        Case(
            why="the legacy form and ShareGPT's turns have no ids",
            right=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
                        {"role": "function", "name": "f", "content": "rain"},
                        {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
                    ]
                }
            ],
        ),
    )


def _pattern(context: RuleContext) -> str | None:
    pattern: Any = context.fact("call_id_pattern")
    return pattern if isinstance(pattern, str) else None
