"""Chat: ``{"messages": [{"role": …, "content": …}, …], "tools": …}``; ChatML texts; prompts for a grader.

ChatML is a conversation in one text: ``<|im_start|>user`` … ``<|im_end|>``. A prompt for a grader is a chat whose
other fields are available to the grader: ``{"messages": [{"role": "user", "content": …}], "answer": …}``.
"""

import operator
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftlint._polars import pl
from ftlint.path import Steps
from ftlint.shapes import media
from ftlint.shapes.answers import unanswered
from ftlint.shapes.call_turns import chat_messages
from ftlint.shapes.modernize import modernized
from ftlint.shapes.roles import ROLES, chat_role
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    Conversation,
    Message,
    Names,
    PlainMessages,
    Record,
    Shape,
    follow,
)
from ftlint.shapes.tools import declared_tools, has_own_arguments, read_tools, tool_steps

if TYPE_CHECKING:
    from polars import DataFrame


class Chat(Shape):
    """The form of the view itself: the messages are the record's own."""

    name = "chat"
    required: ClassVar[Sequence[str]] = ("messages",)
    optional: ClassVar[Sequence[str]] = (
        "system",
        "tools",
        "parallel_tool_calls",
        "functions",
        *media.FIELDS,
    )
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "messages": ("conversations", "conversation", "dialogue", "dialog", "chat", "turns"),
        "system": SYSTEM_NAMES,
    }
    folded_fields: ClassVar[Sequence[str]] = ("system",)
    roles: ClassVar[Mapping[str, str]] = {role: role for role in ROLES}
    turns = True
    parts = True
    call_ids = True
    tool_fields: ClassVar[Sequence[str]] = ("tools", "functions")
    identity_fields: ClassVar[Sequence[str]] = (
        "tools",
        "functions",
        "parallel_tool_calls",
        "weight",
        *media.FIELDS,
    )

    def recognise(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        if not isinstance(messages, list):
            return names["messages"] == "messages"
        first = next((message for message in messages if isinstance(message, dict)), None)
        if first is None:
            # Lists of texts are of another shape.
            return names["messages"] == "messages" and not any(
                isinstance(turn, list) for turn in messages[:1]
            )
        return "role" in first or "content" in first or ("from" not in first and "value" not in first)

    def view(self, record: Record, names: Names) -> list[Message]:
        messages: list[Message] = record[names["messages"]]
        system = self._system(record, names)
        if system and isinstance(messages, list):
            return [{"role": "system", "content": system}, *messages]
        return messages

    def columns(self, frame: "DataFrame", names: Names) -> "PlainMessages | None":
        messages = frame[names["messages"]]
        # A subclass may view its messages differently.
        if type(self).view is not Chat.view or messages.dtype == pl.String or "system" in names:
            return None
        flat = messages.explode().struct.unnest()
        if sorted(flat.columns) != ["content", "role"]:
            return None
        return PlainMessages(messages.list.len(), flat["role"], flat["content"])

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if self._system(record, names):
            if at == 0:
                return (names["system"],)
            at -= 1
        return (names["messages"], at, *in_message(record[names["messages"]][at], field, part))

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field != "role" or len(self.steps(record, names, at, field, part)) > 1:
            super().put(record, names, at, field, part, text)

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, *_keys(names))

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        tools, functions = _keys(names)
        return tool_steps(record, tools, nth, functions)

    def read(self, record: Record, names: Names) -> Conversation:
        messages = record[names["messages"]]
        if not isinstance(messages, list):
            raise TypeError("messages are a list")
        tools, functions = _keys(names)
        parallel = names.get("parallel_tool_calls", "parallel_tool_calls")
        own = {*self.extra(record, names), parallel}
        # In the order of the record.
        extra = {
            "parallel_tool_calls" if key == parallel else key: value
            for key, value in record.items()
            if key in own
        }
        conversation = Conversation(
            messages=modernized(self.view(record, names)),
            tools=read_tools(record.get(tools), record.get(functions)),
            extra=extra,
        )
        media.take_media(conversation, record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        record: Record = {"messages": conversation.messages}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record

    def is_written(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        if not isinstance(messages, list):
            return True
        read = chat_messages(messages)
        same = len(read) == len(messages) and all(map(operator.is_, read, messages))
        return same and not self._system(record, names) and all(map(has_own_arguments, messages))

    @staticmethod
    def _system(record: Record, names: Names) -> Any:
        """The system prompt next to the messages, as LLaMA-Factory and Anthropic's API have it."""
        return record.get(names["system"]) if "system" in names else None


def _keys(names: Names) -> tuple[str, str]:
    return names.get("tools", "tools"), names.get("functions", "functions")


def in_message(message: Any, field: str, part: int | None) -> Steps:
    """The path in a chat message of a field or content part (see ``Shape.steps``)."""
    single = part is None or part < 0
    if field in ("call", "call_id", "call_name", "arguments"):
        call: Steps = ("function_call",) if single else ("tool_calls", part or 0)
        function = call if single else (*call, "function")
        inner = {"call": call, "call_id": (*call, "id"), "call_name": (*function, "name")}
        return inner.get(field, (*function, "arguments"))
    if field == "media":
        content_part = follow(message, ("content", part or 0))
        kind = content_part.get("type") if isinstance(content_part, dict) else None
        holder = content_part.get(kind) if isinstance(content_part, dict) and isinstance(kind, str) else None
        inside: tuple[str, ...] = () if holder is None else (str(kind),)
        return ("content", part or 0, *inside, *(("url",) if isinstance(holder, dict) else ()))
    return (field,) if single else ("content", part or 0, "text")


TURN = re.compile(r"\s*<\|im_start\|>([^\n<|]+)\n(.*?)<\|im_end\|>", re.DOTALL)
# A tool's turn would need the id of the call that it answers, which the text does not have.
SPEAKERS = ("system", "developer", "user", "assistant")


def read_chatml(text: Any) -> list[Message] | None:
    """The messages of a text that is ChatML from its first to its last character; None for any other text."""
    if not isinstance(text, str) or "<|im_start|>" not in text:
        return None
    messages: list[Message] = []
    end = 0
    while found := TURN.match(text, end):
        role, content = chat_role(found[1].strip()), found[2]
        if role not in SPEAKERS or "<|im_start|>" in content:
            return None
        messages.append({"role": role, "content": content})
        end = found.end()
    return messages if messages and not text[end:].strip() else None


# The field with the reference answer, as in OpenAI's guides to graders (``item.reference_answer``).
REFERENCE = "reference_answer"


class Reinforcement(Chat):
    """A chat in which every other field, whatever its name, is available to the grader."""

    name = "reinforcement"
    optional = ("tools",)
    aliases = {}
    folded_fields = ()
    tool_fields = ("tools",)
    answered = False
    has_open_identity = True
    on_request = True

    def read(self, record: Record, names: Names) -> Conversation:
        tools = read_tools(record.get(names.get("tools", "tools")))
        return Conversation(modernized(record[names["messages"]]), tools, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        record: Record = {"messages": unanswered(conversation, REFERENCE)}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record
