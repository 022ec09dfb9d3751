"""A key stands twice in the arguments of a call.

Readers of JSON take the last value, a few the first, some refuse the text. Which of the two the tool was called with is
not known, and the model learns to write both.

There is no fix: take one of them out.

A warning, as every client that was run reads the last value. Silent for objects that are no text: there the reader of
the file reports it (duplicate-key). Silent in an answer that is not wanted, which may be wrong on purpose.
"""

from __future__ import annotations

import json

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl, quote

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
KEY = r'"(?:[^"\\]|\\.)*"\s*:'


def _row(arguments: str) -> dict[str, object]:
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": arguments}}
    return {"messages": [QUESTION, {"role": "assistant", "content": None, "tool_calls": [call]}]}


class ArgumentTwice(FrameRule):
    """JSON texts with two equal keys in one object."""

    code, name, severity = "T025", "argument-twice", "warning"
    frame = "calls"
    field = "arguments"
    columns = ("arguments",)

    def when(self, context: RuleContext) -> pl.Expr:
        keys = pl.col("arguments").str.extract_all(KEY)
        # Equal keys may also stand in different objects.
        suspect = (pl.col("kind") == "text") & (keys.list.n_unique() < keys.list.len())
        texts = pl.when(suspect).then(pl.col("arguments"))
        twice = texts.map_elements(lambda text: bool(_twice(text)), return_dtype=pl.Boolean)
        return twice.fill_null(False) & ~pl.col("rejected")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"the arguments have the key {quote(_twice(match['arguments']), 40)} twice"

    cases = (
        Case(
            why="in the arguments, and in an object in them",
            wrong=[
                _row('{"city": "Bonn", "city": "Köln"}'),
                _row('{"at": {"day": 1, "day": 2}}'),
                _row('{"city": "Bonn", "at": {"city": "Köln"}}'),
            ],
            found=[
                (1, "messages[1].tool_calls[0].function.arguments"),
                (2, "messages[1].tool_calls[0].function.arguments"),
            ],
        ),
        Case(
            why="equal keys in different objects, and text that looks like keys",
            right=[_row('[{"city": "Bonn"}, {"city": "Köln"}]'), _row('{"a": "\\"b\\": \\"b\\":", "b": 1}')],
        ),
    )


def _twice(text: str) -> str:
    """The first key that stands twice in an object; empty if there is none, or for text that is no JSON."""
    found: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        found.extend(key for n, key in enumerate(keys) if key in keys[:n])
        return dict(pairs)

    try:
        json.loads(text, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return ""
    return found[0] if found else ""
