"""Flatten messages into columns, the basis of all frames of a batch."""

import json
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ftlint._polars import pl
from ftlint.batch.speaker import canonical_role, has_text_role, no_text_role, role_columns
from ftlint.json_values import as_sorted_json
from ftlint.shapes.shape import Message, PlainMessages, plain_text
from ftlint.shapes.weights import untrained_field

if TYPE_CHECKING:
    from polars import DataFrame, Series

LETTERS = {"system": "s", "developer": "d", "user": "u", "assistant": "a", "tool": "t", "function": "f"}
# The complement of the characters of most texts: printable letters and punctuation that are valid in any context.
# One scan for unusual characters saves most texts the more expensive checks. Â, Ã, €, ¼ and the like are unusual
# since most text that was decoded with the wrong encoding has one of them.
UNUSUAL = (
    r"[^\t\n\r\x20-\x7E\x{A0}\x{A1}\x{A3}\x{A7}\x{A9}-\x{AB}\x{AE}\x{B0}\x{B2}\x{B7}\x{BA}\x{BB}\x{BD}\x{BF}-\x{C1}"
    r"\x{C4}-\x{CD}\x{CF}\x{D1}-\x{D8}\x{DA}-\x{177}\x{179}-\x{191}\x{193}-\x{2C5}\x{2C7}-\x{2DB}\x{2DD}-\x{2FF}"
    r"\x{370}-\x{373}\x{375}-\x{37D}\x{388}-\x{482}\x{48A}-\x{52F}\x{5D0}-\x{5EA}\x{621}-\x{64A}"
    r"\x{2010}-\x{2019}\x{201B}-\x{2020}\x{2022}-\x{2027}\x{2030}-\x{2038}\x{203B}-\x{205E}"
    r"\x{20A0}-\x{20AB}\x{20AD}-\x{20BF}\x{2190}-\x{22FF}"
    r"\x{2460}-\x{27BF}\x{3001}-\x{3029}\x{3031}-\x{303F}\x{3041}-\x{3096}\x{30A0}-\x{30FF}\x{4E00}-\x{9FFF}"
    r"\x{AC00}-\x{D7A3}\x{FF01}-\x{FFEE}\x{1F300}-\x{1FAFF}]"
)
PLAIN_KEYS = frozenset({"role", "content"})
# The speaker and the ids: they are compared elsewhere, or (ids) not at all.
SPEAKER_KEYS = ("role", "tool_call_id", "id")

OddMessage = tuple[int, int, Message]
"""The index of a record in the batch, that of a message in the record, and the message."""


class MessageColumns(Struct):
    """Flattened messages. ``odd`` lists (i, at, message) of all messages that are not plain (a role and a text)."""

    counts: "Series"
    signatures: "Series"
    messages: "DataFrame"
    odd: Sequence[OddMessage]


def signature(messages: Sequence[Any]) -> str:
    """The roles of messages, one letter each; ``?`` for an unknown role."""
    roles = (message.get("role") if isinstance(message, dict) else None for message in messages)
    return "".join(LETTERS.get(canonical_role(role) or "", "?") for role in roles)


def flatten(views: Sequence[Sequence[Message]], *, tame: bool) -> MessageColumns:
    """Flatten all messages of all views. ``tame`` allows for messages that are not objects."""
    counts = list(map(len, views))
    flat: list[Message] = list(chain.from_iterable(views))
    no_text: dict[int, str] = {}
    if tame:
        no_text = {at: no_text_role(message) for at, message in enumerate(flat) if not has_text_role(message)}
        flat = [message if isinstance(message, dict) else {} for message in flat]
    written = [message.get("role") for message in flat]
    if tame:
        written = [role if isinstance(role, str) else None for role in written]
    meaning = {role: canonical_role(role) for role in set(written)}
    contents = [message.get("content") for message in flat]
    odd_places = _odd(flat, contents)
    frame = record_places(counts).with_columns(
        **role_columns(pl.Series(written, dtype=pl.String), meaning, no_text),
        **_content_columns(contents, odd_places),
        **_odd_columns(flat, odd_places),
    )
    letters = {role: LETTERS.get(role_meant or "", "?") for role, role_meant in meaning.items()}
    places = frame.select("i", "at")[odd_places].rows() if odd_places else []
    return MessageColumns(
        counts=pl.Series(counts, dtype=pl.UInt32),
        signatures=signatures("".join([letters[role] for role in written]), counts),
        messages=frame,
        odd=[(i, at, flat[place]) for place, (i, at) in zip(odd_places, places, strict=True)],
    )


def flatten_plain(plain: PlainMessages) -> MessageColumns:
    """Flatten plain messages, which are columns already."""
    meaning = {role: canonical_role(role) for role in plain.roles.unique()}
    letters = {role: LETTERS.get(role_meant or "", "?") for role, role_meant in meaning.items()}
    letter = plain.roles.replace_strict(letters, return_dtype=pl.String).to_list()
    frame = record_places(plain.counts).with_columns(
        **role_columns(plain.roles, meaning, {}),
        content=plain.contents,
        **_odd_columns([], []),
    )
    return MessageColumns(plain.counts, signatures("".join(letter), plain.counts.to_list()), frame, [])


def shifted(columns: MessageColumns, counts: "Series") -> MessageColumns:
    """The columns with message indexes shifted by ``counts``, the number of messages before them in each record."""
    frame = columns.messages.with_columns(at=pl.col("at") + counts.gather(columns.messages["i"]))
    odd = [(i, at + counts[i], message) for i, at, message in columns.odd]
    return MessageColumns(columns.counts, columns.signatures, frame, odd)


def record_places(counts: "Sequence[int] | Series") -> "DataFrame":
    """One row per message, or whatever is counted: the index of its record in the batch and its index in the record."""
    sizes = pl.Series(counts, dtype=pl.UInt32)
    return pl.select(
        i=pl.int_range(len(counts), dtype=pl.UInt32).repeat_by(sizes).explode().drop_nulls(),
        at=pl.int_ranges(0, sizes, dtype=pl.UInt32).explode().drop_nulls(),
    )


def _odd(flat: list[Message], contents: list[Any]) -> list[int]:
    """Indexes of the messages that are not plain (a role and a text)."""
    two = max(map(len, flat), default=0) <= 2 and set(map(type, contents)) <= {str}
    if two and all("role" in message for message in flat):
        return []
    return [
        place
        for place, (message, content) in enumerate(zip(flat, contents, strict=True))
        if type(content) is not str or len(message) > 2 or not message.keys() <= PLAIN_KEYS
    ]


def _content_columns(contents: list[Any], odd_places: list[int]) -> dict[str, Any]:
    if not odd_places:
        return {"content": pl.Series(contents, dtype=pl.String)}
    texts = list(contents)
    for place in odd_places:
        content = texts[place]
        if not isinstance(content, str):
            texts[place] = plain_text(content) if isinstance(content, list) else None
    return {"content": pl.Series(texts, dtype=pl.String)}


def _odd_columns(flat: list[Message], odd_places: list[int]) -> dict[str, Any]:
    if not odd_places:
        return {
            "kind": pl.lit("text"),
            "n_media": pl.lit(0, dtype=pl.UInt32),
            "n_calls": pl.lit(0, dtype=pl.UInt32),
            "name": pl.lit(None, dtype=pl.String),
            "weight": pl.lit(None, dtype=pl.String),
            "untrained_field": pl.lit(None, dtype=pl.String),
            "refusal": pl.lit(None, dtype=pl.String),
            "beyond": pl.lit(None, dtype=pl.String),
        }
    size = len(flat)
    kind, media, calls = ["text"] * size, [0] * size, [0] * size
    name: list[str | None] = [None] * size
    weight, untrained, refusal, extra = list(name), list(name), list(name), list(name)
    for place in odd_places:
        message = flat[place]
        if _is_plain_result(message):
            continue
        content = message.get("content")
        kind[place] = _kind(message, content)
        media[place] = _media(content)
        calls[place] = _calls(message)
        if "name" in message:
            name[place] = _str(message["name"])
        if "refusal" in message:
            refusal[place] = _str(message["refusal"])
        if "weight" in message:
            weight[place] = json.dumps(message["weight"])
        untrained[place] = untrained_field(message)
        extra[place] = extra_fields(message)
    return {
        "kind": pl.Series(kind, dtype=pl.String),
        "n_media": pl.Series(media, dtype=pl.UInt32),
        "n_calls": pl.Series(calls, dtype=pl.UInt32),
        "name": pl.Series(name, dtype=pl.String),
        "weight": pl.Series(weight, dtype=pl.String),
        "untrained_field": pl.Series(untrained, dtype=pl.String),
        "refusal": pl.Series(refusal, dtype=pl.String),
        "beyond": pl.Series(extra, dtype=pl.String),
    }


def text_frame(
    columns: MessageColumns, beside: "DataFrame | None" = None, plain: "Series | None" = None
) -> "DataFrame":
    """The texts frame: every content, part, argument, refusal and reasoning of every message.

    ``beside`` has the texts that are no plain contents, if they are known. ``plain`` says of records whether none of
    their texts is unusual; false if that is not known.
    """
    texts, text = _all_texts(columns, beside), pl.col("text")
    if plain is not None and plain.any():
        text = pl.when(~plain.gather(texts["i"])).then(text)
    return texts.with_columns(unusual=text.str.contains(UNUSUAL).fill_null(False))


def _all_texts(columns: MessageColumns, beside: "DataFrame | None") -> "DataFrame":
    plain = columns.messages.select(
        "i", "at", part=pl.lit(-1, dtype=pl.Int32), role="role", field=pl.lit("content"), text="content"
    )
    if not columns.odd:
        return plain
    plain = plain.filter((columns.messages["kind"] == "text") & columns.messages["content"].is_not_null())
    if beside is None:
        beside = _texts_beside(columns, plain)
    return pl.concat([plain, beside]).sort("i", "at", maintain_order=True) if beside.height else plain


def _texts_beside(columns: MessageColumns, plain: "DataFrame") -> "DataFrame":
    """The texts that are no plain contents, with the columns of ``plain``."""
    rows = [
        (place, part, field, text)
        for place, (_, _, message) in enumerate(columns.odd)
        if not _is_plain_result(message)
        for part, field, text in _texts_of(message)
    ]
    if not rows:
        return plain.clear()
    places, parts, fields, texts = zip(*rows, strict=True)
    i, at, messages = zip(*(columns.odd[place] for place in places), strict=True)
    roles = [canonical_role(message.get("role")) for message in messages]
    named = {"i": i, "at": at, "part": parts, "role": roles, "field": fields, "text": texts}
    return pl.DataFrame(named, schema=plain.schema)


def _is_plain_result(message: Message) -> bool:
    """Whether a message is a role, a text and the id of a call: its text columns are those of a plain message."""
    return (
        len(message) == 3
        and "tool_call_id" in message
        and type(message.get("content")) is str
        and "role" in message
    )


def _texts_of(message: Message) -> list[tuple[int, str, str]]:
    """(part, field, text) of every text of a message except a plain content."""
    texts: list[tuple[int, str, str]] = []
    content = message.get("content")
    if isinstance(content, list):
        for part, item in enumerate(content):
            if isinstance(item, dict) and isinstance(item.get("text"), str):
                texts.append((part, "part", item["text"]))
    for field in ("refusal", "reasoning_content"):
        if isinstance(message.get(field), str):
            texts.append((-1, field, message[field]))
    for part, call in enumerate(_list(message.get("tool_calls"))):
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and isinstance(function.get("arguments"), str):
            texts.append((part, "arguments", function["arguments"]))
    legacy = message.get("function_call")
    if isinstance(legacy, dict) and isinstance(legacy.get("arguments"), str):
        texts.append((-1, "arguments", legacy["arguments"]))
    return texts


def extra_fields(message: Message) -> str | None:
    """The fields of a message except its text, as canonical JSON: sorted keys, no ids, no nulls."""
    extra = {key: value for key, value in message.items() if key not in SPEAKER_KEYS and value is not None}
    if isinstance(extra.get("content"), str):
        del extra["content"]
    if isinstance(extra.get("tool_calls"), list):
        extra["tool_calls"] = [
            {key: value for key, value in call.items() if key != "id"} if isinstance(call, dict) else call
            for call in extra["tool_calls"]
        ]
    if not extra:
        return None
    # Rules match content parts by regular expressions, spaced as by Python's json; the rest is only compared.
    spaced = "content" in extra
    return (
        json.dumps(extra, sort_keys=True, ensure_ascii=False, default=str)
        if spaced
        else as_sorted_json(extra)
    )


def signatures(letters: str, counts: list[int]) -> "Series":
    ends = list(accumulate(counts))
    return pl.Series(
        [letters[end - count : end] for end, count in zip(ends, counts, strict=True)], dtype=pl.String
    )


def _kind(message: Message, content: Any) -> str:
    if isinstance(content, str):
        return "text"
    if isinstance(content, list):
        return "parts"
    if content is None:
        return "null" if "content" in message else "absent"
    return "other"


def _media(content: Any) -> int:
    return sum(1 for part in _list(content) if isinstance(part, dict) and part.get("type", "text") != "text")


def _calls(message: Message) -> int:
    """The number of calls; those that are in no list count as one."""
    calls = message.get("tool_calls")
    return (len(calls) if isinstance(calls, list) else bool(calls)) + isinstance(
        message.get("function_call"), dict
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _str(value: Any) -> str | None:
    return value if isinstance(value, str) else None
