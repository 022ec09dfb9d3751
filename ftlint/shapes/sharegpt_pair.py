"""``{"conversations": […], "chosen": {…}, "rejected": {…}}``: LLaMA-Factory's preference pairs in ShareGPT turns."""

from ftlint.path import Steps
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record
from ftlint.shapes.sharegpt import ShareGPT


class ShareGPTPair(ShareGPT):
    """The view is the conversation with the chosen answer; the rejected one is carried nowhere else yet."""

    name = "sharegpt-preference"
    required = ("conversations", "chosen", "rejected")
    beyond = ("tools", "rejected")

    def recognise(self, record: Record, names: Names) -> bool:
        answers = (record[names["chosen"]], record[names["rejected"]])
        return all(isinstance(answer, dict) and "value" in answer for answer in answers)

    def view(self, record: Record, names: Names) -> list[Message]:
        chosen = record[names["chosen"]]
        return [*super().view(record, names), {"role": chosen.get("from"), "content": chosen["value"]}]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        turns = len(record[names["conversations"]]) + bool(record.get("system"))
        if at == turns:
            return (names["chosen"], "from" if field == "role" else "value")
        return super().steps(record, names, at, field, part)

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        conversation.extra["rejected"] = record[names["rejected"]]
        return conversation

    def write(self, conversation: Conversation) -> Record:
        raise CannotHold("needs a rejected answer")
