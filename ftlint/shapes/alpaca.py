"""``{"instruction": …, "input": …, "output": …}``: Alpaca's shape, with LLaMA-Factory's system and history."""

from ftlint.path import Steps
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, lost_keys, plain_text


class Alpaca(Shape):
    """The prompt is the instruction with the input under it; earlier turns stand in ``history``."""

    name = "alpaca"
    required = ("instruction", "output")
    optional = ("input", "system", "history")

    def view(self, record: Record, names: Names) -> list[Message]:
        messages: list[Message] = []
        if record.get("system"):
            messages.append({"role": "system", "content": record["system"]})
        history = record.get("history")
        if isinstance(history, list):
            for pair in history:
                question, answer = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
                messages.append({"role": "user", "content": question})
                messages.append({"role": "assistant", "content": answer})
        instruction, more = record[names["instruction"]], record.get(names.get("input", "input"))
        if more:
            parts = [{"type": "text", "text": instruction}, {"type": "text", "text": more}]
            messages.append({"role": "user", "content": parts})
        else:
            messages.append({"role": "user", "content": instruction})
        messages.append({"role": "assistant", "content": record[names["output"]]})
        return messages

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if record.get("system"):
            if at == 0:
                return ("system",)
            at -= 1
        history = record.get("history")
        earlier = 2 * len(history) if isinstance(history, list) else 0
        if at < earlier:
            return ("history", at // 2, at % 2)
        if at > earlier:
            return (names["output"],)
        return (names.get("input", "input") if part == 1 else names["instruction"],)

    def read(self, record: Record, names: Names) -> Conversation:
        messages = self.view(record, names)
        for message in messages:
            if isinstance(message["content"], list):
                message["content"] = plain_text(message["content"])
        return Conversation(messages=messages, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        messages = list(conversation.messages)
        record: Record = {"instruction": "", "input": "", "output": ""}
        if messages and messages[0].get("role") in ("system", "developer"):
            record["system"] = plain_text(messages.pop(0).get("content"))
        if messages and messages[0].get("role") == "assistant":
            messages.insert(0, {"role": "user", "content": ""})
        roles = [message.get("role") for message in messages]
        if not roles or roles != ["user", "assistant"] * (len(roles) // 2):
            raise CannotHold("holds questions and answers in turn, nothing else")
        if any(message.get("tool_calls") for message in messages):
            raise CannotHold("has no place for tool calls")
        if conversation.tools:
            conversation.lost.append("tools")
        conversation.lost.extend(lost_keys(messages))
        texts = [plain_text(message.get("content")) for message in messages]
        record["instruction"], record["output"] = texts[-2:]
        if len(texts) > 2:
            record["history"] = [texts[i : i + 2] for i in range(0, len(texts) - 2, 2)]
        return record
