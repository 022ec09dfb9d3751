"""Chat: ``{"messages": [{"role": …, "content": …}, …], "tools": …}``; prompts for a grader.

A prompt for a grader is a chat whose other fields are available to the grader:
``{"messages": [{"role": "user", "content": …}], "answer": …}``.
"""

import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftlint._polars import pl
from ftlint.json_values import parse_json
from ftlint.path import Steps
from ftlint.shapes import media
from ftlint.shapes.answers import REFERENCE, unanswered
from ftlint.shapes.around import (
    BESIDE,
    JOINED,
    QUESTION,
    begins_with,
    earlier_turns,
    joined_beside,
    lead,
    texts_beside,
    turn_steps,
    unread_beside,
    with_texts_beside,
)
from ftlint.shapes.call_blocks import steps_in_block
from ftlint.shapes.call_turns import (
    CALL_FIELDS,
    TURN_ROLES,
    is_call_turn,
    path_in_turn,
    put_in_turn,
    text_in_turn,
    with_turn_calls,
)
from ftlint.shapes.chat_form import chat_messages
from ftlint.shapes.modernize import modernized
from ftlint.shapes.roles import ROLES
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    CannotHold,
    Conversation,
    Message,
    Names,
    PlainMessages,
    Record,
    Shape,
    follow,
)
from ftlint.shapes.tools import declared_tools, has_own_arguments, read_tools, tool_steps
from ftlint.shapes.weights import WEIGHT, untrained_field, weight_field

if TYPE_CHECKING:
    from polars import DataFrame


class Chat(Shape):
    """The form of the view itself: the messages are the record's own."""

    name = "chat"
    required: ClassVar[Sequence[str]] = ("messages",)
    optional: ClassVar[Sequence[str]] = (
        "system",
        "history",
        QUESTION,
        *BESIDE,
        "tools",
        "parallel_tool_calls",
        "functions",
        *media.FIELDS,
    )
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "messages": ("conversations", "conversation", "dialogue", "dialog", "chat", "turns"),
        "system": SYSTEM_NAMES,
        "history": ("chat_history",),
    }
    folded_fields: ClassVar[Sequence[str]] = ("system", "history", QUESTION, *BESIDE)
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
        messages: list[Message] = with_turn_calls(self._messages(record, names))
        return messages

    def _messages(self, record: Record, names: Names) -> list[Message]:
        """The messages as they are written, those that a system prompt next to them makes first."""
        messages: list[Message] = with_texts_beside(record, names, record[names["messages"]])
        system = self._system(record, names)
        if system and isinstance(messages, list):
            messages = [{"role": "system", "content": system}, *messages]
        if turns := self._earlier(record, names):
            at = lead(messages)
            earlier = [{"role": role, "content": text} for role, text, _ in turns]
            return [*messages[:at], *earlier, *messages[at:]]
        return messages

    def columns(self, frame: "DataFrame", names: Names) -> "PlainMessages | None":
        messages = frame[names["messages"]]
        # A subclass may view its messages differently.
        if (
            type(self).view is not Chat.view
            or messages.dtype == pl.String
            or not names.keys().isdisjoint(Chat.folded_fields)
        ):
            return None
        flat = messages.explode().struct.unnest()
        if sorted(flat.columns) != ["content", "role"] or flat["role"].is_in(TURN_ROLES).any():
            return None
        return PlainMessages(messages.list.len(), flat["role"], flat["content"])

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        system = bool(self._system(record, names))
        if turns := self._earlier(record, names):
            first = 1 if system else lead(record[names["messages"]])
            if first <= at < first + len(turns):
                return turn_steps(turns[at - first][2], field)
            at -= len(turns) if at >= first else 0
        if system:
            if at == 0:
                return (names["system"],)
            at -= 1
        question, beside = texts_beside(record, names, record[names["messages"]])
        if beside and at == question and part is not None and part >= 0:
            if part < len(beside):
                return beside[part]
            is_text = isinstance(record[names["messages"]][at].get("content"), str)
            part = None if is_text else part - len(beside)
            field = "content" if is_text else field
        return (names["messages"], at, *in_message(record[names["messages"]][at], field, part))

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        message = follow(record, self.steps(record, names, at, "role", None)[:-1])
        return text_in_message(message, field, super().text(record, names, at, field, part))

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        message = follow(record, self.steps(record, names, at, "role", None)[:-1])
        if is_field_of_turn(message, field):
            put_in_turn(message, field, text)
        elif field != "role" or self.steps(record, names, at, field, part)[-1] in ("role", "from"):
            super().put(record, names, at, field, part, text)

    def remove(self, record: Record, names: Names, at: int) -> None:
        # Half of a pair of earlier turns cannot be removed.
        if not isinstance(self.steps(record, names, at, "content", None)[-1], int):
            super().remove(record, names, at)

    def extra(self, record: Record, names: Names) -> Record:
        return super().extra(record, names) | unread_beside(record, names, record[names["messages"]])

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, *_keys(names))

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        tools, functions = _keys(names)
        return tool_steps(record, tools, nth, functions)

    def read(self, record: Record, names: Names) -> Conversation:
        messages = record[names["messages"]]
        if isinstance(messages, str) and messages.lstrip().startswith("["):
            return self.read({**record, names["messages"]: parse_json(messages)}, names)
        if not isinstance(messages, list):
            raise TypeError("messages are a list")
        if (joined := joined_beside(record, names, "messages")) is not record:
            conversation = self.read(joined, names)
            conversation.lost.append(JOINED)
            return conversation
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
            messages=modernized(self._messages(record, names)),
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
        beside = self._system(record, names) or self._earlier(record, names)
        beside = beside or texts_beside(record, names, messages)[1] or media.is_single(record, names)
        return same and not beside and all(map(has_own_arguments, messages))

    @staticmethod
    def _earlier(record: Record, names: Names) -> list[tuple[str, str, Steps]]:
        """The turns, or the question, in a column of their own."""
        is_beside = "history" in names or QUESTION in names
        return earlier_turns(record, names, record[names["messages"]]) if is_beside else []

    @staticmethod
    def _system(record: Record, names: Names) -> Any:
        """The system prompt next to the messages, as Anthropic's API has it, unless they begin with it."""
        system = record.get(names["system"]) if "system" in names else None
        return None if begins_with(record[names["messages"]], system) else system


def _keys(names: Names) -> tuple[str, str]:
    return names.get("tools", "tools"), names.get("functions", "functions")


def in_message(message: Any, field: str, part: int | None) -> Steps:
    """The path in a chat message of a field or content part (see ``Shape.steps``)."""
    if is_field_of_turn(message, field):
        return path_in_turn(message.get("content"), field)
    if field == WEIGHT:
        return (weight_field(message) or untrained_field(message) or WEIGHT,)
    single = part is None or part < 0
    if part is not None and part >= 0 and (in_block := steps_in_block(message, field, part)):
        return in_block
    if field in CALL_FIELDS:
        call: Steps = ("function_call",) if single else ("tool_calls", part or 0)
        given = follow(message, call)
        bare = single or (isinstance(given, dict) and "name" in given and "function" not in given)
        function = call if bare else (*call, "function")
        inner = {"call": call, "call_id": (*call, "id"), "call_name": (*function, "name")}
        return inner.get(field, (*function, "arguments"))
    if field == "media":
        content_part = follow(message, ("content", part or 0))
        kind = content_part.get("type") if isinstance(content_part, dict) else None
        holder = content_part.get(kind) if isinstance(content_part, dict) and isinstance(kind, str) else None
        inside: tuple[str, ...] = () if holder is None else (str(kind),)
        return ("content", part or 0, *inside, *(("url",) if isinstance(holder, dict) else ()))
    return (field,) if single else ("content", part or 0, "text")


def is_field_of_turn(message: Any, field: str) -> bool:
    """Whether a field of a message is in the call that is its content."""
    return field in (*CALL_FIELDS, "content") and is_call_turn(message)


def text_in_message(message: Any, field: str, text: str | None) -> str | None:
    """The text of a field as in the view, given the text at its path."""
    return text_in_turn(message.get("content"), field) if is_field_of_turn(message, field) else text


# ms-swift's texts that are compared with the messages.
COMPARED = "positive_messages"


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
        if COMPARED in conversation.extra:
            raise CannotHold(f"needs a question, and {COMPARED} are texts to compare with")
        record: Record = {"messages": unanswered(conversation, REFERENCE)}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record
