"""Frames of tool calls, their results and the declared tools."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from ftlint._polars import pl
from ftlint.batch.tool_pairing import ToolCall, ToolCalls
from ftlint.json_values import as_json
from ftlint.shapes.shape import Message

if TYPE_CHECKING:
    from polars import DataFrame

CALLS = {
    "i": "UInt32",
    "at": "UInt32",
    "part": "Int32",
    "id": "String",
    "id_kind": "String",
    "name": "String",
    "arguments": "String",
    "kind": "String",
    "state": "String",
    "earlier": "UInt32",
    "answers": "UInt32",
    "last": "Boolean",
    "beside": "Boolean",
    "rejected": "Boolean",
    "own": "Boolean",
}
RESULTS = {
    "i": "UInt32",
    "at": "UInt32",
    "part": "Int32",
    "id": "String",
    "id_kind": "String",
    "name": "String",
    "role": "String",
    "kind": "String",
    "own": "Boolean",
    "call": "Boolean",
    "repeated": "Boolean",
    "waiting": "String",
}
TOOLS = {
    "i": "UInt32",
    "nth": "UInt32",
    "name": "String",
    "parameters": "String",
    "kind": "String",
    "earlier": "UInt32",
    "legacy": "Boolean",
    "strict": "String",
}
Rows = list[tuple[Any, ...]]
Own = Callable[[int, int, Message], bool]
"""Whether a view's message is an object of the record; the arguments are the record's index, the message's, and it."""
decode = msgspec.json.Decoder().decode
BROKEN_JSON = object()
"""The value of a text that is not JSON."""
NOT_JSON = (msgspec.DecodeError, RecursionError, UnicodeError, ValueError)


def calls_frame(
    conversations: Iterable[tuple[int, ToolCalls]],
    tools: "DataFrame",
    own: Own,
    *,
    plain: bool = True,
    paired: "DataFrame | None" = None,
) -> "DataFrame":
    """One row per call. ``paired`` has those of records that were paired in columns, without tool and declared.

    i, at, part (-1: legacy), id (text, or JSON of another value), id_kind (text, absent, other; none where the shape
    has no ids), name, arguments (text, or JSON of another value), kind (text, object, null, absent, other), state
    (object, value, twice, broken, empty, see ``state``; unread: an entire call as a text that cannot be parsed),
    tool (index of the declared tool, -1 for an undeclared one, null where nothing is declared or the call has no
    name), declared (the names of all tools, if any call of the batch has -1), earlier (number of earlier calls with
    the same id and no result yet), answers (number of results), last (in the last message), beside (the message has a
    text, too), rejected (in the rejected answer), own (the file has the call in the chat form; true without a
    computation for arguments that are the JSON text of an object, if those are ``plain``).
    """
    rows: Rows = []
    for i, conversation in conversations:
        for call in conversation.calls:
            kind, text, state_name = _read_arguments(call)
            usual = plain and kind == "text" and state_name == "object" and call.part >= 0
            is_own = not call.in_content and (usual or own(i, call.at, call.message))
            named = (
                _spelled(call.id),
                "none" if call.unread else _id_kind(call.id, conversation),
                _text(call.function.get("name")),
            )
            around = (call.earlier, len(call.results), call.last, call.beside, call.rejected)
            rows.append((i, call.at, call.part, *named, text, kind, state_name, *around, is_own))
    frame = _with_paired(frame_of(rows, CALLS), paired)
    known_tools = tools.filter((pl.col("earlier") == 0) & pl.col("name").is_not_null())
    tool_index = known_tools.select("i", "name", tool=pl.col("nth").cast(pl.Int32))
    declares = pl.col("i").is_in(tools["i"].unique().implode()) & pl.col("name").is_not_null()
    frame = frame.join(tool_index, on=["i", "name"], how="left", maintain_order="left").with_columns(
        tool=pl.when(declares).then(pl.col("tool").fill_null(-1))
    )
    if not frame.select((pl.col("tool") == -1).any()).item():
        return frame.with_columns(declared=pl.lit(None, dtype=pl.List(pl.String)))
    names = known_tools.group_by("i", maintain_order=True).agg(declared="name")
    return frame.join(names, on="i", how="left", maintain_order="left")


def _read_arguments(call: ToolCall) -> tuple[str, str | None, str]:
    """The kind of a call's arguments, their text or JSON, and their state; sets the value of the call."""
    arguments = call.function.get("arguments")
    if type(arguments) is str:
        call.value = value_of(arguments)
        return "text", arguments, "unread" if call.unread else state(call.value, arguments)
    call.value = arguments
    if call.unread:
        return "text", as_json(arguments), "unread"
    kind = _kind(arguments) if "arguments" in call.function else "absent"
    return kind, as_json(arguments), WITHOUT_TEXT.get(kind, "value")


def results_frame(
    conversations: Iterable[tuple[int, ToolCalls]], own: Own, paired: "DataFrame | None" = None
) -> "DataFrame":
    """One row per result. ``paired`` has those of records that were paired in columns.

    i, at, part (of the content; null where the message is the result), id and id_kind (as for a call), name, role
    (tool or function), kind of the content (text, texts: text parts only, parts, null, absent, other), own (as for
    a call), call (whether it answers an earlier call, or a text that holds one), repeated (whether that call had an
    answer already), waiting (for a result that answers no call: the id of a call without a result).
    """
    rows: Rows = []
    for i, conversation in conversations:
        for result in conversation.results:
            message = result.message
            identifier = message.get("tool_call_id")
            kind = "text" if type(message.get("content")) is str else _content_kind(message)
            named = (
                _spelled(identifier),
                _id_kind(identifier, conversation),
                _text(message.get("name")),
                result.role,
            )
            is_own = result.part is None and (kind == "text" or own(i, result.at, message))
            waiting = _text(result.waiting.id) if result.waiting is not None else None
            answered = result.call is not None or result.in_text
            rows.append((i, result.at, result.part, *named, kind, is_own, answered, result.repeated, waiting))
    return _with_paired(frame_of(rows, RESULTS), paired)


def _with_paired(frame: "DataFrame", paired: "DataFrame | None") -> "DataFrame":
    """The rows of both frames, by record."""
    if paired is None or not paired.height:
        return frame
    return pl.concat([paired, frame]).sort("i", maintain_order=True) if frame.height else paired


def tools_frame(declared: Iterable[tuple[int, Sequence[Any], int]]) -> "DataFrame":
    """One row per declared tool; ``declared`` has (record, tools in the chat form, number of legacy tools among them).

    i, nth, name, parameters (JSON text; null where they cannot be encoded), kind of the parameters (object, text,
    null, absent, other; unread where the entire declaration is not a list of tools), earlier (number of earlier
    tools of the same name), legacy, strict (as JSON).
    """
    rows: Rows = []
    for i, tools, legacy in declared:
        names: dict[str, int] = {}
        for nth, tool in enumerate(tools):
            function = tool.get("function") if isinstance(tool, dict) else None
            if not isinstance(function, dict):
                function = {}
            name, parameters = function.get("name"), function.get("parameters")
            kind = "object" if type(parameters) is dict else _declared_kind(tool, function, parameters)
            strict = as_json(function["strict"]) if "strict" in function else None
            before = 0
            if isinstance(name, str):
                before = names.get(name, 0)
                names[name] = before + 1
            else:
                name = None
            rows.append((i, nth, name, as_json(parameters), kind, before, nth >= len(tools) - legacy, strict))
    return frame_of(rows, TOOLS)


def frame_of(rows: Rows, types: Mapping[str, str]) -> "DataFrame":
    """A frame with these rows; ``types`` maps each column to the name of its polars type."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    typed = zip(types.items(), columns, strict=True)
    return pl.DataFrame([pl.Series(name, values, dtype=getattr(pl, kind)) for (name, kind), values in typed])


def in_types(frame: "DataFrame", types: Mapping[str, str]) -> "DataFrame":
    """The columns of ``types`` of a frame, with these types."""
    return frame.select(pl.col(name).cast(getattr(pl, kind)) for name, kind in types.items())


def state(value: Any, text: str) -> str:
    """Classify arguments as text by their value: object, value (any other), twice (double-encoded), broken or empty."""
    if type(value) is dict:
        return "object"
    if value is None or (value is BROKEN_JSON and not text.strip()):
        return "empty"
    if isinstance(value, str) and value.lstrip().startswith(("{", '"')):
        return "twice" if state(value_of(value), value) in ("object", "twice") else "value"
    return "broken" if value is BROKEN_JSON else "value"


def value_of(text: str) -> Any:
    """The value of a JSON text; BROKEN_JSON where it is invalid."""
    try:
        return decode(text)
    except NOT_JSON:
        pass
    try:
        # The lenient decoder accepts lone surrogates and numbers beyond a double.
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return BROKEN_JSON


def why_not_json(text: str) -> str:
    """A message with the column why a text is not JSON."""
    from ftlint.io.json.explain import diagnose, explain

    try:
        json.loads(text, parse_constant=_no_constant)
    except _NoConstant as error:
        return str(error)
    except (ValueError, RecursionError):
        pass
    return explain(diagnose(text), inside=True)


WITHOUT_TEXT = {"object": "object", "null": "empty", "absent": "empty"}


class _NoConstant(ValueError):
    """NaN or Infinity."""


def _no_constant(name: str) -> Any:
    raise _NoConstant(f"{name} is not JSON")


def _declared_kind(tool: Any, function: Message, parameters: Any) -> str:
    if isinstance(tool, str):
        return "unread"
    return _kind(parameters) if "parameters" in function else "absent"


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return "text" if isinstance(value, str) else "object" if isinstance(value, dict) else "other"


def _content_kind(message: Message) -> str:
    content = message.get("content")
    if content is None:
        return "null" if "content" in message else "absent"
    if not isinstance(content, list):
        return "other"
    return "texts" if all(map(_is_text, content)) else "parts"


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type", "text") == "text" and isinstance(part.get("text"), str)


def _id_kind(value: Any, conversation: ToolCalls) -> str:
    if not conversation.by_ids:
        return "none"
    return "text" if isinstance(value, str) else "absent" if value is None else "other"


def _spelled(identifier: Any) -> str | None:
    return identifier if isinstance(identifier, str) else as_json(identifier)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
