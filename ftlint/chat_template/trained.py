"""Which part of a rendering is trained on.

A template may mark it by ``{% generation %}``. Otherwise it follows from renderings of the beginnings of the
conversation: an answer begins where the rendering of all before it ends, with the prompt for an answer.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct

from ftlint.chat_template.rendering import Refusal, RenderedText, Span
from ftlint.chat_template.template import ChatTemplate


class Trained(Struct, frozen=True):
    """The trained spans of a rendering. ``messages`` has the span of each message, as ``message_spans`` gives it."""

    spans: tuple[Span, ...]
    messages: tuple[Span | None, ...]


def message_spans(
    template: ChatTemplate, messages: Sequence[Mapping[str, Any]], tools: Sequence[Any] | None, text: str
) -> list[Span | None]:
    """The span of each message in its conversation's rendering; None where the rendering of the messages up to it is
    not the beginning of the whole.

    Of an assistant's message the header is not part, if the template has a prompt for answers that ends in it.
    """
    spans: list[Span | None] = []
    end = 0
    for at, message in enumerate(messages):
        start = end
        if message.get("role") == "assistant":
            start = _length(template, messages[:at], tools, text, prompt=True) or end
        here = _length(template, messages[: at + 1], tools, text) if at + 1 < len(messages) else len(text)
        spans.append((start, here) if here is not None and start <= here else None)
        end = here if here is not None else end
    return spans


def trained_part(
    template: ChatTemplate,
    messages: Sequence[Mapping[str, Any]],
    tools: Sequence[Any] | None,
    rendering: RenderedText,
    roles: Collection[str] = ("assistant",),
) -> Trained:
    """The trained part of a conversation, if messages of these roles are trained on."""
    spans = message_spans(template, messages, tools, rendering.text)
    if template.marks_generation and set(roles) == {"assistant"}:
        return Trained(rendering.generated, tuple(spans))
    chosen = [span for at, span in enumerate(spans) if messages[at].get("role") in roles]
    return Trained(tuple(span for span in chosen if span is not None), tuple(spans))


def _length(
    template: ChatTemplate,
    messages: Sequence[Mapping[str, Any]],
    tools: Sequence[Any] | None,
    text: str,
    *,
    prompt: bool = False,
) -> int | None:
    """The length of the rendering of the first messages, if it is the beginning of the text."""
    try:
        rendered = template.render(messages, tools, add_generation_prompt=prompt).text
    except Refusal:
        return None
    return len(rendered) if text.startswith(rendered) else None
