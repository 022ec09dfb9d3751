"""Rewrite legacy OpenAI messages: function_call becomes tool_calls, every call gets an id, results name it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import Message
from ftlint.shapes.tools import as_text

CALLING = frozenset({"tool_calls", "function_call"})


def modernized(messages: Sequence[Message]) -> list[Message]:
    """The messages with today's keys and roles, each in its place; none that is given is changed.

    A call without an id gets ``call_<message>_<nth>``; a result without one gets that of the first call of its
    name, or the first at all, that waits for a result. Raises TypeError where a message is no object.
    """
    calls = [call for message in messages for call in _listed(message.get("tool_calls"))]
    ids = {call["id"] for call in calls if isinstance(call, dict) and _is_text(call.get("id"))}
    pairs = _CallIds(ids, given=bool(ids))
    return [_today(message, at, pairs) for at, message in enumerate(messages)]


@dataclass(slots=True)
class _CallIds:
    """Ids that calls have, and the calls (id, name) that wait for a result."""

    ids: set[str]
    given: bool
    """Whether the file has ids at all; otherwise results are paired by names and order."""
    waiting: list[tuple[Any, Any]] = field(default_factory=list)
    answering: bool = False

    def made(self, at: int, nth: int) -> str:
        """An id that no other call has."""
        made = f"call_{at}_{nth}"
        while made in self.ids:
            made += "_"
        self.ids.add(made)
        return made

    def called(self, calls: Sequence[Any]) -> None:
        """Calls wait for results. Those that waited before a result came get none any more."""
        if self.answering:
            self.waiting.clear()
        self.answering = False
        self.waiting += [(call["id"], call["function"].get("name")) for call in calls if _is_whole(call)]

    def answered(self, wanted: Any, name: Any) -> tuple[Any, Any] | None:
        """The call that a result belongs to, as (id, name)."""
        self.answering = True
        if wanted is not None and self.given:
            found = [call for call in self.waiting if call[0] == wanted]
        else:
            found = [call for call in self.waiting if name is not None and call[1] == name] or self.waiting
        call = next(iter(found), None)
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
    wanted, name = message.get("tool_call_id"), message.get("name")
    call = pairs.answered(wanted, name)
    new = {**message, "role": "tool"}
    if call is not None and (wanted is None or not pairs.given):
        new["tool_call_id"] = call[0]
    if message.get("role") == "function":
        # What the call says already needs no saying again, and a function without a result is one of no words.
        if call is not None and call[1] == name:
            new.pop("name", None)
        if message.get("content") is None:
            new["content"] = ""
    return new


def _call(call: Any, at: int, nth: int, pairs: _CallIds) -> Any:
    """A call with an id, a type, and arguments as text; what is no call stays as it is."""
    if not isinstance(call, dict):
        return call
    bare = "function" not in call and "name" in call
    function = (
        {key: call[key] for key in ("name", "arguments") if key in call} if bare else call.get("function")
    )
    if not isinstance(function, dict):
        return call
    rest = {key: value for key, value in call.items() if not (bare and key in ("name", "arguments"))}
    identifier = call["id"] if call.get("id") not in (None, "") else pairs.made(at, nth)
    named = {"id": identifier, "type": rest.get("type") or "function"}
    arguments = as_text(function.get("arguments"))
    return {**named, **rest, **named, "function": {**function, "arguments": arguments}}


def _is_whole(call: Any) -> bool:
    return isinstance(call, dict) and "id" in call and isinstance(call.get("function"), dict)


def _is_odd(legacy: Any) -> bool:
    """Whether a ``function_call`` is neither a call nor nothing, so that it must not go unseen."""
    return bool(legacy) and not isinstance(legacy, dict)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
