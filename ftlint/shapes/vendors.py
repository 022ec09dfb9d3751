"""Vendor variants of chat: Claude on Bedrock, Cohere, mistral-finetune.

- ``{"system": "…", "messages": [{"role": "user", "content": "…"}, …]}``: Claude on Amazon Bedrock, texts only.
- ``{"messages": [{"role": "User", "content": "…"}, {"role": "Chatbot", …}]}``: Cohere, texts only.
- ``{"interactions": [{"role": "user", "text": …}, …], "available_tools": […]}``: mistral-finetune.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.display import quote
from ftlint.path import Steps
from ftlint.shapes.chat import Chat, in_message
from ftlint.shapes.modernize import modernized
from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    CannotHold,
    Conversation,
    Message,
    Names,
    Record,
    Shape,
    lost_keys,
)
from ftlint.shapes.tools import declared_tools, read_tools, tool_steps
from ftlint.shapes.write_blocks import DEVELOPER, FOLD, LATE_SYSTEM, text_of

# With any of these next to the messages the record is of another shape.
OTHER_SHAPE_KEYS = ("tools", "functions", "toolConfig", "schemaVersion", "history", "chat_history")


class Claude(Shape):
    """The system prompt is next to the messages, whose roles user and assistant alternate."""

    name = "claude"
    required = ("messages",)
    optional = ("system",)
    aliases = {"system": SYSTEM_NAMES}
    roles = {"user": "user", "assistant": "assistant"}
    turns = True
    distinguishing = ("system",)
    compatible_with = "chat"

    def recognise(self, record: Record, names: Names) -> bool:
        messages, system = record[names["messages"]], record.get(names.get("system", "system"))
        first = messages[0] if isinstance(messages, list) and messages else None
        is_chat = isinstance(first, dict) and "role" in first and "content" in first
        return (
            is_chat
            and not isinstance(system, list | dict)
            and not any(key in record for key in OTHER_SHAPE_KEYS)
        )

    def view(self, record: Record, names: Names) -> list[Message]:
        messages: list[Message] = record[names["messages"]]
        system = record.get(names.get("system", "system"))
        return [{"role": "system", "content": system}, *messages] if system else messages

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        key = names.get("system", "system")
        if record.get(key):
            if at == 0:
                return (key,)
            at -= 1
        messages = record[names["messages"]]
        return (names["messages"], at, *in_message(messages[at], field, part))

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field != "role" or len(self.steps(record, names, at, field, part)) > 1:
            super().put(record, names, at, field, part, text)

    def read(self, record: Record, names: Names) -> Conversation:
        messages = [{**message, "role": chat_role(message["role"])} for message in self.view(record, names)]
        return Conversation(modernized(messages), extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        messages = list(conversation.messages)
        record: Record = {}
        if messages and messages[0].get("role") in ("system", "developer"):
            conversation.lost.extend(lost_keys(messages[:1]))
            if messages[0]["role"] == "developer":
                conversation.lost.append(DEVELOPER)
            record["system"] = text_of(messages.pop(0))
        if not messages:
            raise CannotHold("needs a message that is not the system's")
        record["messages"] = [_claude_message(message) for message in messages]
        conversation.lost.extend(lost_keys(messages))
        if conversation.tools:
            conversation.lost.append("tools")
        return record


def _claude_message(message: Message) -> Message:
    role = message.get("role")
    if role not in ("user", "assistant"):
        late = " after the first message" if role in ("system", "developer") else ""
        raise CannotHold(f"has no place for the role {quote(str(role))}{late}{FOLD if late else ''}")
    if message.get("tool_calls") or message.get("function_call"):
        raise CannotHold("has no place for tool calls")
    return {"role": role, "content": text_of(message)}


ROLE_SPELLINGS = {"system": "System", "developer": "System", "user": "User", "assistant": "Chatbot"}


class Cohere(Chat):
    """A chat with Cohere's names of the roles, the only difference from other chats."""

    name = "cohere"
    optional = ()
    aliases = {}
    folded_fields = ()
    roles = {"System": "system", "User": "user", "Chatbot": "assistant"}
    parts = False
    call_ids = False
    tool_fields = ()
    identity_fields = ()
    on_request = True

    def tools(self, record: Record, names: Names) -> list[Any]:
        return []

    def read(self, record: Record, names: Names) -> Conversation:
        messages = [{**message, "role": chat_role(message["role"])} for message in self.view(record, names)]
        return Conversation(messages, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        messages = [_cohere_message(message, at) for at, message in enumerate(conversation.messages)]
        conversation.lost.extend(lost_keys(conversation.messages))
        if any(message["role"] == "developer" for message in conversation.messages):
            conversation.lost.append(DEVELOPER)
        if conversation.tools:
            conversation.lost.append("tools")
        return {"messages": messages}


def _cohere_message(message: Message, at: int) -> Message:
    role = message.get("role")
    if message.get("tool_calls") or message.get("function_call"):
        raise CannotHold("has no place for tool calls")
    if not isinstance(role, str) or role not in ROLE_SPELLINGS:
        raise CannotHold(f"has no place for the role {quote(str(role))}")
    if ROLE_SPELLINGS[role] == "System" and at:
        raise CannotHold(LATE_SYSTEM)
    return {"role": ROLE_SPELLINGS[role], "content": text_of(message)}


ROLES = ("system", "user", "assistant", "tool")
SUPPORTED_KEYS = ("role", "content", "tool_calls", "tool_call_id", "name", "weight")
SYSTEM_PROMPT = "system_prompt"


class Mistral(Shape):
    """A chat with other field names, each equivalent to the usual one; they distinguish it from other chats."""

    name = "mistral"
    required: ClassVar[Sequence[str]] = ("messages",)
    optional = ("tools", "only_last", "system_prompt")
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {
        "messages": ("interactions",),
        "tools": ("available_tools",),
    }
    roles: ClassVar[Mapping[str, str]] = {role: role for role in ("system", "user", "assistant", "tool")}
    turns = True
    call_ids = True
    tool_fields = ("tools",)
    identity_fields = ("tools", "only_last", "system_prompt")
    distinguishing: ClassVar[Sequence[str]] = ("interactions", "available_tools")
    compatible_with = "chat"

    def recognise(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        first = messages[0] if isinstance(messages, list) and messages else None
        own = {*self.distinguishing, "only_last", SYSTEM_PROMPT}
        is_own = not own.isdisjoint(names.values()) or _is_text(first)
        return is_own and isinstance(first, dict) and "role" in first

    def view(self, record: Record, names: Names) -> list[Message]:
        messages = [
            _viewed(message) if _is_text(message) else message for message in record[names["messages"]]
        ]
        system = record.get(SYSTEM_PROMPT)
        return [{"role": "system", "content": system}, *messages] if system else messages

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if record.get(SYSTEM_PROMPT):
            if at == 0:
                return (SYSTEM_PROMPT,)
            at -= 1
        message = record[names["messages"]][at]
        key = "text" if field == "content" and _is_text(message) else field
        return (names["messages"], at, *in_message(message, key, part))

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field != "role" or len(self.steps(record, names, at, field, part)) > 1:
            super().put(record, names, at, field, part, text)

    def extra(self, record: Record, names: Names) -> Record:
        kept = {"only_last": record["only_last"]} if "only_last" in record else {}
        return super().extra(record, names) | kept

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, names.get("tools", "tools"))

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return tool_steps(record, names.get("tools", "tools"), nth)

    def read(self, record: Record, names: Names) -> Conversation:
        tools = read_tools(record.get(names.get("tools", "tools")))
        return Conversation(modernized(self.view(record, names)), tools, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        messages = [_mistral_message(message) for message in conversation.messages]
        if sum(message["role"] == "system" for message in messages) > 1:
            raise CannotHold("has no place for a second system message")
        conversation.lost.extend(lost_keys(conversation.messages, SUPPORTED_KEYS))
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


def _mistral_message(message: Message) -> Message:
    role = "system" if message.get("role") == "developer" else message.get("role")
    if role not in ROLES:
        raise CannotHold(f"has no place for the role {quote(str(role))}")
    if message.get("function_call"):
        raise CannotHold("has no place for the legacy function_call")
    written = {key: message[key] for key in SUPPORTED_KEYS if message.get(key) is not None} | {"role": role}
    if message.get("content") is not None:
        written["content"] = text_of(message)
    if "content" not in written and not written.get("tool_calls"):
        written["content"] = ""
    return written
