"""The tools are an empty list, though functions are called.

The record says that there is nothing to call, and the model calls all the same: it learns to invent functions. Mostly a
program has written the list for every record and filled it for none. OpenAI refuses an empty list of tools.

There is no fix: declare what is called, or leave the field out where the functions are named in the system message.

Silent where no field declares tools (their functions may be named elsewhere), for null, and where nothing is called.
"""

from __future__ import annotations

from collections.abc import Iterable

from ftlint.rule import SHAPES, Case, Example, RecordRule, RuleContext, Violation, pl

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
TOOL = {"type": "function", "function": {"name": "get_weather"}}
DECLARING = [shape.name for shape in SHAPES.values() if "tools" in shape.tool_fields]


class EmptyTools(RecordRule):
    """Calls beside an empty list of tools."""

    code, name, severity = "T021", "empty-tools", "warning"

    def candidates(self, context: RuleContext) -> pl.Expr:
        return (pl.col("n_calls") > 0) & (pl.col("n_tools") == 0) & pl.col("shape").is_in(DECLARING)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        key = example.sighting.fields.get("tools", "tools")
        tools, functions = example.record.get(key), example.record.get("functions")
        empty = tools == [] or (isinstance(tools, str) and tools.replace(" ", "") == "[]")
        if empty and not functions:
            yield Violation("the list of tools is empty, though functions are called", key)

    cases = (
        Case(
            why="an empty list, as a list and as text",
            wrong=[
                {"messages": [QUESTION, CALLING], "tools": []},
                {"messages": [QUESTION, CALLING], "tools": "[]"},
            ],
            found=[(1, "tools"), (2, "tools")],
            severity="warning",
        ),
        Case(
            why="no list, null, nothing called, a tool",
            right=[
                {"messages": [QUESTION, CALLING]},
                {"messages": [QUESTION, CALLING], "tools": None},
                {"messages": [QUESTION, {"role": "assistant", "content": "It rains."}], "tools": []},
                {"messages": [QUESTION, CALLING], "tools": [TOOL]},
            ],
        ),
    )
