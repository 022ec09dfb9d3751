"""A field has the wrong type or value.

A number where text is wanted, an object where a list is wanted, a null in the middle: such a file is refused,
or one bad row stops the training run. The message says what was expected and what was found.

The fix writes a number, true or false as its JSON text where text is wanted: `7` becomes `"7"`. Nothing is lost by
that, so it is safe. Where true or false is wanted, as for the label of an answer, `1`, `"1"` and `"True"` become true,
and `0`, `"0"` and `"False"` false. A text that is the JSON of the list or object that is wanted, as messages come out
of a table, is written as that list or object. It leaves everything else alone: null is no text, and an object or a list
could be put into words in many ways. It also leaves roles, ids and tools, where a number is a mistake of another kind.

Silent where null is as good as nothing: content beside a tool call, a name, a refusal. An assistant message
with null for content is an empty-answer; a completion of null is an empty-completion. Of a call's arguments
arguments-not-text and arguments-not-json tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlint.rule import JSON_TEXT, Case, Example, MatchedRow, RuleContext, SchemaRule, parse_json, pl

NEVER_MENDED = ("role", "from", "type", "id", "tool_call_id", "tools", "arguments")
SCALARS = ("a number (", "true", "false")
NO_JSON = ("a number (nan)", "a number (inf)", "a number (-inf)")
TRUTH = re.compile(r'a number \([01](?:\.0+)?\)|text \("(?i:true|false|[01])"\)')
TRUTH_EXPECTED = ("expected true or false", "expected a whole number or true or false")
ARGUMENTS = r"/(?:tool_calls/\d+/function|function_call)/arguments$"


class WrongType(SchemaRule):
    """What the shape's schema wants to be otherwise."""

    code, name, severity, fix = "S005", "wrong-type", "error", "safe"
    violation = "wrong"
    explained_by = {"message": ("call-in-wrong-role",)}

    def when(self, context: RuleContext) -> pl.Expr:
        return super().when(context) & ~pl.col("pointer").str.contains(ARGUMENTS).fill_null(False)

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        expected, _, what = str(match["message"]).partition(", found ")
        if what.startswith(JSON_TEXT):
            return True
        if expected in TRUTH_EXPECTED:
            return TRUTH.fullmatch(what) is not None
        text_would_do = expected == "expected text" or expected.startswith(
            ("expected text,", "expected text or ")
        )
        key = str(match["pointer"]).rpartition("/")[2]
        return text_would_do and what.startswith(SCALARS) and what not in NO_JSON and key not in NEVER_MENDED

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            steps = example.resolve_pointer(match["pointer"])
            value = example.get(steps)
            if JSON_TEXT in str(match["message"]):
                example.set(steps, parse_json(str(value)))
            elif str(match["message"]).startswith(TRUTH_EXPECTED):
                example.set(steps, value == 1 or str(value).casefold() in ("1", "true"))
            elif isinstance(value, bool):
                example.set(steps, "true" if value else "false")
            elif isinstance(value, int | float):
                example.set(steps, str(value))

    cases = (
        Case(
            why="numbers where text is wanted",
            wrong=[{"prompt": "How many?", "completion": 7}, {"prompt": 1.5, "completion": "b"}],
            found=[(1, "completion"), (2, "prompt")],
            fixed=[{"prompt": "How many?", "completion": "7"}, {"prompt": "1.5", "completion": "b"}],
        ),
        Case(
            why="true and false are written as in JSON",
            wrong='{"conversations": [{"from": "human", "value": "Is it?"}, {"from": "gpt", "value": true}]}\n',
            found=[(1, "conversations[1].value")],
            fixed=[
                {"conversations": [{"from": "human", "value": "Is it?"}, {"from": "gpt", "value": "true"}]}
            ],
        ),
        Case(
            why="labels as texts; TRL reads one and nought as truth values",
            wrong=[
                {"prompt": "a", "completion": "b", "label": label}
                for label in (1, 0, "True", "false", "1", 1.0, "good", 2, None)
            ],
            found=[(n, "label") for n in (3, 4, 5, 7, 8, 9)],
            fixed=[
                {"prompt": "a", "completion": "b", "label": label}
                for label in (1, 0, True, False, True, 1.0, "good", 2, None)
            ],
            settings={"target": "trl-kto"},
        ),
        Case(
            why="the JSON text of a list, as it comes out of a table; a list as Python prints it is left for you",
            wrong=[
                {"messages": '[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]'},
                {"messages": "[{'role': 'user', 'content': 'a'}]"},
            ],
            found=[(1, "messages"), (2, "messages")],
            fixed=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": "[{'role': 'user', 'content': 'a'}]"},
            ],
        ),
        Case(
            why="a label of a class is no label of an answer",
            right=[{"prompt": "a", "completion": "b", "label": label} for label in ("spam", 1, "0")],
        ),
        Case(
            why="an object, a list or null is left for you",
            wrong=[{"prompt": None, "completion": {"a": 1}}, {"prompt": "a", "completion": ["b"]}],
            found=[(1, "completion"), (1, "prompt"), (2, "completion")],
            fixed=[{"prompt": None, "completion": {"a": 1}}, {"prompt": "a", "completion": ["b"]}],
        ),
        Case(
            why="a role that is a number is no role",
            wrong=[{"messages": [{"role": 1, "content": "a"}, {"role": "assistant", "content": "b"}]}],
            found=[(1, "messages[0].role")],
        ),
        Case(
            why="where instructions have a field of their own, no message has the system's role",
            wrong=[
                {
                    "contents": [
                        {"role": "system", "parts": [{"text": "s"}]},
                        {"role": "user", "parts": [{"text": "a"}]},
                        {"role": "model", "parts": [{"text": "b"}]},
                    ]
                },
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "system", "content": [{"text": "s"}]},
                        {"role": "user", "content": [{"text": "a"}]},
                        {"role": "assistant", "content": [{"text": "b"}]},
                    ],
                },
            ],
            found=[(1, "contents[0].role"), (2, "messages[0].role")],
        ),
        Case(
            why="digits in quotes are text, and null beside a tool call is nothing",
            right=[
                {"prompt": "1", "completion": "007"},
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [
                                {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                    ]
                },
            ],
        ),
    )
