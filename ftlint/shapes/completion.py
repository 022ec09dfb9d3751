"""``{"prompt": …, "completion": …}``: the prompt–completion shape, also of most tables."""

from typing import TYPE_CHECKING

from ftlint.lazy import pl
from ftlint.path import Steps
from ftlint.shapes.shape import Conversation, Message, Names, Record, Shape, one_exchange

if TYPE_CHECKING:
    from polars import DataFrame, Series


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

    def columns(self, frame: "DataFrame", names: Names) -> "Series | None":
        pair = [frame[names[name]] for name in self.required]
        if any(column.dtype != pl.String for column in pair):
            return None
        sides = [
            pl.struct(role=pl.lit(role), content=pl.col(column.name))
            for role, column in zip(("user", "assistant"), pair, strict=True)
        ]
        return frame.select(messages=pl.concat_list(sides)).to_series()

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
