"""``{"messages": [{"role": …, "content": …}, …], "tools": …}``: the chat shape."""

from typing import Any

from ftlint.path import Steps
from ftlint.shapes.called import declared_tools, tool_steps
from ftlint.shapes.shape import Conversation, Message, Names, Record, Shape, follow

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
# Spellings people use for roles, and what is meant.
MEANT = {
    "human": "user",
    "customer": "user",
    "prompter": "user",
    "gpt": "assistant",
    "bot": "assistant",
    "chatbot": "assistant",
    "model": "assistant",
    "ai": "assistant",
    "observation": "tool",
    "ipython": "tool",
}


class Chat(Shape):
    """The form the view uses, too: the messages are the record's own."""

    name = "chat"
    required = ("messages",)
    optional = ("tools", "parallel_tool_calls", "functions")
    aliases = {"messages": ("conversations", "conversation", "dialogue", "dialog", "chat", "turns")}
    turns = True
    parts = True
    call_ids = True
    declares = ("tools", "functions")
    beyond = ("tools", "functions", "parallel_tool_calls", "weight")

    def recognise(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        if not isinstance(messages, list):
            return names["messages"] == "messages"
        first = next((message for message in messages if isinstance(message, dict)), None)
        if first is None:
            return names["messages"] == "messages"
        return "role" in first or "content" in first or ("from" not in first and "value" not in first)

    def view(self, record: Record, names: Names) -> list[Message]:
        messages: list[Message] = record[names["messages"]]
        return messages

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        return (names["messages"], at, *in_message(record[names["messages"]][at], field, part))

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, names.get("tools", "tools"))

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return tool_steps(record, names.get("tools", "tools"), nth)

    def read(self, record: Record, names: Names) -> Conversation:
        tools = record.get("tools")
        return Conversation(
            messages=record[names["messages"]],
            tools=tools if isinstance(tools, list) else None,
            extra=self.extra(record, names) | {k: record[k] for k in self.optional[1:] if k in record},
        )

    def write(self, conversation: Conversation) -> Record:
        record: Record = {"messages": conversation.messages}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record


def in_message(message: Any, field: str, part: int | None) -> Steps:
    """Where a message in the chat form has a piece of itself (see ``Shape.steps``)."""
    single = part is None or part < 0
    if field in ("call", "call_id", "call_name", "arguments"):
        call: Steps = ("function_call",) if single else ("tool_calls", part or 0)
        function = call if single else (*call, "function")
        inner = {"call": call, "call_id": (*call, "id"), "call_name": (*function, "name")}
        return inner.get(field, (*function, "arguments"))
    if field == "media":
        piece = follow(message, ("content", part or 0))
        kind = piece.get("type") if isinstance(piece, dict) else None
        holder = piece.get(kind) if isinstance(piece, dict) and isinstance(kind, str) else None
        inside: tuple[str, ...] = () if holder is None else (str(kind),)
        return ("content", part or 0, *inside, *(("url",) if isinstance(holder, dict) else ()))
    return (field,) if single else ("content", part or 0, "text")
