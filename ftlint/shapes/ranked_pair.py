"""``{"context": …, "completions": [{"rank": 0, "completion": […]}, …]}``: NeMo-RL's preference pairs."""

from ftlint.shapes.answers import two_answers
from ftlint.shapes.shape import CannotHold, Conversation, Names, Record
from ftlint.shapes.spans import Span, Spans


class RankedPair(Spans):
    """The answer with the lowest rank is wanted, the one with the highest is not."""

    name = "ranked-preference"
    required = ("context", "completions")
    sides = True
    declares = ()
    beyond = ()

    def recognise(self, record: Record, names: Names) -> bool:
        completions = record[names["completions"]]
        first = completions[0] if isinstance(completions, list) and completions else None
        return isinstance(first, dict) and ("rank" in first or "completion" in first)

    def spans(self, record: Record, names: Names) -> list[Span]:
        return [Span((names["context"],), "user"), self._completion(record, names, 0)]

    def against(self, record: Record, names: Names) -> list[Span]:
        return [self._completion(record, names, -1)]

    def read(self, record: Record, names: Names) -> Conversation:
        if (answers := len(record[names["completions"]])) != 2:
            raise CannotHold(f"holds one wanted answer and one other, not {answers}")
        return super().read(record, names)

    def write(self, conversation: Conversation) -> Record:
        prompt, *answers = two_answers(conversation)
        if not prompt:
            raise CannotHold("needs a message before the answers")
        if conversation.tools:
            conversation.lost.append("tools")
        completions = [{"rank": rank, "completion": answer} for rank, answer in enumerate(answers)]
        return {"context": prompt, "completions": completions}

    @staticmethod
    def _completion(record: Record, names: Names, nth: int) -> Span:
        """Where the nth completion stands, counted from the lowest rank; of equals the first is the lower."""
        completions = record[names["completions"]]
        ranked = sorted(range(len(completions)), key=lambda place: completions[place]["rank"])
        return Span((names["completions"], ranked[nth], "completion"), "assistant")
