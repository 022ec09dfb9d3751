"""``{"prompt": […], "completion": […]}``: TRL's prompts and completions as messages."""

from collections.abc import Sequence
from typing import ClassVar

from ftlint.shapes.answers import prompt_and_answer
from ftlint.shapes.shape import Conversation, Names, Record
from ftlint.shapes.spans import Span, Spans, is_messages, optional_spans


class TrlCompletion(Spans):
    """The completion is one message, or a call, its result and an answer."""

    name = "trl-completion"
    required: ClassVar[Sequence[str]] = ("prompt", "completion")
    optional: ClassVar[Sequence[str]] = ("tools",)

    def recognise(self, record: Record, names: Names) -> bool:
        return is_messages(record[names["prompt"]]) or is_messages(record[names["completion"]])

    def spans(self, record: Record, names: Names) -> list[Span]:
        return [
            *optional_spans(record, names, [("prompt", "user")]),
            Span((names["completion"],), "assistant"),
        ]

    def write(self, conversation: Conversation) -> Record:
        prompt, completion = prompt_and_answer(conversation)
        record: Record = {"prompt": prompt, "completion": completion}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record
