"""``{"prompt": …, "completions": […], "labels": […]}``: TRL's answers in steps, each marked as right or wrong."""

from ftlint.path import Steps
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, lost_keys


class Stepwise(Shape):
    """The steps are the parts of one answer. Their labels go along in ``extra``, because no other shape has any."""

    name = "stepwise"
    required = ("prompt", "completions", "labels")
    parts = True
    beyond = ("labels",)

    def view(self, record: Record, names: Names) -> list[Message]:
        completions = record[names["completions"]]
        if not isinstance(completions, list):
            raise TypeError("the steps are a list")
        steps = [{"type": "text", "text": step} for step in completions]
        return [
            {"role": "user", "content": record[names["prompt"]]},
            {"role": "assistant", "content": steps},
        ]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if at == 0:
            return (names["prompt"],)
        return (names["completions"],) if part is None or part < 0 else (names["completions"], part)

    def read(self, record: Record, names: Names) -> Conversation:
        extra = {"labels": record[names["labels"]], **self.extra(record, names)}
        return Conversation(self.view(record, names), extra=extra)

    def write(self, conversation: Conversation) -> Record:
        messages = conversation.messages
        if [message.get("role") for message in messages] != ["user", "assistant"]:
            raise CannotHold("holds one question and one answer")
        steps, labels = messages[1].get("content"), conversation.extra.get("labels")
        if not isinstance(steps, list) or not isinstance(labels, list) or len(labels) != len(steps):
            raise CannotHold("needs a label for every step of the answer")
        question = messages[0].get("content")
        texts = [step.get("text") if isinstance(step, dict) else None for step in steps]
        if not isinstance(question, str) or not all(isinstance(text, str) for text in texts):
            raise CannotHold("has no place for anything but text")
        conversation.lost.extend(["tools"] * bool(conversation.tools) + lost_keys(messages))
        del conversation.extra["labels"]
        return {"prompt": question, "completions": texts, "labels": labels}
