"""A quick look at arguments: most fit, and most schemas say no more than names, types and choices."""

from collections.abc import Mapping
from typing import Any

NOTES = frozenset({"description", "title", "default", "format"})
SAID = NOTES | {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "enum",
    "items",
    "minimum",
    "maximum",
}
NUMBERS = (int, float)
ONE_TYPE: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}
TYPES: dict[Any, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def surely_fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value fits a schema, as far as can be seen at once. False means no more than: look closely."""
    if not SAID.issuperset(schema):
        return False
    kind = schema.get("type")
    if kind is None and "type" not in schema:
        return schema.keys() <= NOTES or (
            type(value) is dict and "enum" not in schema and _fields_fit(schema, value)
        )
    if not isinstance(kind, str) or type(value) not in TYPES.get(kind, ()):
        return False
    if "enum" in schema and not _is_choice(schema["enum"], value):
        return False
    if ("minimum" in schema or "maximum" in schema) and not _is_within(schema, value):
        return False
    if kind == "object":
        return _fields_fit(schema, value)
    if kind != "array" or "items" not in schema:
        return True
    items = schema["items"]
    return isinstance(items, dict) and all(surely_fits(items, item) for item in value)


def _is_choice(choices: Any, value: Any) -> bool:
    """Whether a text is one of the choices; other values are equal to what they are not (true is 1)."""
    return isinstance(choices, list) and isinstance(value, str) and value in choices


def _is_within(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a number is within its bounds; bounds say nothing of a text, and of what else there is ask later."""
    least, most = schema.get("minimum", value), schema.get("maximum", value)
    if type(value) not in NUMBERS or type(least) not in NUMBERS or type(most) not in NUMBERS:
        return type(value) is str
    return bool(least <= value <= most)


def _says_a_type_only(schema: dict[str, Any], value: Any) -> bool:
    """Whether a schema has a type, which the value is of, and at most a description: most are no more than that."""
    kind = schema.get("type")
    if type(kind) is not str or len(schema) > 2 or type(value) is not ONE_TYPE.get(kind):
        return False
    return len(schema) == 1 or "description" in schema


def _fields_fit(schema: Mapping[str, Any], value: dict[str, Any]) -> bool:
    properties, required = schema.get("properties", {}), schema.get("required", ())
    if not isinstance(properties, dict) or not isinstance(required, list | tuple):
        return False
    closed = schema.get("additionalProperties", True) is not True
    for key, item in value.items():
        below = properties.get(key)
        if type(below) is not dict:
            if below is not None or closed or key in properties:
                return False
        elif not (_says_a_type_only(below, item) or surely_fits(below, item)):
            return False
    return all(isinstance(key, str) and key in value for key in required)
