"""Messages for schema violations: the expected and the actual value."""

import json
from collections.abc import Sequence
from typing import Any

from ftlint.display import escape, quote
from ftlint.json_values import JSON_TEXT, found, literal, options, size, type_words
from ftlint.path import format_path
from ftlint.schema.explain import Explainer
from ftlint.schema.failure import ALTERNATIVES, SchemaFailure, simplified

BOUNDS = {
    "minItems": "a list of at least {}",
    "maxItems": "a list of at most {}",
    "maxProperties": "an object of at most {} fields",
}


def wording(failure: SchemaFailure, explainer: Explainer) -> str:
    """The message without the path; for ``anyOf`` and ``oneOf`` the nearest alternative and why it does not match."""
    if failure.keyword in ALTERNATIVES:

        def inner(below: SchemaFailure) -> str:
            place = format_path(below.steps[len(failure.steps) :])
            return f"{escape(place, 100)}: {simple_wording(below)}" if place else simple_wording(below)

        simple = simplified(failure)
        if simple is not failure:
            return inner(simple)
        return f"{found(failure.value)} {explainer.alternatives(failure, inner)}"
    return simple_wording(failure)


def simple_wording(failure: SchemaFailure) -> str:
    """The message for any other keyword."""
    value, expected = failure.value, failure.expected
    match failure.keyword:
        case "required":
            return f"{quote(expected)} is missing"
        case "additionalProperties" | "unevaluatedProperties" if expected:
            return f"unknown field {quote(str(expected[0]))}"
        case "type" if parsed_text(value, expected) is not None:
            return f"expected {type_words(expected)}, found {JSON_TEXT}{found(parsed_text(value, expected))}"
        case "type":
            return f"expected {type_words(expected)}, found {found(value)}"
        case "const":
            return f"expected {literal(expected)}, found {found(value)}"
        case "enum":
            return f"expected one of {options(expected)}, found {found(value)}"
        case "minItems" if expected == 1:
            return "the list is empty"
        case keyword if keyword in BOUNDS:
            return f"expected {BOUNDS[keyword].format(expected)}, found {size(value)}"
        case "not" | "falseSchema":
            return f"{found(value)} may not stand here"
        case _:
            return f"{found(value)} breaks the schema's {escape(failure.keyword)}{_limit(expected)}"


def parsed_text(value: Any, expected: str | Sequence[str]) -> Any:
    """The list or object that a text is the JSON of, where one of that type is expected; None otherwise."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return None
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return None
    wanted = "array" if isinstance(parsed, list) else "object"
    return parsed if wanted in ([expected] if isinstance(expected, str) else expected) else None


def _limit(expected: Any) -> str:
    if isinstance(expected, bool) or not isinstance(expected, str | int | float):
        return ""
    return f" ({escape(str(expected), 100)})"
