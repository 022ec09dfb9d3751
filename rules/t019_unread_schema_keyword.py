"""The parameters of a tool use a keyword of JSON Schema that the target does not know.

Gemini's `parameters` are a selection of OpenAPI's schema: `type`, `properties`, `items`, `enum`, `anyOf` and some
more. `$ref` and `$defs`, `const`, `oneOf`, a list of types, choices that are no texts, and `strict` beside the
parameters are unknown names there, and the file is refused. What pydantic and OpenAI's tools write has most of them.

There is no fix: write what is referred to in its place, `const` as an `enum` of one, `oneOf` as `anyOf`, and null among
the types as `"nullable": true`. Or give the whole schema as `parametersJsonSchema`, which takes them all.

Silent without a target, for targets that read every JSON Schema or do not say, and for records of another shape than
the target's (wrong-shape).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ftlint.rule import Case, Example, RecordRule, RuleContext, Severity, Violation, pl, quote

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
DEEPEST = 50
GEMINI = {"target": "vertex-gemini"}
TALK = [{"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": [{"text": "b"}]}]


def _row(parameters: object, **more: object) -> dict[str, object]:
    function = {"name": "f", "description": "Does it", "parameters": parameters, **more}
    return {"contents": TALK, "tools": [{"functionDeclarations": [function]}]}


def _city(**schema: object) -> dict[str, object]:
    return {"type": "object", "properties": {"city": schema}}


class UnreadSchemaKeyword(RecordRule):
    """Names outside the target's fact ``schema_keywords``, and values that it takes in one form only."""

    code, name, severity = "T019", "unread-schema-keyword", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("schema_keywords")

    def candidates(self, context: RuleContext) -> pl.Expr:
        shapes = list(context.target.shapes) if context.target is not None else []
        return (pl.col("n_tools") > 0) & pl.col("shape").is_in(shapes)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        known = context.fact("schema_keywords")
        words = frozenset(known if isinstance(known, list) else ())
        who = context.target.name if context.target is not None else "the target"
        for nth in range(len(example.tools())):
            function = example.get(example.tool_steps(nth))
            if not isinstance(function, dict):
                continue
            beside = [f"{quote(key)} beside the parameters" for key in function if key not in BESIDE]
            faults = list(dict.fromkeys([*beside, *_faults(function.get("parameters"), words)]))
            if faults:
                told = ", ".join(faults[:4]) + (f" and {len(faults) - 4} more" if len(faults) > 4 else "")
                yield Violation(f"{who} does not read {told}", example.tool_path(nth))

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
