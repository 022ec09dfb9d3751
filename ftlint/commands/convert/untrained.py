"""Answers of weight 0 for trainers that read no weights: the conversation ends before them, or it is split."""

from collections.abc import Sequence

from msgspec import structs

from ftlint.shapes.shape import CannotHold, Conversation, Message

DROPPED = "what begins with an answer of weight 0"


def is_untrained(message: Message) -> bool:
    """Whether an answer is only there to be read."""
    weight = message.get("weight")
    return message.get("role") == "assistant" and weight is not None and weight == 0


def before_untrained(conversation: Conversation) -> Conversation:
    """The conversation up to its last answer before the first of weight 0.

    Raises CannotHold if there is none.
    """
    messages = conversation.messages
    if conversation.rejected is not None or conversation.label is not None:
        return conversation
    first = next((at for at, message in enumerate(messages) if is_untrained(message)), None)
    if first is None:
        return conversation
    kept = list(messages[:first])
    while kept and kept[-1].get("role") != "assistant":
        kept.pop()
    if not kept:
        raise CannotHold("has no answer that is trained on before the first of weight 0")
    return structs.replace(conversation, messages=kept, lost=[*conversation.lost, DROPPED])


def trained_ends(messages: Sequence[Message], *, together: bool) -> list[int]:
    """The indices of the answers that each end an example, so that no other trained answer is lost.

    Every trained answer, or, where all answers behind the last question are trained ``together``, the last of each run.
    """
    trained = [at for at, m in enumerate(messages) if m.get("role") == "assistant" and not is_untrained(m)]
    return [at for at in trained if not together or not _goes_on(messages, at)]


def without_weights(messages: Sequence[Message]) -> list[Message]:
    """The messages without the weights that the split expresses."""
    return [
        {key: value for key, value in message.items() if key != "weight" or value not in (0, 1)}
        for message in messages
    ]


def _goes_on(messages: Sequence[Message], at: int) -> bool:
    """Whether a trained answer follows, with nothing but results before it."""
    following = next((m for m in messages[at + 1 :] if m.get("role") != "tool"), None)
    return following is not None and following.get("role") == "assistant" and not is_untrained(following)
