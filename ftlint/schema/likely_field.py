"""Which unknown field of an object is probably meant where a required one is missing."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

TEXTS = ("content", "value", "text", "message", "body", "msg", "answer", "response", "utterance", "contents")
SPEAKERS = ("role", "from", "speaker", "author", "sender")
# Names that are written for a field, the likeliest first.
WRITTEN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("content", "value", "text"), TEXTS),
    **dict.fromkeys(("role", "from"), SPEAKERS),
    "name": ("function_name", "function", "tool", "tool_name"),
}
# Fields of messages and calls that are never another field.
OWN = frozenset(
    ("role", "from", "name", "weight", "refusal", "tool_calls", "tool_call_id", "function_call", "id", "type")
)
SIMILAR = 0.8
MEANT = "is probably meant"
"""What the message of a missing field says if another field is probably it."""


def likely_field(holder: Any, missing: str) -> str | None:
    """The key of an object that probably is its missing field; None if there is none."""
    if not isinstance(holder, Mapping):
        return None
    keys = [
        key
        for key, value in holder.items()
        if _fits(missing, value) and (key not in OWN or missing == "role")
    ]
    written = WRITTEN.get(missing, ())
    folded = {key.strip().casefold(): key for key in reversed(keys)}
    found = next((folded[name] for name in (missing, *written) if name in folded), None)
    return found or next(iter(get_close_matches(missing, keys, 1, SIMILAR)), None)


def _fits(missing: str, value: Any) -> bool:
    """Whether a value may be that of the missing field."""
    if missing in ("content", "value", "text"):
        return isinstance(value, str) or (isinstance(value, list) and missing == "content")
    return isinstance(value, str) if missing in WRITTEN else value is not None
