"""The canonical form of examples: equal for examples that differ only in spelling.

Included: roles (an unknown role as written), texts, tool calls, declared tools, names, weights. Ignored: ids, key
order, escapes, Unicode composition (NFC) and outer white space of a text.
"""

import json
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.messages import extra_fields
from ftlint.batch.speaker import speaker_of
from ftlint.json_values import as_sorted_json
from ftlint.shapes.shape import Message, Record, follow, plain_text

if TYPE_CHECKING:
    from polars import Expr

    from ftlint.batch.batch import Batch
    from ftlint.shapes.detect import DetectedShape

# Characters that NFC may change: marks, Hangul jamo, and those with a canonical decomposition of one character
# or excluded from composition (Unicode's NFC_Quick_Check No and Maybe). Few texts have any of them.
COMPOSABLE = (
    r"[\p{M}\x{1100}-\x{11FF}\x{0340}-\x{0345}\x{0374}\x{037E}\x{0387}\x{0958}-\x{095F}\x{09DC}-\x{09DF}\x{0A33}-\x{0A5E}"
    r"\x{0B5C}\x{0B5D}\x{0F43}-\x{0FB9}\x{1F71}-\x{1FFD}\x{2000}\x{2001}\x{2126}\x{212A}\x{212B}\x{2329}\x{232A}\x{2ADC}"
    r"\x{F900}-\x{FAFF}\x{FB1D}-\x{FB4E}\x{1D15E}-\x{1D1C0}\x{2F800}-\x{2FA1D}]"
)


def canonical_content(batch: "Batch") -> "Expr":
    """The column ``content`` of messages without outer white space, in NFC."""
    stripped = pl.col("content").str.strip_chars()
    composable = batch.unusual_texts.filter(pl.col("text").str.contains(COMPOSABLE))
    if not composable.height:
        return stripped
    return (
        pl.when(pl.col("i").is_in(composable["i"].implode()))
        .then(stripped.str.normalize("NFC"))
        .otherwise(stripped)
    )


def canonical_message(message: Message) -> str:
    """The canonical text of a message, independent of ids, key order and outer white space; in NFC."""
    text = unicodedata.normalize("NFC", plain_text(message.get("content")).strip())
    return f"{speaker_of(message.get('role'))}\0{text}\0{extra_fields(message) or ''}"


def beyond_messages(batch: "Batch") -> dict[int, str]:
    """By record: its tools and other fields beyond the messages that are part of its identity, as canonical JSON."""
    by_record: dict[int, str] = {}
    keys = [key for kind in batch.detected_shapes if kind is not None for key in _own(kind, batch.keys)]
    if not any(key in batch.keys or key.partition(".")[0] in batch.keys for key in keys):
        return by_record
    for i, (record, detected) in enumerate(zip(batch.records, batch.record_shapes, strict=True)):
        if detected is None:
            continue
        fields = {key: _value(record, key) for key in _own(detected, record)}
        fields = {key: value for key, value in fields.items() if value not in (None, "", [])}
        if fields:
            by_record[i] = canonical(fields)
    return by_record


def _own(kind: "DetectedShape", keys: Iterable[str]) -> set[str]:
    """The keys whose values are part of a record's identity, in addition to the messages."""
    if kind.shape.has_open_identity:
        return set(keys) - {kind.fields[name] for name in kind.shape.required}
    return {kind.fields.get(name, name) for name in kind.shape.identity_fields}


def _value(record: Record, key: str) -> Any:
    """The value of a field; shapes write a nested field with a dot."""
    return record[key] if key in record else follow(record, tuple(key.split(".")))


def canonical(value: Any) -> str:
    """JSON with sorted keys in NFC; the JSON text of ``tools`` is decoded first."""
    if isinstance(value, dict):
        value = {key: json.loads(v) if _is_json(key, v) else v for key, v in value.items()}
    written = as_sorted_json(value)
    return written if written.isascii() else unicodedata.normalize("NFC", written)


def _is_json(key: str, value: Any) -> bool:
    if key != "tools" or not isinstance(value, str):
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True
