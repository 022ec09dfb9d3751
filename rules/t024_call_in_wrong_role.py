"""A message calls a function, and it is not the assistant's.

Only the assistant calls. In a message of the user, the system or a tool the chat template leaves the calls out, so that
the model sees a result without its call, and some targets refuse the record. Mostly the role is wrong.

There is no fix: whose message it is, only you know.

Silent for an empty list of calls and for null, which call nothing, and for a role that nobody knows (unknown-role).
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl

OTHERS = ("system", "developer", "user", "tool", "function")
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "rain"}
QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}


class CallInWrongRole(FrameRule):
    """Messages of others than the assistant with calls in them."""

    code, name, severity = "T024", "call-in-wrong-role", "error"
    explained_by = {"message": ("unknown-role",)}
    frame = "all_messages"
    field = "tool_calls"
    columns = ("role",)

    def when(self, context: RuleContext) -> pl.Expr:
        return (pl.col("n_calls") > 0) & pl.col("role").is_in(OTHERS)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"a message of the {match['role']} calls a function; only the assistant does"

    cases = (
        Case(
            why="the user's, the system's, and that of a result; today's form and the legacy one",
            wrong=[
                {"messages": [{**QUESTION, "tool_calls": [CALL]}, ANSWER]},
                {"messages": [{"role": "system", "content": "s", "tool_calls": [CALL]}, QUESTION, ANSWER]},
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "tool_calls": [CALL]},
                        {**RESULT, "function_call": CALL["function"]},
                        ANSWER,
                    ]
                },
            ],
            found=[
                (1, "messages[0].tool_calls"),
                (2, "messages[0].tool_calls"),
                (3, "messages[2].tool_calls"),
            ],
        ),
        Case(
            why="the assistant's calls, and nothing called",
            right=[
                {
                    "messages": [
                        {**QUESTION, "tool_calls": None},
                        {"role": "assistant", "tool_calls": [CALL]},
                        {**RESULT, "tool_calls": []},
                        ANSWER,
                    ]
                },
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "function_call", "value": '{"name": "f", "arguments": {}}'},
                        {"from": "observation", "value": "b"},
                        {"from": "gpt", "value": "c"},
                    ]
                },
            ],
        ),
    )
