"""A message calls a function, or the record declares some, and the trainer reads neither calls nor tools.

torchtune's own readers take a role and a text of each message. A message that calls has no text, and gets that of
the message before it; a result of a call ends the run, since no message before it is known to have called. Declared
tools are left out without a word, so that the model answers as if there were none. Axolotl reads calls in messages,
and gives those in ShareGPT's turns to a chat template that does not know them.

There is no fix: `ftlint convert` makes a file for another trainer, or a transform of your own makes texts of calls.

Silent without a target, and for targets that read calls or do not say. A role `tool` that the target does not know is
unknown-role.
"""

from __future__ import annotations

import json

from ftlint.rule import SHAPES, Case, FrameRule, MatchedRow, RuleContext, Severity, pl

TURNS = [shape.name for shape in SHAPES.values() if "gpt" in shape.roles and "messages" not in shape.required]
QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
ANSWER = {"role": "assistant", "content": "It rains."}
TOOL = {"type": "function", "function": {"name": "get_weather"}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}


class UnreadCalls(FrameRule):
    """The first call of each message and the first declared tool, by the target's fact ``tool_calls``."""

    code, name, severity = "T017", "unread-calls", "error"
    frame = "function_names"
    field = "call"
    columns = ("nth",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("tool_calls") or context.severity_of_fact("turn_calls")

    def when(self, context: RuleContext) -> pl.Expr:
        first = (pl.col("part") <= 0) | (pl.col("nth") == 0)
        if context.fact("tool_calls") == "rejected":
            return first
        return (pl.col("part") <= 0) & pl.col("shape").is_in(TURNS)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        who = context.target.name if context.target is not None else "the target"
        if context.fact("tool_calls") != "rejected":
            return (
                f"a call in a turn of its own; {who} reads calls in messages only (ftlint convert --to chat)"
            )
        what = "a call of a function" if match["nth"] is None else "a declared tool"
        return f"{what}; {who} reads no calls and no tools, only texts"

    cases = (
        Case(
            why="a call at the end",
            wrong=[{"messages": [QUESTION, CALLING]}],
            found=[(1, "messages[1].tool_calls[0]")],
            severity="error",
            settings={"target": "torchtune"},
        ),
        Case(
            why="declared tools, as a list and as text",
            wrong=[
                {"messages": [QUESTION, ANSWER], "tools": [TOOL]},
                {"messages": [QUESTION, ANSWER], "tools": json.dumps([TOOL, TOOL])},
            ],
            found=[(1, "tools[0]"), (2, "tools")],
            settings={"target": "torchtune"},
        ),
        Case(
            why="Axolotl reads calls in messages, and not in ShareGPT's turns",
            wrong=[
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather in Bonn?"},
                        {"from": "function_call", "value": '{"name": "get_weather", "arguments": {}}'},
                    ]
                },
                {"messages": [QUESTION, CALLING], "tools": [TOOL]},
            ],
            found=[(1, "conversations[1].value")],
            severity="error",
            settings={"target": "axolotl"},
        ),
        Case(
            why="texts",
            right=[{"messages": [QUESTION, {"role": "assistant", "content": "It rains."}]}],
            settings={"target": "torchtune"},
        ),
        Case(
            why="a target that reads calls",
            right=[{"messages": [QUESTION, CALLING]}],
            settings={"target": "nemo"},
        ),
        Case(why="without a target nobody knows", right=[{"messages": [QUESTION, CALLING]}]),
    )
