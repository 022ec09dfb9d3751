"""Types of a tool's parameters as other languages name them, and parameters that are no JSON Schema, as JSON Schema.

Python's names (``str``, ``dict``, ``List[int]``, ``str, optional``) become JSON Schema's. xLAM's parameters, which
have a description, a type and a default by name, become the properties of an object.
"""

import re
from collections.abc import Sequence
from typing import Any

TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
# Names of other languages for the types of JSON.
TYPE_SYNONYMS = {
    **dict.fromkeys(("dict", "map", "mapping", "hash", "json", "struct"), "object"),
    **dict.fromkeys(("list", "tuple", "set"), "array"),
    **dict.fromkeys(("str", "text", "char", "date", "datetime"), "string"),
    **dict.fromkeys(("int", "long"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    "bool": "boolean",
    **dict.fromkeys(("none", "nonetype", "nil"), "null"),
}
OPTIONAL = re.compile(r",\s*optional\s*\Z", re.IGNORECASE)
# A type with the type of its items: List[int].
GENERIC = re.compile(r"(\w+)\[(.*)\]", re.DOTALL)
SCHEMAS_BY_NAME = ("properties", "patternProperties", "$defs", "definitions")
INNER_SCHEMAS = ("items", "additionalProperties", "not")
LISTS_OF_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
MAX_DEPTH = 32


def json_type(written: str) -> str | None:
    """The type of JSON Schema that a name means; None for a name that means none.

    Examples:
        >>> json_type("List[int], optional"), json_type("dict"), json_type("np.ndarray")
        ('array', 'object', None)
    """
    folded = OPTIONAL.sub("", written).strip().casefold()
    generic = GENERIC.fullmatch(folded)
    word = generic[1] if generic is not None else folded
    if word == "optional" and generic is not None:
        return json_type(generic[2])
    return word if word in TYPES else TYPE_SYNONYMS.get(word)


def with_json_types(tools: Sequence[Any]) -> list[Any]:
    """Tools in the chat form whose parameters are JSON Schema as far as their types say what is meant."""
    return [_with_parameters(tool) for tool in tools]


def _with_parameters(tool: Any) -> Any:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("parameters"), dict):
        return tool
    parameters = function["parameters"]
    schema = _object_of(parameters) if _are_by_name(parameters) else parameters
    return {**tool, "function": {**function, "parameters": _typed(schema, 0)}}


def _are_by_name(parameters: dict[str, Any]) -> bool:
    """Whether parameters are a description, a type and a default by name, and no schema."""
    if not parameters or "properties" in parameters or isinstance(parameters.get("type"), str):
        return False
    return all(
        isinstance(value, dict) and (isinstance(value.get("type"), str) or "description" in value)
        for value in parameters.values()
    )


def _object_of(parameters: dict[str, Any]) -> dict[str, Any]:
    required = [
        name
        for name, value in parameters.items()
        if "default" not in value and not OPTIONAL.search(str(value.get("type")))
    ]
    return {
        "type": "object",
        "properties": dict(parameters),
        **({"required": required} if required else {}),
    }


def _typed(schema: Any, depth: int) -> Any:
    """A schema with JSON Schema's types; a type that means none of them stays."""
    if not isinstance(schema, dict) or depth > MAX_DEPTH:
        return schema
    new: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "type" and isinstance(value, str) and value not in TYPES:
            new |= _type_fields(value, "items" in schema)
        elif key in SCHEMAS_BY_NAME and isinstance(value, dict):
            new[key] = {name: _typed(inner, depth + 1) for name, inner in value.items()}
        elif key in INNER_SCHEMAS:
            new[key] = _typed(value, depth + 1)
        elif key in LISTS_OF_SCHEMAS and isinstance(value, list):
            new[key] = [_typed(inner, depth + 1) for inner in value]
        else:
            new[key] = value
    return new


def _type_fields(written: str, has_items: bool) -> dict[str, Any]:
    meant = json_type(written)
    if meant is None:
        return {"type": written}
    generic = GENERIC.fullmatch(OPTIONAL.sub("", written).strip())
    if meant != "array" or generic is None or has_items or json_type(generic[2]) is None:
        return {"type": meant}
    return {"type": meant, "items": _type_fields(generic[2], has_items=False)}
