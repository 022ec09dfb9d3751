"""Turns of their own for calls, as ms-swift has them, viewed as messages that call.

``{"role": "tool_call", "content": "{\\"name\\": …, \\"arguments\\": {…}}"}`` is one call: the content is its JSON, or
the object itself, and its arguments may be called ``parameters``. Each turn is one message of the view.
"""

from collections.abc import Sequence
from typing import Any

from ftlint.json_values import parse_json, write_json
from ftlint.path import Steps
from ftlint.shapes.roles import CALLING_ROLES
from ftlint.shapes.shape import Message
from ftlint.shapes.tools import as_text

RESULT_ROLE = "tool_response"
TURN_ROLES = (*CALLING_ROLES, RESULT_ROLE)
CALL_FIELDS = ("call", "call_id", "call_name", "arguments")
ARGUMENTS = ("arguments", "parameters")


def with_turn_calls(messages: Any) -> Any:
    """The messages, with the calls of turns as those of messages; the same object if no turn is a call."""
    if not isinstance(messages, list) or not any(
        type(message) is dict and message.get("role") in CALLING_ROLES for message in messages
    ):
        return messages
    return [_calling(message) if is_call_turn(message) else message for message in messages]


def is_call_turn(message: Any) -> bool:
    """Whether a message is a turn whose content should be a call."""
    return type(message) is dict and message.get("role") in CALLING_ROLES and not message.get("tool_calls")


def has_turn_calls(messages: Sequence[Any]) -> bool:
    """Whether any call of a view is that of a turn, which has no id."""
    # Without a generator: this is asked of every conversation.
    for message in messages:
        if type(message) is dict and message.get("role") in CALLING_ROLES and message.get("tool_calls"):
            return True
    return False


def path_in_turn(content: Any, field: str) -> Steps:
    """The path in a turn of a field of its call: its content, or inside that if it is an object."""
    if not isinstance(content, dict) or field not in ("call_name", "arguments") or _call(content) is None:
        return ("content",)
    return ("content", "name" if field == "call_name" else _arguments_key(content))


def text_in_turn(content: Any, field: str) -> str | None:
    """The text of a field of a turn as in the view; None if there is none."""
    call = _call(content)
    if call is None or field == "content":
        return content if call is None and field == "content" and isinstance(content, str) else None
    found = call.get("name" if field == "call_name" else field)
    return found if isinstance(found, str) else None


def put_in_turn(turn: Message, field: str, text: str) -> None:
    """Write a changed name or changed arguments of a turn's call back, or a content that is no call."""
    content: Any = turn.get("content")
    if _call(content) is None:
        turn["content"] = text
    elif field in ("call_name", "arguments"):
        call = parse_json(content) if isinstance(content, str) else dict(content)
        key = "name" if field == "call_name" else _arguments_key(call)
        call[key] = text if isinstance(call.get(key), str) else parse_json(text)
        turn["content"] = write_json(call) if isinstance(content, str) else call


def _calling(turn: Message) -> Message:
    call = _call(turn.get("content"))
    if call is None:
        return turn
    return {**turn, "content": None, "tool_calls": [{"type": "function", "function": call}]}


def _call(content: Any) -> dict[str, Any] | None:
    """The name and the arguments, as text, of the one call that a content is; None if it is none."""
    try:
        call = parse_json(content) if isinstance(content, str) else content
        if not isinstance(call, dict) or not isinstance(call.get("name"), str):
            return None
        given = call.get(_arguments_key(call))
        function = {"name": call["name"]} | ({} if given is None else {"arguments": as_text(given)})
        # An escaped half of a surrogate pair cannot be processed as text.
        write_json(function).encode()
    except (ValueError, RecursionError):
        return None
    return function


def _arguments_key(call: dict[str, Any]) -> str:
    return next((key for key in ARGUMENTS if call.get(key) is not None), ARGUMENTS[0])
