"""Tool calls, their results and the declared tools as columns: who called what, with which arguments, and who answered.

Calls and results are paired as their shape pairs them: by ids, or in order where there are none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from ftlint.lazy import pl
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
    "tool": "Int32",
    "earlier": "UInt32",
    "answers": "UInt32",
    "last": "Boolean",
    "beside": "Boolean",
    "rejected": "Boolean",
}
RESULTS = {
    "i": "UInt32",
    "at": "UInt32",
    "id": "String",
    "id_kind": "String",
    "name": "String",
    "role": "String",
    "kind": "String",
    "call": "Boolean",
    "repeated": "Boolean",
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
decode = msgspec.json.Decoder().decode


@dataclass(slots=True)
class Call:
    """One call while its record is walked through."""

    at: int
    part: int
    id: Any
    name: Any
    arguments: Any
    given: bool
    legacy: bool
    beside: bool
    rejected: bool
    earlier: int = 0
    answers: int = 0
    last: bool = False


@dataclass(slots=True)
class Talk:
    """All calls and results of one record: ``results`` pair a place with the call that is answered, or None."""

    calls: list[Call] = field(default_factory=list)
    results: list[tuple[int, Message, Call | None]] = field(default_factory=list)


def walk(view: Sequence[Message], aside: Sequence[Message] = ()) -> Talk:
    """The calls and results of one record, paired. ``aside`` goes on where the view ends."""
    talk = Talk()
    for at, message in enumerate(view):
        _one(talk, at, message, last=at == len(view) - 1, rejected=False)
    known = len(talk.calls)
    for at, message in enumerate(aside, len(view)):
        _one(talk, at, message, last=at == len(view) + len(aside) - 1, rejected=True)
    # What the wanted answer called is not there for the other one: its calls are first of their kind.
    for call in talk.calls[known:]:
        call.earlier = sum(1 for other in talk.calls[known:] if other.id == call.id and other is not call)
    return talk


def _one(talk: Talk, at: int, message: Any, *, last: bool, rejected: bool) -> None:
    if not isinstance(message, dict):
        return
    if message.get("role") in ("tool", "function"):
        answered = _answered(talk.calls, message)
        if answered is not None:
            answered.answers += 1
        talk.results.append((at, message, answered))
        return
    beside = bool(message.get("content"))
    for part, call in _calls(message):
        function = call if part < 0 else call.get("function")
        function = function if isinstance(function, dict) else {}
        talk.calls.append(
            Call(
                at,
                part,
                call.get("id") if part >= 0 else None,
                function.get("name"),
                function.get("arguments"),
                "arguments" in function,
                part < 0,
                beside,
                rejected,
                sum(1 for other in talk.calls if other.id is not None and other.id == call.get("id")),
                last=last,
            )
        )


def _calls(message: Message) -> Iterator[tuple[int, dict[str, Any]]]:
    calls = message.get("tool_calls")
    for part, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, dict):
            yield part, call
    legacy = message.get("function_call")
    if isinstance(legacy, dict):
        yield -1, legacy


def _answered(calls: Sequence[Call], message: Message) -> Call | None:
    """The call that a result belongs to: the last of its id, else the first that waits, of its name if it has one."""
    wanted, name = message.get("tool_call_id"), message.get("name")
    if wanted is not None and any(call.id is not None for call in calls):
        same = [call for call in calls if call.id == wanted]
        return next((call for call in reversed(same) if not call.answers), same[-1] if same else None)
    waiting = [call for call in calls if not call.answers]
    named = [call for call in waiting if name is not None and call.name == name]
    return next(iter(named or waiting), None)


def calls_frame(talks: Iterable[tuple[int, Talk]], tools: "DataFrame") -> "DataFrame":
    """One row per call.

    i, at, part (-1: legacy), id, id_kind (text, absent, other), name, arguments (their
    text; an object's JSON), kind (text, object, null, absent, other), state (object, value, twice, broken,
    empty; see ``state``), tool (place of the declared tool, -1 for none such, null where nothing is declared),
    earlier (calls with the same id before), answers, last (in the last message), beside (text in the same
    message), rejected (in the answer that is not wanted).
    """
    declared = _by_record(tools)
    rows = []
    for i, talk in talks:
        names = declared.get(i)
        for call in talk.calls:
            kind = _kind(call)
            text = call.arguments if isinstance(call.arguments, str) else _json(call.arguments)
            tool = None if names is None else names.get(call.name, -1) if isinstance(call.name, str) else -1
            named = (_text(call.id), _id_kind(call.id), _text(call.name))
            given = (text, kind, state(call.arguments, kind), tool)
            around = (call.earlier, call.answers, call.last, call.beside, call.rejected)
            rows.append((i, call.at, call.part, *named, *given, *around))
    return frame_of(rows, CALLS)


def results_frame(talks: Iterable[tuple[int, Talk]]) -> "DataFrame":
    """One row per result.

    i, at, id, id_kind, name, role (tool or function), kind of the content (text, parts,
    null, absent, other), call (an earlier call is answered by it), repeated (that call had an answer already).
    """
    rows = []
    for i, talk in talks:
        seen: set[int] = set()
        for at, message, call in talk.results:
            found = id(call) in seen
            seen.add(id(call))
            wanted = message.get("tool_call_id")
            named = (_text(wanted), _id_kind(wanted), _text(message.get("name")), message["role"])
            answered = call is not None
            rows.append((i, at, *named, _content_kind(message), answered, answered and found))
    return frame_of(rows, RESULTS)


def tools_frame(declared: Iterable[tuple[int, Sequence[Any], bool]]) -> "DataFrame":
    """One row per declared tool; ``declared`` holds (record, tools in the chat form, whether they are legacy).

    i, nth, name, parameters (JSON text), kind of the parameters (object, text, null, absent, other), earlier
    (tools of the same name before), legacy, strict (as JSON).
    """
    rows = []
    for i, tools, legacy in declared:
        names: dict[Any, int] = {}
        for nth, tool in enumerate(tools):
            function = tool.get("function") if isinstance(tool, dict) else None
            function = function if isinstance(function, dict) else {}
            name = _text(function.get("name"))
            parameters = function.get("parameters")
            kind = _value_kind(parameters) if "parameters" in function else "absent"
            strict = _json(function["strict"]) if "strict" in function else None
            rows.append((i, nth, name, _json(parameters), kind, names.get(name, 0), legacy, strict))
            names[name] = names.get(name, 0) + 1
    types: list[Any] = [
        pl.UInt32,
        pl.UInt32,
        pl.String,
        pl.String,
        pl.String,
        pl.UInt32,
        pl.Boolean,
        pl.String,
    ]
    return pl.DataFrame(rows, schema=dict(zip(TOOLS, types, strict=True)), orient="row")


def frame_of(rows: Sequence[tuple[Any, ...]], types: Mapping[str, str]) -> "DataFrame":
    """A frame of rows with columns of the named types."""
    return pl.DataFrame(rows, schema={name: getattr(pl, kind) for name, kind in types.items()}, orient="row")


def state(arguments: Any, kind: str) -> str:
    """What arguments are once decoded: an object, another value, an object encoded twice, broken or empty."""
    if kind != "text":
        return "object" if kind == "object" else "empty" if kind in ("null", "absent") else "value"
    if not arguments.strip():
        return "empty"
    try:
        value = decode(arguments.encode("utf-8", "surrogatepass"))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return "broken"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, str) and value.strip().startswith("{"):
        try:
            return "twice" if isinstance(decode(value.encode("utf-8", "surrogatepass")), dict) else "value"
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return "value"
    return "value"


def _by_record(tools: "DataFrame") -> dict[int, dict[str, int]]:
    """For each record that declares tools: the place of each by its name, the first of two."""
    found: dict[int, dict[str, int]] = {}
    for i, nth, name in tools.select("i", "nth", "name").rows():
        found.setdefault(i, {}).setdefault(name, nth)
    return found


def _kind(call: Call) -> str:
    return _value_kind(call.arguments) if call.given else "absent"


def _value_kind(value: Any) -> str:
    if value is None:
        return "null"
    return "text" if isinstance(value, str) else "object" if isinstance(value, dict) else "other"


def _content_kind(message: Message) -> str:
    content = message.get("content")
    if content is None:
        return "null" if "content" in message else "absent"
    return "text" if isinstance(content, str) else "parts" if isinstance(content, list) else "other"


def _id_kind(value: Any) -> str:
    return "absent" if value is None else "text" if isinstance(value, str) else "other"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _json(value: Any) -> str | None:
    if value is None:
        return None
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return None
