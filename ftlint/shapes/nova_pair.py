"""``{"messages": […, {"role": "assistant", "candidates": […]}]}``: preference pairs of Amazon Nova."""

from collections.abc import Sequence
from typing import Any, ClassVar

from ftlint.shapes.answers import two_answers
from ftlint.shapes.nova import TOOLS, TURN, Nova
from ftlint.shapes.pieces import Laid
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record
from ftlint.shapes.turns import turns_of, without_system

CANDIDATE = {"content": TURN["content"], "preferenceLabel": None}


class NovaPair(Nova):
    """The first candidate that is preferred is the wanted one; those that are not stand against it."""

    name = "nova-preference"
    sides = True
    telling = ()
    said: ClassVar[Record] = {
        "system": [{"text": None}],
        "messages": [TURN | {"candidates": [CANDIDATE]}],
        "toolConfig": TOOLS,
    }

    def laid(self, record: Record, names: Names) -> list[Laid]:
        messages = record[names["messages"]]
        prompt = super().laid({**record, names["messages"]: messages[:-1]}, names)
        return prompt + self._wanted(record, names)

    def laid_aside(self, record: Record, names: Names) -> list[Laid]:
        candidates = _candidates(record, names)
        wanted = _best(candidates)
        aside = [at for at in range(len(candidates)) if at != wanted and not _preferred(candidates[at])]
        return [laid for at in aside for laid in self._candidate(record, names, at)]

    def answer_size(self, record: Record, names: Names) -> int:
        return len(self._wanted(record, names))

    def read(self, record: Record, names: Names) -> Conversation:
        candidates = _candidates(record, names)
        labels = [_preferred(candidate) for candidate in candidates]
        if True not in labels or False not in labels:
            raise CannotHold("has no preferred candidate and one that is not")
        conversation = super().read(record, names)
        if len(candidates) > 2:
            first = self._candidate(record, names, labels.index(False))
            conversation.rejected = (conversation.rejected or [])[: len(first)]
            conversation.lost.append("further candidates")
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, wanted, rejected = two_answers(conversation)
        texts, prompt = without_system(prompt, conversation.lost)
        if not prompt:
            raise CannotHold("needs a question before the answers")
        candidates = [
            {"content": self._answer(answer, conversation), "preferenceLabel": label}
            for answer, label in ((wanted, "preferred"), (rejected, "non-preferred"))
        ]
        turns = turns_of(self, prompt, conversation.lost)
        turns.append({"role": "assistant", "candidates": candidates})
        return self.written(texts, turns, conversation)

    def _answer(self, messages: list[Message], conversation: Conversation) -> Any:
        turns = turns_of(self, messages, conversation.lost)
        if len(turns) != 1 or turns[0]["role"] != "assistant":
            raise CannotHold("holds one message of the assistant on each side")
        return turns[0]["content"]

    def _wanted(self, record: Record, names: Names) -> list[Laid]:
        return self._candidate(record, names, _best(_candidates(record, names)))

    def _candidate(self, record: Record, names: Names, at: int) -> list[Laid]:
        key = names["messages"]
        last = len(record[key]) - 1
        where = (key, last, "candidates", at)
        role = (record[key][last].get("role"), (key, last, "role"))
        return self.split(_candidates(record, names)[at], where, role)


def _candidates(record: Record, names: Names) -> Sequence[Any]:
    candidates: Sequence[Any] = record[names["messages"]][-1]["candidates"]
    return candidates


def _preferred(candidate: Any) -> bool:
    label = candidate.get("preferenceLabel") if isinstance(candidate, dict) else None
    return isinstance(label, str) and label.strip().casefold() == "preferred"


def _best(candidates: Sequence[Any]) -> int:
    """The place of the first preferred candidate; the first of all where none is."""
    return next((at for at, candidate in enumerate(candidates) if _preferred(candidate)), 0)
