"""ChatML: ``<|im_start|>user`` … ``<|im_end|>`` in one text, as templates write a conversation out."""

import re
from typing import Any

from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import Message

TURN = re.compile(r"\s*<\|im_start\|>([^\n<|]+)\n(.*?)<\|im_end\|>", re.DOTALL)
# A tool's turn would need the id of the call that it answers, which the text does not say.
SPEAKERS = ("system", "developer", "user", "assistant")


def read_chatml(text: Any) -> list[Message] | None:
    """The messages that a text spells in ChatML from its first to its last character; None for any other text."""
    if not isinstance(text, str) or "<|im_start|>" not in text:
        return None
    messages: list[Message] = []
    end = 0
    while found := TURN.match(text, end):
        role, content = chat_role(found[1].strip()), found[2]
        if role not in SPEAKERS or "<|im_start|>" in content:
            return None
        messages.append({"role": role, "content": content})
        end = found.end()
    return messages if messages and not text[end:].strip() else None
