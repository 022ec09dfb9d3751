"""``{"prompt": …, "completion": …}``: the prompt–completion shape, also of most tables."""

from typing import TYPE_CHECKING

from ftlint.lazy import pl
from ftlint.path import Steps
from ftlint.shapes.shape import Conversation, Message, Names, Record, Said, Shape, one_exchange

if TYPE_CHECKING:
    from polars import DataFrame


class Completion(Shape):
    """One prompt, one completion; the prompt may be empty."""

    name = "completion"
    required = ("prompt", "completion")
    aliases = {
        "prompt": (
            "question",
            "query",
            "input",
            "text",
            "source",
            "instruction",
            "request",
            "问题",
            "提示",
            "输入",
        ),
        "completion": ("answer", "response", "output", "target", "label", "reply", "答案", "回答", "输出"),
    }

    def view(self, record: Record, names: Names) -> list[Message]:
        return [
            {"role": "user", "content": record[names["prompt"]]},
            {"role": "assistant", "content": record[names["completion"]]},
        ]

    def columns(self, frame: "DataFrame", names: Names) -> "Said | None":
        prompts, completions = (frame[names[name]] for name in self.required)
        if prompts.dtype != pl.String or completions.dtype != pl.String:
            return None
        n = frame.height
        turns = pl.int_range(2 * n, eager=True)
        # Prompts first, then completions: taken in turns.
        places = turns // 2 + (turns % 2) * n
        return Said(
            pl.Series([2], dtype=pl.UInt32).new_from_index(0, n),
            pl.Series(("user", "assistant"), dtype=pl.String).gather(turns % 2),
            pl.concat([prompts, completions], rechunk=True).gather(places),
        )

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        return (names["completion"] if at else names["prompt"],)

    def read(self, record: Record, names: Names) -> Conversation:
        messages = self.view(record, names)
        if messages[0]["content"] == "":
            del messages[0]
        return Conversation(messages=messages, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        prompt, completion = one_exchange(conversation)
        return {"prompt": prompt, "completion": completion}
