"""The messages of typed chats as frames, equal to those of the same messages as objects."""

from collections.abc import Sequence
from itertools import chain, count, repeat
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ftlint._polars import pl
from ftlint.batch.chats import ChatColumns
from ftlint.batch.messages import LETTERS, MessageColumns, OddMessage, record_places, signatures
from ftlint.batch.speaker import role_columns
from ftlint.io.json.chats import CalledFunction, ChatMessage, ChatRecords
from ftlint.io.lazy_list import LazyList

if TYPE_CHECKING:
    from polars import DataFrame

encode = msgspec.json.Encoder().encode


class _Call(Struct, gc=False):
    """A call without its id, its fields in sorted order."""

    function: CalledFunction
    type: str | UnsetType = UNSET


class _Extra(Struct, gc=False):
    """The fields of a message except its text, its role and its ids, in sorted order."""

    name: str | UnsetType = UNSET
    tool_calls: list[_Call] | UnsetType = UNSET


class OddMessages(LazyList[OddMessage]):
    """The messages that are not plain; their records are decoded at access."""

    def __init__(self, records: ChatRecords, places: Sequence[tuple[int, int]]) -> None:
        self._records, self._places = records, places

    def __len__(self) -> int:
        return len(self._places)

    def make(self, place: int) -> OddMessage:
        """The record's index, the message's, and the message."""
        i, at = self._places[place]
        return i, at, self._records[i]["messages"][at]


def flatten_chats(chats: ChatColumns) -> MessageColumns:
    """Flatten all messages of the chats."""
    flat, counts = chats.flat, chats.counts
    numbers = pl.Series(chats.form_of, dtype=pl.UInt32)
    of_form = _of_forms(chats).select(pl.all().gather(numbers))
    contents, names = [message.content for message in flat], [message.name for message in flat]
    extra: list[str | None] = [None] * len(flat)
    for place in of_form["extra"].arg_true():
        extra[place] = _extra_fields(flat[place])
    frame = record_places(counts).with_columns(
        **role_columns(of_form["role"], {role: role for role in of_form["role"].unique()}, {}),
        content=pl.Series(given(contents), dtype=pl.String),
        kind=of_form["kind"],
        n_media=pl.lit(0, dtype=pl.UInt32),
        n_calls=of_form["n_calls"],
        name=pl.Series(given(names), dtype=pl.String),
        weight=pl.lit(None, dtype=pl.String),
        untrained_field=pl.lit(None, dtype=pl.String),
        refusal=pl.lit(None, dtype=pl.String),
        beyond=pl.Series(extra, dtype=pl.String),
    )
    return MessageColumns(
        counts=pl.Series(counts, dtype=pl.UInt32),
        signatures=signatures("".join(of_form["letter"].to_list()), counts),
        messages=frame,
        odd=OddMessages(chats.records, frame.select("i", "at").filter(of_form["odd"]).rows()),
    )


def _of_forms(chats: ChatColumns) -> "DataFrame":
    """What messages of one form have in common: role, letter, kind, n_calls, odd, extra (fields beyond the text)."""
    missing: dict[object, str] = {None: "null", UNSET: "absent"}
    rows = [
        (
            role,
            LETTERS[role],
            missing.get(content, "text"),
            len(calls or ()),
            content in missing or not name is call_id is calls is UNSET,
            isinstance(name, str) or isinstance(calls, tuple),
        )
        for role, content, name, call_id, calls in chats.forms
    ]
    return pl.DataFrame(
        rows,
        schema={
            "role": pl.String,
            "letter": pl.String,
            "kind": pl.String,
            "n_calls": pl.UInt32,
            "odd": pl.Boolean,
            "extra": pl.Boolean,
        },
        orient="row",
    )


def ids_of_chats(chats: ChatColumns) -> dict[int, list[str | None]]:
    """By record, for each message that is not plain, the ids of its calls and of the call that it answers."""
    odd = _of_forms(chats)["odd"].to_list()
    ids: dict[int, list[str | None]] = {}
    owners = chain.from_iterable(map(repeat, count(), chats.counts))
    for i, number, message in zip(owners, chats.form_of, chats.flat, strict=True):
        if odd[number]:
            own = ids.setdefault(i, [])
            if message.tool_calls:
                own += [call.id for call in message.tool_calls]
            own.append(None if message.tool_call_id is UNSET else message.tool_call_id)
    return ids


def _extra_fields(message: ChatMessage) -> str | None:
    """What ``messages.extra_fields`` is for the same message as an object."""
    name: Any = UNSET if message.name is None else message.name
    calls: Any = message.tool_calls
    if isinstance(calls, list):
        calls = [_Call(call.function, call.type) for call in calls]
    elif name is UNSET:
        return None
    return encode(_Extra(name, UNSET if calls is None else calls)).decode()


def given(texts: list[Any]) -> list[str | None]:
    """The texts, with None for those that are absent."""
    return [None if text is UNSET else text for text in texts] if UNSET in texts else texts
