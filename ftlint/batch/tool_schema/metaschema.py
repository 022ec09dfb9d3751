"""JSON Schema itself: its drafts, and what a schema breaks of the one that it keeps to."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ftlint.batch.tool_schema.complexity import Schema
from ftlint.display import escape, quote
from ftlint.json_values import found, type_words
from ftlint.path import Steps

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

# By name, without scheme and trailing #: the class that reads it, and the schema of its schemas.
DRAFTS = {
    "json-schema.org/draft/2020-12/schema": ("Draft202012Validator", "https", ""),
    "json-schema.org/draft-07/schema": ("Draft7Validator", "http", "#"),
    "json-schema.org/draft-04/schema": ("Draft4Validator", "http", "#"),
    "json-schema.org/draft/2019-09/schema": ("Draft201909Validator", "https", ""),
    "json-schema.org/draft-06/schema": ("Draft6Validator", "http", "#"),
}
# Tried in turn where a schema does not name its own: what one of them allows is allowed.
TRIED = tuple(DRAFTS)[:3]
TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
# Other languages' names for JSON's types.
MEANT = {
    **dict.fromkeys(("dict", "map", "mapping", "hash", "json", "struct"), "object"),
    **dict.fromkeys(("list", "tuple", "set"), "array"),
    **dict.fromkeys(("str", "text", "char", "date", "datetime"), "string"),
    **dict.fromkeys(("int", "long"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    "bool": "boolean",
    **dict.fromkeys(("none", "nonetype", "nil"), "null"),
}
ANYTHING = ("any", "mixed", "unknown", "object or string")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why parameters are no JSON Schema of an object: the place in them, and the words for it."""

    steps: Steps
    message: str


def draft_class(draft: str) -> Any:
    """The validator class of a draft."""
    import jsonschema_rs

    return getattr(jsonschema_rs, DRAFTS[draft][0])


def named_draft(schema: Schema) -> str | None:
    """The draft that a schema says it keeps to, if it is a known one."""
    named = schema.get("$schema")
    bare = named.partition("://")[2].rstrip("#") if isinstance(named, str) else ""
    return bare if bare in DRAFTS else None


def draft_and_flaws(schema: Schema, named: str | None) -> tuple[str, list[Flaw]]:
    """The draft that the schema keeps to, or comes nearest to, and what it breaks of it."""
    best: tuple[str, list[Flaw]] | None = None
    for draft in (named,) if named else TRIED:
        try:
            errors = [] if _meta(draft).is_valid(schema) else list(_meta(draft).iter_errors(schema))
        except (ValueError, RecursionError):
            return draft, [Flaw((), "it cannot be read")]
        flaws = {tuple(error.instance_path): _flaw(error) for error in reversed(errors)}
        if best is None or len(flaws) < len(best[1]):
            best = draft, list(flaws.values())
        if not flaws:
            break
    return best or (TRIED[0], [])


@cache
def _meta(draft: str) -> "Validator":
    kind, scheme, end = DRAFTS[draft]
    del kind
    validator: Validator = draft_class(draft)(
        {"$ref": f"{scheme}://{draft}{end}"}, offline=True, validate_formats=False
    )
    return validator


def _flaw(error: "ValidationError") -> Flaw:
    steps: Steps = tuple(error.instance_path)
    kind: Any = error.kind
    value: Any = error.instance
    if kind.name == "type" and set(kind.types) == {"object", "boolean"}:
        return Flaw(steps, f"expected a schema, found {found(value)}")
    if kind.name == "type":
        return Flaw(steps, f"expected {type_words(kind.types)}, found {found(value)}")
    if steps and steps[-1] == "type" and kind.name == "anyOf":
        return Flaw(steps, _type_words(value))
    if kind.name == "uniqueItems":
        return Flaw(steps, "the same entry twice")
    return Flaw(steps, f"{found(value)} is not what JSON Schema allows here ({escape(kind.name)})")


def _type_words(value: Any) -> str:
    if isinstance(value, list):
        wrong = [item for item in value if item not in TYPES]
        return _type_words(wrong[0]) if wrong else "an empty list, or the same type twice"
    if not isinstance(value, str):
        return f"expected the name of a type, found {found(value)}"
    folded = value.strip().casefold()
    meant = folded if folded in TYPES else MEANT.get(folded)
    if meant is not None:
        return f"{quote(value)} is no type of JSON Schema; say {quote(meant)}"
    if folded in ANYTHING:
        return f'{quote(value)} is no type of JSON Schema; leave "type" out where anything will do'
    return f"{quote(value)} is no type of JSON Schema ({', '.join(TYPES)})"
