"""``{"segments": [{"text": …, "label": true}, …]}``: Axolotl's input_output, texts of which some are learnt.

The texts are trained on as they stand, one behind the other; no chat template comes between them.
"""

from ftlint.path import Steps
from ftlint.quote import quote
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, lost_keys
from ftlint.shapes.turns import text_of


class Segments(Shape):
    """What is learnt is the assistant's, everything else the user's."""

    name = "segments"
    bare = True
    required = ("segments",)
    turns = True

    def recognise(self, record: Record, names: Names) -> bool:
        segments = record[names["segments"]]
        first = segments[0] if isinstance(segments, list) and segments else None
        return isinstance(first, dict) and "text" in first and "label" in first

    def view(self, record: Record, names: Names) -> list[Message]:
        return [
            {"role": _role(segment.get("label")), "content": segment.get("text")}
            if isinstance(segment, dict)
            else segment
            for segment in record[names["segments"]]
        ]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        return (names["segments"], at, "label" if field == "role" else "text")

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field != "role":
            super().put(record, names, at, field, part, text)

    def read(self, record: Record, names: Names) -> Conversation:
        key = names["segments"]
        if not all(isinstance(segment.get("label"), bool) for segment in record[key]):
            raise CannotHold("cannot take a label that is neither true nor false")
        other = {name for segment in record[key] for name in segment if name not in ("text", "label")}
        lost = [f"{key}[].{name}" for name in sorted(other)]
        return Conversation(self.view(record, names), extra=self.extra(record, names), lost=lost)

    def write(self, conversation: Conversation) -> Record:
        segments = []
        for message in conversation.messages:
            role = message.get("role")
            if role not in ("system", "developer", "user", "assistant"):
                raise CannotHold(f"has no place for the role {quote(str(role))}")
            if message.get("tool_calls") or message.get("function_call"):
                raise CannotHold("has no place for tool calls")
            learnt = role == "assistant" and message.get("weight") != 0
            if not learnt and role != "user":
                conversation.lost.append("the role of what is not learnt")
            segments.append({"text": text_of(message), "label": learnt})
        conversation.lost.extend(lost_keys(conversation.messages, ("role", "content", "weight")))
        if conversation.tools:
            conversation.lost.append("tools")
        return {"segments": segments}


def _role(label: object) -> str:
    return "assistant" if label is True else "user"
