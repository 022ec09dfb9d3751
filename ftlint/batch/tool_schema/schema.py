"""A tool's ``parameters`` as the JSON Schema they are: what is wrong with it, and what can be checked against it.

Nobody vouches for these schemas. What they name is never fetched, and one that would take too long, by its size,
by parts that multiply or by a regular expression, is not used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from ftlint.batch.tool_schema.cleaned import DEEPEST, CleanedSchema, TooDeep, limits
from ftlint.batch.tool_schema.complexity import MAX_WORK, Schema, Weight, weigh
from ftlint.batch.tool_schema.metaschema import (
    TRIED,
    TYPES,
    SchemaError,
    draft_and_flaws,
    draft_class,
    known_draft,
)
from ftlint.display import quote
from ftlint.path import Steps
from ftlint.schema.explain import Explainer

if TYPE_CHECKING:
    from jsonschema_rs import Validator

LARGEST = 2_000_000
MAX_EXPLAINED = 1_000_000_000
"""Most characters of arguments, times those of the schema, that are copied to say what is wrong."""
MOST_FLAWS = 20


@dataclass(frozen=True)
class Parameters:
    """Parameters as they are understood, ``size`` characters long. ``schema`` is None where nothing can be checked."""

    flaws: Sequence[SchemaError] = ()
    schema: Schema | None = None
    draft: str = TRIED[0]
    size: int = 0
    known_weight: Weight | None = None

    @cached_property
    def weight(self) -> Weight:
        """What checking costs."""
        return self.known_weight or (weigh(self.schema) if self.schema else None) or Weight()

    @cached_property
    def explainer(self) -> Explainer:
        """What says why arguments do not fit."""
        return Explainer(self.schema)

    def allows(self, value: Any, characters: int) -> bool:
        """Whether a value, ``characters`` long as JSON text, can be checked in good time."""
        # Without references no part is looked at more often than it is written.
        if self.known_weight is None and self.size * characters <= MAX_WORK:
            return True
        return self.weight.allows(value, characters)

    def explains(self, characters: int) -> bool:
        """Whether what is wrong can be told in good time: the value is copied for every single error."""
        return characters * self.size * self.weight.looks <= MAX_EXPLAINED

    def validator(self) -> "Validator | None":
        """The compiled schema; None where nothing is checked."""
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
    """What is wrong with parameters, ``characters`` long as JSON text, or how arguments are checked against them."""
    if characters > LARGEST:
        return _flawed([SchemaError((), f"{characters:,} characters of JSON Schema, too many to be checked")])
    wrong = _not_of_an_object(schema)
    if is_plain(schema):
        return _flawed(wrong) if wrong else Parameters((), schema, size=characters)
    try:
        cleaned = CleanedSchema(schema)
    except TooDeep:
        return _flawed([SchemaError((), f"nested more than {DEEPEST} levels deep")])
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
    """Whether parameters hold only what surely is in order and easy to check against: most do."""
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
    validator: Validator = draft_class(TRIED[0])(schema, offline=True)
    return validator


def _not_of_an_object(schema: Schema) -> list[SchemaError]:
    kind = schema.get("type")
    if isinstance(kind, str) and kind in TYPES and kind != "object":
        return [SchemaError(("type",), f"{quote(kind)}, but a function's parameters are an object")]
    if isinstance(kind, list) and kind and "object" not in kind and all(item in TYPES for item in kind):
        return [SchemaError(("type",), "a function's parameters are an object")]
    return []


def _flawed(flaws: Iterable[SchemaError]) -> Parameters:
    """Parameters with their flaws, one a place, in the order of their places."""
    by_steps: Mapping[Steps, SchemaError] = {flaw.steps: flaw for flaw in reversed(list(flaws))}
    told = sorted(by_steps.values(), key=lambda flaw: [str(step) for step in flaw.steps])
    return Parameters(told[:MOST_FLAWS])
