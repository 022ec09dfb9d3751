"""Images, videos and audio in messages as columns."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ftlint.batch.tool_calls import frame_of
from ftlint.shapes.shape import Message

if TYPE_CHECKING:
    from polars import DataFrame

COLUMNS = {
    "i": "UInt32",
    "at": "UInt32",
    "part": "Int32",
    "role": "String",
    "type": "String",
    "url": "String",
    "detail": "String",
}


def media_frame(odd: Iterable[tuple[int, int, Message]], roles: Any) -> "DataFrame":
    """One row per part that is no text: i, at, part, role, type, url, detail (a text, or the JSON of what is none).

    ``url`` is null where the part holds none; whether it is a good one is a rule's question.
    """
    rows = [
        (i, at, part, roles(message.get("role")), kind, *_url(piece, kind))
        for i, at, message in odd
        if isinstance(message.get("content"), list)
        for part, piece in enumerate(message["content"])
        if isinstance(piece, dict) and (kind := _type(piece)) != "text"
    ]
    return frame_of(rows, COLUMNS)


def _type(piece: dict[str, Any]) -> str:
    kind = piece.get("type", "text")
    return kind if isinstance(kind, str) else "?"


def _url(piece: dict[str, Any], kind: str) -> tuple[str | None, str | None]:
    holder = piece.get(kind)
    if isinstance(holder, dict):
        detail = holder.get("detail")
        given = detail if isinstance(detail, str | None) else json.dumps(detail, default=str)
        return _text(holder.get("url")), given
    return _text(holder), None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
