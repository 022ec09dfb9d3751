"""What is in a row: its messages, calls and tools, in whatever layout; ftlint has no part in it."""

import json
from collections.abc import Iterator
from typing import Any

LISTS = (
    "messages", "conversations", "interactions", "prompt", "completion", "chosen", "rejected", "preferred_output",
    "non_preferred_output",
)  # fmt: skip
"""Fields that hold messages."""
ANSWERS = ("completion", "output", "text", "chosen", "rejected", "answer", "response")
"""Fields that hold a text that is learnt."""
ROLES = ("system", "developer", "user", "assistant", "tool")
WORDS = {"human": "user", "gpt": "assistant", "function_call": "assistant", "observation": "tool"}


def messages(row: Any) -> Iterator[dict[str, Any]]:
    """Every message of the row, also of its pairs."""
    for conversation in conversations(row):
        yield from (message for message in conversation if isinstance(message, dict))


def conversations(row: Any) -> Iterator[list[Any]]:
    """Every list of messages of the row."""
    held = row.get("input")
    for holder in (row, held if isinstance(held, dict) else {}):
        yield from (holder[key] for key in LISTS if isinstance(holder.get(key), list))


def role(message: dict[str, Any]) -> Any:
    """The role as the chat layout calls it."""
    word = message.get("role", message.get("from"))
    return WORDS.get(word, word) if isinstance(word, str) else word


def content(message: dict[str, Any]) -> Any:
    return message.get("content", message.get("value", message.get("text")))


def calls(row: Any) -> Iterator[dict[str, Any]]:
    """Every function that is called, with its name and arguments as they stand; empty if it has none."""
    for message in messages(row):
        for call in (message.get("function_call"), *tool_calls(message)):
            if isinstance(call, dict):
                function = call.get("function", call)
                yield function if isinstance(function, dict) else {}


def tool_calls(message: dict[str, Any]) -> list[Any]:
    """The calls of a message, if they are a list."""
    listed = message.get("tool_calls")
    return listed if isinstance(listed, list) else []


def arguments(function: dict[str, Any]) -> Any:
    """The arguments of a call; of JSON text what it says."""
    return decoded(function.get("arguments"))


def decoded(value: Any) -> Any:
    """What a JSON text says; anything else as it is."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def tools(row: Any) -> list[Any]:
    """The declared functions."""
    listed = decoded(row.get("tools")) or row.get("functions")
    return [
        tool.get("function", tool) if isinstance(tool, dict) else tool
        for tool in (listed if isinstance(listed, list) else [])
    ]


def is_blank(value: Any) -> bool:
    """Whether a content says nothing: null, blanks, or parts of blanks."""
    if isinstance(value, list):
        return all(isinstance(part, dict) and is_blank(part.get("text")) for part in value)
    return value is None or (isinstance(value, str) and not value.strip(" \n\t\u00a0\u200b"))


def has_call(message: dict[str, Any]) -> bool:
    return bool(message.get("tool_calls") or message.get("function_call"))


def has_mixed_types(row: Any) -> bool:
    """Whether values of several types stand at one place of the row, which a column of Arrow does not hold."""
    return _are_mixed([row])


def _are_mixed(values: list[Any]) -> bool:
    """The values are those at one place."""
    values = [value for value in values if value is not None]
    if len({type(value) for value in values}) > 1:
        return True
    if values and isinstance(values[0], list):
        return _are_mixed([item for value in values for item in value])
    keys = {key for value in values for key in value} if values and isinstance(values[0], dict) else set()
    return any(_are_mixed([value[key] for value in values if key in value]) for key in keys)
