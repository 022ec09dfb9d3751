"""``{"messages": [{"role": …, "content": …}, …], "tools": …}``: the chat shape."""

from ftlint.path import Steps
from ftlint.shapes.shape import Conversation, Message, Names, Record, Shape

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
    beyond = ("tools", "functions", "parallel_tool_calls", "label", "kto_tag", "weight")

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
        start: Steps = (names["messages"], at)
        if field == "arguments":
            call = "tool_calls" if part is not None and part >= 0 else "function_call"
            return (*start, call, *((part, "function") if call == "tool_calls" else ()), "arguments")
        if part is None or part < 0:
            return (*start, field)
        return (*start, "content", part, "text")

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
