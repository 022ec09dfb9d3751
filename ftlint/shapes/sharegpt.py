"""``{"conversations": [{"from": "human", "value": …}, …]}``: ShareGPT's shape, as LLaMA-Factory reads it."""

import json
from collections.abc import Sequence
from typing import ClassVar

from ftlint.path import Steps
from ftlint.shapes.called import read_calls, read_tools, write_calls
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, plain_text

ROLES = {
    "system": "system",
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "function_call": "assistant",
    "observation": "tool",
    "tool": "tool",
}
WRITTEN = {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"}


class ShareGPT(Shape):
    """Turns with from and value; ``tools`` is JSON text, a call is a turn of ``function_call``."""

    name = "sharegpt"
    required: ClassVar[Sequence[str]] = ("conversations",)
    optional = ("system", "tools")
    aliases = {"conversations": ("conversation", "messages", "dialogue")}
    roles = ROLES
    turns = True
    beyond: ClassVar[Sequence[str]] = ("tools", "label", "kto_tag")

    def recognise(self, record: Record, names: Names) -> bool:
        turns = record[names["conversations"]]
        first = (
            next((turn for turn in turns if isinstance(turn, dict)), {}) if isinstance(turns, list) else {}
        )
        return "from" in first or "value" in first

    def view(self, record: Record, names: Names) -> list[Message]:
        turns = record[names["conversations"]]
        messages = [
            {"role": turn.get("from"), "content": turn.get("value")} if isinstance(turn, dict) else turn
            for turn in turns
        ]
        if record.get("system"):
            messages.insert(0, {"role": "system", "content": record["system"]})
        return messages

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if record.get("system"):
            if at == 0:
                return ("system",)
            at -= 1
        return (names["conversations"], at, "from" if field == "role" else "value")

    def read(self, record: Record, names: Names) -> Conversation:
        messages: list[Message] = []
        waiting: list[str] = []
        for message in self.view(record, names):
            role, text = message["role"], message["content"]
            if role == "function_call":
                calls = read_calls(text, len(messages))
                waiting = [call["id"] for call in calls]
                messages.append({"role": "assistant", "content": None, "tool_calls": calls})
            elif ROLES.get(role) == "tool":
                identifier = waiting.pop(0) if waiting else ""
                messages.append({"role": "tool", "tool_call_id": identifier, "content": text})
            else:
                messages.append({"role": ROLES.get(role, role), "content": text})
        return Conversation(messages, read_tools(record.get("tools")), extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        turns: list[Message] = []
        for message in conversation.messages:
            role, text = message.get("role"), plain_text(message.get("content"))
            if message.get("tool_calls"):
                if text:
                    conversation.lost.append("text beside tool calls")
                turns.append({"from": "function_call", "value": write_calls(message["tool_calls"])})
            elif role in WRITTEN:
                turns.append({"from": WRITTEN[role], "value": text})
            else:
                raise CannotHold(f"has no place for the role {role}")
        record: Record = {"conversations": turns}
        if turns and turns[0]["from"] == "system":
            record["system"] = turns.pop(0)["value"]
        if conversation.tools:
            declared = [tool.get("function", tool) for tool in conversation.tools if isinstance(tool, dict)]
            record["tools"] = json.dumps(declared, ensure_ascii=False)
        return record
