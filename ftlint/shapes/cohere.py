"""``{"messages": [{"role": "User", "content": "…"}, {"role": "Chatbot", …}]}``: Cohere's chats, texts only."""

from typing import Any

from ftlint.quote import quote
from ftlint.shapes.chat import Chat
from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, lost_keys
from ftlint.shapes.turns import DEVELOPER, text_of

WRITTEN = {"system": "System", "developer": "System", "user": "User", "assistant": "Chatbot"}


class Cohere(Chat):
    """A chat with Cohere's words for the roles, by which alone it is told from any other."""

    name = "cohere"
    optional = ()
    aliases = {}
    roles = {"System": "system", "User": "user", "Chatbot": "assistant"}
    parts = False
    call_ids = False
    declares = ()
    beyond = ()
    on_request = True

    def tools(self, record: Record, names: Names) -> list[Any]:
        return []

    def read(self, record: Record, names: Names) -> Conversation:
        messages = [{**message, "role": chat_role(message["role"])} for message in self.view(record, names)]
        return Conversation(messages, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        messages = [_written(message, at) for at, message in enumerate(conversation.messages)]
        conversation.lost.extend(lost_keys(conversation.messages))
        if any(message["role"] == "developer" for message in conversation.messages):
            conversation.lost.append(DEVELOPER)
        if conversation.tools:
            conversation.lost.append("tools")
        return {"messages": messages}


def _written(message: Message, at: int) -> Message:
    role = message.get("role")
    if message.get("tool_calls") or message.get("function_call"):
        raise CannotHold("has no place for tool calls")
    if not isinstance(role, str) or role not in WRITTEN:
        raise CannotHold(f"has no place for the role {quote(str(role))}")
    if WRITTEN[role] == "System" and at:
        raise CannotHold("has no place for a system message that is not the first")
    return {"role": WRITTEN[role], "content": text_of(message)}
