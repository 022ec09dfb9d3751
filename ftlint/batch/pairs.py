"""Frames of preference pairs and of single-turn examples (exchanges)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.canonical import canonical_message
from ftlint.batch.messages import signature
from ftlint.batch.records import BROKEN
from ftlint.batch.tool_calls import frame_of
from ftlint.shapes.shape import Message, plain_text

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

SINGLE_TURN = r"^[sd]*u[sd]*a$"
"""The roles of a single-turn example: one question, one answer, and any number of instructions."""


def exchanges_frame(batch: "Batch") -> "DataFrame":
    """One row per exchange, computed from columns only; the columns are listed at ``Batch.exchanges``."""
    ends = pl.col("n_messages").cum_sum()
    examples = batch.examples.with_columns(start=ends - pl.col("n_messages"), last=ends - 1)
    examples = examples.filter(pl.col("roles").str.contains(SINGLE_TURN))
    two_sided = [
        kind.shape.name for kind in batch.detected_shapes if kind is not None and kind.shape.is_preference
    ]
    if two_sided:
        examples = examples.filter(~pl.col("shape").is_in(two_sided))
    question_at = examples["roles"].str.find("u", literal=True)
    texts = batch.messages.select(
        "content", "n_calls", single=(pl.col("kind") == "text") & pl.col("content").is_not_null()
    )
    question, answer = texts[examples["start"] + question_at], texts[examples["last"]]
    frame = examples.select(
        "i",
        "row",
        "line",
        "shape",
        prompt=question["content"],
        completion=answer["content"],
        prompt_at=pl.when(question["single"]).then(question_at),
        completion_at=pl.when(answer["single"]).then(pl.col("n_messages") - 1),
    )
    is_answer = (pl.col("shape") == "completion") | pl.col("completion_at").is_not_null()
    return frame.filter(is_answer & (answer["n_calls"] == 0))


PREFERENCE_COLUMNS = {
    "i": "UInt32",
    "row": "UInt64",
    "line": "UInt64",
    "at": "UInt32",
    "rejected_at": "UInt32",
    "input_roles": "String",
    "wanted": "String",
    "rejected": "String",
    "wanted_characters": "UInt32",
    "rejected_characters": "UInt32",
    "n_wanted": "UInt32",
    "n_rejected": "UInt32",
    "wanted_roles": "String",
    "rejected_roles": "String",
}


def preference_frame(batch: "Batch") -> "DataFrame":
    """One row per record with two answers; the columns are listed at ``Batch.preference_pairs``."""
    rows = []
    for i, rejected_view in enumerate(batch.rejected_views):
        detected, view = batch.record_shapes[i], batch.views[i]
        if detected is None or not detected.shape.is_preference or not view:
            continue
        try:
            start = len(view) - detected.shape.answer_size(batch.records[i], detected.fields)
        except BROKEN:
            continue
        messages = [_as_object(message) for message in view]
        location = (i, batch.rows[i], batch.lines[i], start, len(view))
        preferred, rejected = messages[start:], [_as_object(message) for message in rejected_view]
        rows.append((*location, signature(messages[:start]), *_pair(preferred, rejected)))
    return frame_of(rows, PREFERENCE_COLUMNS)


def _pair(*answers: Sequence[Message]) -> tuple[Any, ...]:
    return (
        *("\n".join(map(canonical_message, answer)) for answer in answers),
        *(sum(len(plain_text(message.get("content"))) for message in answer) for answer in answers),
        *map(len, answers),
        *map(signature, answers),
    )


def _as_object(message: Any) -> Message:
    return message if isinstance(message, dict) else {}
