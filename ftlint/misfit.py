"""Where a record breaks its JSON Schema, told in plain words, one misfit a fault.

Every record is first decided by jsonschema-rs, which takes about a microsecond. Only records that fail are
looked at again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.path import Steps, format_path
from ftlint.quote import escape, quote
from ftlint.shapes.shape import Record

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

TYPE_WORDS = {
    "string": "text",
    "array": "a list",
    "object": "an object",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
# jsonschema-rs gives up on deeper values; what lies deeper is not part of any shape.
DEEPEST = 100
MOST_OPTIONS = 8

Fault = tuple[str, Steps, str]
"""Kind, path and message."""


def misfits(
    records: Sequence[Record], schema_name: str, names: Mapping[str, str] | None = None
) -> Iterator[tuple[int, str, str, str, str]]:
    """What the schema forbids in each record, as (index, kind, pointer, path, message).

    Kind is "missing", "wrong" or "unknown". ``names`` maps the schema's fields to the file's own keys;
    paths and JSON pointers spell the file's.
    """
    is_valid = validator(schema_name).is_valid
    names = {field: key for field, key in (names or {}).items() if field != key}
    for i, record in enumerate(records):
        view, own = _renamed(record, names) if names else (record, {})
        try:
            if is_valid(view):
                continue
        except (ValueError, RecursionError):
            # Keys or values that are no JSON, such as half a surrogate pair: looked at in a tame copy.
            pass
        for kind, steps, message in _faults(view, own, schema_name):
            yield i, kind, _pointer(steps), format_path(steps), message


@cache
def validator(schema_name: str) -> "Validator":
    """The compiled schema of that name in ``rules/schemas``, for records as parsed from JSON."""
    from importlib.resources import files

    import jsonschema_rs

    folder = files("ftlint.rules") / "schemas"
    known = [entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".json")]
    if schema_name not in known:
        raise UsageError(f'rules/schemas: no schema "{schema_name}"{did_you_mean(schema_name, known)}')
    schema = json.loads((folder / f"{schema_name}.json").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema, offline=True)


def _renamed(record: Record, names: Mapping[str, str]) -> tuple[Record, dict[str, str]]:
    """The record with the schema's names for its fields, and the way back to the file's own keys.

    A key that is also the name of a field that another key stands for stays, under a name that no schema has.
    """
    fields = {key: field for field, key in names.items()}
    view: Record = {}
    own: dict[str, str] = {}
    for key, value in record.items():
        field = fields.get(key) or (f"\0{key}" if key in names else key)
        view[field] = value
        if field != key:
            own[field] = key
    return view, own


def _faults(record: Record, own: Mapping[str, str], schema_name: str) -> list[Fault]:
    errors = validator(schema_name).iter_errors
    try:
        found = list(errors(record))
    except (ValueError, RecursionError):
        found = list(errors(_tame(record, DEEPEST)))
    by_steps: dict[Steps, Fault] = {}
    for error in found:
        for kind, steps, message in _told(error, own):
            by_steps.setdefault(steps, (kind, steps, message))
    return [by_steps[steps] for steps in sorted(by_steps, key=_in_order)]


def _told(error: "ValidationError", own: Mapping[str, str]) -> Iterator[Fault]:
    first, *rest = error.instance_path or [""]
    steps: Steps = (own.get(str(first), first), *rest) if error.instance_path else ()
    kind: Any = error.kind
    match kind.name:
        case "required":
            yield "missing", (*steps, kind.property), f'"{kind.property}" is missing'
        case "additionalProperties":
            for key in kind.unexpected:
                key = key if steps else own.get(key, key)
                yield "unknown", (*steps, key), f"unknown field {quote(key)}"
        case _:
            yield "wrong", steps, _wrong(kind, error.instance)


def _wrong(kind: Any, value: object) -> str:
    match kind.name:
        case "type":
            return f"expected {_types(kind.types)}, found {_found(value)}"
        case "const":
            return f"expected {_literal(kind.expected_value)}, found {_found(value)}"
        case "enum":
            options = [_literal(option) for option in kind.options]
            more = f" and {len(options) - MOST_OPTIONS} more" if len(options) > MOST_OPTIONS else ""
            return f"expected one of {', '.join(options[:MOST_OPTIONS])}{more}, found {_found(value)}"
        case "minItems" if kind.limit == 1:
            return "the list is empty"
        case "minItems":
            return f"expected a list of at least {kind.limit}, found {_size(value)}"
        case "maxItems":
            return f"expected a list of at most {kind.limit}, found {_size(value)}"
        case _:
            return f"{_found(value)} breaks the schema's {escape(kind.name)}"


def _types(types: Sequence[str]) -> str:
    """The types in words. Null is never wanted, only tolerated, so it is not offered beside others."""
    words = [
        word for name, word in TYPE_WORDS.items() if name in types and (name != "null" or len(types) == 1)
    ]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _found(value: object) -> str:
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


def _size(value: object) -> str:
    return str(len(value)) if isinstance(value, list) else _found(value)


def _literal(value: object) -> str:
    return quote(value) if isinstance(value, str) else json.dumps(value)


def _tame(value: Any, depth: int) -> Any:
    """A copy that jsonschema-rs can read: sound text, JSON's types only, and not nested too deeply."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {_tame(str(key), 0): _tame(item, depth - 1) for key, item in value.items()} if depth else {}
    if isinstance(value, list | tuple):
        return [_tame(item, depth - 1) for item in value] if depth else []
    return str(value)


def _pointer(steps: Steps) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _in_order(steps: Steps) -> list[tuple[int, int, str]]:
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in steps]
