"""Conversations expanded: each answer becomes a separate example, with all turns before it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field, structs

from ftlint.commands.convert.untrained import trained_ends, without_weights
from ftlint.shapes.shape import Conversation, Message, Shape, plain_text

# The speakers in a running text without names.
NAMES = {"user": "User", "assistant": "Assistant"}
# Between the context and the conversation, as in OpenAI's guide to customer support.
BEFORE_TALK = "\n\n###\n\n"


class TurnExpansion(Struct, frozen=True):
    """How conversations are expanded.

    ``names`` are the speakers by role, for shapes that contain a text and not turns.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    only_trained: bool = False
    """Whether answers of weight 0 end no example; weights are left out then."""

    def of(self, conversation: Conversation, shape: Shape) -> list[Conversation]:
        """One conversation for each answer, in order; a rejected answer or a label stays with the last."""
        messages = conversation.messages
        ends = [at for at, message in enumerate(messages) if message.get("role") == "assistant"]
        if self.only_trained:
            if conversation.rejected is not None or conversation.label is not None:
                return [conversation]
            # Behind the prompt of a completion all answers are trained on.
            ends = trained_ends(messages, together=shape.name == "trl-completion")
        in_turns = shape.turns or (self.only_trained and bool(shape.roles))
        turns = []
        for at in ends:
            history = messages[: at + 1]
            if self.only_trained:
                history = without_weights(history) if shape.name != "trl-completion" else list(history)
            turn = structs.replace(conversation, messages=history, lost=list(conversation.lost))
            if at != ends[-1]:
                turn = structs.replace(turn, rejected=None, label=None)
            turns.append(turn if in_turns else structs.replace(turn, messages=self._as_text(history)))
        return turns

    def _as_text(self, messages: Sequence[Message]) -> list[Message]:
        """The conversation before the last answer as one prompt that ends with the name of the next speaker."""
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
