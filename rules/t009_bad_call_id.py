"""A call's id is not of the form that the target wants, or is missing where the target wants one.

Mistral takes ids of nine letters and digits and refuses every other; OpenAI takes any text, but no call without one.

The fix gives the call a new id of the right form and writes it into its results, too; calls without ids are paired
with results by name and order. Ids are not learnt, so it is safe.

Silent without a target, where the target says nothing of ids, for the legacy `function_call`, which has none, and in
shapes that have none, such as ShareGPT. A result without its call's id is a missing-field, one with an id that no
call has an orphan-result.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import (
    Case,
    Example,
    FrameRule,
    MatchedRow,
    RuleContext,
    Severity,
    escape,
    fresh_ids,
    pl,
    quote,
)

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
ANSWER = {"role": "assistant", "content": "It rains."}
FUNCTION = {"name": "get_weather", "arguments": "{}"}


def _calls(*ids: object) -> dict[str, object]:
    calls = [{**({} if i is None else {"id": i}), "type": "function", "function": FUNCTION} for i in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def _result(identifier: object = None, text: str = "rain") -> dict[str, object]:
    return {"role": "tool", **({} if identifier is None else {"tool_call_id": identifier}), "content": text}


class BadCallId(FrameRule):
    """Ids that do not match the target's pattern, are no text, or are not there."""

    code, name, severity, fix = "T009", "bad-call-id", "error", "safe"
    explained_by = {"message": ("missing-field",)}
    frame = "calls"
    field = "call_id"
    columns = ("id", "id_kind")

    def severity_for(self, context: RuleContext) -> Severity | None:
        reported = [context.severity_of_fact(fact) for fact in ("call_ids", "call_id_pattern")]
        return "error" if "error" in reported else "warning" if "warning" in reported else None

    def when(self, context: RuleContext) -> pl.Expr:
        bad = pl.col("id_kind").is_in(["absent", "other"]) | (pl.col("id") == "")
        pattern = _pattern(context)
        if pattern is not None:
            bad = bad | ~pl.col("id").str.contains(pattern)
        return bad & (pl.col("id_kind") != "none") & (pl.col("part") >= 0)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        if match["id_kind"] == "absent" or not match["id"]:
            return "the call has no id"
        if match["id_kind"] == "other":
            return f"the id {escape(match['id'], 40)} is no text"
        return f"the id {quote(match['id'], 40)} does not match {_pattern(context)}"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return next(fresh_ids((), _pattern(context)), None) is not None

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        example.rename_calls({(match.at, match["part"]) for match in matches}, _pattern(context))

    cases = (
        Case(
            why="calls without ids, their results in order",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        _calls(None, None),
                        _result(text="rain"),
                        _result(text="sun"),
                        ANSWER,
                    ]
                }
            ],
            found=[(1, "messages[1].tool_calls[0].id"), (1, "messages[1].tool_calls[1].id")],
            fixed=[
                {
                    "messages": [
                        QUESTION,
                        _calls("call_1", "call_2"),
                        _result("call_1", "rain"),
                        _result("call_2", "sun"),
                        ANSWER,
                    ]
                }
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="an empty id and one that is no text; what is in order stays",
            wrong=[{"messages": [QUESTION, _calls("", 7, "a"), _result("a"), _result(7), _result("")]}],
            found=[(1, "messages[1].tool_calls[0].id"), (1, "messages[1].tool_calls[1].id")],
            fixed=[
                {
                    "messages": [
                        QUESTION,
                        _calls("call_1", "call_2", "a"),
                        _result("a"),
                        _result("call_2"),
                        _result("call_1"),
                    ]
                }
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="Mistral's nine letters and digits",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        _calls("call_1", "a1B2c3D4e"),
                        _result("a1B2c3D4e"),
                        _result("call_1"),
                        ANSWER,
                    ]
                }
            ],
            found=[(1, "messages[1].tool_calls[0].id")],
            fixed=[
                {
                    "messages": [
                        QUESTION,
                        _calls("call00001", "a1B2c3D4e"),
                        _result("a1B2c3D4e"),
                        _result("call00001"),
                        ANSWER,
                    ]
                }
            ],
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="any text will do",
            right=[
                {"messages": [QUESTION, _calls("a", "call_Xy9"), _result("a"), _result("call_Xy9"), ANSWER]}
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="the legacy form has no ids",
            right=[{"messages": [QUESTION, {"role": "assistant", "function_call": FUNCTION}]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="no target, no demand",
            right=[{"messages": [QUESTION, _calls(None, "", 7)]}],
        ),
    )


def _pattern(context: RuleContext) -> str | None:
    pattern = context.fact("call_id_pattern")
    return pattern if isinstance(pattern, str) else None
