"""What a shape is: how a record's layout is recognised, viewed as messages, and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ftlint.path import Steps

Record = dict[str, Any]
Message = dict[str, Any]
Names = Mapping[str, str]
"""The shape's field → the key that the file uses for it."""


@dataclass(slots=True)
class Conversation:
    """One example, independent of the shape it was read from.

    ``messages`` are in the chat form (role, content, tool_calls …), ``tools`` the declared tools or None.
    ``extra`` holds the record's other fields, ``lost`` what could not be carried, by name.
    """

    messages: list[Message]
    tools: list[Any] | None = None
    extra: Record = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


class Shape:
    """One layout of a record. Stateless: every method gets the record and the names of its fields."""

    name: ClassVar[str]
    required: ClassVar[Sequence[str]]
    optional: ClassVar[Sequence[str]] = ()
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {}
    roles: ClassVar[Mapping[str, str]] = {}
    """This shape's own spelling of a role → the chat role."""
    turns: ClassVar[bool] = False
    """Whether it holds several turns; otherwise one prompt and one answer."""
    parts: ClassVar[bool] = False
    """Whether a content may be a list of parts."""
    beyond: ClassVar[Sequence[str]] = ()
    """Fields beside the messages that make two records different examples."""

    def recognise(self, record: Record, names: Names) -> bool:
        """Whether a record that has the required fields really is of this shape."""
        del record, names
        return True

    def view(self, record: Record, names: Names) -> list[Message]:
        """The record as messages. Cheap: texts are not copied, nor joined; several pieces are parts."""
        raise NotImplementedError

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        """Where the file has a piece of message ``at`` of the view."""
        raise NotImplementedError

    def read(self, record: Record, names: Names) -> Conversation:
        """The record as a conversation that any other shape can write."""
        raise NotImplementedError

    def write(self, conversation: Conversation) -> Record:
        """The conversation in this shape; what it cannot hold is named in ``conversation.lost``.

        Raises CannotHold where nothing sensible can be written.
        """
        raise NotImplementedError

    def extra(self, record: Record, names: Names) -> Record:
        """The fields that this shape knows nothing of."""
        known = {names.get(name, name) for name in (*self.required, *self.optional)}
        return {key: value for key, value in record.items() if key not in known}


class CannotHold(Exception):
    """A conversation that a shape has no place for; the reason in one sentence."""


def plain_text(content: Any) -> str:
    """The text of a message's content: the string itself, or its text parts one under the other."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(
            part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)
        )
    return ""


def one_exchange(conversation: Conversation) -> tuple[str, str]:
    """The prompt and the answer of a conversation, for shapes that hold only one of each.

    A system message goes in front of the prompt and is said to be so. Raises CannotHold for more turns.
    """
    messages = list(conversation.messages)
    system = ""
    if messages and messages[0].get("role") in ("system", "developer"):
        system = plain_text(messages.pop(0).get("content"))
    roles = [message.get("role") for message in messages]
    if roles == ["assistant"]:
        prompt = ""
    elif roles == ["user", "assistant"]:
        prompt = plain_text(messages[0].get("content"))
    else:
        raise CannotHold(f"holds one question and one answer, not {len(messages)} messages")
    if messages[-1].get("tool_calls") or messages[-1].get("function_call"):
        raise CannotHold("has no place for tool calls")
    conversation.lost.extend(_lost_keys(messages))
    if conversation.tools:
        conversation.lost.append("tools")
    if system:
        prompt = f"{system}\n\n{prompt}" if prompt else system
    return prompt, plain_text(messages[-1].get("content"))


def _lost_keys(messages: list[Message]) -> list[str]:
    kept = {"role", "content"}
    names = {
        key for message in messages for key, value in message.items() if key not in kept and value is not None
    }
    media = any(
        isinstance(part, dict) and part.get("type") != "text"
        for message in messages
        if isinstance(message.get("content"), list)
        for part in message["content"]
    )
    return sorted(f"messages[].{name}" for name in names) + (["images and other media"] if media else [])
