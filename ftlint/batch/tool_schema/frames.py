"""What is wrong with declared parameters and with arguments, as frames."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.tool_calls import Rows, frame_of
from ftlint.batch.tool_pairing import ToolCall
from ftlint.batch.tool_schema.errors import faults, schemas
from ftlint.batch.tool_schema.metaschema import SchemaError
from ftlint.batch.tool_schema.schema import LARGEST, is_plain
from ftlint.display import escape
from ftlint.json_values import found
from ftlint.path import format_path

if TYPE_CHECKING:
    from polars import DataFrame

BREACHES = {"i": "UInt32", "at": "UInt32", "part": "Int32", "message": "String"}
FLAWS = {"i": "UInt32", "nth": "UInt32", "message": "String", "path": "String"}
UNREAD = "the tools are declared in a text that is no JSON list of tools"


def argument_errors_frame(
    frame: "DataFrame", calls: Sequence[ToolCall], declared: Mapping[int, Sequence[Any]]
) -> "DataFrame":
    """One row per fault in the arguments of a call whose tool is declared: i, at, part, message.

    Calls in an answer that is not wanted may be wrong on purpose, so those are left out. ``frame`` has a row for
    each of ``calls``; ``declared`` holds the tools of each record in the chat form.
    """
    told = (pl.col("tool") >= 0) & (pl.col("state") == "object") & ~pl.col("rejected")
    known = frame.with_row_index("call").filter(told)
    sizes = pl.col("arguments").str.len_bytes()
    rows: Rows = []
    for nth, i, tool, kind, size in known.select("call", "i", "tool", "kind", sizes).rows():
        parameters, call = declared[i][tool]["function"].get("parameters"), calls[nth]
        if type(parameters) is dict and parameters:
            value = _unpadded(call.value, parameters) if kind == "object" else call.value
            rows += [(i, call.at, call.part, message) for message in faults(parameters, value, size or 0)]
    return frame_of(rows, BREACHES)


def _unpadded(arguments: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Arguments that are an object, without the nulls that a round trip through Arrow gives to every object."""
    declared = parameters.get("properties")
    if None not in arguments.values() or not isinstance(declared, dict):
        return arguments
    return {
        key: value for key, value in arguments.items() if value is not None or declared.get(key) is not None
    }


def schema_errors_frame(
    declared: Iterable[tuple[int, Sequence[Any]]], tools: "DataFrame", unread: Iterable[tuple[int, str]]
) -> "DataFrame":
    """One row per flaw of a declared tool's parameters: i, nth, message, path.

    ``tools`` is the frame of the declared tools. ``unread`` holds the records whose declaration is a text that
    says no list, with its key; only those have a path.
    """
    large = set(tools.filter(pl.col("parameters").str.len_bytes() > LARGEST).select("i", "nth").rows())
    rows: Rows = [(i, None, UNREAD, format_path((key,))) for i, key in unread]
    for i, listed in declared:
        for nth, tool in enumerate(listed):
            function = tool.get("function") if isinstance(tool, dict) else None
            parameters = function.get("parameters") if isinstance(function, dict) else None
            if parameters is None or ((i, nth) not in large and _is_fine(parameters)):
                continue
            name = function.get("name") if isinstance(function, dict) else None
            rows += [(i, nth, message, None) for message in schema_errors(parameters, name)]
    return frame_of(sorted(rows, key=lambda row: row[:1]), FLAWS)


def schema_errors(parameters: Any, name: Any = None) -> list[str]:
    """What is wrong with declared parameters, each with its place in them and the name of the function."""
    if not isinstance(parameters, dict):
        found_flaws: Sequence[SchemaError] = (
            SchemaError((), f"expected an object, found {found(parameters)}"),
        )
    else:
        found_flaws = schemas.known(parameters)[0].flaws
    return [flaw.message + _where(flaw, name) for flaw in found_flaws]


def _where(flaw: SchemaError, name: Any) -> str:
    """`` (properties.city.type of get_weather)``, or as much of it as there is."""
    place = escape(format_path(flaw.steps))
    if not isinstance(name, str):
        return f" ({place})" if place else ""
    return f" ({place} of {escape(name, 64)})" if place else f" ({escape(name, 64)})"


def _is_fine(parameters: Any) -> bool:
    return (
        isinstance(parameters, dict) and parameters.get("type", "object") == "object" and is_plain(parameters)
    )
