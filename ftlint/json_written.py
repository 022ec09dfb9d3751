"""Values written as JSON, fast, for frames and comparisons; what is written for the user is written elsewhere."""

import json
from typing import Any

import msgspec

_plain = msgspec.json.Encoder().encode
_sorted = msgspec.json.Encoder(order="sorted").encode


def as_json(value: Any) -> str | None:
    """A value as compact JSON; None for null, and for what nests too deep."""
    if value is None:
        return None
    try:
        return _plain(value).decode()
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass
    try:
        return json.dumps(value, separators=(",", ":"), default=str)
    except (ValueError, RecursionError):
        return None


def as_sorted_json(value: Any) -> str:
    """The same with sorted keys: what is equal is written alike."""
    try:
        return _sorted(value).decode()
    except (ValueError, TypeError, OverflowError, RecursionError):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
