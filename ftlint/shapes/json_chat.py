"""A chat as JSON texts: ``{"messages_json": "[…]", "tools_json": "[…]", "target_json": "{…}"}``.

The layout of tool-calling-mix: the last answer may stand apart in ``target_json``, a message without its role.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from ftlint.json_values import parse_json, write_json
from ftlint.path import Steps
from ftlint.shapes.chat import Chat
from ftlint.shapes.shape import Conversation, Message, Names, PlainMessages, Record, Shape
from ftlint.shapes.tools import read_tools

MESSAGES, TOOLS, TARGET = "messages_json", "tools_json", "target_json"
NAMES = {"messages": "messages", "tools": "tools"}
SPEAKING = ("content", "tool_calls")


class Opened(NamedTuple):
    """The chat that the texts are, and the number of its messages that are in ``messages_json``."""

    chat: Record
    own: int


class JsonChat(Chat):
    """Each text is one place: a message has the path of the text that it is in."""

    name = "json-chat"
    required = (MESSAGES,)
    optional: ClassVar[Sequence[str]] = (TOOLS, TARGET)
    aliases: ClassVar[dict[str, Sequence[str]]] = {}
    folded_fields = ()
    tool_fields = (TOOLS,)
    identity_fields = (TOOLS,)

    def recognise(self, record: Record, names: Names) -> bool:
        return isinstance(record[names[MESSAGES]], str)

    def view(self, record: Record, names: Names) -> list[Message]:
        return super().view(_opened(record, names).chat, NAMES)

    def columns(self, frame: Any, names: Names) -> PlainMessages | None:
        del frame, names
        return None

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        return (names[MESSAGES] if at < _opened(record, names).own else names[TARGET],)

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        return Chat().text(_opened(record, names).chat, NAMES, at, field, part)

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        opened = _opened(record, names)
        Chat().put(opened.chat, NAMES, at, field, part, text)
        _close(record, names, opened)

    def remove(self, record: Record, names: Names, at: int) -> None:
        opened = _opened(record, names)
        messages = opened.chat["messages"]
        if at < len(messages):
            del messages[at]
            _close(record, names, opened._replace(own=opened.own - (at < opened.own)))

    def extra(self, record: Record, names: Names) -> Record:
        return Shape.extra(self, record, names)

    def tools(self, record: Record, names: Names) -> list[Any]:
        return Chat().tools(_opened(record, names).chat, NAMES)

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return (names[TOOLS],)

    def read(self, record: Record, names: Names) -> Conversation:
        chat = _opened(record, names).chat
        read_tools(chat["tools"])
        conversation = Chat().read(chat, NAMES)
        conversation.extra = self.extra(record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        record: Record = {MESSAGES: write_json(conversation.messages)}
        if conversation.tools:
            record[TOOLS] = write_json(conversation.tools)
        return record

    def is_written(self, record: Record, names: Names) -> bool:
        return TARGET not in names


def _opened(record: Record, names: Names) -> Opened:
    """The chat in the texts. Raises ValueError or TypeError for texts that are none."""
    messages = parse_json(record[names[MESSAGES]])
    if not isinstance(messages, list):
        raise TypeError("messages are a list")
    own = len(messages)
    target = parse_json(record[names[TARGET]]) if record.get(names.get(TARGET, "")) else None
    if isinstance(target, dict) and any(target.get(key) for key in SPEAKING):
        messages = [*messages, {"role": "assistant", **target}]
    tools = record.get(names.get(TOOLS, ""))
    return Opened({"messages": messages, "tools": tools}, own)


def _close(record: Record, names: Names, opened: Opened) -> None:
    """Write the messages back to the texts."""
    messages = opened.chat["messages"]
    record[names[MESSAGES]] = write_json(messages[: opened.own])
    for target in messages[opened.own :]:
        record[names[TARGET]] = write_json(target)
