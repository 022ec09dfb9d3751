"""One record as the model is trained on it: text, messages, tokens, and which of them are trained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftlint.batch.batch import Batch
from ftlint.chat_template.rendering import Span
from ftlint.config.settings import Settings
from ftlint.engine.plan import make_context, make_record_reader
from ftlint.errors import UsageError
from ftlint.tokens.spans import token_spans


@dataclass(frozen=True, slots=True)
class RenderedToken:
    """A token of the text: its id, its span in characters, and whether it is trained."""

    id: int
    start: int
    end: int
    trained: bool


@dataclass(frozen=True, slots=True)
class RenderedExample:
    """The text of a conversation. ``messages`` has the span of each message; None where the template does not write
    the message behind those before it. ``trained`` are the spans that count; ``tokens`` is None without a tokenizer.

    A token counts if any of its characters does, as in transformers (``return_assistant_tokens_mask``).
    """

    text: str
    messages: list[Span | None]
    trained: list[Span]
    tokens: list[RenderedToken] | None = None


def render_record(record: Mapping[str, Any], settings: Settings) -> RenderedExample:
    """Render a record of any shape with messages. Raises UsageError where there is nothing to render."""
    context = make_context(settings)
    if context.chat_template is None:
        raise UsageError("no chat template is given, and the folder of the tokenizer has none")
    batch = Batch([dict(record)], [1], [1], make_record_reader(settings, context), context)
    if not batch.rendered_records:
        raise UsageError("the record has no messages to render")
    rendered = batch.rendered_records[0]
    if rendered.rendering is None or rendered.trained is None:
        raise UsageError(f"the chat template refuses the record: {rendered.refusal}")
    text, trained = rendered.rendering.text, list(rendered.trained.spans)
    tokens = _tokens(text, trained, context.tokenizer) if context.tokenizer is not None else None
    return RenderedExample(text, list(rendered.trained.messages), trained, tokens)


def _tokens(text: str, trained: Sequence[Span], vocabulary: str) -> list[RenderedToken]:
    (tokens,) = token_spans([text], vocabulary)
    return [
        RenderedToken(number, start, end, any(first < end and start < last for first, last in trained))
        for number, (start, end) in zip(tokens.ids, tokens.spans, strict=True)
    ]
