"""Pairs of answers as columns: what is wanted, and what stands against it."""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftlint.calls import frame_of
from ftlint.frames import beyond, signature
from ftlint.seen import BROKEN
from ftlint.shapes.shape import Message, plain_text
from ftlint.speakers import speaker

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.seen import Seen

TYPES = {
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


def sides_frame(batch: "Seen") -> "DataFrame":
    """One row per record that holds two answers; the columns are told at ``Batch.sides``."""
    rows = []
    for i, aside in enumerate(batch.asides):
        sighting, view = batch.sightings[i], batch.views[i]
        if sighting is None or not sighting.shape.sides or not view:
            continue
        try:
            start = len(view) - sighting.shape.answer_size(batch.records[i], sighting.names)
        except BROKEN:
            continue
        said = [_tame(message) for message in view]
        places = (i, batch.rows[i], batch.lines[i], start, len(view))
        wanted, rejected = said[start:], [_tame(message) for message in aside]
        rows.append((*places, signature(said[:start]), *_pair(wanted, rejected)))
    return frame_of(rows, TYPES)


def _pair(*sides: Sequence[Message]) -> tuple[Any, ...]:
    return (
        *("\n".join(map(canonical_message, side)) for side in sides),
        *(sum(len(plain_text(message.get("content"))) for message in side) for side in sides),
        *map(len, sides),
        *map(signature, sides),
    )


def _tame(message: Any) -> Message:
    return message if isinstance(message, dict) else {}


def canonical_message(message: Message) -> str:
    """What a message says, whatever its ids, its order of keys and its outer blanks; in NFC."""
    text = unicodedata.normalize("NFC", plain_text(message.get("content")).strip())
    return f"{speaker(message.get('role'))}\0{text}\0{beyond(message) or ''}"
