"""``{"text": …}``: plain text to continue from."""

from ftlint.path import Steps
from ftlint.shapes.completion import Completion
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, plain_text


class Text(Shape):
    """Everything is trained on: the view is one assistant message."""

    name = "text"
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
        return Conversation(messages=self.view(record, names), extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        if [message.get("role") for message in conversation.messages] != ["assistant"]:
            raise CannotHold("holds one text without roles")
        return {"text": plain_text(conversation.messages[0].get("content"))}
