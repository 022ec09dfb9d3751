"""Where JSON Schema has schemas inside schemas, and the walk over them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

Schema = dict[str, Any]
DEFINITIONS = frozenset({"$defs", "definitions"})
MAPS = DEFINITIONS | {"properties", "patternProperties", "dependentSchemas", "dependencies"}
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
ONES = frozenset(
    {
        *("items", "additionalItems", "unevaluatedItems", "contains", "propertyNames"),
        *("additionalProperties", "unevaluatedProperties", "not", "if", "then", "else"),
    }
)
# These look at the same value again, all others at something inside it.
SAME_VALUE = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"}
)


def inner(key: str, value: Any) -> Iterator[tuple[str | int | None, Any]]:
    """The schemas under one keyword, each with its key or place there, or None where it is the only one."""
    if key in MAPS and isinstance(value, dict):
        yield from value.items()
    elif (key in LISTS or key == "items") and isinstance(value, list):
        yield from enumerate(value)
    elif key in ONES:
        yield None, value


def follow_pointer(schema: Any, pointer: str) -> Any:
    """What a JSON pointer, as a fragment spells it, names in a schema; None for nothing."""
    value = schema
    for token in pointer.split("/")[1:] if pointer else ():
        token = unquote(token).replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token[:9]) < len(value):
            value = value[int(token[:9])]
        else:
            return None
    return value
