"""``{"contents": […], "completions": [{"score": 1, "completion": {…}}, …]}``: Gemini's preference tuning."""

from collections.abc import Sequence
from typing import Any, ClassVar

from ftlint.shapes.answers import two_answers
from ftlint.shapes.gemini import TOOL, TURN, Gemini
from ftlint.shapes.pieces import Laid
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record
from ftlint.shapes.turns import turns_of, without_system


class GeminiPair(Gemini):
    """The completion with the higher score is the wanted one, whichever stands first."""

    name = "gemini-preference"
    required: ClassVar[Sequence[str]] = ("contents", "completions")
    sides = True
    said: ClassVar[Record] = {
        "systemInstruction": TURN,
        "contents": [TURN],
        "completions": [{"score": None, "completion": TURN}],
        "tools": [TOOL],
    }

    def recognise(self, record: Record, names: Names) -> bool:
        completions = record[names["completions"]]
        first = completions[0] if isinstance(completions, list) and completions else None
        told = not isinstance(first, dict) or "completion" in first or "score" in first
        return told and super().recognise(record, names)

    def laid(self, record: Record, names: Names) -> list[Laid]:
        return super().laid(record, names) + self._wanted(record, names)

    def laid_aside(self, record: Record, names: Names) -> list[Laid]:
        best = _best(record[names["completions"]])
        places = range(len(record[names["completions"]]))
        return [laid for at in places if at != best for laid in self._completion(record, names, at)]

    def answer_size(self, record: Record, names: Names) -> int:
        return len(self._wanted(record, names))

    def read(self, record: Record, names: Names) -> Conversation:
        completions = record[names["completions"]]
        scores = sorted(_score(completion) for completion in completions)
        if len(scores) < 2 or scores[-1] == scores[-2]:
            raise CannotHold("has no two completions with different scores")
        conversation = super().read(record, names)
        if len(completions) > 2:
            best = _best(completions)
            second = next(at for at in range(len(completions)) if at != best)
            conversation.rejected = (conversation.rejected or [])[
                : len(self._completion(record, names, second))
            ]
            conversation.lost.append("further completions")
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, wanted, rejected = two_answers(conversation)
        texts, prompt = without_system(prompt, conversation.lost)
        if not prompt:
            raise CannotHold("needs a question before the answers")
        record = self.written(texts, prompt, conversation)
        record["completions"] = [
            {"score": score, "completion": self._answer(answer, conversation)}
            for score, answer in ((1, wanted), (0, rejected))
        ]
        return record

    def _answer(self, messages: list[Message], conversation: Conversation) -> Message:
        turns = turns_of(self, messages, conversation.lost)
        if len(turns) != 1 or turns[0]["role"] != "model":
            raise CannotHold("holds one message of the model on each side")
        return turns[0]

    def _wanted(self, record: Record, names: Names) -> list[Laid]:
        return self._completion(record, names, _best(record[names["completions"]]))

    def _completion(self, record: Record, names: Names, at: int) -> list[Laid]:
        key = names["completions"]
        return self.split(record[key][at].get("completion"), (key, at, "completion"))


def _best(completions: Sequence[Any]) -> int:
    """The place of the completion with the highest score, of equals the first."""
    return max(range(len(completions)), key=lambda at: (_score(completions[at]), -at))


def _score(completion: Any) -> float:
    score = completion.get("score") if isinstance(completion, dict) else None
    return score if isinstance(score, int | float) and not isinstance(score, bool) else -1
