"""A tool's ``parameters`` as the JSON Schema they are: what is wrong with it, and what can be checked against it.

Nobody vouches for these schemas. What they name is never fetched, and one that would take too long, by its size,
by parts that multiply or by a regular expression, is not used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from ftlint.arguments.cleaned import DEEPEST, Cleaned, TooDeep
from ftlint.arguments.keywords import Schema
from ftlint.arguments.patterns import limits
from ftlint.arguments.standard import (
    TRIED,
    TYPES,
    Flaw,
    draft_and_flaws,
    draft_class,
    named_draft,
)
from ftlint.arguments.weight import Weight, weigh
from ftlint.path import Steps
from ftlint.quote import quote

if TYPE_CHECKING:
    from jsonschema_rs import Validator

LARGEST = 2_000_000
MOST_FLAWS = 20


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters as they are understood. ``schema`` is None where nothing can be checked against them."""

    flaws: Sequence[Flaw] = ()
    schema: Schema | None = None
    draft: str = TRIED[0]
    weight: Weight = field(default_factory=Weight)

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
        return _flawed([Flaw((), f"{characters:,} characters of JSON Schema, too many to be checked")])
    wrong = _not_of_an_object(schema)
    if is_plain(schema):
        return _flawed(wrong) if wrong else Parameters((), schema, weight=weigh(schema) or Weight())
    try:
        cleaned = Cleaned(schema)
    except TooDeep:
        return _flawed([Flaw((), f"nested more than {DEEPEST} levels deep")])
    draft, flaws = draft_and_flaws(cleaned.schema, named_draft(schema))
    flaws = [*wrong, *flaws, *cleaned.flaws]
    if flaws or cleaned.unknown:
        return _flawed(flaws)
    weight = weigh(cleaned.schema)
    if weight is None:
        return Parameters()
    if weight.endless:
        return _flawed([Flaw((), 'a "$ref" leads back to itself')])
    if weight.is_bomb:
        return _flawed([Flaw((), "its parts refer to each other so often that nothing can be checked")])
    return Parameters((), cleaned.schema, draft, weight)


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


def _not_of_an_object(schema: Schema) -> list[Flaw]:
    kind = schema.get("type")
    if isinstance(kind, str) and kind in TYPES and kind != "object":
        return [Flaw(("type",), f"{quote(kind)}, but a function's parameters are an object")]
    if isinstance(kind, list) and kind and "object" not in kind and all(item in TYPES for item in kind):
        return [Flaw(("type",), "a function's parameters are an object")]
    return []


def _flawed(flaws: Iterable[Flaw]) -> Parameters:
    """Parameters with their flaws, one a place, in the order of their places."""
    by_steps: Mapping[Steps, Flaw] = {flaw.steps: flaw for flaw in reversed(list(flaws))}
    told = sorted(by_steps.values(), key=lambda flaw: [str(step) for step in flaw.steps])
    return Parameters(told[:MOST_FLAWS])
