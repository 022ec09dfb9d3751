"""``{"system": "…", "messages": [{"role": "user", "content": "…"}, …]}``: Claude on Amazon Bedrock, texts only."""

from ftlint.path import Steps
from ftlint.quote import quote
from ftlint.shapes.chat import in_message
from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, lost_keys
from ftlint.shapes.turns import DEVELOPER, text_of

# With any of these beside the messages it is another shape's record.
OTHERS = ("tools", "functions", "toolConfig", "schemaVersion")


class Claude(Shape):
    """The system prompt stands beside the messages, which the user and the assistant write in turn."""

    name = "claude"
    required = ("messages",)
    optional = ("system",)
    roles = {"user": "user", "assistant": "assistant"}
    turns = True
    telling = ("system",)
    kin = "chat"

    def recognise(self, record: Record, names: Names) -> bool:
        messages, system = record[names["messages"]], record.get(names.get("system", "system"))
        first = messages[0] if isinstance(messages, list) and messages else None
        is_chat = isinstance(first, dict) and "role" in first and "content" in first
        return is_chat and not isinstance(system, list | dict) and not any(key in record for key in OTHERS)

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
        return Conversation(messages, extra=self.extra(record, names))

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
        record["messages"] = [_written(message) for message in messages]
        conversation.lost.extend(lost_keys(messages))
        if conversation.tools:
            conversation.lost.append("tools")
        return record


def _written(message: Message) -> Message:
    role = message.get("role")
    if role not in ("user", "assistant"):
        late = " after the first message" if role in ("system", "developer") else ""
        raise CannotHold(f"has no place for the role {quote(str(role))}{late}")
    if message.get("tool_calls") or message.get("function_call"):
        raise CannotHold("has no place for tool calls")
    return {"role": role, "content": text_of(message)}
