"""The arguments of a call are JSON text inside JSON text.

Somebody has written text that was JSON text already as JSON text once more: `"\\"{\\\\\\"city\\\\\\": …}\\""`. Whoever
reads it gets a text where an object should be, and the model learns to write its calls with backslashes.

The fix takes one layer off, and again until the arguments are an object. What the model learns to write changes, so
it is unsafe.

Silent for a text inside the arguments that looks like JSON, for JSON text that is no object (arguments-not-json),
and in an answer that is not wanted, which may be wrong on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ftlint.rule import Case, Example, FrameRule, MatchedRow, RuleContext, parse_json, pl

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
ONCE = '{"city": "Köln"}'
TWICE = json.dumps(ONCE, ensure_ascii=False)


def _row(*arguments: str) -> dict[str, object]:
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": "get_weather", "arguments": given}}
        for n, given in enumerate(arguments)
    ]
    return {"messages": [QUESTION, {"role": "assistant", "content": None, "tool_calls": calls}]}


class ArgumentsTwiceEncoded(FrameRule):
    """Texts that decode to the JSON text of an object."""

    code, name, severity, fix = "T003", "arguments-twice-encoded", "error", "unsafe"
    frame = "calls"
    field = "arguments"
    message = "the arguments are JSON text inside JSON text"

    def when(self, context: RuleContext) -> pl.Expr:
        return (pl.col("state") == "twice") & ~pl.col("rejected")

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            text = example.text(self.location(match, context))
            inner = parse_json(text) if text is not None else None
            if isinstance(inner, str):
                example.set_text(self.location(match, context), inner)

    cases = (
        Case(
            why="twice, and three times",
            wrong=[_row(TWICE, ONCE), _row(json.dumps(TWICE))],
            found=[
                (1, "messages[1].tool_calls[0].function.arguments"),
                (2, "messages[1].tool_calls[0].function.arguments"),
            ],
            fixed=[_row(ONCE, ONCE), _row(ONCE)],
        ),
        Case(
            why="in the legacy form",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "function_call": {"name": "get_weather", "arguments": TWICE}},
                    ]
                }
            ],
            found=[(1, "messages[1].function_call.arguments")],
            fixed=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "function_call": {"name": "get_weather", "arguments": ONCE}},
                    ]
                }
            ],
        ),
        Case(
            why="JSON as one of the arguments is what the function wants",
            right=[_row('{"body": "{\\"city\\": \\"Bonn\\"}"}', "{}")],
        ),
        Case(why="a text that is no object is reported elsewhere", right=[_row('"Bonn"', '"{"', '"[1]"')]),
    )
