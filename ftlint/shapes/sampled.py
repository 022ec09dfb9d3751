"""A question with answers that have no scores: ``{"question": …, "responses": [{"response": …}, …]}``.

The layout of natural_reasoning. The first answer is trained on; others have no place in a conversation.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.shapes.answers import REFERENCE
from ftlint.shapes.scored import ANSWERS
from ftlint.shapes.shape import CannotHold, Conversation, Names, Record, one_exchange
from ftlint.shapes.turn_paths import TurnPath, TurnPathShape


class SampledAnswers(TurnPathShape):
    """The first answer, and the question."""

    name = "sampled-answers"
    required = ("question", "responses")
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {
        "question": ("prompt", "instruction", "query", "problem")
    }
    identity_fields = (REFERENCE,)
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        responses = record[names["responses"]]
        first = responses[0] if isinstance(responses, list) and responses else None
        return isinstance(first, str) or (isinstance(first, dict) and any(key in first for key in ANSWERS))

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        key = names["responses"]
        first = record[key][0]
        if isinstance(first, dict):
            name = next((name for name in ANSWERS if name in first), ANSWERS[0])
            return [TurnPath("user", (names["question"],)), TurnPath("assistant", (key, 0, name))]
        return [TurnPath("user", (names["question"],)), TurnPath("assistant", (key, 0))]

    def beside_view(self, record: Record, names: Names) -> Any:
        first, *others = record[names["responses"]]
        shown = next((name for name in ANSWERS if name in first), "") if isinstance(first, dict) else ""
        rest = (
            {key: value for key, value in first.items() if key != shown} if isinstance(first, dict) else None
        )
        return [rest, *others] if rest or others else None

    def read(self, record: Record, names: Names) -> Conversation:
        if not record[names["responses"]]:
            raise CannotHold("has no answer to learn from")
        return super().read(record, names)

    def write(self, conversation: Conversation) -> Record:
        question, answer = one_exchange(conversation)
        return {"question": question, "responses": [{"response": answer}]}
