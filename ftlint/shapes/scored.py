"""Several answers with scores, ranks or ratings: the best is chosen, the worst is rejected.

- ``{"instruction": …, "completions": [{"response": …, "overall_score": 8.5}, …]}``: UltraFeedback.
- ``{"prompt": …, "answers": [{"answer": …, "rank": 1}, …]}``: Nectar, where rank 1 is the best.
- ``{"question": …, "answers": [{"text": …, "pm_score": 3}, …]}``: Stack Exchange.
- ``{"instruction": …, "generations": ["…", …], "ratings": [5, 3]}``: distilabel.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.shapes.answers import texts_of_pair
from ftlint.shapes.shape import Conversation, Message, Names, NoBetterAnswer, Record, follow
from ftlint.shapes.transcripts import with_transcript
from ftlint.shapes.turn_paths import TurnPath, TurnPathShape

RANKS = ("rank", "ranks")
SCORES = ("overall_score", "score", "fine-grained_score", "rating", "pm_score", "reward", RANKS[0])
ANSWERS = ("response", "answer", "text", "completion", "content", "output", "generation")


class ScoredPair(TurnPathShape):
    """The best and the worst of several answers; the others have no place in a conversation."""

    name = "scored-preference"
    required = ("instruction", "completions")
    optional = ("ratings",)
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {
        "instruction": ("prompt", "question"),
        "completions": ("answers", "responses", "candidates", "generations", "candidates_completions"),
        "ratings": ("scores", "ranks"),
    }
    is_preference = True
    has_verdict = True
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        completions = record[names["completions"]]
        first = completions[0] if isinstance(completions, list) and completions else None
        if isinstance(first, str):
            return "ratings" in names and isinstance(record[names["ratings"]], list)
        if not isinstance(first, dict) or not any(key in first for key in SCORES):
            return False
        return any(key in first for key in ANSWERS)

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        return [TurnPath("user", (names["instruction"],)), self._answer(record, names, -1)]

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        return [{"role": "assistant", "content": follow(record, self._answer(record, names, 0).path)}]

    def beside_view(self, record: Record, names: Names) -> Any:
        key = names["completions"]
        shown = {self._answer(record, names, nth).path[1:] for nth in (0, -1)}
        others = [
            {name: value for name, value in completion.items() if (at, name) not in shown}
            if isinstance(completion, dict)
            else None
            if (at,) in shown
            else completion
            for at, completion in enumerate(record[key])
        ]
        return {"answers": others, "ratings": record.get(names.get("ratings", ""))}

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if at == 2:
            return self._answer(record, names, 0).path
        return super().steps(record, names, at, field, part)

    def read(self, record: Record, names: Names) -> Conversation:
        scores = sorted(_scores(record, names))
        if len(scores) < 2 or scores[0] == scores[-1]:
            raise NoBetterAnswer("needs two answers with different scores")
        conversation = super().read(record, names)
        conversation.rejected = self.rejected_view(record, names)
        return with_transcript(conversation)

    def write(self, conversation: Conversation) -> Record:
        question, chosen, rejected = texts_of_pair(conversation)
        completions = [
            {"response": text, "overall_score": score} for text, score in ((chosen, 1), (rejected, 0))
        ]
        return {"instruction": question, "completions": completions}

    @staticmethod
    def _answer(record: Record, names: Names, nth: int) -> TurnPath:
        """The nth answer in order of scores; of equal scores the earlier one is better."""
        key, scores = names["completions"], _scores(record, names)
        ranked = sorted(range(len(scores)), key=lambda at: (scores[at], -at))
        at, completion = ranked[nth], record[key][ranked[nth]]
        if isinstance(completion, str):
            return TurnPath("assistant", (key, at))
        return TurnPath(
            "assistant", (key, at, next((name for name in ANSWERS if name in completion), "response"))
        )


def _scores(record: Record, names: Names) -> list[float]:
    """The score of each answer, higher for a better one."""
    completions = record[names["completions"]]
    ratings = names.get("ratings")
    if ratings is not None and isinstance(record[ratings], list):
        sign = -1 if ratings in RANKS else 1
        given = [*record[ratings], *[None] * len(completions)]
        return [sign * _number(rating, sign) for rating, _ in zip(given, completions, strict=False)]
    return [_score(completion) for completion in completions]


def _score(completion: Any) -> float:
    key = next((key for key in SCORES if completion.get(key) is not None), "")
    sign = -1 if key in RANKS else 1
    return sign * _number(completion.get(key), sign)


def _number(value: Any, sign: int) -> float:
    """A number, which may be a text; what has none is worse than all others, whatever ``sign`` says is better."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("-inf") * sign
