"""A tool is declared strict, but its parameters are not what strict asks for.

With `"strict": true` OpenAI's models follow the schema to the letter, and for that every object in it must say
`"additionalProperties": false` and list all of its properties in `required`. A schema without that is refused when the
model is used, and a model that was trained on it meets other calls than it learnt.

There is no fix: a parameter that may be left out becomes one that may be null, or the tool is not strict.

A warning, since what the check of the training file does about it is not documented. Silent without a target, for
targets that do not know strict, and for tools that are not strict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ftlint.rule import Case, Example, RecordRule, RuleContext, Severity, Violation, pl, quote

DEEPEST = 50
TALK = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
OPENAI = {"target": "openai-chat"}


def _row(strict: object = True, **parameters: object) -> dict[str, object]:
    function = {"name": "f", "parameters": {"type": "object", **parameters}, "strict": strict}
    return {"messages": TALK, "tools": [{"type": "function", "function": function}]}


CITY = {"city": {"type": "string"}}
CLOSED = {"required": ["city"], "additionalProperties": False}


class NotStrict(RecordRule):
    """The first fault in the parameters of each strict tool."""

    code, name, severity = "T020", "not-strict", "warning"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("strict_schemas")

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("n_tools") > 0

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        for nth, tool in enumerate(example.tools()):
            function = tool.get("function") if isinstance(tool, dict) else None
            if isinstance(function, dict) and function.get("strict") is True:
                fault = next(_faults(function.get("parameters"), ""), None)
                if fault:
                    yield Violation(f"the tool is strict, but {fault}", example.tool_path(nth, "parameters"))

    cases = (
        Case(
            why="objects that are open, properties that may be left out, and both further in",
            wrong=[
                _row(properties=CITY, required=["city"]),
                _row(properties=CITY, additionalProperties=False),
                _row(
                    properties={"at": {"type": "object", "properties": CITY, "required": ["city"]}},
                    required=["at"],
                    additionalProperties=False,
                ),
                _row(
                    properties={"all": {"type": "array", "items": {"type": "object", "properties": CITY}}},
                    required=["all"],
                    additionalProperties=False,
                ),
            ],
            found=[(n, "tools[0].function.parameters") for n in range(1, 5)],
            severity="warning",
            settings=OPENAI,
        ),
        Case(
            why="as strict asks for, and no parameters",
            right=[
                _row(properties=CITY, **CLOSED),
                _row(properties={}, additionalProperties=False, required=[]),
                _row(
                    properties={"at": {"type": ["object", "null"], "properties": CITY, **CLOSED}},
                    required=["at"],
                    additionalProperties=False,
                ),
            ],
            settings=OPENAI,
        ),
        Case(
            why="tools that are not strict",
            right=[_row(False, properties=CITY), _row(None, properties=CITY)],
            settings=OPENAI,
        ),
        Case(
            why="a target that knows no strict", right=[_row(properties=CITY)], settings={"target": "trl-sft"}
        ),
        Case(why="without a target nobody knows", right=[_row(properties=CITY)]),
    )


def _faults(schema: Any, place: str, depth: int = 0) -> Iterator[str]:
    """What keeps a schema, and those inside it, from being strict; ``place`` is where it stands in the parameters."""
    if not isinstance(schema, dict) or depth > DEEPEST:
        return
    properties = schema.get("properties")
    inside = f" in {quote(place)}" if place else ""
    if isinstance(properties, dict):
        if schema.get("additionalProperties") is not False:
            yield f'"additionalProperties" is not false{inside}'
        required = schema.get("required")
        for name in properties:
            if not isinstance(required, list) or name not in required:
                yield f'{quote(name)} is not among the "required"{inside}'
        for name, below in properties.items():
            yield from _faults(below, f"{place}.{name}" if place else name, depth + 1)
    yield from _faults(schema.get("items"), f"{place}[]", depth + 1)
    for key in ("anyOf", "$defs", "definitions"):
        below = schema.get(key)
        for one in below.values() if isinstance(below, dict) else below if isinstance(below, list) else ():
            yield from _faults(one, place, depth + 1)
