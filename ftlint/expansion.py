"""Conversations expanded: each answer becomes an example of its own, with all that was said before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ftlint.shapes import Conversation, Shape
from ftlint.shapes.shape import Message, plain_text

# What the speakers are called in a running text where nobody names them.
NAMES = {"user": "User", "assistant": "Assistant"}
# Between what is known beforehand and the talk, as OpenAI's guide to customer support writes it.
BEFORE_TALK = "\n\n###\n\n"


@dataclass(frozen=True, slots=True)
class Expansion:
    """How conversations are expanded. ``names`` are the speakers by role, for shapes that hold a text and not turns."""

    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, conversation: Conversation, shape: Shape) -> list[Conversation]:
        """One conversation for each answer, in order; a rejected answer or a label stays with the last."""
        messages = conversation.messages
        ends = [at for at, message in enumerate(messages) if message.get("role") == "assistant"]
        turns = []
        for at in ends:
            said = messages[: at + 1]
            turn = replace(conversation, messages=said, lost=list(conversation.lost))
            if at != ends[-1]:
                turn = replace(turn, rejected=None, label=None)
            turns.append(turn if shape.turns else replace(turn, messages=self._as_text(said)))
        return turns

    def _as_text(self, messages: Sequence[Message]) -> list[Message]:
        """The talk before the last answer as one prompt that ends with the name of who speaks next."""
        *before, answer = messages
        known = [plain_text(m.get("content")) for m in before if m.get("role") in ("system", "developer")]
        talk = [m for m in before if m.get("role") not in ("system", "developer")]
        if not talk:
            return list(messages)
        lines = [f"{self._name(m)}: {plain_text(m.get('content'))}" for m in talk]
        prompt = "\n".join([*lines, f"{self._name(answer)}:"])
        return [{"role": "user", "content": BEFORE_TALK.join([*known, prompt])}, answer]

    def _name(self, message: Message) -> str:
        role = str(message.get("role"))
        return self.names.get(role) or NAMES.get(role) or role.capitalize()
