"""Completions with scores, as UltraFeedback has them.

``{"instruction": …, "completions": [{"response": …, "overall_score": 8.5}, …]}``: the answer with the highest score
is chosen, the one with the lowest is rejected.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.shapes.answers import two_messages
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, follow, lost_keys
from ftlint.shapes.turn_paths import TurnPath, TurnPathShape
from ftlint.shapes.write_blocks import text_of

SCORES = ("overall_score", "score", "fine-grained_score", "rating")


class ScoredPair(TurnPathShape):
    """The best and the worst of several answers; the others have no place in a conversation."""

    name = "scored-preference"
    required = ("instruction", "completions")
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {"instruction": ("prompt", "question")}
    is_preference = True
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        completions = record[names["completions"]]
        first = completions[0] if isinstance(completions, list) and completions else None
        return isinstance(first, dict) and "response" in first and any(key in first for key in SCORES)

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        return [TurnPath("user", (names["instruction"],)), self._answer(record, names, -1)]

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        return [{"role": "assistant", "content": follow(record, self._answer(record, names, 0).path)}]

    def beside_view(self, record: Record, names: Names) -> Any:
        key = names["completions"]
        shown = [self._answer(record, names, nth).path[1] for nth in (0, -1)]
        return [
            {name: value for name, value in completion.items() if at not in shown or name != "response"}
            for at, completion in enumerate(record[key])
        ]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if at == 2:
            return self._answer(record, names, 0).path
        return super().steps(record, names, at, field, part)

    def read(self, record: Record, names: Names) -> Conversation:
        scores = sorted(map(_score, record[names["completions"]]))
        if len(scores) < 2 or scores[0] == scores[-1]:
            raise CannotHold("has no two completions with different scores")
        conversation = super().read(record, names)
        conversation.rejected = self.rejected_view(record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_messages(conversation)
        if [message.get("role") for message in prompt] != ["user"]:
            raise CannotHold("holds one question and its answers")
        if chosen.get("tool_calls") or rejected.get("tool_calls"):
            raise CannotHold("has no place for tool calls")
        conversation.lost.extend(lost_keys([*prompt, chosen, rejected]))
        if conversation.tools:
            conversation.lost.append("tools")
        answers = enumerate((rejected, chosen))
        completions = [{"response": text_of(answer), "overall_score": score} for score, answer in answers]
        return {"instruction": text_of(prompt[0]), "completions": completions[::-1]}

    @staticmethod
    def _answer(record: Record, names: Names, nth: int) -> TurnPath:
        """The nth answer in order of scores; of equal scores the earlier one is better."""
        completions = record[names["completions"]]
        ranked = sorted(range(len(completions)), key=lambda at: (_score(completions[at]), -at))
        return TurnPath("assistant", (names["completions"], ranked[nth], "response"))


def _score(completion: Any) -> float:
    """The score of a completion, which may be a text; one without a score is worse than all others."""
    value = next((completion[key] for key in SCORES if completion.get(key) is not None), None)
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("-inf")
