"""Frames of errors in declared parameters and in arguments."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.tool_calls import Rows, frame_of
from ftlint.batch.tool_pairing import ToolCall
from ftlint.batch.tool_schema.errors import faults, schemas
from ftlint.batch.tool_schema.metaschema import SchemaError
from ftlint.batch.tool_schema.schema import MAX_CHARACTERS, is_plain
from ftlint.display import escape
from ftlint.json_values import found
from ftlint.path import format_path

if TYPE_CHECKING:
    from polars import DataFrame, Expr

ARGUMENT_ERRORS = {"i": "UInt32", "at": "UInt32", "part": "Int32", "message": "String"}
SCHEMA_ERRORS = {"i": "UInt32", "nth": "UInt32", "message": "String", "path": "String"}
UNREAD = "the tools are declared in a text that is no JSON list of tools"


def argument_errors_frame(
    frame: "DataFrame", calls: Sequence[ToolCall], declared: Mapping[int, Sequence[Any]]
) -> "DataFrame":
    """One row per schema violation in the arguments of a call of a declared tool: i, at, part, message.

    Calls in a rejected answer may be wrong on purpose, so they are excluded. ``frame`` has a row for each of ``calls``;
    ``declared`` has the tools of each record in the chat form.
    """
    checkable = frame.with_row_index("call").filter(is_checkable())
    sizes = pl.col("arguments").str.len_bytes()
    rows: Rows = []
    for nth, i, tool, kind, size in checkable.select("call", "i", "tool", "kind", sizes).rows():
        parameters, call = declared[i][tool]["function"].get("parameters"), calls[nth]
        if type(parameters) is dict and parameters:
            value = _unpadded(call.value, parameters) if kind == "object" else call.value
            rows += [(i, call.at, call.part, message) for message in faults(parameters, value, size or 0)]
    return frame_of(rows, ARGUMENT_ERRORS)


def is_checkable() -> "Expr":
    """Whether a call has arguments that can be checked against the parameters of a declared tool."""
    return (pl.col("tool") >= 0) & (pl.col("state") == "object") & ~pl.col("rejected")


def _unpadded(arguments: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """The arguments without the padding nulls that a round trip through Arrow adds to every object."""
    declared = parameters.get("properties")
    if None not in arguments.values() or not isinstance(declared, dict):
        return arguments
    return {
        key: value for key, value in arguments.items() if value is not None or declared.get(key) is not None
    }


def schema_errors_frame(
    declared: Iterable[tuple[int, Sequence[Any]]], tools: "DataFrame", unread: Iterable[tuple[int, str]]
) -> "DataFrame":
    """One row per error in the parameters of a declared tool: i, nth, message, path.

    ``tools`` is the frame of the declared tools. ``unread`` has the records whose tools are a text that is not a list
    of tools, with its key; only those rows have a path.
    """
    large = set(tools.filter(pl.col("parameters").str.len_bytes() > MAX_CHARACTERS).select("i", "nth").rows())
    rows: Rows = [(i, None, UNREAD, format_path((key,))) for i, key in unread]
    for i, listed in declared:
        for nth, tool in enumerate(listed):
            function = tool.get("function") if isinstance(tool, dict) else None
            parameters = function.get("parameters") if isinstance(function, dict) else None
            if parameters is None or ((i, nth) not in large and _is_fine(parameters)):
                continue
            name = function.get("name") if isinstance(function, dict) else None
            rows += [(i, nth, message, None) for message in schema_errors(parameters, name)]
    return frame_of(sorted(rows, key=lambda row: row[:1]), SCHEMA_ERRORS)


def schema_errors(parameters: Any, name: Any = None) -> list[str]:
    """The errors in declared parameters, each with its path in them and the name of the function."""
    if not isinstance(parameters, dict):
        found_flaws: Sequence[SchemaError] = (
            SchemaError((), f"expected an object, found {found(parameters)}"),
        )
    else:
        found_flaws = schemas.known(parameters)[0].flaws
    return [flaw.message + _where(flaw, name) for flaw in found_flaws]


def _where(flaw: SchemaError, name: Any) -> str:
    """`` (properties.city.type of get_weather)``, without what is missing of it."""
    place = escape(format_path(flaw.steps))
    if not isinstance(name, str):
        return f" ({place})" if place else ""
    return f" ({place} of {escape(name, 64)})" if place else f" ({escape(name, 64)})"


def _is_fine(parameters: Any) -> bool:
    return (
        isinstance(parameters, dict) and parameters.get("type", "object") == "object" and is_plain(parameters)
    )
