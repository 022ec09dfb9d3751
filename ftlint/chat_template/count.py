"""Count the tokens of a conversation as its chat template writes it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ftlint.chat_template.rendering import Refusal
from ftlint.chat_template.template import ChatTemplate
from ftlint.tokens.counter import count


def count_rendering(
    template: ChatTemplate, messages: Sequence[Mapping[str, Any]], tools: Sequence[Any], vocabulary: str
) -> tuple[int, int] | None:
    """The tokens of a conversation, and of all before its last answer, whose header counts as before it.

    None where the template refuses the conversation.
    """
    last = max((at for at, message in enumerate(messages) if message.get("role") == "assistant"), default=0)
    try:
        whole = template.render(messages, tools).text
        before = template.render(messages[:last], tools, add_generation_prompt=True).text if last else ""
    except Refusal:
        return None
    return count(whole, vocabulary), count(before, vocabulary)
