"""JSON values: reading and writing them with the texts of their numbers, their types as text, and comparisons.

Numbers keep the text that they have in the file: ``1.10``, ``-0`` and 25 digits are written back as they were. They are
floats and integers like any other; only numbers that Python would write otherwise carry their text.
"""

import json
import math
import os
import re
from collections.abc import Callable, Sequence
from typing import Any, Self

import msgspec

from ftlint.display import escape, quote


class SourceFloat(float):
    """A float with its text in the file."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """The number that a JSON text is."""
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        """Copies and pickles keep the text."""
        return (self.text,)

    def __str__(self) -> str:
        return self.text


class SourceInteger(int):
    """An integer with its text in the file, which is ``-0``: JSON has no other with two texts."""

    text = "-0"

    def __new__(cls, text: str) -> Self:
        """The number that a JSON text is."""
        return super().__new__(cls, text)

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        """Copies and pickles are of the same class."""
        return (self.text,)

    def __str__(self) -> str:
        return self.text


SOURCE_NUMBERS = (SourceFloat, SourceInteger)


def read_float(text: str) -> float:
    """The float of a JSON number; infinite, but with its text, where it is too large for one."""
    number = float(text)
    # Writers differ in how they write exponents.
    return number if repr(number) == text and "e" not in text else SourceFloat(text)


def read_integer(text: str) -> int:
    """The integer of a JSON number."""
    return SourceInteger(text) if text == "-0" else int(text)


def _finite(text: str) -> float:
    number = float(text)
    if repr(number) == text and "e" not in text:
        return number
    if math.isinf(number):
        raise ValueError("a number out of range")
    return read_float(text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _with_text(value: Any) -> Any:
    if isinstance(value, SOURCE_NUMBERS):
        return msgspec.Raw(value.text.encode())
    raise TypeError(f"{type(value).__name__} is not JSON")


def _without_text(value: Any) -> Any:
    if isinstance(value, SOURCE_NUMBERS):
        return with_plain_numbers(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


decode_json: Callable[[bytes | str], Any] = msgspec.json.Decoder(float_hook=_finite).decode
"""The value of a JSON text; ValueError where there is none. The integer ``-0`` is read without its sign."""

encode_json: Callable[[Any], bytes] = msgspec.json.Encoder(enc_hook=_with_text).encode
"""A value as compact JSON, with the texts of its numbers."""

encode_sorted_json: Callable[[Any], bytes] = msgspec.json.Encoder(
    enc_hook=_without_text, order="sorted"
).encode
"""A value as compact JSON with sorted keys, for comparison: equal numbers have equal texts."""

_decode = json.JSONDecoder(parse_float=read_float, parse_int=read_integer, parse_constant=_no_constant).decode
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(text: str) -> Any:
    """``json.loads`` with the texts of numbers.

    ValueError also for what is not JSON to others: NaN, Infinity, and half of a surrogate pair.
    """
    value = _decode(text)
    if SURROGATE.search(text):
        json.dumps(value, ensure_ascii=False).encode()
    return value


_is_plain = msgspec.json.Encoder().encode
_MARK = os.urandom(8).hex()
_MARKED = re.compile(rf'"{_MARK}([^"]*)"')


def write_json(value: Any, *, default: Callable[[Any], Any] | None = None, ensure_ascii: bool = False) -> str:
    """``json.dumps`` with the texts of numbers."""
    if not has_source_numbers(value):
        return json.dumps(value, ensure_ascii=ensure_ascii, default=default)
    marked = _mapped(value, lambda number: _MARK + number.text)
    return _MARKED.sub(r"\1", json.dumps(marked, ensure_ascii=ensure_ascii, default=default))


def has_source_numbers(value: Any) -> bool:
    """Whether a value may have numbers with texts of their own."""
    try:
        _is_plain(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return True
    return False


def with_plain_numbers(value: Any) -> Any:
    """The value with plain floats and integers, for libraries that take no others."""
    if not has_source_numbers(value):
        return value
    return _mapped(value, lambda number: float(number) if isinstance(number, float) else int(number))


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, SOURCE_NUMBERS):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    return [_mapped(item, change) for item in value] if isinstance(value, list) else value


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
