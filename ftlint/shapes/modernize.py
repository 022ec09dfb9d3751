"""Rewrite legacy OpenAI messages: function_call becomes tool_calls, every call gets an id, results refer to it."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from ftlint.shapes.chat_form import chat_messages
from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import Message
from ftlint.shapes.tools import ARGUMENTS, arguments_of, as_text

CALLING = frozenset({"tool_calls", "function_call"})


def modernized(messages: Sequence[Message]) -> list[Message]:
    """The messages with today's keys and roles, in the same order; the given ones are not changed.

    Contents, calls and results in other forms are read (see ``chat_form``).
    A call without an id gets ``call_<message>_<nth>``; a result without one gets that of the first unanswered call of
    its name, else of the first unanswered call. Raises TypeError if a message is not an object.
    """
    messages = chat_messages(messages)
    calls = [call for message in messages for call in _listed(message.get("tool_calls"))]
    ids = {call["id"] for call in calls if isinstance(call, dict) and _is_text(call.get("id"))}
    pairs = _CallIds(ids, given=bool(ids))
    return [_today(message, at, pairs) for at, message in enumerate(messages)]


class _CallIds(Struct):
    """The ids of calls, and the calls (id, name) without a result."""

    ids: set[str]
    given: bool
    """Whether the file has ids at all; otherwise results are paired by names and order."""
    waiting: list[tuple[Any, Any]] = field(default_factory=list)
    answering: bool = False

    def new_id(self, at: int, nth: int) -> str:
        """A new unique id."""
        made = f"call_{at}_{nth}"
        while made in self.ids:
            made += "_"
        self.ids.add(made)
        return made

    def called(self, calls: Sequence[Any]) -> None:
        """Add calls that need results. Calls left over from before the last result get none any more."""
        if self.answering:
            self.waiting.clear()
        self.answering = False
        self.waiting += [(call["id"], call["function"].get("name")) for call in calls if _is_complete(call)]

    def answered(self, call_id: Any, name: Any) -> tuple[Any, Any] | None:
        """The call that a result belongs to, as (id, name)."""
        self.answering = True
        if call_id is not None and self.given:
            matches = [call for call in self.waiting if call[0] == call_id]
        else:
            matches = [call for call in self.waiting if name is not None and call[1] == name] or self.waiting
        call = next(iter(matches), None)
        if call is not None:
            self.waiting.remove(call)
        return call


def _today(message: Message, at: int, pairs: _CallIds) -> Message:
    role = chat_role(message.get("role"))
    if role in ("tool", "function"):
        return _result(message, pairs)
    if role != message.get("role"):
        message = {**message, "role": role}
    if CALLING.isdisjoint(message):
        pairs.waiting.clear()
        return message
    legacy = message.get("function_call")
    calls = _listed(message.get("tool_calls")) + ([legacy] if isinstance(legacy, dict) and legacy else [])
    calls = [_call(call, at, nth, pairs) for nth, call in enumerate(calls)]
    pairs.called(calls)
    rest = {key: value for key, value in message.items() if key != "function_call" or _is_odd(value)}
    return {**rest, "tool_calls": calls} if calls else rest


def _result(message: Message, pairs: _CallIds) -> Message:
    call_id, name = message.get("tool_call_id"), message.get("name")
    call = pairs.answered(call_id, name)
    new = {**message, "role": "tool"}
    if isinstance(message.get("content"), dict):
        # A result is a text, and that of an object is its JSON.
        new["content"] = as_text(message["content"])
    if call is not None and (call_id is None or not pairs.given):
        new["tool_call_id"] = call[0]
    if message.get("role") == "function":
        # The name is redundant if it is the call's, and a missing result of a function becomes an empty text.
        if call is not None and call[1] == name:
            new.pop("name", None)
        if message.get("content") is None:
            new["content"] = ""
    return new


def _call(call: Any, at: int, nth: int, pairs: _CallIds) -> Any:
    """A call with an id, a type, and arguments as text; any other value is unchanged."""
    if not isinstance(call, dict):
        return call
    bare = "function" not in call and "name" in call
    inner = ("name", *ARGUMENTS)
    function = {key: call[key] for key in inner if key in call} if bare else call.get("function")
    if not isinstance(function, dict):
        return call
    rest = {key: value for key, value in call.items() if not (bare and key in inner)}
    identifier = call["id"] if call.get("id") not in (None, "") else pairs.new_id(at, nth)
    named = {"id": identifier, "type": rest.get("type") or "function"}
    return {**named, **rest, **named, "function": _with_text_arguments(function)}


def _with_text_arguments(function: dict[str, Any]) -> dict[str, Any]:
    given = arguments_of(function)
    if function.get("arguments") is None and given is not None:
        used = next(key for key in ARGUMENTS if function.get(key) is not None)
        function = {key: value for key, value in function.items() if key != used}
    return {**function, "arguments": as_text(given)}


def _is_complete(call: Any) -> bool:
    return isinstance(call, dict) and "id" in call and isinstance(call.get("function"), dict)


def _is_odd(legacy: Any) -> bool:
    """Whether a ``function_call`` is neither a call nor empty, so that it must be retained."""
    return bool(legacy) and not isinstance(legacy, dict)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
