"""Records as the chat template of the run renders them, as frames: whole records, their texts, their answers."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from ftlint._polars import pl
from ftlint.batch.example import Example
from ftlint.batch.speaker import canonical_role
from ftlint.batch.tools import is_own_message
from ftlint.chat_template.placed import MessageText, PlacedPart, place_parts
from ftlint.chat_template.rendering import Refusal, RenderedText, Span
from ftlint.chat_template.template import ChatTemplate
from ftlint.chat_template.trained import Trained, trained_part
from ftlint.context import RuleContext
from ftlint.json_values import parse_json
from ftlint.shapes.shape import Message
from ftlint.tokens.conversation import BARE
from ftlint.tokens.spans import token_spans

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

RENDERINGS = {"i": "UInt32", "at": "UInt32", "field": "String", "refusal": "String"}
PARTS = {
    "i": "UInt32",
    "at": "UInt32",
    "part": "Int64",
    "field": "String",
    "role": "String",
    "text": "String",
    "left_out": "String",
    "spans": "UInt32",
    "is_exact": "Boolean",
    "is_escaped": "Boolean",
    "is_trained": "Boolean",
}
ANSWERS = {
    "i": "UInt32",
    "at": "UInt32",
    "is_clear": "Boolean",
    "is_trained": "Boolean",
    "end": "String",
    "is_end_trained": "Boolean",
}
TOKENS = {"i": "UInt32", "at": "UInt32", "token": "String"}
# How a text of a message is named in a Location.
CALL_FIELDS = ("call_name", "arguments")
FIELDS = {"thinking": "reasoning_content", "reasoning": "reasoning_content"}


class RenderedRecord(Struct, frozen=True):
    """A conversation with its rendering; ``refusal`` are the words of the template where there is none."""

    i: int
    messages: list[Message]
    rendering: RenderedText | None
    parts: Sequence[PlacedPart] = ()
    trained: Trained | None = None
    refusal: str | None = None
    refused_at: int = 0


def render_records(batch: "Batch") -> list[RenderedRecord]:
    """The conversations of a batch, rendered; none without a chat template.

    Left out are records without messages, and texts that no template is applied to.
    """
    template = batch.context.chat_template
    if template is None:
        return []
    rendered = []
    for i, shape in enumerate(batch.record_shapes):
        view = batch.views[i]
        # A message that is no object is a fault of its own.
        if (
            shape is None
            or shape.shape.name in BARE
            or not all(isinstance(message, dict) for message in view)
        ):
            continue
        messages = [
            _with_chat_role(message if is_own_message(batch, i, at, message) else _with_objects(message))
            for at, message in enumerate(view)
        ]
        if messages:
            tools = Example(batch.records[i], shape, batch.rows[i], batch.lines[i]).tools()
            rendered.append(_render(i, template, messages, tools, batch.context.trained_roles))
    return rendered


def _render(
    i: int, template: ChatTemplate, messages: list[Message], tools: list[Any], roles: Sequence[str]
) -> RenderedRecord:
    try:
        rendering = template.render(messages, tools)
    except Refusal as refusal:
        at = _first_refused(template, messages, tools)
        return RenderedRecord(i, messages, None, refusal=str(refusal), refused_at=at)
    parts = place_parts(template, messages, tools, rendering.text)
    trained = trained_part(template, messages, tools, rendering, roles)
    return RenderedRecord(i, messages, rendering, parts, trained)


def _first_refused(template: ChatTemplate, messages: Sequence[Message], tools: Sequence[Any]) -> int:
    """The message at which the template stops: the conversation up to the one before it can be rendered."""
    last = len(messages) - 1
    for at in range(last, 0, -1):
        try:
            template.render(messages[:at], tools)
        except Refusal:
            continue
        return at
    return 0


def _with_chat_role(message: Message) -> Message:
    """The message with the role that chat templates know, where the file spells it otherwise."""
    role = canonical_role(message.get("role"))
    return message if role is None or role == message.get("role") else {**message, "role": role}


def _with_objects(message: Message) -> Message:
    """The message with the arguments of its calls as objects: their text is of the view, the record has objects."""
    calls = message.get("tool_calls")
    if not isinstance(calls, list):
        return message
    return {**message, "tool_calls": [_with_object(call) for call in calls]}


def _with_object(call: Any) -> Any:
    function = call.get("function") if isinstance(call, dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if not isinstance(function, dict) or not isinstance(arguments, str):
        return call
    try:
        value = parse_json(arguments)
    except (ValueError, RecursionError):
        return call
    return {**call, "function": {**function, "arguments": value}} if isinstance(value, dict) else call


def renderings_frame(records: Sequence[RenderedRecord]) -> "DataFrame":
    """One row per conversation: refusal (the words of the template; null where it renders) and the message."""
    rows = [(record.i, record.refused_at, "role", record.refusal) for record in records]
    return _frame(rows, RENDERINGS)


def rendered_parts_frame(records: Sequence[RenderedRecord]) -> "DataFrame":
    """One row per text of a rendered conversation: its place, text, left_out (pieces of it that are missing), the
    number of its spans, whether these are exact, whether it is written as a text inside JSON, whether it is trained.
    """
    rows = [
        (
            record.i,
            placed.source.at,
            placed.source.part if placed.source.part is not None else _only_part(placed.source),
            FIELDS.get(placed.source.field, placed.source.field),
            record.messages[placed.source.at].get("role"),
            placed.source.text.strip(),
            placed.left_out,
            len(placed.spans),
            placed.is_exact,
            _is_escaped(placed),
            _is_trained(placed.spans, record.trained),
        )
        for record in records
        for placed in _one_for_each_call(record.parts)
    ]
    return _frame(rows, PARTS)


def rendered_answers_frame(records: Sequence[RenderedRecord]) -> "DataFrame":
    """One row per assistant message of a rendered conversation: is_clear (its span follows from the renderings of
    the beginnings), is_trained (any of it), end (what the template writes after its last text), is_end_trained.
    """
    rows = []
    for record in records:
        if record.trained is None or record.rendering is None:
            continue
        for at, message in enumerate(record.messages):
            if message.get("role") == "assistant":
                rows.append((record.i, at, *_answer(record, at, record.rendering.text, record.trained)))
    return _frame(rows, ANSWERS)


def rendered_tokens_frame(records: Sequence[RenderedRecord], context: RuleContext) -> "DataFrame":
    """One row per rendered conversation in which a token holds the end of a prompt and the beginning of its answer:
    at (the answer) and token. None where the vocabulary is not known.
    """
    texts = [(record, record.rendering.text) for record in records if record.rendering is not None]
    rows = []
    if texts and context.counts_exactly:
        found = token_spans([text for _, text in texts], context.encoding)
        for (record, text), tokens in zip(texts, found, strict=True):
            across = _token_across(record, tokens.spans)
            if across is not None:
                at, (start, end) = across
                rows.append((record.i, at, text[start:end]))
    return _frame(rows, TOKENS)


def _token_across(record: RenderedRecord, offsets: Sequence[Span]) -> tuple[int, Span] | None:
    """The first answer that begins inside a token, and this token."""
    spans = record.trained.messages if record.trained is not None else ()
    starts = [
        (at, span[0])
        for at, span in enumerate(spans)
        if span is not None and record.messages[at].get("role") == "assistant"
    ]
    return next(
        ((at, token) for at, start in starts for token in offsets if token[0] < start < token[1]), None
    )


def _answer(
    record: RenderedRecord, at: int, text: str, trained: Trained
) -> tuple[bool, bool | None, str | None, bool]:
    span = trained.messages[at]
    if span is None:
        return False, None, None, False
    inside = [
        end
        for placed in record.parts
        for start, end in placed.spans
        if placed.source.at == at and span[0] <= start and end <= span[1]
    ]
    last = max(inside, default=span[0])
    ending = text[last : span[1]]
    first = last + len(ending) - len(ending.lstrip())
    return True, _overlaps(span, trained.spans), ending.strip(), any(s <= first < e for s, e in trained.spans)


def _one_for_each_call(parts: Sequence[PlacedPart]) -> list[PlacedPart]:
    """The texts with at most one missing text for each call: the call itself where all of its texts are missing."""
    calls: dict[tuple[int, int | None], list[PlacedPart]] = {}
    for placed in parts:
        if placed.source.field in CALL_FIELDS:
            calls.setdefault((placed.source.at, placed.source.part), []).append(placed)
    joined = []
    for placed in parts:
        texts = (
            calls.get((placed.source.at, placed.source.part), [])
            if placed.source.field in CALL_FIELDS
            else []
        )
        missing = [text for text in texts if text.is_missing]
        if not texts or not placed.is_missing:
            joined.append(placed)
        elif placed is missing[0]:
            whole = len(missing) == len(texts)
            joined.append(
                structs.replace(placed, source=structs.replace(placed.source, field="call"))
                if whole
                else placed
            )
    return joined


def _overlaps(span: Span, spans: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


def _is_trained(spans: Sequence[Span], trained: Trained | None) -> bool | None:
    if trained is None or not spans:
        return None
    return any(start <= spans[0][0] and spans[0][1] <= end for start, end in trained.spans)


def _is_escaped(placed: PlacedPart) -> bool:
    """Whether a text that is JSON is written as a text inside JSON."""
    text = placed.source.text.strip()
    if placed.kept == text or not text.startswith(("{", "[")):
        return False
    return placed.kept in (json.dumps(text, ensure_ascii=False)[1:-1], json.dumps(text)[1:-1])


def _only_part(part: MessageText) -> int | None:
    return -1 if part.field in CALL_FIELDS else None


def _frame(rows: Sequence[Any], schema: dict[str, str]) -> "DataFrame":
    return pl.DataFrame(rows, schema={name: getattr(pl, kind) for name, kind in schema.items()}, orient="row")
