"""Fast decoding of JSON lines with chats that call tools: messages as structs, and every distinct tool once.

Most such files have nothing but ``{"messages": […], "tools": […]}`` in the form of OpenAI, perhaps with
``parallel_tool_calls``. Their lines are decoded into structs of exactly these fields, with declared tools as bytes:
thousands of lines declare the same few tools. In any other case the lines are decoded one by one.
"""

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ftlint.io.block import Record
from ftlint.io.json.strict import tally
from ftlint.io.lazy_list import LazyList
from ftlint.json_values import decode_json


class CalledFunction(Struct, forbid_unknown_fields=True, gc=False):
    """The function of a call; its fields are in sorted order, in which they are encoded."""

    arguments: str
    name: str


class Call(Struct, forbid_unknown_fields=True, gc=False):
    """A call of a message."""

    id: str
    function: CalledFunction
    type: str | UnsetType = UNSET


class ChatMessage(Struct, forbid_unknown_fields=True, gc=False):
    """A message whose content is a text, null or absent."""

    role: str
    content: str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    tool_calls: list[Call] | UnsetType | None = UNSET
    tool_call_id: str | UnsetType | None = UNSET


class ChatLine(Struct, forbid_unknown_fields=True, gc=False):
    """A record: its messages, and its declared tools as JSON."""

    messages: list[ChatMessage]
    tools: list[msgspec.Raw] | UnsetType = UNSET
    parallel_tool_calls: bool | UnsetType | None = UNSET


decode_chat = msgspec.json.Decoder(ChatLine).decode


class ChatRecords(LazyList[Record]):
    """Records as chats; a record becomes a Python object at its first access, and is then cached."""

    def __init__(self, chats: Sequence[ChatLine], lines: Sequence[bytes]) -> None:
        self.chats, self.lines = chats, lines
        self._known: dict[int, Record] = {}

    def __len__(self) -> int:
        return len(self.chats)

    def make(self, place: int) -> Record:
        """The record, decoded once."""
        if place not in self._known:
            self._known[place] = decode_json(self.lines[place])
        return self._known[place]

    def __iter__(self) -> Iterator[Record]:
        with without_collector():
            self._known |= {i: decode_json(line) for i, line in enumerate(self.lines) if i not in self._known}
        return (self._known[i] for i in range(len(self)))

    @property
    def keys(self) -> set[str]:
        """The union of the keys of all records."""
        fields = ChatLine.__struct_fields__
        return {key for key in fields if any(getattr(chat, key) is not UNSET for chat in self.chats)}


@contextmanager
def without_collector() -> Iterator[None]:
    """Thousands of new objects would start the collector again and again, with nothing to collect."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def decode_chats(lines: Sequence[bytes], marks: int | None) -> list[ChatLine] | None:
    """The lines as chats; None unless they are certainly nothing else. ``marks`` is the number of their keys."""
    if marks is None:
        return None
    try:
        with without_collector():
            chats = [decode_chat(line) for line in lines]
        keys = _keys_beside_messages(chats)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
    if keys is None:
        return None
    messages = list(chain.from_iterable([chat.messages for chat in chats]))
    return chats if keys + len(chats) + _keys_of_messages(messages) == marks else None


def _keys_of_messages(messages: Sequence[ChatMessage]) -> int:
    """The number of keys of the messages and their calls, which a duplicate key would exceed."""
    optional: list[list[Any]] = [
        [message.content for message in messages],
        [message.name for message in messages],
        [message.tool_calls for message in messages],
        [message.tool_call_id for message in messages],
    ]
    keys = len(messages) + sum(len(values) - values.count(UNSET) for values in optional)
    calls = list(chain.from_iterable([message.tool_calls for message in messages if message.tool_calls]))
    return keys + 4 * len(calls) + sum(call.type is not UNSET for call in calls)


def _keys_beside_messages(chats: Sequence[ChatLine]) -> int | None:
    """The number of the other keys, with all in tools; None if a value needs the strict decoder. Raises ValueError."""
    declaring = [chat.tools for chat in chats if chat.tools is not UNSET]
    by_number: dict[int, list[Any]] = {}
    for text, times in Counter(map(bytes, chain.from_iterable(declaring))).items():
        by_number.setdefault(times, []).append(decode_json(text))
    keys = len(declaring) + sum(chat.parallel_tool_calls is not UNSET for chat in chats)
    for times, tools in by_number.items():
        # Inside the record, because the depth counts.
        n, is_odd = tally([{"tools": tools}])
        if is_odd:
            return None
        keys += times * (n - 1)
    return keys
