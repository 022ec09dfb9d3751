"""Detection of the JSON layout of a file, from its first 256 KiB: one record per line, or one document."""

import json
import re
from typing import Any, Literal

from ftlint.display import quote
from ftlint.io.encoding import BOM
from ftlint.io.json.by_column import by_column, opens_by_column

Layout = Literal["lines", "array", "object"]

# A list under one of these names is part of one record, never a list of records.
RECORD_FIELDS = frozenset(
    {
        "messages", "conversations", "conversation", "contents", "turns", "dialog", "dialogue", "tools", "functions",
        "chosen", "rejected", "prompt", "completion", "input", "output", "text", "images",
        "preferred_output", "non_preferred_output", "context", "completions", "segments", "interactions",
        "available_tools", "videos", "audios", "history", "labels", "system", "chosen_messages", "rejected_messages",
        "chosen_conversations", "rejected_conversations", "rejected_response",
        "conversation_a", "conversation_b", "answers", "responses", "candidates", "generations", "ratings", "scores",
        "positive_messages", "negative_messages", "response_a", "response_b", "summaries",
    }
)  # fmt: skip
OPENS_WRAPPER = re.compile(r'\s*\{\s*"((?:[^"\\]|\\.){1,60})"\s*:\s*(\[)\s*\{\s*"((?:[^"\\]|\\.){1,60})"')
MESSAGE_KEYS = frozenset({"role", "from", "content", "value", "parts", "speaker"})
DECODER = json.JSONDecoder()


def layout_of(head: bytes, *, complete: bool) -> Layout:
    """Lines or a document. ``complete``: the head is the entire file."""
    text = head.removeprefix(BOM).decode("utf-8", "replace").lstrip()
    first, newline, rest = text.partition("\n")
    if text[:1] not in ("{", "["):
        return "lines"
    document: Layout = "array" if text[0] == "[" else "object"
    if not newline and not complete:
        return document if _opens_records(text) else "lines"
    value = _load(first)
    if value is None:
        return document if _spans_lines(text, first, complete) else "lines"
    if rest.strip():
        return "lines"
    if isinstance(value, list):
        return "array" if any(isinstance(item, dict) for item in value) else "lines"
    return "object" if wrapped_key(value) is not None or by_column(value) is not None else "lines"


def may_be_by_column(head: bytes) -> bool:
    """Whether a file is a table by column on one line, judging by its head, which is not all of it."""
    text = head.removeprefix(BOM).decode("utf-8", "replace").strip()
    return "\n" not in text and opens_by_column(text)


def is_by_column(data: bytes) -> bool:
    """Whether a complete file is a table by column."""
    return by_column(_load(data.removeprefix(BOM).decode("utf-8", "replace"))) is not None


def is_lines(head: bytes) -> bool:
    """Whether a .json file has one JSON object per line, and more than one of them."""
    text = head.removeprefix(BOM).decode("utf-8", "replace").lstrip()
    first, _, rest = text.partition("\n")
    return rest.lstrip()[:1] == "{" and isinstance(_load(first), dict)


def wrapped_key(value: dict[str, Any]) -> str | None:
    """The key of a wrapper like ``{"data": [{…}, {…}]}``; None for a record."""
    if len(value) != 1:
        return None
    key, items = next(iter(value.items()))
    if key in RECORD_FIELDS or not isinstance(items, list) or not items:
        return None
    if not all(isinstance(item, dict) for item in items):
        return None
    return None if any(len(MESSAGE_KEYS & item.keys()) > 1 for item in items[:3]) else key


def opens_wrapper(text: str, at: int) -> re.Match[str] | None:
    """The start of a wrapper whose end is too far away to read."""
    found = OPENS_WRAPPER.match(text, at)
    if found is None or found[1] in RECORD_FIELDS or found[3] in MESSAGE_KEYS:
        return None
    return found


def not_records(value: dict[str, Any]) -> str | None:
    """A description of a document that has many records, but not as a list; None for one record."""
    inside = list(value.values())
    if not inside:
        return None
    if all(isinstance(item, dict) for item in inside) and (
        len(inside) > 1 or all(map(str.isdigit, inside[0]))
    ):
        return 'a table stored by column or by index, not a list of records (pandas: orient="records", lines=True)'
    if not all(isinstance(item, list) and item for item in inside):
        return None
    if not any(isinstance(part, dict) for item in inside for part in item):
        same = len({len(item) for item in inside}) == 1
        return (
            'a table stored by column, not a list of records (pandas: orient="records", lines=True)'
            if same
            else None
        )
    if len(inside) > 1 and not RECORD_FIELDS & value.keys():
        names = ", ".join(quote(key, 30) for key in list(value)[:6])
        return f"{len(inside)} lists of records in one document ({names}): save each as its own file"
    return None


def _opens_records(text: str) -> bool:
    if text[0] == "[":
        return re.match(r"\[\s*\{", text) is not None
    return opens_wrapper(text, 0) is not None


def _load(text: str) -> Any:
    """The value, or None if it is not JSON (``null`` is not a record either)."""
    try:
        return DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return None


def _spans_lines(text: str, first: str, complete: bool) -> bool:
    """Whether a value that does not end on its first line spans several lines, and is not a broken line."""
    if not text[len(first) :].strip():
        return False
    if first.strip() in ("{", "[") or re.match(r"\[\s*\{", first):
        return True
    following = [line for line in text[len(first) :].split("\n", 5) if line.strip()][:2]
    if len(following) == 2 and isinstance(_load(following[0]), dict) and following[1].startswith("{"):
        return False
    try:
        _, end = DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        end = len(text.rstrip())
        good_lines = text.count("\n", 0, min(error.pos, end))
        near_end = error.pos >= end - 16 or error.msg.startswith("Unterminated")
        return good_lines >= 2 or (not complete and good_lines >= 1 and near_end)
    except (ValueError, RecursionError):
        return False
    return end > len(first)


def opens_json(head: bytes) -> Literal["json", "jsonl"] | None:
    """Whether a text with another suffix begins like JSON; only in unambiguous cases."""
    text = head.removeprefix(BOM).decode("utf-8", "replace").lstrip()
    if re.match(r'\{\s*"(?:[^"\\]|\\.)*"\s*:', text):
        return "jsonl"
    return "json" if re.match(r'\[\s*\{\s*"(?:[^"\\]|\\.)*"\s*:', text) else None
