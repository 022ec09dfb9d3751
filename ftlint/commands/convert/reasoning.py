"""The reasoning before an answer: a field of the message, or a ``<think>`` block at the start of its text.

The block is written as the chat templates of Qwen3 and DeepSeek-R1 do: ``<think>``, a line each, ``</think>``, a blank
line, the text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ftlint.shapes.shape import Message

FIELD = "reasoning_content"
# DeepSeek and Qwen write the first, vLLM and Together the second as well, and Anthropic the third.
FIELDS = (FIELD, "reasoning", "thinking")
BLOCK = re.compile(r"\s*<think>\n?(.*?)\n?</think>\s*", re.DOTALL)
DROPPED = "the reasoning"


def inline(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Write the reasoning of each answer into its text."""
    del lost
    return [_inlined(message) if message.get("role") == "assistant" else message for message in messages]


def into_field(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Take the block at the start of each answer out of its text, and write it into the field."""
    del lost
    return [_in_field(message) if message.get("role") == "assistant" else message for message in messages]


def drop(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Leave the reasoning of each answer out."""
    dropped = [_without(message) if message.get("role") == "assistant" else message for message in messages]
    if dropped != list(messages):
        lost.append(DROPPED)
    return dropped


ACTIONS: Mapping[str, Callable[[Sequence[Message], list[str]], list[Message]]] = {
    "inline": inline,
    "field": into_field,
    "drop": drop,
}
"""The change for each value of ``--reasoning``."""


def _inlined(message: Message) -> Message:
    name, thought = _thought(message)
    if name is None:
        return message
    rest = {key: value for key, value in message.items() if key != name}
    block = f"<think>\n{thought}\n</think>"
    content = rest.get("content")
    if isinstance(content, list):
        return {**rest, "content": [{"type": "text", "text": f"{block}\n\n"}, *content]}
    return {**rest, "content": f"{block}\n\n{content}" if content else block}


def _in_field(message: Message) -> Message:
    name, _ = _thought(message)
    if name is not None:
        return {FIELD if key == name else key: value for key, value in message.items()}
    found = BLOCK.match(_first_text(message))
    if found is None or not found[1].strip():
        return message
    return {**_without_block(message), FIELD: found[1]}


def _without(message: Message) -> Message:
    rest = {key: value for key, value in message.items() if key not in FIELDS or not isinstance(value, str)}
    return _without_block(rest) if BLOCK.match(_first_text(rest)) else rest


def _thought(message: Message) -> tuple[str | None, str]:
    """The field with the reasoning, and the reasoning; None if there is none, or if there are two."""
    given = [
        (key, message[key]) for key in FIELDS if isinstance(message.get(key), str) and message[key].strip()
    ]
    return given[0] if len(given) == 1 else (None, "")


def _first_text(message: Message) -> str:
    content: Any = message.get("content")
    if isinstance(content, list):
        first = content[0] if content else None
        content = first.get("text") if isinstance(first, dict) else None
    return content if isinstance(content, str) else ""


def _without_block(message: Message) -> Message:
    content, text = message["content"], BLOCK.sub("", _first_text(message), count=1)
    if isinstance(content, str):
        return {**message, "content": text if text or not message.get("tool_calls") else None}
    return {**message, "content": [*([{**content[0], "text": text}] if text else []), *content[1:]]}
