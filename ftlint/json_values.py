"""JSON values: their types as text, and compact serialisation for comparisons."""

import json
from collections.abc import Sequence
from typing import Any

from ftlint.display import escape, quote
from ftlint.json_numbers import encode_json, encode_sorted_json, with_plain_numbers

TYPE_WORDS = {
    "string": "text",
    "array": "a list",
    "object": "an object",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
MAX_OPTIONS = 8


def type_words(types: Sequence[str]) -> str:
    """The types as text. Null is only tolerated, so it is left out if other types are allowed."""
    words = [
        word for name, word in TYPE_WORDS.items() if name in types and (name != "null" or len(types) == 1)
    ]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


JSON_TEXT = "the JSON text of "
"""What precedes the type of a text's value in the message of a text that should be that value."""


def found(value: object) -> str:
    """The type of a value, with the value itself if it is short: ``a number (7)``."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"a number ({escape(str(value)[:40])})"
        case str():
            return f"text ({quote(value)})"
        case list():
            return "a list"
        case _:
            return "an object"


def literal(value: object) -> str:
    """A value as JSON, shortened."""
    if isinstance(value, str):
        return quote(value)
    text = escape(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= 60 else f"{text[:59]}…"


def options(values: Sequence[object]) -> str:
    """Some of the allowed values, and the number of the others."""
    shown = ", ".join(map(literal, values[:MAX_OPTIONS])) or "nothing"
    return f"{shown} and {len(values) - MAX_OPTIONS} more" if len(values) > MAX_OPTIONS else shown


def size(value: object) -> str:
    """The length of a list or an object; the type of any other value."""
    return str(len(value)) if isinstance(value, list | dict) else found(value)


def tame(value: Any, depth: int) -> Any:
    """A copy that jsonschema-rs can read: valid Unicode, JSON types only, limited nesting."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if value is None or isinstance(value, bool | int | float):
        return with_plain_numbers(value)
    if isinstance(value, dict):
        return {tame(str(key), 0): tame(item, depth - 1) for key, item in value.items()} if depth else {}
    if isinstance(value, list | tuple):
        return [tame(item, depth - 1) for item in value] if depth else []
    return str(value)


def as_json(value: Any) -> str | None:
    """A value as compact JSON; None for null and for values that are nested too deeply."""
    if value is None:
        return None
    try:
        return encode_json(value).decode()
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass
    try:
        return json.dumps(value, separators=(",", ":"), default=str)
    except (ValueError, RecursionError):
        return None


def as_sorted_json(value: Any) -> str:
    """A value as compact JSON with sorted keys: equal values have equal texts."""
    try:
        return encode_sorted_json(value).decode()
    except (ValueError, TypeError, OverflowError, RecursionError):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
