"""Functions are declared and called as before tools came: `functions`, `function_call`, the role `function`.

The legacy form has one call a message and no ids. It is deprecated where it came from, other targets never took it,
and mixing both forms in one file teaches the model two ways to do one thing.

The fix writes the whole record in today's form: `functions` become `tools`, each `function_call` one of `tool_calls`
with a new id, and each result of the role `function` one of the role `tool` with that id. The name of a result goes,
since its call says it; texts and arguments stay, so it is safe. It leaves a record alone where a result has no call,
where a message has calls of both forms, where a result has a call, or where something is of another form than it
should be.

Silent where the target allows the legacy form, and for a `function_call` that is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ftlint.rule import Case, Example, Legacy, RecordRule, RuleContext, Severity, Violation, pl

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
ANSWER = {"role": "assistant", "content": "It rains."}
WEATHER = {
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
TIME = {"name": "get_time"}


class LegacyFunctions(RecordRule):
    """Records with any of the three; the path leads to the first of them."""

    code, name, severity, fix = "T012", "legacy-functions", "warning", "safe"

    def severity_for(self, context: RuleContext) -> Severity | None:
        match context.fact("legacy_functions"):
            case "allowed":
                return None
            case "rejected":
                return context.severity_of_fact("legacy_functions")
        return self.severity

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("legacy")

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        legacy = Legacy(example)
        yield Violation(
            f"the legacy form, {legacy.words()}; today these are tools, tool_calls and the role tool",
            legacy.path(),
            fixable=legacy.is_whole(),
        )

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        pattern: Any = context.fact("call_id_pattern")
        Legacy(example).rewrite(pattern if isinstance(pattern, str) else None)

    cases = (
        Case(
            why="a whole conversation",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {
                            "role": "assistant",
                            "content": None,
                            "function_call": {"name": "get_weather", "arguments": '{"city": "Bonn"}'},
                        },
                        {"role": "function", "name": "get_weather", "content": "rain"},
                        {
                            "role": "assistant",
                            "function_call": {"name": "get_time", "arguments": "{}"},
                            "weight": 0,
                        },
                        {"role": "function", "name": "get_time", "content": None},
                        ANSWER,
                    ],
                    "functions": [WEATHER, TIME],
                }
            ],
            found=[(1, "functions")],
            fixed=[
                {
                    "messages": [
                        QUESTION,
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [
                                {
                                    "id": "call_1",
                                    "type": "function",
                                    "function": {"name": "get_weather", "arguments": '{"city": "Bonn"}'},
                                }
                            ],
                        },
                        {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "call_2",
                                    "type": "function",
                                    "function": {"name": "get_time", "arguments": "{}"},
                                }
                            ],
                            "weight": 0,
                        },
                        {"role": "tool", "tool_call_id": "call_2", "content": ""},
                        ANSWER,
                    ],
                    "tools": [
                        {"type": "function", "function": WEATHER},
                        {"type": "function", "function": TIME},
                    ],
                }
            ],
        ),
        Case(
            why="only declared, and beside tools",
            wrong=[
                {"messages": [QUESTION, ANSWER], "functions": [TIME]},
                {
                    "messages": [QUESTION, ANSWER],
                    "tools": [{"type": "function", "function": WEATHER}],
                    "functions": [TIME],
                },
            ],
            found=[(1, "functions"), (2, "functions")],
            fixed=[
                {"messages": [QUESTION, ANSWER], "tools": [{"type": "function", "function": TIME}]},
                {
                    "messages": [QUESTION, ANSWER],
                    "tools": [
                        {"type": "function", "function": WEATHER},
                        {"type": "function", "function": TIME},
                    ],
                },
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="all or nothing: a result without a call, of another function, calls of both forms",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "function", "name": "get_time", "content": "12:05"},
                        ANSWER,
                    ]
                },
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "function_call": {"name": "get_time", "arguments": "{}"}},
                        {"role": "function", "name": "get_date", "content": "May"},
                        ANSWER,
                    ],
                    "functions": [TIME],
                },
                {
                    "messages": [
                        QUESTION,
                        {
                            "role": "assistant",
                            "function_call": {"name": "get_time", "arguments": "{}"},
                            "tool_calls": [
                                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                    ]
                },
            ],
            found=[(1, "messages[1].role"), (2, "functions"), (3, "messages[1].function_call")],
        ),
        Case(
            why="a call in a result is nobody's call, so it is left alone",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {
                            "role": "tool",
                            "content": "rain",
                            "function_call": {"name": "f", "arguments": "{}"},
                        },
                        ANSWER,
                    ]
                }
            ],
            found=[(1, "messages[1].function_call")],
        ),
        Case(
            why="functions beside messages that are no list",
            wrong=[
                {"messages": None, "functions": [TIME]},
                {"messages": {"role": "user"}, "functions": [TIME]},
            ],
            found=[(1, "functions"), (2, "functions")],
            fixed=[
                {"messages": None, "tools": [{"type": "function", "function": TIME}]},
                {"messages": {"role": "user"}, "tools": [{"type": "function", "function": TIME}]},
            ],
        ),
        Case(
            why="today's form, and legacy fields that are null or empty",
            right=[
                {
                    "messages": [
                        QUESTION,
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [
                                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                            "function_call": None,
                        },
                        {"role": "tool", "tool_call_id": "a", "content": "rain"},
                        ANSWER,
                    ],
                    "tools": [{"type": "function", "function": WEATHER}],
                },
                {"messages": [QUESTION, ANSWER], "functions": None},
                {"messages": [QUESTION, ANSWER], "functions": []},
            ],
        ),
    )
