"""Preference pairs, and examples that are one question and one answer, as frames."""

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

ONE = r"^[sd]*u[sd]*a$"
"""The roles of such an example: one question, one answer, and instructions as many as there are."""


def exchanges_frame(batch: "Batch") -> "DataFrame":
    """One row per exchange; the columns are listed at ``Batch.exchanges``. No record is looked at, only columns."""
    ends = pl.col("n_messages").cum_sum()
    mine = batch.examples.with_columns(start=ends - pl.col("n_messages"), last=ends - 1)
    mine = mine.filter(pl.col("roles").str.contains(ONE))
    two_sided = [
        kind.shape.name for kind in batch.detected_shapes if kind is not None and kind.shape.is_preference
    ]
    if two_sided:
        mine = mine.filter(~pl.col("shape").is_in(two_sided))
    asked = mine["roles"].str.find("u", literal=True)
    said = batch.messages.select(
        "content", "n_calls", single=(pl.col("kind") == "text") & pl.col("content").is_not_null()
    )
    question, answer = said[mine["start"] + asked], said[mine["last"]]
    frame = mine.select(
        "i",
        "row",
        "line",
        "shape",
        prompt=question["content"],
        completion=answer["content"],
        prompt_at=pl.when(question["single"]).then(asked),
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
    """One row per record that holds two answers; the columns are listed at ``Batch.preference_pairs``."""
    rows = []
    for i, other in enumerate(batch.rejected_views):
        detected, view = batch.record_shapes[i], batch.views[i]
        if detected is None or not detected.shape.is_preference or not view:
            continue
        try:
            start = len(view) - detected.shape.answer_size(batch.records[i], detected.fields)
        except BROKEN:
            continue
        messages = [_as_object(message) for message in view]
        places = (i, batch.rows[i], batch.lines[i], start, len(view))
        wanted, rejected = messages[start:], [_as_object(message) for message in other]
        rows.append((*places, signature(messages[:start]), *_pair(wanted, rejected)))
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
