"""Validate schemas against the metaschemas of the JSON Schema drafts."""

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ftlint.batch.tool_schema.complexity import Schema
from ftlint.display import escape, quote
from ftlint.json_values import found
from ftlint.path import Steps
from ftlint.schema.failure import failure_of, simplified
from ftlint.schema.wording import simple_wording
from ftlint.shapes.schema_types import TYPE_SYNONYMS, TYPES

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

DRAFTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-04/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-06/schema",
)
# Tried in turn where a schema does not name its draft: a schema that is valid in one of them is valid.
DEFAULT_DRAFTS = DRAFTS[:3]
ANYTHING = ("any", "mixed", "unknown", "object or string")


class SchemaError(Struct, frozen=True):
    """An error in parameters that makes them no JSON Schema of an object: the path and the message."""

    steps: Steps
    message: str


def draft_class(draft: str) -> Any:
    """The validator class of a draft."""
    import jsonschema_rs

    return jsonschema_rs.validator_cls_for({"$schema": draft})


def known_draft(named: Any) -> str | None:
    """The known draft that ``$schema`` names, with either scheme and with or without ``#``, else None."""
    bare = named.partition("://")[2].rstrip("#") if isinstance(named, str) else ""
    return next((draft for draft in DRAFTS if draft.partition("://")[2] == bare), None)


def draft_and_flaws(schema: Schema, named: str | None) -> tuple[str, list[SchemaError]]:
    """The draft with the fewest errors for the schema, and these errors."""
    best: tuple[str, list[SchemaError]] | None = None
    for draft in (named,) if named else DEFAULT_DRAFTS:
        try:
            errors = [] if _meta(draft).is_valid(schema) else list(_meta(draft).iter_errors(schema))
        except (ValueError, RecursionError):
            return draft, [SchemaError((), "it cannot be read")]
        flaws = {tuple(error.instance_path): _flaw(error, schema) for error in reversed(errors)}
        if best is None or len(flaws) < len(best[1]):
            best = draft, list(flaws.values())
        if not flaws:
            break
    return best or (DEFAULT_DRAFTS[0], [])


@cache
def _meta(draft: str) -> "Validator":
    import jsonschema_rs

    return jsonschema_rs.validator_for(
        {"$schema": draft, "$ref": draft}, offline=True, validate_formats=False
    )


def _flaw(error: "ValidationError", schema: Schema) -> SchemaError:
    failure = simplified(failure_of(error, schema))
    steps, value = failure.steps, failure.value
    if error.kind.name == "anyOf" and tuple(error.instance_path[-1:]) == ("type",):
        return SchemaError(tuple(error.instance_path), _type_words(error.instance))
    if failure.keyword == "type" and set(failure.expected) == {"object", "boolean"}:
        return SchemaError(steps, f"expected a schema, found {found(value)}")
    if failure.keyword == "type":
        return SchemaError(steps, simple_wording(failure))
    if failure.keyword == "uniqueItems":
        return SchemaError(steps, "the same entry twice")
    return SchemaError(
        steps, f"{found(value)} is not what JSON Schema allows here ({escape(failure.keyword)})"
    )


def _type_words(value: Any) -> str:
    if isinstance(value, list):
        wrong = [item for item in value if item not in TYPES]
        return _type_words(wrong[0]) if wrong else "an empty list, or the same type twice"
    if not isinstance(value, str):
        return f"expected the name of a type, found {found(value)}"
    folded = value.strip().casefold()
    meant = folded if folded in TYPES else TYPE_SYNONYMS.get(folded)
    if meant is not None:
        return f"{quote(value)} is no type of JSON Schema; say {quote(meant)}"
    if folded in ANYTHING:
        return f'{quote(value)} is no type of JSON Schema; leave "type" out where anything will do'
    return f"{quote(value)} is no type of JSON Schema ({', '.join(TYPES)})"
