"""A result that belongs to no call before it.

A tool message answers a call by the call's id. If no earlier call has that id, or all calls have their results, the
model sees an answer to a question that nobody asked, and most targets refuse the record. Mostly an id is misspelt, or
the message with the call was lost.

There is no fix: which call was meant, only you know.

A warning for trainers that compare no results with their calls, such as TRL and MLX LM: both are trained on as they
are.

Silent for results in another order than their calls, and for results without an id, or in shapes that have none, as
long as a call waits for one: those are paired by name and order. Silent for results without an id after an answer in
text, where no message of the conversation has calls as such: Hermes, ToolACE and others write calls as text.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, FrameRule, Location, MatchedRow, RuleContext, Severity, pl, quote

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
ANSWER = {"role": "assistant", "content": "It rains."}
CALL_TURN = {"role": "tool_call", "content": '{"name": "get_weather", "arguments": {}}'}
RESULT_TURN = {"role": "tool_response", "content": "rain"}


def _calls(*ids: str) -> dict[str, object]:
    calls = [
        {"id": i, "type": "function", "function": {"name": "get_weather", "arguments": "{}"}} for i in ids
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def _result(identifier: str) -> dict[str, object]:
    return {"role": "tool", "tool_call_id": identifier, "content": "rain"}


def _row(*messages: object) -> dict[str, Sequence[object]]:
    return {"messages": [QUESTION, *messages, ANSWER]}


class OrphanResult(FrameRule):
    """Results whose id no earlier call has, or that answer what is answered."""

    code, name, severity = "T006", "orphan-result", "error"
    explained_by = {
        "before": (
            "missing-field",
            "wrong-type",
            "unknown-role",
            "call-in-wrong-role",
            "bad-call-id",
            "empty-answer",
            "empty-side",
            "not-one-answer",
            "first-not-user",
            "last-not-assistant",
            "late-system",
            "same-role-twice",
            "wrong-order",
        ),
        "after": ("wrong-order",),
    }
    frame = "results"
    field = "tool_call_id"
    columns = ("id", "id_kind", "call", "waiting", "role", "part")

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_calls

    def when(self, context: RuleContext) -> pl.Expr:
        return ~pl.col("call") | pl.col("repeated")

    def location(self, match: MatchedRow, context: RuleContext) -> Location:
        by_id = match["id_kind"] in ("text", "other")
        return Location(match.at, "tool_call_id" if by_id else "content", match["part"])

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        if match["call"]:
            return f"the call {quote(match['id'])} has its result already"
        if match["id_kind"] not in ("text", "other"):
            return "no call before it waits for a result"
        waits = f"; {quote(match['waiting'])} waits for a result" if match["waiting"] else ""
        return f"no call before it has the id {quote(match['id'])}{waits}"

    cases = (
        Case(
            why="a trainer that compares nothing trains on it as it is",
            wrong=[_row(_result("a"))],
            found=[(1, "messages[1].tool_call_id")],
            severity="warning",
            settings={"target": "trl-sft"},
        ),
        Case(
            why="no call at all, another id, the id of a later call, a second result",
            wrong=[
                _row(_result("a")),
                _row(_calls("a"), _result("b")),
                _row(_result("a"), _calls("a"), _result("a")),
                _row(_calls("a"), _result("a"), _result("a")),
            ],
            found=[
                (1, "messages[1].tool_call_id"),
                (2, "messages[2].tool_call_id"),
                (3, "messages[1].tool_call_id"),
                (4, "messages[3].tool_call_id"),
            ],
        ),
        Case(
            why="where nothing has an id, a result too many",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "function_call": {"name": "get_weather", "arguments": "{}"}},
                        {"role": "function", "name": "get_weather", "content": "rain"},
                        {"role": "function", "name": "get_weather", "content": "rain"},
                        ANSWER,
                    ]
                },
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather?"},
                        {"from": "observation", "value": "rain"},
                        {"from": "gpt", "value": "It rains."},
                    ]
                },
            ],
            found=[(1, "messages[3].content"), (2, "conversations[1].value")],
        ),
        Case(
            why="parallel calls, answered in any order, one of them later",
            right=[
                _row(_calls("a", "b"), _result("b"), _result("a")),
                _row(_calls("a"), _calls("b"), _result("a"), QUESTION, _result("b")),
                _row(_calls("a", "a"), _result("a"), _result("a")),
            ],
        ),
        Case(
            why="calls that are written as text",
            right=[
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather?"},
                        {"from": "gpt", "value": '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>'},
                        {"from": "tool", "value": "<tool_response>rain</tool_response>"},
                        {"from": "gpt", "value": "It rains."},
                    ]
                },
                _row(
                    {"role": "assistant", "content": '[get_weather(city="Bonn"), get_weather(city="Rome")]'},
                    {"role": "tool", "content": "rain"},
                    {"role": "tool", "content": "sun"},
                ),
            ],
        ),
        Case(
            why="without ids, in order or by name",
            right=[
                _row(_calls("a"), {"role": "tool", "content": "rain"}),
                _row(
                    {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]},
                    {"role": "tool", "name": "f", "content": "rain"},
                ),
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather?"},
                        {"from": "function_call", "value": '{"name": "get_weather", "arguments": {}}'},
                        {"from": "observation", "value": "rain"},
                        {"from": "gpt", "value": "It rains."},
                    ]
                },
            ],
        ),
        Case(
            why="turns of ms-swift: results in order, one too many, and one without a call",
            wrong=[
                {"messages": [QUESTION, CALL_TURN, CALL_TURN, RESULT_TURN, RESULT_TURN, ANSWER]},
                {"messages": [QUESTION, CALL_TURN, RESULT_TURN, RESULT_TURN, ANSWER]},
                {"messages": [QUESTION, RESULT_TURN, ANSWER]},
            ],
            found=[(2, "messages[3].content"), (3, "messages[1].content")],
        ),
    )
