"""A call that no result answers.

The model calls a function, and the conversation goes on as if it had not: it learns to make up what the function
would have said. Mistral's own code refuses such a record: an error there. Mostly the tool message was lost.

There is no fix: the result is not there to be put back.

Silent for calls in the last message: a conversation may well end in a call, and many good ones do. Silent where the
result comes later or in another order, where a result with another id follows in its place (orphan-result), for shapes
without ids where as many results follow as there are calls, for turns of calls with a turn of results, however many
calls they hold, and in an answer that is not wanted.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl, quote

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
ANSWER = {"role": "assistant", "content": "It rains."}


def _calls(*ids: str) -> dict[str, object]:
    calls = [
        {"id": i, "type": "function", "function": {"name": "get_weather", "arguments": "{}"}} for i in ids
    ]
    return {"role": "assistant", "content": "", "tool_calls": calls}


def _result(identifier: str) -> dict[str, object]:
    return {"role": "tool", "tool_call_id": identifier, "content": "rain"}


class UnansweredCall(FrameRule):
    """Calls without a result, but for those in the last message."""

    code, name, severity = "T007", "unanswered-call", "warning"
    explained_by = {
        "after": (
            "missing-field",
            "wrong-type",
            "unknown-role",
            "last-not-assistant",
            "empty-message",
            "late-system",
            "same-role-twice",
            "orphan-result",
            "empty-answer",
        ),
        "before": ("orphan-result",),
        "record": ("duplicate-call-id",),
    }
    frame = "calls"
    field = "call"
    columns = ("id", "name")

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("unanswered_calls") or self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        reported = pl.col("last") | pl.col("rejected") | pl.col("expected")
        return (pl.col("answers") == 0) & ~reported

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        if match["id"]:
            return f"no result answers the call {quote(match['id'])}"
        return (
            f"no result answers the call of {quote(match['name'])}"
            if match["name"]
            else "no result answers the call"
        )

    cases = (
        Case(
            why="Mistral's code refuses it",
            wrong=[{"messages": [QUESTION, _calls("Ab3dE6gH9"), ANSWER]}],
            found=[(1, "messages[1].tool_calls[0]")],
            severity="error",
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="results with other ids are reported as such, and so is only the call beyond them",
            wrong=[{"messages": [QUESTION, _calls("a", "b", "c"), _result("x"), _result("y"), ANSWER]}],
            found=[(1, "messages[1].tool_calls[2]")],
        ),
        Case(
            why="no result, one of two, and one that comes too early",
            wrong=[
                {"messages": [QUESTION, _calls("a"), ANSWER]},
                {"messages": [QUESTION, _calls("a", "b"), _result("a"), ANSWER]},
                {"messages": [QUESTION, _result("a"), _calls("a"), ANSWER]},
                {"messages": [QUESTION, _calls("a", "b"), _result("b")]},
            ],
            found=[
                (1, "messages[1].tool_calls[0]"),
                (2, "messages[1].tool_calls[1]"),
                (3, "messages[2].tool_calls[0]"),
                (4, "messages[1].tool_calls[0]"),
            ],
        ),
        Case(
            why="in the legacy form and in ShareGPT's turns",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
                        ANSWER,
                    ]
                },
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather?"},
                        {"from": "function_call", "value": '{"name": "get_weather", "arguments": {}}'},
                        {"from": "gpt", "value": "It rains."},
                    ]
                },
            ],
            found=[(1, "messages[1].function_call"), (2, "conversations[1].value")],
        ),
        Case(
            why="a call may be the last word, alone or with others",
            right=[
                {"messages": [QUESTION, _calls("a")]},
                {"messages": [QUESTION, _calls("a"), _result("a"), _calls("b", "c")]},
            ],
        ),
        Case(
            why="results in another order, and later",
            right=[
                {"messages": [QUESTION, _calls("a", "b"), _result("b"), _result("a"), ANSWER]},
                {"messages": [QUESTION, _calls("a"), QUESTION, _result("a"), ANSWER]},
            ],
        ),
        Case(
            why="in a pair each answer may end in a call",
            right=[
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [_calls("a")],
                    "non_preferred_output": [_calls("a")],
                }
            ],
        ),
    )
