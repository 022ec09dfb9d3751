"""Padding nulls in tools and calls: a columnar format adds the keys of all other tools, with null values."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.example import Location

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch

# Keywords of JSON Schema whose value is a schema, schemas by name, a list of schemas, or something else, but never
# null. Null is a valid value of default, const and examples, and of unknown keywords.
SCHEMA_KEYWORDS = {
    *("items", "additionalItems", "additionalProperties", "unevaluatedItems", "unevaluatedProperties"),
    *("contains", "propertyNames", "not", "if", "then", "else"),
}
SCHEMA_MAP_KEYWORDS = {
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
    "dependencies",
}
SCHEMA_LIST_KEYWORDS = {"anyOf", "oneOf", "allOf", "prefixItems"}
OTHER_KEYWORDS = {
    *("type", "enum", "required", "title", "description", "format", "pattern", "nullable", "deprecated"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
    *("minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties"),
    *("dependentRequired", "contentEncoding", "contentMediaType", "readOnly", "writeOnly"),
    *("$ref", "$schema", "$id", "$anchor", "$comment"),
}
# The keys of the schema in a declared tool, and of the objects around it.
SCHEMA_KEYS = ("parameters", "parametersJsonSchema", "input_schema", "json")
WRAPPER_KEYS = ("function", "toolSpec", "inputSchema")
MAX_DEPTH = 100
NullPlace = tuple[dict[str, Any], str, str]
"""The object that contains a null, the key, and its path from the root of the schema."""


def padding_frame(batch: "Batch") -> "DataFrame":
    """One row per tool or call with padding nulls: i, path, nth (of the tool; null for a call), keys (the paths of
    the nulls).
    """
    rows: list[tuple[Any, ...]] = []
    tools = batch.tools.filter(pl.col("kind") == "object").select("i", "nth", "parameters")
    with_null = tools.filter(pl.col("parameters").str.contains(":null", literal=True))
    for i, nth, parameters in with_null.rows():
        keys = [path for _, _, path in null_places(json.loads(parameters))]
        rows += [(i, batch.example(i).tool_path(nth), nth, keys)] if keys else []
    if tools.height:
        rows += _padded_calls(batch, tools)
    return pl.DataFrame(
        rows,
        schema={"i": pl.UInt32, "path": pl.String, "nth": pl.UInt32, "keys": pl.List(pl.String)},
        orient="row",
    )


def _padded_calls(batch: "Batch", tools: "DataFrame") -> Iterator[tuple[int, str, None, list[str]]]:
    """Rows for calls with padding nulls; ``tools`` has the parameters of every tool that has any."""
    calls = batch.calls.filter(_has_null() & (pl.col("tool") >= 0))
    declared = {(i, nth): text for i, nth, text in tools.rows()} if calls.height else {}
    for i, at, part, arguments, tool in calls.select("i", "at", "part", "arguments", "tool").rows():
        keys = undeclared_nulls(json.loads(arguments), declared.get((i, tool)))
        if keys:
            yield i, batch.example(i).path(Location(at, "arguments", part)), None, keys


def _has_null() -> "Expr":
    """Arguments, as an object or as its JSON text, with a null: few calls have one."""
    return (pl.col("state") == "object") & pl.col("arguments").str.contains(r":\s*null")


def padded_calls(calls: "DataFrame", tools: "DataFrame") -> "Series":
    """For each call of the frame whether its arguments have padding nulls."""
    padded = [False] * calls.height
    with_null = calls.with_row_index("nth").filter(_has_null() & (pl.col("tool") >= 0))
    if with_null.height:
        parameters = {(i, nth): text for i, nth, text in tools.select("i", "nth", "parameters").rows()}
        for nth, i, arguments, tool in with_null.select("nth", "i", "arguments", "tool").rows():
            padded[nth] = bool(undeclared_nulls(json.loads(arguments), parameters.get((i, tool))))
    return pl.Series(padded, dtype=pl.Boolean)


def null_places(schema: Any, path: str = "", depth: int = 0) -> Iterator[NullPlace]:
    """The nulls of a JSON Schema at keywords that do not allow null."""
    if not isinstance(schema, dict) or depth > MAX_DEPTH:
        return
    for key, value in schema.items():
        key_path = f"{path}.{key}" if path else key
        if value is None:
            if key in SCHEMA_KEYWORDS | SCHEMA_MAP_KEYWORDS | SCHEMA_LIST_KEYWORDS | OTHER_KEYWORDS:
                yield schema, key, key_path
        elif key in SCHEMA_KEYWORDS:
            yield from null_places(value, key_path, depth + 1)
        elif key in SCHEMA_MAP_KEYWORDS and isinstance(value, dict):
            for name, inner in value.items():
                if inner is None:
                    yield value, name, f"{key_path}.{name}"
                else:
                    yield from null_places(inner, f"{key_path}.{name}", depth + 1)
        elif key in SCHEMA_LIST_KEYWORDS and isinstance(value, list):
            for place, inner in enumerate(value):
                yield from null_places(inner, f"{key_path}[{place}]", depth + 1)


def undeclared_nulls(arguments: Any, parameters: str | None) -> list[str]:
    """The arguments that are null and that the called tool does not declare, at any depth, as paths."""
    return list(_undeclared(arguments, json.loads(parameters) if parameters else None, "", 0))


def _undeclared(value: Any, schema: Any, path: str, depth: int) -> Iterator[str]:
    declared = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(value, dict) or not isinstance(declared, dict) or depth > MAX_DEPTH:
        return
    for key, inner in value.items():
        # A property that is null itself is padding of the tool, so its argument is padding, too.
        if inner is None and declared.get(key) is None:
            yield f"{path}{key}"
        else:
            yield from _undeclared(inner, declared.get(key), f"{path}{key}.", depth + 1)


def without_nulls(tool: Any) -> None:
    """Remove the padding nulls from a declared tool, in the form of any vendor."""
    if not isinstance(tool, dict):
        return
    for key in SCHEMA_KEYS:
        for holder, name, _ in list(null_places(tool.get(key))):
            del holder[name]
    for key in WRAPPER_KEYS:
        without_nulls(tool.get(key))
