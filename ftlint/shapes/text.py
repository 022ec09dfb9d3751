"""``{"text": …}``: plain text to continue from."""

from ftlint.path import Steps
from ftlint.shapes.chatml import read_chatml
from ftlint.shapes.completion import Completion
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, lost_keys, plain_text


class Text(Shape):
    """Everything is trained on: the view is one assistant message. A text in ChatML is read as a conversation."""

    name = "text"
    bare = True
    required = ("text",)

    def recognise(self, record: Record, names: Names) -> bool:
        # A text beside a label, or a question beside an answer, is a pair of them.
        answers = {*Completion.required, *Completion.aliases["completion"]}
        return not any(key.strip().casefold() in answers for key in record if key != names["text"])

    def view(self, record: Record, names: Names) -> list[Message]:
        return [{"role": "assistant", "content": record[names["text"]]}]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        return (names["text"],)

    def read(self, record: Record, names: Names) -> Conversation:
        messages = read_chatml(record[names["text"]]) or self.view(record, names)
        return Conversation(messages=messages, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        if [message.get("role") for message in conversation.messages] != ["assistant"]:
            raise CannotHold("holds one text without roles")
        if conversation.messages[0].get("tool_calls"):
            raise CannotHold("has no place for tool calls")
        conversation.lost += lost_keys(conversation.messages)
        if conversation.tools:
            conversation.lost.append("tools")
        return {"text": plain_text(conversation.messages[0].get("content"))}
