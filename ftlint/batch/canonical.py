"""The canonical form of examples: equal for examples that differ only in spelling.

Included: roles (an unknown role as written), texts, tool calls, declared tools, names, weights. Ignored: ids, key
order, escapes, Unicode composition (NFC) and outer white space of a text.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from ftlint._polars import pl
from ftlint.batch.chat_messages import ids_of_chats
from ftlint.batch.chats import ChatColumns
from ftlint.batch.columns import read_columns, trained_columns
from ftlint.batch.messages import extra_fields
from ftlint.batch.records import BROKEN
from ftlint.batch.speaker import speaker_of
from ftlint.context import RuleContext
from ftlint.json_values import as_sorted_json
from ftlint.shapes.shape import Message, Record, Shape, follow, plain_text

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


def beyond_prompt(batch: "Batch") -> dict[int, str]:
    """By record: what else distinguishes it, apart from its prompt, as canonical JSON.

    The whole record where its schema is violated, because a view shows only what is valid; what a valid one's view
    leaves out; which call each result
    answers, where that is not their order; the limits of the answers, where they have several messages.
    """
    by_record: dict[int, dict[str, Any]] = {}
    for i, answered in batch.chat_calls.answered().items() if batch.chat_calls is not None else ():
        by_record.setdefault(i, {})["results"] = answered
    for i, conversation in batch.tool_conversations if batch.has_calls else ():
        places = {id(call): nth for nth, call in enumerate(conversation.calls)}
        answered = [places.get(id(result.call), -1) for result in conversation.results]
        if answered != list(range(len(answered))):
            by_record.setdefault(i, {})["results"] = answered
    for i, detected in enumerate(batch.record_shapes) if _with_long_answers(batch) else ():
        if detected is not None and (limits := _limits(batch, i, detected)):
            by_record.setdefault(i, {})["answers"] = limits
    for i, beside in _beside_views(batch):
        by_record.setdefault(i, {})["beside"] = beside
    for i in batch.invalid_records:
        by_record.setdefault(i, {})["record"] = _compared(batch, i)
    return {i: canonical(fields) for i, fields in by_record.items()}


def call_ids(batch: "Batch") -> dict[int, str]:
    """By record: the ids of its calls and results, which some chat templates write."""
    ids: dict[int, list[Any]] = ids_of_chats(batch.chats) if batch.chats is not None else {}
    for i, _, message in batch.odd_messages if batch.has_calls and batch.chats is None else ():
        calls = message.get("tool_calls")
        given = (
            [call.get("id") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
        )
        ids.setdefault(i, []).extend((*given, message.get("tool_call_id")))
    return {i: canonical(given) for i, given in ids.items() if any(one is not None for one in given)}


def _with_long_answers(batch: "Batch") -> bool:
    kinds = [kind for kind in batch.detected_shapes if kind is not None]
    return any(type(kind.shape).answer_size is not Shape.answer_size for kind in kinds)


def _beside_views(batch: "Batch") -> Iterator[tuple[int, Any]]:
    """The records of which the view leaves something out, with that."""
    kinds = [kind for kind in batch.detected_shapes if kind is not None]
    if all(type(kind.shape).beside_view is Shape.beside_view for kind in kinds):
        return
    for i, (record, detected) in enumerate(zip(batch.records, batch.record_shapes, strict=True)):
        try:
            beside = detected.shape.beside_view(record, detected.fields) if detected is not None else None
        except BROKEN:
            continue
        if beside:
            yield i, beside


def _limits(batch: "Batch", i: int, detected: "DetectedShape") -> list[int]:
    """The number of messages of the chosen and of the rejected answer, unless each has one."""
    if not batch.views[i]:
        return []
    try:
        size = detected.shape.answer_size(batch.records[i], detected.fields)
    except BROKEN:
        return []
    aside = batch.rejected_views[i] if batch.rejected_views else []
    return [] if size == 1 and len(aside) <= 1 else [size, len(aside)]


def _compared(batch: "Batch", i: int) -> Record:
    """The fields of a record that are read."""
    detected, record = batch.record_shapes[i], batch.records[i]
    read = read_columns(detected, batch.context) if detected is not None else None
    fields = {key: value for key, value in record.items() if read is None or key in read}
    return cast(Record, _without_nulls(fields))


def _without_nulls(value: Any) -> Any:
    """A value without the fields that are null: a field that is left out is the same."""
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def beyond_messages(batch: "Batch") -> dict[int, str]:
    """By record: its tools and other fields beyond the messages that are part of its identity, as canonical JSON."""
    by_record: dict[int, str] = {}
    kinds = [kind for kind in batch.detected_shapes if kind is not None]
    keys = [key for kind in kinds for key in _own(kind, batch.keys, batch.context)]
    plain = all(type(kind.shape).unviewed is Shape.unviewed for kind in kinds)
    if plain and not any(key in batch.keys or key.partition(".")[0] in batch.keys for key in keys):
        return by_record
    if batch.chats is not None:
        return _declared_by_chats(batch.chats)
    for i, (record, detected) in enumerate(zip(batch.records, batch.record_shapes, strict=True)):
        if detected is None:
            continue
        fields = {
            key: _value(record, key)
            for key in _own(detected, record, batch.context) | _unviewed(detected, record)
        }
        fields = {key: value for key, value in fields.items() if value not in (None, "", [])}
        if fields:
            by_record[i] = canonical(fields)
    return by_record


def _declared_by_chats(chats: ChatColumns) -> dict[int, str]:
    """The same for typed chats, from the canonical JSON of each distinct tool."""
    written = list(map(canonical, chats.written))
    by_record: dict[int, str] = {}
    for i, (tools, (_, parallel)) in enumerate(zip(chats.declared, chats.beside, strict=True)):
        fields = [f'"parallel_tool_calls":{as_sorted_json(parallel)}'] if isinstance(parallel, bool) else []
        if tools:
            fields.append(f'"tools":[{",".join([written[tool] for tool in tools])}]')
        if fields:
            by_record[i] = f"{{{','.join(fields)}}}"
    return by_record


def _own(kind: "DetectedShape", keys: Iterable[str], context: RuleContext) -> set[str]:
    """The keys whose values are part of a record's identity, in addition to the messages."""
    if kind.shape.has_open_identity:
        return set(keys) - {kind.fields[name] for name in kind.shape.required}
    own = {kind.fields.get(name, name) for name in kind.shape.identity_fields}
    return own | trained_columns(kind, context).difference(kind.fields.values())


def _unviewed(kind: "DetectedShape", record: Record) -> set[str]:
    try:
        return set(kind.shape.unviewed(record, kind.fields))
    except BROKEN:
        return set()


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
