"""From messages to columns: the one flattening that all frames come from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.speaker import canonical_role, has_text_role, no_text_role, role_columns
from ftlint.json_values import as_sorted_json
from ftlint.shapes.shape import Message, PlainMessages, plain_text

if TYPE_CHECKING:
    from polars import DataFrame, Series

LETTERS = {"system": "s", "developer": "d", "user": "u", "assistant": "a", "tool": "t", "function": "f"}
# What most texts consist of: printable signs, letters and punctuation that are as they should be whatever stands
# beside them. One scan for anything else spares most texts a closer look. Â, Ã, €, ¼ and the like are unusual since
# most text that was read with the wrong encoding has one of them.
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
# Who says something, and to which call: told elsewhere, and different ids are no difference.
ADDRESS = ("role", "tool_call_id", "id")


@dataclass(slots=True)
class Columns:
    """Flattened messages. ``odd`` lists (i, at, message) of messages with more than role and a text."""

    counts: "Series"
    signatures: "Series"
    messages: "DataFrame"
    odd: list[tuple[int, int, Message]]


def signature(messages: Sequence[Any]) -> str:
    """The roles of messages, one letter each; ``?`` for a role that nobody knows."""
    roles = (message.get("role") if isinstance(message, dict) else None for message in messages)
    return "".join(LETTERS.get(canonical_role(role) or "", "?") for role in roles)


def flatten(views: Sequence[Sequence[Message]], *, tame: bool) -> Columns:
    """Columns of all messages of all views. ``tame`` guards against messages that are no objects."""
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
    frame = _places(counts).with_columns(
        **role_columns(pl.Series(written, dtype=pl.String), meaning, no_text),
        **_content_columns(contents, odd_places),
        **_odd_columns(flat, odd_places),
    )
    letters = {role: LETTERS.get(meant or "", "?") for role, meant in meaning.items()}
    places = frame.select("i", "at")[odd_places].rows() if odd_places else []
    return Columns(
        counts=pl.Series(counts, dtype=pl.UInt32),
        signatures=_signatures("".join([letters[role] for role in written]), counts),
        messages=frame,
        odd=[(i, at, flat[place]) for place, (i, at) in zip(odd_places, places, strict=True)],
    )


def flatten_plain(said: PlainMessages) -> Columns:
    """The same for messages that are columns already, each a role and a text."""
    meaning = {role: canonical_role(role) for role in said.roles.unique()}
    letters = {role: LETTERS.get(meant or "", "?") for role, meant in meaning.items()}
    letter = said.roles.replace_strict(letters, return_dtype=pl.String).to_list()
    frame = _places(said.counts).with_columns(
        **role_columns(said.roles, meaning, {}),
        content=said.contents,
        **_odd_columns([], []),
    )
    return Columns(said.counts, _signatures("".join(letter), said.counts.to_list()), frame, [])


def shifted(columns: Columns, counts: "Series") -> Columns:
    """Columns of messages whose places go on where the ``counts`` messages of their records end."""
    frame = columns.messages.with_columns(at=pl.col("at") + counts.gather(columns.messages["i"]))
    odd = [(i, at + counts[i], message) for i, at, message in columns.odd]
    return Columns(columns.counts, columns.signatures, frame, odd)


def _places(counts: "Sequence[int] | Series") -> "DataFrame":
    """One row per message: the place of its record in the batch and its own in the record."""
    sizes = pl.Series(counts, dtype=pl.UInt32)
    return pl.select(
        i=pl.int_range(len(counts), dtype=pl.UInt32).repeat_by(sizes).explode().drop_nulls(),
        at=pl.int_ranges(0, sizes, dtype=pl.UInt32).explode().drop_nulls(),
    )


def _odd(flat: list[Message], contents: list[Any]) -> list[int]:
    """Places of the messages that are more, or less, than a role and a text."""
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
            "refusal": pl.lit(None, dtype=pl.String),
            "beyond": pl.lit(None, dtype=pl.String),
        }
    size = len(flat)
    kind, media, calls = ["text"] * size, [0] * size, [0] * size
    name: list[str | None] = [None] * size
    weight, refusal, more = list(name), list(name), list(name)
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
        more[place] = extra_fields(message)
    return {
        "kind": pl.Series(kind, dtype=pl.String),
        "n_media": pl.Series(media, dtype=pl.UInt32),
        "n_calls": pl.Series(calls, dtype=pl.UInt32),
        "name": pl.Series(name, dtype=pl.String),
        "weight": pl.Series(weight, dtype=pl.String),
        "refusal": pl.Series(refusal, dtype=pl.String),
        "beyond": pl.Series(more, dtype=pl.String),
    }


def text_frame(columns: Columns) -> "DataFrame":
    """The texts frame: every content, part, argument, refusal and reasoning of every message."""
    return _pieces_of_all(columns).with_columns(unusual=pl.col("text").str.contains(UNUSUAL))


def _pieces_of_all(columns: Columns) -> "DataFrame":
    whole = columns.messages.select(
        "i", "at", part=pl.lit(-1, dtype=pl.Int32), role="role", field=pl.lit("content"), text="content"
    )
    if not columns.odd:
        return whole
    whole = whole.filter((columns.messages["kind"] == "text") & columns.messages["content"].is_not_null())
    rows = [
        (place, part, field, text)
        for place, (_, _, message) in enumerate(columns.odd)
        if not _is_plain_result(message)
        for part, field, text in _pieces(message)
    ]
    if not rows:
        return whole
    places, parts, fields, texts = zip(*rows, strict=True)
    i, at, messages = zip(*(columns.odd[place] for place in places), strict=True)
    roles = [canonical_role(message.get("role")) for message in messages]
    named = {"i": i, "at": at, "part": parts, "role": roles, "field": fields, "text": texts}
    more = pl.DataFrame(named, schema=whole.schema)
    return pl.concat([whole, more]).sort("i", "at", maintain_order=True)


def _is_plain_result(message: Message) -> bool:
    """Whether a message is a role, a text and the id of a call: to the columns, it is as any plain message."""
    return (
        len(message) == 3
        and "tool_call_id" in message
        and type(message.get("content")) is str
        and "role" in message
    )


def _pieces(message: Message) -> list[tuple[int, str, str]]:
    """(part, field, text) of everything textual beside a plain content."""
    pieces: list[tuple[int, str, str]] = []
    content = message.get("content")
    if isinstance(content, list):
        for part, piece in enumerate(content):
            if isinstance(piece, dict) and isinstance(piece.get("text"), str):
                pieces.append((part, "part", piece["text"]))
    for field in ("refusal", "reasoning_content"):
        if isinstance(message.get(field), str):
            pieces.append((-1, field, message[field]))
    for part, call in enumerate(_list(message.get("tool_calls"))):
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and isinstance(function.get("arguments"), str):
            pieces.append((part, "arguments", function["arguments"]))
    legacy = message.get("function_call")
    if isinstance(legacy, dict) and isinstance(legacy.get("arguments"), str):
        pieces.append((-1, "arguments", legacy["arguments"]))
    return pieces


def extra_fields(message: Message) -> str | None:
    """What a message says beside its text, canonical: sorted keys, no ids, nothing empty."""
    more = {key: value for key, value in message.items() if key not in ADDRESS and value is not None}
    if isinstance(more.get("content"), str):
        del more["content"]
    if isinstance(more.get("tool_calls"), list):
        more["tool_calls"] = [
            {key: value for key, value in call.items() if key != "id"} if isinstance(call, dict) else call
            for call in more["tool_calls"]
        ]
    if not more:
        return None
    # Rules look into the parts of a content, spaced as Python's json spaces them; the rest is only compared.
    spaced = "content" in more
    return (
        json.dumps(more, sort_keys=True, ensure_ascii=False, default=str) if spaced else as_sorted_json(more)
    )


def _signatures(letters: str, counts: list[int]) -> "Series":
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
    return len(_list(message.get("tool_calls"))) + isinstance(message.get("function_call"), dict)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _str(value: Any) -> str | None:
    return value if isinstance(value, str) else None
