"""A tool's `parameters` are no JSON Schema of an object.

The declaration is what the model reads before it calls, and what its calls are checked against. A type that JSON
Schema does not know (`dict`, `str`, `float`), `required` that is no list of names, a `$ref` that leads nowhere or out
of the schema, a regular expression that nobody can read: some targets refuse the file, others drop the tool. A
schema that is too big, too deep or goes round in circles, so that nothing can be checked against it, is reported, too.

There is no fix: the name of a type can be guessed, but not what a broken schema was meant to say.

A warning for trainers whose chat template writes the declaration as it is, such as TRL and MLX LM.

Silent for parameters that are left out, null or empty: such a function takes none. Silent for keywords that JSON
Schema does not know, which it ignores, for nulls that an Arrow round trip leaves (null-padding), and for whatever any
of the drafts 2020-12, 7 and 4 allows, unless `$schema` names one.
"""

from __future__ import annotations

import json
from typing import Any

from ftlint.rule import Case, MessageFrameRule, RuleContext, Severity

PARAMETERS = "tools[0].function.parameters"
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def _row(*parameters: Any) -> dict[str, list[Any]]:
    functions = [{"name": f"f{n}", "parameters": schema} for n, schema in enumerate(parameters)]
    return {
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
        "tools": [{"type": "function", "function": function} for function in functions],
    }


def _city(**schema: object) -> dict[str, object]:
    return {"type": "object", "properties": {"city": schema}}


class BadToolSchema(MessageFrameRule):
    """Every flaw of a declared tool's parameters, and declarations that cannot be read or are no objects."""

    code, name, severity = "T010", "bad-tool-schema", "error"
    explained_by = {"message": ("wrong-type", "tools-form")}
    frame = "tool_schema_errors"
    tool_field = "parameters"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_schemas

    cases = (
        Case(
            why="a trainer that compares nothing trains on it as it is",
            wrong=[_row(_city(type="str"))],
            found=[(1, PARAMETERS)],
            severity="warning",
            settings={"target": "trl-sft"},
        ),
        Case(
            why="a pair whose input is a text declares no tools",
            right=[{"input": "a", "preferred_output": "b", "non_preferred_output": "c"}],
        ),
        Case(
            why="tools that are none",
            wrong=[{**_row(CITY), "tools": [*_row(CITY)["tools"], None, "get_time", ["a"]]}],
            found=[(1, "tools[1]"), (1, "tools[2]"), (1, "tools[3]")],
        ),
        Case(
            why="other languages' types, required as a yes, properties as a list, no object at all",
            wrong=[
                _row({"type": "dict", "properties": {"a": {"type": "str"}}}),
                _row(_city(type="string", required=True)),
                _row({"type": "object", "properties": ["city"]}),
                _row(CITY, {"type": "string"}),
                _row("{}", [], True),
            ],
            found=[
                (1, PARAMETERS),
                (1, PARAMETERS),
                (2, PARAMETERS),
                (3, PARAMETERS),
                (4, "tools[1].function.parameters"),
                (5, PARAMETERS),
                (5, "tools[1].function.parameters"),
                (5, "tools[2].function.parameters"),
            ],
        ),
        Case(
            why="references that lead nowhere, out, or in circles; a broken expression",
            wrong=[
                _row({"type": "object", "properties": {"city": {"$ref": "#/$defs/city"}}}),
                _row({"type": "object", "properties": {"city": {"$ref": "https://example.com/city.json"}}}),
                _row({"$ref": "#"}),
                _row(_city(type="string", pattern="([")),
            ],
            found=[(line, PARAMETERS) for line in range(1, 5)],
        ),
        Case(
            why="bare tools, functions, JSON text, and JSON text that is none",
            wrong=[
                {**_row(), "tools": [{"name": "f", "parameters": {"type": "dict"}}]},
                {**_row(), "tools": None, "functions": [{"name": "f", "parameters": {"type": "dict"}}]},
                {**_row(), "tools": json.dumps([{"name": "f", "parameters": {"type": "dict"}}])},
                {**_row(), "tools": "[{'name': 'f'}]"},
            ],
            found=[
                (1, "tools[0].parameters"),
                (2, "functions[0].parameters"),
                (3, "tools"),
                (4, "tools"),
            ],
        ),
        Case(
            why="no parameters, in every way, and parameters as they should be",
            right=[
                _row(CITY, {}, None, {"type": "object", "properties": {}}),
                {**_row(), "tools": [{"type": "function", "function": {"name": "f"}}]},
                {**_row(), "tools": []},
                {**_row(), "tools": "[]", "functions": []},
            ],
        ),
        Case(
            why="what another draft allows, keywords of one's own, strict, nulls of Arrow",
            right=[
                _row(
                    {"type": "object", "properties": {"at": {"type": "array", "items": [{"type": "number"}]}}}
                ),
                _row(_city(type="number", minimum=0, exclusiveMinimum=True, optional=True, example="Bonn")),
                _row({"$schema": "http://json-schema.org/draft-07/schema#", **CITY, "strict": True}),
                _row(
                    {
                        **CITY,
                        "items": None,
                        "properties": {"city": {"type": "string", "enum": None}, "day": None},
                    }
                ),
                _row(
                    {
                        "type": "object",
                        "properties": {"n": {"$ref": "#/$defs/n"}},
                        "$defs": {"n": {"type": "null"}},
                    }
                ),
                _row(_city(type="string", pattern="^(?!x)[^\\\\/]+$", nullable=True)),
            ],
        ),
    )
