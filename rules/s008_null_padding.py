"""Tools are padded with nulls.

Formats of columns, such as Parquet and Arrow, give every tool the keys of all tools, with null where it has none. A
tool with one parameter then seems to have forty, thirty-nine of which are null, and chat templates write all of
them into the prompt. In calls the arguments of other functions appear, and the model learns to say them.

In a tool every null is reported that JSON Schema does not know: a property that is null, and a keyword such as `enum`,
`items` or `description` with null for its value. In a call, every null argument that the called tool does not declare.

The fix takes the nulls out of tools. What the schema says stays the same, so it is safe. It leaves calls alone: there
the text that is trained on would change.

Silent for `default`, `const` and `examples`, where null is a good value, for keywords that JSON Schema does not
know, and for null arguments that the tool declares.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ftlint.rule import (
    Case,
    Example,
    FrameRule,
    MatchedRow,
    RuleContext,
    escape,
    null_padding,
    parse_json,
    pl,
    write_json,
)

MOST = 3
MESSAGES = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
CITY = {"city": {"type": "string"}}


class NullPadding(FrameRule):
    """Nulls in the parameters of tools and in the arguments of calls."""

    code, name, severity, fix = "S008", "null-padding", "warning", "safe"
    frame = "null_padding"
    columns = ("nth", "keys")

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("keys").list.len() > 0

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        keys = [escape(key, 60) for key in match["keys"]]
        more = f" and {len(keys) - MOST:,} more" if len(keys) > MOST else ""
        reported = f"{', '.join(keys[:MOST])}{more}"
        if match["nth"] is None:
            return f"null for {reported}, which the called tool does not have"
        return f"the tool's parameters have null for {reported}"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return match["nth"] is not None

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            steps = example.tool_steps(match["nth"])
            tool: Any = example.get(steps)
            if isinstance(tool, str):
                tools = parse_json(tool)
                null_padding.without_nulls(tools[match["nth"]])
                example.set(steps, write_json(tools))
            else:
                null_padding.without_nulls(tool)

    cases = (
        Case(
            why="properties of other tools, and keywords of other properties",
            wrong=[
                {
                    "messages": MESSAGES,
                    "tools": [
                        tool(
                            {
                                "type": "object",
                                "properties": {
                                    "city": {"type": "string", "enum": None, "items": None},
                                    "query": None,
                                },
                                "required": ["city"],
                                "description": None,
                            }
                        )
                    ],
                }
                for tool in (
                    lambda schema: {"type": "function", "function": {"name": "f", "parameters": schema}},
                    lambda schema: {"name": "f", "parameters": schema},
                )
            ],
            found=[(1, "tools[0]"), (2, "tools[0]")],
            severity="warning",
            fixed=[
                {
                    "messages": MESSAGES,
                    "tools": [
                        {
                            "type": "function",
                            "function": {
                                "name": "f",
                                "parameters": {"type": "object", "properties": CITY, "required": ["city"]},
                            },
                        }
                    ],
                },
                {
                    "messages": MESSAGES,
                    "tools": [
                        {
                            "name": "f",
                            "parameters": {"type": "object", "properties": CITY, "required": ["city"]},
                        }
                    ],
                },
            ],
        ),
        Case(
            why="in tools that are JSON text",
            wrong=[
                {
                    "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
                    "tools": json.dumps(
                        [
                            {
                                "name": "f",
                                "parameters": {"type": "object", "properties": {**CITY, "query": None}},
                            }
                        ]
                    ),
                }
            ],
            found=[(1, "tools")],
            fixed=[
                {
                    "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
                    "tools": json.dumps(
                        [{"name": "f", "parameters": {"type": "object", "properties": CITY}}]
                    ),
                }
            ],
        ),
        Case(
            why="null arguments that belong to another tool",
            wrong=[
                {
                    "messages": [
                        MESSAGES[0],
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "1",
                                    "type": "function",
                                    "function": {"name": "f", "arguments": {"city": "Rome", "query": None}},
                                }
                            ],
                        },
                    ],
                    "tools": [
                        {
                            "type": "function",
                            "function": {"name": "f", "parameters": {"type": "object", "properties": CITY}},
                        }
                    ],
                }
            ],
            found=[(1, "messages[1].tool_calls[0].function.arguments")],
        ),
        Case(
            why="null arguments in a text, and in an object in them",
            wrong=[
                {
                    "messages": [
                        MESSAGES[0],
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "1",
                                    "type": "function",
                                    "function": {"name": "f", "arguments": arguments},
                                }
                            ],
                        },
                    ],
                    "tools": [
                        {
                            "type": "function",
                            "function": {
                                "name": "f",
                                "parameters": {
                                    "type": "object",
                                    "properties": {**CITY, "at": {"type": "object", "properties": CITY}},
                                },
                            },
                        }
                    ],
                }
                for arguments in ('{"city": "Rome", "query": null}', {"at": {"city": "Rome", "query": None}})
            ],
            found=[
                (1, "messages[1].tool_calls[0].function.arguments"),
                (2, "messages[1].tool_calls[0].function.arguments"),
            ],
        ),
        Case(
            why="where null is a good value: a default, a constant, an argument that may be null",
            right=[
                {
                    "messages": [
                        MESSAGES[0],
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "1",
                                    "type": "function",
                                    "function": {"name": "f", "arguments": {"city": None}},
                                }
                            ],
                        },
                    ],
                    "tools": [
                        {
                            "type": "function",
                            "function": {
                                "name": "f",
                                "strict": None,
                                "parameters": {
                                    "type": "object",
                                    "properties": {
                                        "city": {
                                            "type": ["string", "null"],
                                            "default": None,
                                            "enum": ["a", None],
                                        },
                                        "none": {"const": None, "x-note": None},
                                    },
                                },
                            },
                        }
                    ],
                }
            ],
        ),
    )
