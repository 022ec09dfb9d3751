"""Contents in other forms than the chat's, read as the texts that they are.

A text may be in a list, in an object, or in a part without a type: ``["a", "b"]``, ``{"text": "a"}``,
``[{"text": "a"}]``, ``{"type": "text", "content": "a"}``. Values that are no text at all are read as their JSON text.
"""

from collections.abc import Sequence
from typing import Any

from ftlint.json_values import write_json
from ftlint.shapes.shape import Message

# The keys under which a part may have its text.
TEXT_KEYS = ("text", "content", "value")
TEXT_TYPES = (None, "text", "input_text", "output_text")
AS_JSON = "a value that is no text (its JSON text now)"


def is_response(value: Any) -> bool:
    """Whether a value is a list of typed items, as an ``output`` of OpenAI's Responses API, and no content."""
    ends = [*value[:1], *value[-1:]] if isinstance(value, list) else []
    items = [end for end in ends if isinstance(end, dict) and "type" in end]
    return any("role" in item or "call_id" in item for item in items)


def chat_content(content: Any) -> Any:
    """A content as a text or as parts of the chat form; one that cannot be read so is unchanged."""
    if isinstance(content, dict):
        part = chat_part(content)
        if not isinstance(part.get("type"), str):
            return content
        return part["text"] if part.keys() == {"type", "text"} else [part]
    if isinstance(content, list) and all(isinstance(part, dict | str) for part in content):
        if len(content) == 1 and isinstance(content[0], str):
            return content[0]
        parts = [chat_part(part) for part in content]
        return content if all(new is old for new, old in zip(parts, content, strict=True)) else parts
    return content


def chat_part(part: Any) -> Any:
    """A part in the chat form: its text under ``text``, an image's URL in an object; any other value is unchanged."""
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if not isinstance(part, dict):
        return part
    kind = part.get("type")
    if kind in TEXT_TYPES:
        key = next((key for key in TEXT_KEYS if isinstance(part.get(key), str)), None)
        if key is None or (kind == "text" and key == "text"):
            return part
        rest = {name: value for name, value in part.items() if name not in ("type", key)}
        return {"type": "text", "text": part[key], **rest}
    if isinstance(kind, str) and kind.endswith("_url") and isinstance(part.get(kind), str):
        return {**part, kind: {"url": part[kind]}}
    return part


def with_chat_contents(messages: Sequence[Any]) -> list[Any]:
    """The messages with their contents in the chat form; a message without a change is the same object."""
    read = []
    for message in messages:
        content = message.get("content") if isinstance(message, dict) else None
        new = chat_content(content) if isinstance(content, list | dict) else content
        read.append(message if new is content else {**message, "content": new})
    return read


def value_text(value: Any, lost: list[str]) -> str | None:
    """A value in a text's place as text: its text if it has one, else its JSON text, which is listed in ``lost``."""
    if value is None or isinstance(value, str):
        return value
    content = chat_content(value)
    if isinstance(content, str):
        return content
    if isinstance(content, list) and content and all(map(_is_text, content)):
        return "\n".join(part["text"] for part in content)
    lost.append(AS_JSON)
    return write_json(value, default=str)


def texts_only(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """The messages of a shape without parts, each with a text or None as its content."""
    return [
        message
        if isinstance(message.get("content"), str | None)
        else {**message, "content": value_text(message["content"], lost)}
        for message in messages
    ]


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "text" and part.keys() == {"type", "text"}
