"""``{"conversations": […], "chosen": {…}, "rejected": {…}}``: LLaMA-Factory's preference pairs in ShareGPT turns."""

from ftlint.path import Steps
from ftlint.shapes import marks
from ftlint.shapes.answers import two_messages
from ftlint.shapes.modern import modern
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, unkept_keys
from ftlint.shapes.sharegpt import HELD, ShareGPT, in_turn, seen_turn, written_turn


class ShareGPTPair(ShareGPT):
    """Each answer is one turn."""

    name = "sharegpt-preference"
    required = ("conversations", "chosen", "rejected")
    beyond = ("tools", *marks.FIELDS)
    sides = True

    def recognise(self, record: Record, names: Names) -> bool:
        answers = (record[names["chosen"]], record[names["rejected"]])
        if all(isinstance(answer, dict) and ("from" in answer or "value" in answer) for answer in answers):
            return True
        return super().recognise(record, names)

    def view(self, record: Record, names: Names) -> list[Message]:
        return [*super().view(record, names), seen_turn(_turn(record[names["chosen"]]))]

    def aside(self, record: Record, names: Names) -> list[Message]:
        return [seen_turn(_turn(record[names["rejected"]]))]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        beyond = at - len(super().view(record, names))
        if beyond < 0:
            return super().steps(record, names, at, field, part)
        answer = names["rejected" if beyond else "chosen"]
        return (answer, *in_turn(record[answer], field, part))

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        prompt = super().view(record, names)
        rejected = self.aside(record, names)
        if rejected[0].get("role") == "function_call" and not rejected[0].get("tool_calls"):
            raise CannotHold("cannot take a function_call turn that is not the JSON of a call")
        conversation.rejected = modern([*prompt, *rejected])[len(prompt) :]
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, _, rejected = two_messages(conversation)
        if not prompt:
            raise CannotHold("needs a message before the answers")
        record = super().write(conversation)
        aside = marks.Marked()
        turns = record.pop("conversations")
        pair = {"chosen": turns.pop(), "rejected": written_turn(rejected, aside)}
        aside.lost += ["images and other media"] if aside.media else []
        conversation.lost += [*aside.lost, *unkept_keys([rejected], HELD)]
        return {"conversations": turns, **pair, **record}


def _turn(answer: object) -> object:
    """An answer that is a turn. Raises TypeError where it is none."""
    if not isinstance(answer, dict):
        raise TypeError("an answer is a turn")
    return answer
