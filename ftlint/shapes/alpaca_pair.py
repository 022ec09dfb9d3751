"""``{"instruction": …, "chosen": …, "rejected": …}``: LLaMA-Factory's preference pairs in Alpaca's fields."""

from ftlint.path import Steps
from ftlint.shapes.alpaca import Alpaca
from ftlint.shapes.answers import two_messages
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, lost_keys, plain_text


class AlpacaPair(Alpaca):
    """Alpaca with a wanted output and another one."""

    name = "alpaca-preference"
    required = ("instruction", "chosen", "rejected")
    sides = True

    def recognise(self, record: Record, names: Names) -> bool:
        # Messages are TRL's, whose prompt may be an instruction, too.
        return not any(isinstance(record[names[side]], list | dict) for side in ("chosen", "rejected"))

    def view(self, record: Record, names: Names) -> list[Message]:
        return super().view(record, _as_alpaca(names))

    def aside(self, record: Record, names: Names) -> list[Message]:
        return [{"role": "assistant", "content": record[names["rejected"]]}]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if at >= len(self.view(record, names)):
            return (names["rejected"],)
        return super().steps(record, _as_alpaca(names), at, field, part)

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, _as_alpaca(names))
        conversation.rejected = self.aside(record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        _, _, rejected = two_messages(conversation)
        record = super().write(conversation)
        if rejected.get("role") != "assistant" or rejected.get("tool_calls"):
            raise CannotHold("has no place for tool calls")
        conversation.lost.extend(lost_keys([rejected]))
        wanted = record.pop("output")
        return {**record, "chosen": wanted, "rejected": plain_text(rejected.get("content"))}


def _as_alpaca(names: Names) -> Names:
    return {**names, "output": names["chosen"]}
