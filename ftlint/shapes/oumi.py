"""Oumi's conversations: a chat whose parts have their text or address under ``content``, and bytes under ``binary``.

``{"messages": [{"role": "user", "content": [{"type": "image_url", "content": …}, {"type": "text", "content": …}]}]}``
"""

from typing import Any

from ftlint.path import Steps
from ftlint.shapes.chat import Chat
from ftlint.shapes.media import data_url, split_data
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, follow
from ftlint.shapes.spans import is_part

IMAGES = ("image_url", "image_path", "image_binary")


class OumiChat(Chat):
    """A chat with parts in Oumi's form; for a target that reads such also one of plain texts."""

    name = "oumi-chat"
    plain_too = True
    compatible_with = "chat"

    def recognise(self, record: Record, names: Names) -> bool:
        return _has_items(record[names["messages"]])

    def is_recognised_inside(self, record: Record) -> bool:
        return any(type(messages) is list and _has_items(messages) for messages in record.values())

    def _messages(self, record: Record, names: Names) -> list[Message]:
        messages = super()._messages(record, names)
        return [_viewed(message) for message in messages] if isinstance(messages, list) else messages

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        path = super().steps(record, names, at, field, part)
        if field not in ("part", "media") or part is None or part < 0:
            return path
        holder = path[: path.index("content") + 2] if "content" in path else path
        item = follow(record, holder)
        if not _is_item(item):
            return path
        return (*holder, "binary" if item.get("content") is None else "content")

    def write(self, conversation: Conversation) -> Record:
        messages = [_written(message, conversation.lost) for message in conversation.messages]
        record: Record = {"messages": messages}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record

    def is_written(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        plain = all(
            all(map(_is_item, message["content"]))
            for message in (messages if isinstance(messages, list) else ())
            if isinstance(message, dict) and isinstance(message.get("content"), list)
        )
        return plain and super().is_written(record, names)


def _has_items(messages: Any) -> bool:
    """Whether any content of a list of messages has a part of Oumi's."""
    # Without a generator: this is asked of every conversation.
    for message in messages if isinstance(messages, list) else ():
        content = message.get("content") if type(message) is dict else None
        if type(content) is list and "role" in message and any(map(_is_item, content)):
            return True
    return False


def _is_item(part: Any) -> bool:
    """Whether a part is one of Oumi's: a kind of text or image, and not a result of Anthropic's."""
    kinds = ("text", *IMAGES)
    return isinstance(part, dict) and part.get("type") in kinds and ("content" in part or "binary" in part)


def _viewed(message: Any) -> Any:
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, list) or not any(map(_is_item, content)):
        return message
    return {**message, "content": [_part(item) if _is_item(item) else item for item in content]}


def _part(item: dict[str, Any]) -> dict[str, Any]:
    """An item of Oumi's as a part of a chat."""
    if item["type"] == "text":
        return {"type": "text", "text": item.get("content")}
    if item["type"] in IMAGES:
        address = item.get("content")
        url = data_url("image/png", item.get("binary")) if address is None else address
        return {"type": "image_url", "image_url": {"url": url}}
    return item


def _written(message: Message, lost: list[str]) -> Message:
    content = message.get("content")
    if not isinstance(content, list):
        return message
    if len(content) == 1 and is_part(content[0]) and content[0].get("type") == "text":
        return {**message, "content": content[0].get("text")}
    return {**message, "content": [_item(part, lost) for part in content]}


def _item(part: Any, lost: list[str]) -> dict[str, Any]:
    """A part of a chat as an item of Oumi's."""
    if part.get("type") == "text":
        return {"type": "text", "content": part["text"]}
    if part.get("type") != "image_url":
        raise CannotHold("has no place for parts other than texts and images")
    image = part.get("image_url")
    url = image.get("url") if isinstance(image, dict) else image
    if not isinstance(image, dict | str) or not isinstance(url, str):
        raise CannotHold("has no place for an image without an address")
    if isinstance(image, dict):
        lost.extend(f"messages[].content[].image_url.{key}" for key in image if key != "url")
    if url.startswith("data:"):
        return {"type": "image_binary", "binary": split_data(url)[1]}
    return {"type": "image_url" if "://" in url else "image_path", "content": url}
