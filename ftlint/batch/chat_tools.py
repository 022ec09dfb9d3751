"""Declared tools of typed chats as frames: what is known of a distinct tool is found out once."""

from itertools import chain
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.chats import ChatColumns
from ftlint.batch.messages import record_places
from ftlint.batch.tool_calls import TOOLS, Rows, frame_of, in_types, tools_frame
from ftlint.batch.tool_schema.errors import Known, known_faults, schemas
from ftlint.batch.tool_schema.frames import ARGUMENT_ERRORS, SCHEMA_ERRORS, is_checkable, schema_errors_frame

if TYPE_CHECKING:
    from polars import DataFrame


def declared_frame(chats: ChatColumns) -> "DataFrame":
    """One row per declared tool, with the columns of ``tool_calls.tools_frame``."""
    distinct = tools_frame([(0, chats.tools, 0)])
    places = _places(chats)
    earlier = pl.int_range(pl.len()).over("i", "name")
    frame = distinct.drop("i", "nth")[places["tool"]].hstack(places)
    return in_types(
        frame.with_columns(earlier=pl.when(pl.col("name").is_not_null()).then(earlier).otherwise(0)), TOOLS
    )


def declared_schema_errors(chats: ChatColumns) -> "DataFrame":
    """One row per error in the parameters of a declared tool, with the columns of ``schema_errors_frame``."""
    errors = schema_errors_frame([(0, chats.tools)], tools_frame([(0, chats.tools, 0)]), ())
    errors = errors.select("message", "path", tool="nth")
    return in_types(_places(chats).join(errors, on="tool", maintain_order="left_right"), SCHEMA_ERRORS)


def chat_argument_errors(calls: "DataFrame", chats: ChatColumns) -> "DataFrame":
    """One row per schema violation in the arguments of a call, with the columns of ``argument_errors_frame``."""
    compiled: dict[int, Known | None] = {}
    rows: Rows = []
    sizes = pl.col("arguments").str.len_bytes().alias("size")
    checkable = calls.filter(is_checkable()).select("i", "at", "part", "tool", "arguments", sizes)
    for i, at, part, nth, text, size in checkable.rows():
        tool = chats.declared[i][nth]
        if tool not in compiled:
            parameters = chats.tools[tool]["function"].get("parameters")
            is_object = isinstance(parameters, dict) and parameters
            compiled[tool] = schemas.known(parameters) if is_object else None
        known = compiled[tool]
        if known is not None:
            rows += [(i, at, part, message) for message in known_faults(known, chats.values[text], size)]
    return frame_of(rows, ARGUMENT_ERRORS)


def _places(chats: ChatColumns) -> "DataFrame":
    """Where each tool is declared: i, nth, tool (its index among the distinct tools)."""
    sizes = pl.Series([len(tools) for tools in chats.declared], dtype=pl.UInt32)
    tools = pl.Series(list(chain.from_iterable(chats.declared)), dtype=pl.UInt32)
    return record_places(sizes).rename({"at": "nth"}).with_columns(tool=tools)
