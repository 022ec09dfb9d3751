"""Calls and results in other forms than the chat's, read as tool calls and tool messages.

- Parts of a content, as Anthropic and Vercel's AI SDK have them (``ftlint.shapes.call_blocks``).
- Turns of their own: ``{"role": "tool_call", "content": "{\\"name\\": …, \\"arguments\\": …}"}``, as ms-swift has
  them, and ``function_call`` in the same way. Consecutive turns of ``tool_call`` are calls of one message, that of
  the assistant's text before them, if there is one.
- Weights under other names (``ftlint.shapes.weights``).
"""

from collections.abc import Sequence
from typing import Any

from ftlint.json_values import write_json
from ftlint.shapes.call_blocks import RESULT, USE, anthropic_block
from ftlint.shapes.call_turns import RESULT_ROLE
from ftlint.shapes.contents import chat_content, with_chat_contents
from ftlint.shapes.roles import CALLING_ROLES, FUNCTION_CALL, chat_role
from ftlint.shapes.shape import Message
from ftlint.shapes.tools import parsed_calls
from ftlint.shapes.weights import with_weight

THINKING = "thinking"
BLOCKS = (USE, RESULT, THINKING)
SOURCE_KEYS = {"base64": "data", "url": "url"}


def chat_messages(messages: Sequence[Any]) -> list[Any]:
    """The messages with contents, calls and results in the chat form; one without a change is the same object."""
    read: list[Any] = []
    for message in map(with_weight, with_chat_contents(messages)):
        if _is_call_turn(message):
            calls = parsed_calls(message["content"], lenient=True)
            if calls is not None:
                _add_calls(read, message, calls)
                continue
        if _role_of(message) == RESULT_ROLE:
            message = {**message, "role": "tool"}
        read += _without_blocks(message)
    return read


def _role_of(message: Any) -> str:
    role = message.get("role") if isinstance(message, dict) else None
    return role.strip().casefold() if isinstance(role, str) else ""


def _is_call_turn(message: Any) -> bool:
    if _role_of(message) not in (*CALLING_ROLES, FUNCTION_CALL) or message.get("tool_calls"):
        return False
    return isinstance(message.get("content"), str | dict | list)


def _add_calls(read: list[Any], message: Message, calls: list[Any]) -> None:
    """Add the calls of a turn: to the message before, if that is one of such calls, too."""
    rest = {key: value for key, value in message.items() if key not in ("role", "content")}
    before: Any = read[-1] if read else None
    if _role_of(message) == "tool_call" and _takes_calls(before, rest):
        read[-1] = {**before, "tool_calls": [*before.get("tool_calls", []), *calls]}
    else:
        read.append({**rest, "role": "assistant", "content": None, "tool_calls": calls})


def _takes_calls(before: Any, rest: Message) -> bool:
    """Whether a message is one with the calls of the turn after it: the assistant's text, or its calls."""
    if not isinstance(before, dict) or before.get("role") != "assistant" or "content" not in before:
        return False
    same = {key: value for key, value in before.items() if key not in ("role", "content", "tool_calls")}
    return same == rest and ("tool_calls" in before or isinstance(before["content"], str | list))


def _without_blocks(message: Any) -> list[Any]:
    """A message as one or several: each result is a tool message."""
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        return [message]
    parts = [_with_image(anthropic_block(part)) for part in content]
    if not any(part.get("type") in BLOCKS for part in parts):
        changed = any(new is not old for new, old in zip(parts, content, strict=True))
        return [{**message, "content": parts}] if changed else [message]
    role = chat_role(message.get("role"))
    read: list[Any] = []
    run: list[Any] = []
    for part in parts:
        if part.get("type") == RESULT and role != "assistant":
            read += [_message_of(message, run)] if run else []
            read.append(_result(part))
            run = []
        else:
            run.append(part)
    return [*read, _message_of(message, run)] if run else read


def _message_of(message: Message, parts: list[Any]) -> Message:
    said = [part for part in parts if part.get("type") not in (USE, THINKING)]
    calls = [_call(part) for part in parts if part.get("type") == USE]
    thoughts = [part.get(THINKING) for part in parts if part.get("type") == THINKING]
    content: Any = said
    if all(part.keys() == {"type", "text"} for part in said):
        content = said[0]["text"] if len(said) == 1 else said or None
    new = {**message, "content": content}
    if calls:
        new["tool_calls"] = [*(message.get("tool_calls") or []), *calls]
    if thoughts and all(isinstance(thought, str) for thought in thoughts):
        new["reasoning_content"] = "\n".join(map(str, thoughts))
    return new


def _call(part: Message) -> Message:
    given = part.get("input")
    arguments = given if isinstance(given, str) else write_json({} if given is None else given)
    rest = {key: value for key, value in part.items() if key not in ("type", "id", "name", "input")}
    call = {"id": part.get("id"), "type": "function"} if part.get("id") else {"type": "function"}
    return {**call, **rest, "function": {"name": part.get("name"), "arguments": arguments}}


def _result(part: Message) -> Message:
    rest = {key: value for key, value in part.items() if key not in ("type", "tool_use_id", "content")}
    content = chat_content(part.get("content"))
    if isinstance(content, list):
        parts = [_with_image(inner) if isinstance(inner, dict) else inner for inner in content]
        alone = len(parts) == 1 and isinstance(parts[0], dict) and parts[0].keys() == {"type", "text"}
        content = parts[0]["text"] if alone else parts
    content = "" if content is None else content
    return {"role": "tool", "tool_call_id": part.get("tool_use_id"), "content": content, **rest}


def _with_image(part: Message) -> Message:
    """An image in Anthropic's form as one of the chat's."""
    source = part.get("source")
    if part.get("type") != "image" or not isinstance(source, dict):
        return part
    kind = source.get("type")
    value = source.get(SOURCE_KEYS.get(kind, "")) if isinstance(kind, str) else None
    if not isinstance(value, str):
        return part
    rest = {key: inner for key, inner in part.items() if key not in ("type", "source")}
    url = value if kind == "url" else f"data:{source.get('media_type')};base64,{value}"
    return {"type": "image_url", "image_url": {"url": url}, **rest}
