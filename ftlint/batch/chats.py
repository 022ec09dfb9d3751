"""Chats that call tools as columns: typed messages and distinct tools, without a Python object for every record.

Records that the reader has as typed chats (``ftlint.io.json.chats``) are read so if all are of the shape ``chat``.
Shapes and schemas depend on the forms of messages and tools only, so one record of each form is examined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import Any

import msgspec
from msgspec import UNSET

from ftlint.batch.records import schema_name
from ftlint.batch.tool_calls import value_of
from ftlint.context import RuleContext
from ftlint.io.json.chats import Call, ChatMessage, ChatRecords
from ftlint.schema.violations import record_violations
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import DetectedShape, ShapeDetector
from ftlint.shapes.shape import Message, Record
from ftlint.shapes.tools import declared_tools

# Roles that are read as they are written, without calls that are turns of their own.
ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
PLAIN = SHAPES["chat"]
# It stands for any text that is not empty: schemas restrict the texts of roles and types only.
TEXT = "a"
USER = {"role": "user", "content": TEXT}
decode = msgspec.json.Decoder().decode
Form = tuple[Any, ...]
"""What shapes and schemas depend on: the role of a message, its types of values, and those of its calls."""


@dataclass(eq=False)
class ChatColumns:
    """The chats of a batch.

    ``written`` are the distinct declared tools, ``tools`` the same in the chat form, and ``declared`` the indexes of
    those of each chat.
    """

    records: ChatRecords
    written: list[Any]
    declared: list[list[int]]
    shapes: Sequence[DetectedShape] = ()
    """The shape of each chat."""
    doubtful: Sequence[int] = ()
    """The chats that may violate their schema; no other one does."""

    @cached_property
    def tools(self) -> list[Any]:
        """The distinct declared tools in the chat form."""
        return declared_tools({"tools": self.written})

    @cached_property
    def flat(self) -> list[ChatMessage]:
        """All messages."""
        return list(chain.from_iterable([chat.messages for chat in self.records.chats]))

    @cached_property
    def counts(self) -> list[int]:
        """The number of messages of each chat."""
        return [len(chat.messages) for chat in self.records.chats]

    @cached_property
    def values(self) -> dict[str, Any]:
        """The decoded arguments of all calls, by their texts."""
        calls = chain.from_iterable([message.tool_calls for message in self.flat if message.tool_calls])
        return {text: value_of(text) for text in {call.function.arguments for call in calls}}

    @cached_property
    def forms(self) -> list[Form]:
        """The distinct forms of messages."""
        return list(self._form_numbers[0])

    @property
    def form_of(self) -> list[int]:
        """For each message the index of its form."""
        return self._form_numbers[1]

    @cached_property
    def _form_numbers(self) -> tuple[dict[Form, int], list[int]]:
        known: dict[Form, int] = {}
        # Without a function: this is done for every message.
        forms = [
            (
                m.role,
                m.content and TEXT,
                m.name and TEXT,
                m.tool_call_id and TEXT,
                _form_of_calls(m.tool_calls) if type(m.tool_calls) is list else m.tool_calls,
            )
            for m in self.flat
        ]
        return known, [known.setdefault(form, len(known)) for form in forms]

    def layouts(self) -> Iterator[Form]:
        """For each chat what its shape depends on: the forms of its first and last message and tool."""
        forms, ends = self.form_of, accumulate(self.counts)
        keys = [tuple(tool) if isinstance(tool, dict) else nth for nth, tool in enumerate(self.written)]
        for chat, tools, count, end in zip(self.records.chats, self.declared, self.counts, ends, strict=True):
            own = (len(tools) > 1, keys[tools[0]], keys[tools[-1]]) if tools else (chat.tools is UNSET,)
            yield forms[end - count], forms[end - 1], count > 1, chat.parallel_tool_calls, *own

    @cached_property
    def beside(self) -> list[tuple[bool, Any]]:
        """For each chat whether it has ``tools``, and its ``parallel_tool_calls``."""
        return [(chat.tools is not UNSET, chat.parallel_tool_calls) for chat in self.records.chats]


def read_chats(records: Sequence[Any], detector: ShapeDetector, context: RuleContext) -> ChatColumns | None:
    """Records as chats; None where they must be read record by record."""
    if not isinstance(records, ChatRecords) or not all(chat.messages for chat in records.chats):
        return None
    chats = _with_tools(records)
    if not {message.role for message in chats.flat} <= ROLES:
        return None
    if any(shape.is_recognised_inside({"tools": chats.written}) for shape in detector.inside):
        return None
    known: dict[Form, DetectedShape | None] = {}
    shapes: list[DetectedShape] = []
    for i, layout in enumerate(chats.layouts()):
        if layout not in known:
            known[layout] = detector.detect(records[i])
        shape = known[layout]
        if shape is None or not _is_plain(shape):
            return None
        shapes.append(shape)
    chats.shapes, chats.doubtful = shapes, _doubtful(chats, schema_name(PLAIN, context))
    return chats


def _doubtful(chats: ChatColumns, schema: str) -> Sequence[int]:
    """The chats of which a message, a tool or what is beside them violates the schema in a record of its own."""
    messages = [{"messages": [message_of(form)]} for form in chats.forms]
    tools = [{"messages": [USER], "tools": [tool]} for tool in chats.written]
    beside = {fields: record_of(fields) | {"messages": [USER]} for fields in set(chats.beside)}
    wrong_forms = {nth for nth, *_ in record_violations(messages, schema)}
    wrong_tools = {nth for nth, *_ in record_violations(tools, schema)}
    wrong_beside = [fields for fields, record in beside.items() if any(record_violations([record], schema))]
    if not (wrong_forms or wrong_tools or wrong_beside):
        return ()
    ends = accumulate(chats.counts)
    return [
        i
        for i, (count, end) in enumerate(zip(chats.counts, ends, strict=True))
        if not wrong_forms.isdisjoint(chats.form_of[end - count : end])
        or not wrong_tools.isdisjoint(chats.declared[i])
        or chats.beside[i] in wrong_beside
    ]


def _is_plain(detected: DetectedShape) -> bool:
    """Whether a record is a chat that is read by the names of its own keys."""
    return detected.shape is PLAIN and all(name == key for name, key in detected.fields.items())


def _with_tools(records: ChatRecords) -> ChatColumns:
    """The columns of chats, with every distinct declared tool decoded once."""
    known: dict[bytes, int] = {}
    declared = [
        [known.setdefault(text, len(known)) for text in map(bytes, chat.tools)] if chat.tools else []
        for chat in records.chats
    ]
    return ChatColumns(records, [decode(text) for text in known], declared)


def _form_of_calls(calls: list[Call]) -> Form:
    return tuple(
        [
            (call.id and TEXT, call.type, call.function.name and TEXT, call.function.arguments and TEXT)
            for call in calls
        ]
    )


def record_of(beside: tuple[bool, Any]) -> Record:
    """A record without messages and with these fields beside them, without tools."""
    has_tools, parallel = beside
    return _given(messages=[], tools=[] if has_tools else UNSET, parallel_tool_calls=parallel)


def message_of(form: Form) -> Message:
    """A message of a form."""
    role, content, name, tool_call_id, calls = form
    if isinstance(calls, tuple):
        calls = [
            _given(id=call_id, type=kind, function={"name": function, "arguments": arguments})
            for call_id, kind, function, arguments in calls
        ]
    return _given(role=role, content=content, name=name, tool_call_id=tool_call_id, tool_calls=calls)


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not UNSET}
