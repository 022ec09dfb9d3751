"""The frame of images, videos and audio in messages."""

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
    """One row per content part that is not text: i, at, part, role, type, url, detail (text, or JSON of another value).

    ``url`` is null where the part has none; rules validate it.
    """
    rows = [
        (i, at, part, roles(message.get("role")), kind, *_url(item, kind))
        for i, at, message in odd
        if isinstance(message.get("content"), list)
        for part, item in enumerate(message["content"])
        if isinstance(item, dict) and (kind := _type(item)) != "text"
    ]
    return frame_of(rows, COLUMNS)


def _type(item: dict[str, Any]) -> str:
    kind = item.get("type", "text")
    return kind if isinstance(kind, str) else "?"


def _url(item: dict[str, Any], kind: str) -> tuple[str | None, str | None]:
    holder = item.get(kind)
    if isinstance(holder, dict):
        detail = holder.get("detail")
        detail_text = detail if isinstance(detail, str | None) else json.dumps(detail, default=str)
        return _text(holder.get("url")), detail_text
    return _text(holder), None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
