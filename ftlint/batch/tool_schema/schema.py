"""Validate a tool's ``parameters`` as a JSON Schema, and compile it to check arguments.

These schemas are untrusted: nothing that they refer to is fetched, and a schema that would take too long (by its size,
by nested references or by a regular expression) is not used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from ftlint.batch.tool_schema.cleaned import MAX_DEPTH, CleanedSchema, TooDeep, limits
from ftlint.batch.tool_schema.complexity import MAX_WORK, Schema, Weight, weigh
from ftlint.batch.tool_schema.metaschema import (
    DEFAULT_DRAFTS,
    SchemaError,
    draft_and_flaws,
    draft_class,
    known_draft,
)
from ftlint.display import quote
from ftlint.json_values import with_plain_numbers
from ftlint.path import Steps
from ftlint.schema.explain import Explainer
from ftlint.shapes.schema_types import TYPES

if TYPE_CHECKING:
    from jsonschema_rs import Validator

MAX_CHARACTERS = 2_000_000
MAX_EXPLAINED = 1_000_000_000
"""Limit for explaining errors: characters of the arguments times characters of the schema that are copied."""
MAX_FLAWS = 20


@dataclass(frozen=True)
class Parameters:
    """Analyzed parameters, ``size`` characters long. ``schema`` is None where arguments cannot be checked."""

    flaws: Sequence[SchemaError] = ()
    schema: Schema | None = None
    draft: str = DEFAULT_DRAFTS[0]
    size: int = 0
    known_weight: Weight | None = None

    @cached_property
    def weight(self) -> Weight:
        """The cost of checking."""
        return self.known_weight or (weigh(self.schema) if self.schema else None) or Weight()

    @cached_property
    def explainer(self) -> Explainer:
        """The explainer of errors in arguments."""
        return Explainer(self.schema)

    def allows(self, value: Any, characters: int) -> bool:
        """Whether a value, ``characters`` long as JSON text, can be checked in reasonable time."""
        # Without references each subschema is applied at most once per value.
        if self.known_weight is None and self.size * characters <= MAX_WORK:
            return True
        return self.weight.allows(value, characters)

    def explains(self, characters: int) -> bool:
        """Whether errors can be explained in reasonable time: the value is copied for every error."""
        return characters * self.size * self.weight.steps <= MAX_EXPLAINED

    def validator(self) -> "Validator | None":
        """The compiled schema; None where arguments cannot be checked."""
        if self.schema is None:
            return None
        try:
            validator: Validator = draft_class(self.draft)(
                self.schema, offline=True, validate_formats=False, pattern_options=limits()
            )
        except (ValueError, RecursionError):
            return None
        return validator


def understand(schema: Schema, characters: int) -> Parameters:
    """Analyze parameters, ``characters`` long as JSON text: their errors, or the schema to check arguments against."""
    if characters > MAX_CHARACTERS:
        return _flawed([SchemaError((), f"{characters:,} characters of JSON Schema, too many to be checked")])
    schema = with_plain_numbers(schema)
    wrong = _not_of_an_object(schema)
    if is_plain(schema):
        return _flawed(wrong) if wrong else Parameters((), schema, size=characters)
    try:
        cleaned = CleanedSchema(schema)
    except TooDeep:
        return _flawed([SchemaError((), f"nested more than {MAX_DEPTH} levels deep")])
    draft, flaws = draft_and_flaws(cleaned.schema, known_draft(schema.get("$schema")))
    flaws = [*wrong, *flaws, *cleaned.flaws]
    if flaws or cleaned.unknown:
        return _flawed(flaws)
    weight = weigh(cleaned.schema)
    if weight is None:
        return Parameters()
    if weight.endless:
        return _flawed([SchemaError((), 'a "$ref" leads back to itself')])
    if weight.is_bomb:
        return _flawed(
            [SchemaError((), "its parts refer to each other so often that nothing can be checked")]
        )
    return Parameters((), cleaned.schema, draft, characters, weight)


def is_plain(schema: Schema) -> bool:
    """Whether parameters use only simple keywords that are certainly valid and cheap to check: most do."""
    try:
        return _plain().is_valid(schema)
    except (ValueError, RecursionError):
        return False


@cache
def _plain() -> "Validator":
    text, number, size = {"type": "string"}, {"type": "number"}, {"type": "integer", "minimum": 0}
    keywords: dict[str, object] = {
        "type": {"enum": list(TYPES)},
        "properties": {"type": "object", "additionalProperties": {"$ref": "#"}},
        "required": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "items": {"$ref": "#"},
        "enum": {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean"]}},
        "additionalProperties": {"type": "boolean"},
        "anyOf": {"type": "array", "minItems": 1, "items": {"$ref": "#"}},
        "default": True,
        **dict.fromkeys(("description", "title", "format"), text),
        **dict.fromkeys(("minimum", "maximum"), number),
        **dict.fromkeys(("minItems", "maxItems", "minLength", "maxLength"), size),
    }
    schema = {"type": "object", "additionalProperties": False, "properties": keywords}
    validator: Validator = draft_class(DEFAULT_DRAFTS[0])(schema, offline=True)
    return validator


def _not_of_an_object(schema: Schema) -> list[SchemaError]:
    kind = schema.get("type")
    if isinstance(kind, str) and kind in TYPES and kind != "object":
        return [SchemaError(("type",), f"{quote(kind)}, but a function's parameters are an object")]
    if isinstance(kind, list) and kind and "object" not in kind and all(item in TYPES for item in kind):
        return [SchemaError(("type",), "a function's parameters are an object")]
    return []


def _flawed(flaws: Iterable[SchemaError]) -> Parameters:
    """Parameters with their errors, one per path, in order of path."""
    by_steps: Mapping[Steps, SchemaError] = {flaw.steps: flaw for flaw in reversed(list(flaws))}
    flaws_in_order = sorted(by_steps.values(), key=lambda flaw: [str(step) for step in flaw.steps])
    return Parameters(flaws_in_order[:MAX_FLAWS])
