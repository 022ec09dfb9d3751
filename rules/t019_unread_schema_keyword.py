"""The parameters of a tool use a keyword of JSON Schema that the target does not know.

Gemini's `parameters` are a selection of OpenAPI's schema: `type`, `properties`, `items`, `enum`, `anyOf` and some
more. `$ref` and `$defs`, `const`, `oneOf`, a list of types, choices that are no texts, and `strict` beside the
parameters are unknown names there, and the file is refused. What pydantic and OpenAI's tools write has most of them.

The fix writes what is referred to in its place, `const` as an `enum` of one, null among the types as
`"nullable": true`, several types and a `oneOf` whose alternatives exclude each other as `anyOf`. A schema that cannot
be written so becomes `parametersJsonSchema` as it is, which takes all of JSON Schema. It leaves out `strict`, which is
a setting of requests and no part of the schema. No call becomes right or wrong by it, so it is safe.

Silent without a target, for targets that read every JSON Schema or do not say, and for records of another shape than
the target's (wrong-shape).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ftlint.rule import Case, Example, RecordRule, RuleContext, Severity, Violation, openapi_schema, pl, quote

# Known in a declaration beside its schema.
BESIDE = (
    "name",
    "description",
    "parameters",
    "parametersJsonSchema",
    "parameters_json_schema",
    "response",
    "responseJsonSchema",
    "response_json_schema",
    "behavior",
)
# The field for a schema of every kind, in both spellings.
WHOLE = ("parametersJsonSchema", "parameters_json_schema")
DEEPEST = 50
GEMINI = {"target": "vertex-gemini"}
TALK = [{"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": [{"text": "b"}]}]


def _row(parameters: object, **more: object) -> dict[str, object]:
    function = {"name": "f", "description": "Does it", "parameters": parameters, **more}
    return {"contents": TALK, "tools": [{"functionDeclarations": [function]}]}


def _city(**schema: object) -> dict[str, object]:
    return {"type": "object", "properties": {"city": schema}}


def _whole(schema: object) -> dict[str, object]:
    function = {"name": "f", "description": "Does it", "parametersJsonSchema": schema}
    return {"contents": TALK, "tools": [{"functionDeclarations": [function]}]}


# A reference to itself, alternatives that a value may fit together, a demand of another kind, an unknown place.
HARD = (
    {**_city(**{"$ref": "#/$defs/a"}), "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}},
    _city(oneOf=[{"type": "integer"}, {"type": "number"}]),
    _city(type="integer", exclusiveMinimum=0),
    _city(**{"$ref": "https://a.example/city.json"}),
    _city(type=["string", "integer"], minLength=2),
)


class UnreadSchemaKeyword(RecordRule):
    """Names outside the target's fact ``schema_keywords``, and values that it takes in one form only."""

    code, name, severity, fix = "T019", "unread-schema-keyword", "error", "safe"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("schema_keywords")

    def candidates(self, context: RuleContext) -> pl.Expr:
        shapes = list(context.target.shapes) if context.target is not None else []
        return (pl.col("n_tools") > 0) & pl.col("shape").is_in(shapes)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        words = _words(context)
        who = context.target.name if context.target is not None else "the target"
        for nth in range(len(example.tools())):
            function = example.get(example.tool_steps(nth))
            if not isinstance(function, dict):
                continue
            beside = [f"{quote(key)} beside the parameters" for key in function if key not in BESIDE]
            faults = list(dict.fromkeys([*beside, *_faults(function.get("parameters"), words)]))
            if faults:
                reported = ", ".join(faults[:4]) + (f" and {len(faults) - 4} more" if len(faults) > 4 else "")
                yield Violation(f"{who} does not read {reported}", example.tool_path(nth))

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        words = _words(context)
        for nth in range(len(example.tools())):
            function = example.get(example.tool_steps(nth))
            if not isinstance(function, dict):
                continue
            function.pop("strict", None)
            if not any(_faults(function.get("parameters"), words)):
                continue
            schema = function["parameters"]
            try:
                function["parameters"] = openapi_schema.as_openapi(schema, words)
            except openapi_schema.NotRewritable:
                if function.keys().isdisjoint(WHOLE):
                    del function["parameters"]
                    function[WHOLE[0]] = schema

    cases = (
        Case(
            why="what JSON Schema knows and Gemini does not",
            wrong=[
                _row({**_city(**{"$ref": "#/$defs/city"}), "$defs": {"city": {"type": "string"}}}),
                _row(_city(const="Bonn")),
                _row(_city(oneOf=[{"type": "string"}, {"type": "integer"}])),
                _row(_city(type=["string", "null"])),
                _row(_city(type="array", items={"type": "string", "const": "Bonn"})),
                _row(_city(type="integer", enum=[1, 2])),
                _row(_city(type="string"), strict=True),
            ],
            found=[(n, "tools[0].functionDeclarations[0]") for n in range(1, 8)],
            severity="error",
            fixed=[
                _row(_city(type="string")),
                _row(_city(type="string", enum=["Bonn"])),
                _row(_city(anyOf=[{"type": "string"}, {"type": "integer"}])),
                _row(_city(type="string", nullable=True)),
                _row(_city(type="array", items={"type": "string", "enum": ["Bonn"]})),
                _whole(_city(type="integer", enum=[1, 2])),
                _row(_city(type="string")),
            ],
            settings=GEMINI,
        ),
        Case(
            why="what cannot be said in Gemini's words is given whole",
            wrong=[_row(schema) for schema in HARD],
            found=[(n, "tools[0].functionDeclarations[0]") for n in range(1, len(HARD) + 1)],
            fixed=[_whole(schema) for schema in HARD],
            settings=GEMINI,
        ),
        Case(
            why="references to references, types beside a description, and alternatives that exclude each other",
            wrong=[
                _row(
                    {
                        **_city(**{"$ref": "#/$defs/a"}, description="Where"),
                        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"type": "string"}},
                    }
                ),
                _row(_city(type=["string", "integer", "null"], description="Where")),
                _row(_city(oneOf=[{"const": "a"}, {"const": "b"}])),
            ],
            found=[(n, "tools[0].functionDeclarations[0]") for n in range(1, 4)],
            fixed=[
                _row(_city(type="string", description="Where")),
                _row(
                    _city(description="Where", anyOf=[{"type": "string"}, {"type": "integer"}], nullable=True)
                ),
                _row(_city(anyOf=[{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}])),
            ],
            settings=GEMINI,
        ),
        Case(
            why="what Gemini knows, and parameters that happen to be called like keywords",
            right=[
                _row(_city(type="string", enum=["Bonn"], description="Where", nullable=True)),
                _row(_city(anyOf=[{"type": "STRING"}, {"type": "INTEGER"}])),
                _row(_city(type="array", items={"type": "string"}, minItems=1, maxItems=3)),
                _row(
                    {
                        "type": "object",
                        "properties": {"const": {"type": "string"}, "$ref": {"type": "string"}},
                    }
                ),
                _row({**_city(type="number", minimum=0, default=1), "required": ["city"], "title": "City"}),
                _row(_city(type="string", format="date-time", pattern="^2", example="2026")),
                _row({**_city(type="object", additionalProperties=False), "additionalProperties": False}),
                {"contents": TALK, "tools": [{"functionDeclarations": [{"name": "f"}]}]},
            ],
            settings=GEMINI,
        ),
        Case(
            why="a schema of every kind in a field of its own",
            right=[
                {
                    "contents": TALK,
                    "tools": [
                        {"functionDeclarations": [{"name": "f", "parametersJsonSchema": _city(const="Bonn")}]}
                    ],
                }
            ],
            settings=GEMINI,
        ),
        Case(
            why="a target that reads every schema",
            right=[
                {
                    "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
                    "tools": [
                        {"type": "function", "function": {"name": "f", "parameters": _city(const="Bonn")}}
                    ],
                }
            ],
            settings={"target": "together"},
        ),
        Case(why="without a target nobody knows", right=[_row(_city(const="Bonn"))]),
    )


def _words(context: RuleContext) -> frozenset[str]:
    known = context.fact("schema_keywords")
    return frozenset(known if isinstance(known, list) else ())


def _faults(schema: Any, words: frozenset[str], depth: int = 0) -> Iterator[str]:
    """What is not read in a schema and in those inside it."""
    if not isinstance(schema, dict) or depth > DEEPEST:
        return
    yield from (quote(key) for key in schema if key not in words)
    if isinstance(schema.get("type"), list):
        yield "a list of types"
    choices = schema.get("enum")
    if isinstance(choices, list) and any(
        choice is not None and not isinstance(choice, str) for choice in choices
    ):
        yield "choices that are no texts"
    inside = [schema.get("items"), schema.get("additionalProperties")]
    for key in ("properties", "defs"):
        inside += schema[key].values() if isinstance(schema.get(key), dict) else ()
    for key in ("anyOf", "any_of", "prefixItems"):
        inside += schema[key] if isinstance(schema.get(key), list) else ()
    for below in inside:
        yield from _faults(below, words, depth + 1)
