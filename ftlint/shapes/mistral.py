"""``{"interactions": [{"role": "user", "text": …}, …], "available_tools": […]}``: mistral-finetune's chats."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.quote import quote
from ftlint.shapes.called import declared_tools, read_tools, tool_steps
from ftlint.shapes.chat import in_message
from ftlint.shapes.modern import modern
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, lost_keys
from ftlint.shapes.turns import DEVELOPER, text_of

ROLES = ("system", "user", "assistant", "tool")
KEPT = ("role", "content", "tool_calls", "tool_call_id", "name", "weight")


class Mistral(Shape):
    """A chat by other names: each is as good as its usual one, and by them it is told from any other chat."""

    name = "mistral"
    required: ClassVar[Sequence[str]] = ("messages",)
    optional = ("tools",)
    also: ClassVar[Mapping[str, Sequence[str]]] = {
        "messages": ("interactions",),
        "tools": ("available_tools",),
    }
    turns = True
    call_ids = True
    declares = ("tools",)
    beyond = ("tools", "only_last", "system_prompt")
    telling: ClassVar[Sequence[str]] = ("interactions", "available_tools")
    kin = "chat"

    def recognise(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        first = messages[0] if isinstance(messages, list) and messages else None
        own = not set(self.telling).isdisjoint(names.values()) or _is_text(first)
        return own and isinstance(first, dict) and "role" in first

    def view(self, record: Record, names: Names) -> list[Message]:
        return [_viewed(message) if _is_text(message) else message for message in record[names["messages"]]]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        message = record[names["messages"]][at]
        key = "text" if field == "content" and _is_text(message) else field
        return (names["messages"], at, *in_message(message, key, part))

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, names.get("tools", "tools"))

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return tool_steps(record, names.get("tools", "tools"), nth)

    def read(self, record: Record, names: Names) -> Conversation:
        tools = read_tools(record.get(names.get("tools", "tools")))
        return Conversation(modern(self.view(record, names)), tools, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        messages = [_written(message) for message in conversation.messages]
        if sum(message["role"] == "system" for message in messages) > 1:
            raise CannotHold("has no place for a second system message")
        conversation.lost.extend(lost_keys(conversation.messages, KEPT))
        if any(message["role"] == "developer" for message in conversation.messages):
            conversation.lost.append(DEVELOPER)
        record: Record = {"interactions": messages}
        if conversation.tools:
            record["available_tools"] = conversation.tools
        return record


def _is_text(message: Any) -> bool:
    return isinstance(message, dict) and "text" in message and "content" not in message


def _viewed(message: Message) -> Message:
    return {"content" if key == "text" else key: value for key, value in message.items()}


def _written(message: Message) -> Message:
    role = "system" if message.get("role") == "developer" else message.get("role")
    if role not in ROLES:
        raise CannotHold(f"has no place for the role {quote(str(role))}")
    if message.get("function_call"):
        raise CannotHold("has no place for the legacy function_call")
    written = {key: message[key] for key in KEPT if message.get(key) is not None} | {"role": role}
    if message.get("content") is not None:
        written["content"] = text_of(message)
    if "content" not in written and not written.get("tool_calls"):
        written["content"] = ""
    return written
