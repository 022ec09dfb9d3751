"""The arguments of a call break the JSON Schema of the function that is called.

A declared tool says which parameters it has, of which type, which of them must be there and which values they may
take. A call that breaks this would fail when it is run, and the model learns to make such calls. Each fault is reported
by itself: a required parameter that is missing, one that is not among the parameters where others are ruled out
(`additionalProperties` is false), a value of the wrong type or outside its choices or bounds. Inside objects, lists
and `$ref` it is the same. Where a value may have one of several forms and fits none, that is one fault.

There is no fix: what the call should have said, only you know.

A warning for trainers that compare no calls with their tools, such as TRL and MLX LM: the call is trained on as it is.

Silent where the function is not declared (undeclared-tool), where `parameters` are empty, missing or no JSON Schema
(bad-tool-schema), where the arguments are no JSON object (arguments-not-json, arguments-twice-encoded), and for
`format`. Silent in an answer that is not wanted, which may be wrong on purpose. A schema is never trusted: nothing it
refers to is fetched, and where checking would take too long, or the arguments nest deeper than a hundred levels,
nothing is said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ftlint.rule import Case, MessageFrameRule, RuleContext, Severity

ARGUMENTS = "messages[1].tool_calls[0].function.arguments"
WEATHER = {
    "type": "object",
    "properties": {
        "location": {"type": "string"},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        "days": {"type": "integer", "minimum": 1, "maximum": 14},
        "near": {"type": "array", "items": {"type": "object", "required": ["lat", "lon"]}},
    },
    "required": ["location"],
    "additionalProperties": False,
}
TREE = {
    "type": "object",
    "properties": {"root": {"$ref": "#/$defs/node"}},
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["name"],
        }
    },
}


def _row(arguments: object, parameters: Any = WEATHER) -> dict[str, object]:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    calls = [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": text}}]
    more: Mapping[str, object] = {} if parameters is None else {"parameters": parameters}
    return {
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": calls}],
        "tools": [{"type": "function", "function": {"name": "f", **more}}],
    }


def _turn(arguments: object, *, as_text: bool = True) -> dict[str, object]:
    call = {"name": "f", "arguments": arguments}
    turn = {"role": "tool_call", "content": json.dumps(call) if as_text else call}
    return {**_row({}), "messages": [{"role": "user", "content": "a"}, turn]}


class ArgumentsBreakSchema(MessageFrameRule):
    """Every fault in arguments that are held against the parameters of their tool."""

    code, name, severity = "T004", "arguments-break-schema", "error"
    frame = "argument_errors"
    field = "arguments"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_calls

    cases = (
        Case(
            why="a trainer that compares nothing trains on it as it is",
            wrong=[_row({"unit": "kelvin"})],
            found=[(1, ARGUMENTS)] * 2,
            severity="warning",
            settings={"target": "trl-sft"},
        ),
        Case(
            why="missing, unknown, of a wrong type, no choice, out of bounds",
            wrong=[
                _row({}),
                _row({"location": "Bonn", "units": "celsius"}),
                _row({"location": 5}),
                _row({"location": "Bonn", "unit": "celcius"}),
                _row({"location": "Bonn", "days": 0}),
            ],
            found=[(line, ARGUMENTS) for line in range(1, 6)],
        ),
        Case(
            why="every fault by itself, also deep inside",
            wrong=[
                _row({"unit": "kelvin", "days": "3"}),
                _row({"location": "Bonn", "near": [{"lat": 1, "lon": 2}, {"lat": 1}, {}]}),
            ],
            found=[(1, ARGUMENTS)] * 3 + [(2, ARGUMENTS)] * 3,
        ),
        Case(
            why="through a reference, and round and round",
            wrong=[_row({"root": {"name": "a", "children": [{"name": "b"}, {"name": 1}]}}, TREE)],
            found=[(1, ARGUMENTS)],
        ),
        Case(
            why="none of several forms is one fault",
            wrong=[
                _row(
                    {"a": 1.5},
                    {
                        "type": "object",
                        "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
                    },
                )
            ],
            found=[(1, ARGUMENTS)],
        ),
        Case(
            why="an object for the text, the legacy form, ShareGPT's turns",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "function_call": {"name": "f", "arguments": {}}},
                    ],
                    "functions": [{"name": "f", "parameters": WEATHER}],
                },
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "function_call", "value": '{"name": "f", "arguments": {"days": 1}}'},
                    ],
                    "tools": json.dumps([{"name": "f", "parameters": WEATHER}]),
                },
            ],
            found=[(1, "messages[1].function_call.arguments"), (2, "conversations[1].value")],
        ),
        Case(
            why="arguments that fit",
            right=[
                _row({"location": "Bonn"}),
                _row({"location": "Bonn", "unit": "celsius", "days": 3.0, "near": []}),
                _row({"root": {"name": "a", "children": []}, "more": 1}, TREE),
            ],
        ),
        Case(
            why="functions without parameters, or with any",
            right=[
                _row({}, {"type": "object", "properties": {}}),
                _row({"a": 1}, {"type": "object", "properties": {}}),
                _row({"a": 1}, {}),
                _row({"a": 1}, None),
                _row({"a": 1}, {"type": "dict", "properties": {"a": {"type": "str"}}}),
            ],
        ),
        Case(
            why="arguments that are no object are reported elsewhere",
            right=[_row("{"), _row(""), _row("[]"), _row('"{}"')],
        ),
        Case(
            why="keys that Arrow has padded with null say nothing, and OpenAPI's nullable allows null",
            right=[
                _row(
                    {"a": "x", "b": None},
                    {
                        "type": "object",
                        "properties": {
                            "a": {"type": "string", "enum": None, "items": None},
                            "b": {"type": "string", "nullable": True},
                            "c": None,
                        },
                        "required": None,
                    },
                )
            ],
        ),
        Case(
            why="in turns of ms-swift, with the call as text and as an object",
            wrong=[
                _turn({"location": "Bonn"}),
                _turn({"place": "Bonn"}),
                _turn({"location": 7}, as_text=False),
            ],
            found=[
                (2, "messages[1].content"),
                (2, "messages[1].content"),
                (3, "messages[1].content.arguments"),
            ],
        ),
    )
