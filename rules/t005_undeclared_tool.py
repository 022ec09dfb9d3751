"""A call of a function that the record does not declare.

The model reads the declared tools before it answers. A call of something else teaches it to invent functions, and
whoever runs its calls has nothing to run. Mostly the name is misspelt, or the tools of another record were taken.

There is no fix: either the name or the declaration is wrong.

A warning for trainers that compare no calls with their tools, such as TRL and MLX LM: the call is trained on as it is.

Silent for a record that declares no tools at all: its functions may be named in the system message, and many
datasets leave them out. Silent too for a call without a name (missing-field, wrong-type), and in an answer that is
not wanted, which may be wrong on purpose.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl, quote

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
WEATHER = {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}
TIME = {"name": "get_time", "description": "The time of day"}
SHOWN = 5


def _row(name: str, *functions: object, **more: object) -> dict[str, Any]:
    calls = [{"id": "call_1", "type": "function", "function": {"name": name, "arguments": "{}"}}]
    tools = [{"type": "function", "function": function} for function in functions]
    record = {"messages": [QUESTION, {"role": "assistant", "content": None, "tool_calls": calls}], **more}
    return {**record, "tools": tools} if tools else record


class UndeclaredTool(FrameRule):
    """Calls whose name no declared tool has."""

    code, name, severity = "T005", "undeclared-tool", "error"
    explained_by = {"tools": ("missing-field", "wrong-type", "bad-tool-schema", "bad-function-name")}
    frame = "calls"
    field = "call_name"
    columns = ("name", "declared")

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_calls

    def when(self, context: RuleContext) -> pl.Expr:
        return (pl.col("tool") == -1) & ~pl.col("rejected")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        declared = match["declared"] or []
        near = get_close_matches(match["name"], declared[:200], n=1, cutoff=0.6)
        if near:
            return f"{quote(match['name'])} is not declared; did you mean {quote(near[0])}?"
        shown = ", ".join(map(quote, declared[:SHOWN])) or "no function with a name"
        more = f" and {len(declared) - SHOWN} more" if len(declared) > SHOWN else ""
        return f"{quote(match['name'])} is not declared (declared: {shown}{more})"

    cases = (
        Case(
            why="a trainer that compares nothing trains on it as it is",
            wrong=[_row("get_wether", WEATHER)],
            found=[(1, "messages[1].tool_calls[0].function.name")],
            severity="warning",
            settings={"target": "trl-sft"},
        ),
        Case(
            why="misspelt, and another function altogether",
            wrong=[_row("get_wether", WEATHER, TIME), _row("delete_all", WEATHER)],
            found=[
                (1, "messages[1].tool_calls[0].function.name"),
                (2, "messages[1].tool_calls[0].function.name"),
            ],
        ),
        Case(
            why="in the legacy form",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "function_call": {"name": "get_wether", "arguments": "{}"}},
                    ],
                    "functions": [WEATHER],
                }
            ],
            found=[(1, "messages[1].function_call.name")],
        ),
        Case(
            why="in ShareGPT's turns",
            wrong=[
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather in Bonn?"},
                        {"from": "function_call", "value": '{"name": "get_wether", "arguments": {}}'},
                        {"from": "observation", "value": "rain"},
                        {"from": "gpt", "value": "It rains."},
                    ],
                    "tools": '[{"name": "get_weather", "description": "", "parameters": {}}]',
                }
            ],
            found=[(1, "conversations[1].value")],
        ),
        Case(
            why="declared, in whatever form",
            right=[
                _row("get_time", WEATHER, TIME),
                _row("get_time", functions=[TIME]),
                _row("get_time", tools=[TIME]),
                _row("get_time", tools='[{"type": "function", "function": {"name": "get_time"}}]'),
            ],
        ),
        Case(
            why="the answer that is not wanted may call what it likes",
            right=[
                {
                    "prompt": [QUESTION],
                    "chosen": _row("get_time")["messages"][1:],
                    "rejected": _row("delete_all")["messages"][1:],
                    "tools": [{"type": "function", "function": TIME}],
                }
            ],
        ),
        Case(
            why="nothing is declared",
            right=[_row("get_time"), _row("get_time", tools=[]), _row("get_time", tools=None)],
        ),
        Case(
            why="in a turn of ms-swift",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "tool_call", "content": '{"name": "get_wether", "arguments": {}}'},
                    ],
                    "tools": [{"type": "function", "function": WEATHER}],
                }
            ],
            found=[(1, "messages[1].content")],
        ),
    )
