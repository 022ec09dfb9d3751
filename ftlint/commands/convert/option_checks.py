"""Options of a conversion that its target or shape cannot follow: errors in words, before anything is written."""

from typing import Any

from ftlint.config.conversion import ConversionOptions
from ftlint.errors import UsageError
from ftlint.schema.allowed_fields import AllowedFields
from ftlint.shapes import media
from ftlint.shapes.shape import CannotHold, Conversation, Message, Record, Shape
from ftlint.targets.target import Target

LAST_ANSWER = "last_answer_setting"
# What a target reads, by the value of a fact; the option that agrees with it.
MARKS = {"counted": "placeholders", "parts": "parts"}
SPLIT_SHAPE = "trl-completion"
IMAGE = {"type": "image_url", "image_url": {"url": "a.png"}}
QUESTION: Message = {"role": "user", "content": "a"}
ANSWER: Message = {"role": "assistant", "content": "b"}


def check_options(
    options: ConversionOptions, shape: Shape, target: Target | None, known: AllowedFields
) -> None:
    """Raise UsageError for the first option that contradicts the target, or for which the shape has no place."""
    who = target.name if target is not None else shape.name
    _check_arguments(options, shape, target, who)
    _check_media(options, shape, target, known)
    if options.reasoning == "field" and not _keeps_reasoning(shape, known):
        raise UsageError(
            f"--reasoning field: {who} has no field for reasoning; write inline (<think> in the text) or drop"
        )
    if options.text_calls == "read" and not shape.tool_fields:
        raise UsageError(f"--text-calls read: {who} has no place for tool calls; write keep")
    if options.untrained == "split":
        split_note(shape, target)


def split_note(shape: Shape, target: Target | None) -> str | None:
    """The trainer's setting that trains only the last answer of each example of a split, if one is needed.

    Raises UsageError if it has none.
    """
    ignores = target is not None and target.value("message_weight") in ("ignored", "unsure")
    if target is None or not ignores or shape.name == SPLIT_SHAPE or not shape.turns:
        return None
    setting = target.text(LAST_ANSWER)
    if setting is None:
        raise UsageError(
            f"--untrained split: {target.name} trains on every answer of an example, also on those before the last; "
            "write drop, or keep"
        )
    return f"train with {setting}: without it {target.name} trains on every answer, also on those of weight 0"


def _check_arguments(options: ConversionOptions, shape: Shape, target: Target | None, who: str) -> None:
    form = options.tool_arguments
    if form is None:
        return
    wanted = target.value("arguments") if target is not None else None
    if wanted in ("object", "text") and wanted != form:
        read = {"object": "objects", "text": "JSON text"}[str(wanted)]
        raise UsageError(f"--tool-arguments {form}: {who} reads {read}; leave the option out")
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    record = _written(shape, [QUESTION, {"role": "assistant", "content": None, "tool_calls": [call]}])
    if form == "text" and record is not None and not _has(record, "tool_calls"):
        raise UsageError(f"--tool-arguments text: in {shape.name} the arguments of a call are an object")


def _check_media(
    options: ConversionOptions, shape: Shape, target: Target | None, known: AllowedFields
) -> None:
    form = options.media
    if form is None:
        return
    who = target.name if target is not None else shape.name
    wanted = MARKS.get(str(target.value("media_marks"))) if target is not None else None
    if wanted is not None and wanted != form:
        raise UsageError(f"--media {form}: {who} reads {wanted}; leave the option out")
    record = _written(shape, [{"role": "user", "content": [{"type": "text", "text": "a"}, IMAGE]}, ANSWER])
    has_parts = record is not None and _has(record, "image_url")
    if form == "parts" and not has_parts:
        raise UsageError(f"--media parts: {shape.name} has texts and no parts; write placeholders")
    beside = known.names is None or set(media.FIELDS[:1]) <= known.names
    if form == "placeholders" and not (beside and (has_parts or (record is not None and "images" in record))):
        raise UsageError(f"--media placeholders: {who} has no column images beside its texts; write parts")


def _keeps_reasoning(shape: Shape, known: AllowedFields) -> bool:
    thought = "thought-of-a-probe"
    record = _written(shape, [QUESTION, {**ANSWER, "reasoning_content": thought}])
    if record is None or thought not in str(record):
        return False
    return not any(value == thought for _, value in known.unknown(record))


def _written(shape: Shape, messages: list[Message]) -> Record | None:
    """A small conversation as the shape writes it; None if it has no place for it."""
    pair = Conversation(messages, rejected=[ANSWER], label=True)
    try:
        return shape.write(pair)
    except CannotHold:
        return None


def _has(value: Any, key: str) -> bool:
    if isinstance(value, dict):
        return key in value or any(_has(below, key) for below in value.values())
    return isinstance(value, list) and any(_has(below, key) for below in value)
