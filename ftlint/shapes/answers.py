"""The two answers of a preference example, or the label of a KTO example."""

from ftlint.shapes.shape import CannotHold, Conversation, Message


def two_answers(conversation: Conversation) -> tuple[list[Message], list[Message], list[Message]]:
    """The prompt, the chosen answer and the rejected one. Raises CannotHold if there is no rejected one."""
    if not conversation.rejected:
        raise CannotHold("needs a rejected answer")
    start = max(len(conversation.messages) - conversation.answer, 0)
    return conversation.messages[:start], conversation.messages[start:], conversation.rejected


def two_messages(conversation: Conversation) -> tuple[list[Message], Message, Message]:
    """The same for shapes whose answers are one message each. Raises CannotHold for longer ones."""
    prompt, chosen, rejected = two_answers(conversation)
    if len(chosen) != 1 or len(rejected) != 1:
        raise CannotHold("holds answers of one message, no more")
    return prompt, chosen[0], rejected[0]


TRUTHS = {"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}
LABELS = ("label", "kto_tag")


def truth_of(label: object) -> bool | None:
    """Whether a label, however it is written, marks a desirable answer; None where it says neither."""
    return TRUTHS.get(str(label).casefold()) if isinstance(label, bool | int | float | str) else None


def label_of(conversation: Conversation) -> bool:
    """Whether the answer is desirable, by its label or a field of that name. Raises CannotHold if there is none."""
    if conversation.label is not None:
        return conversation.label
    for name in LABELS:
        found = truth_of(conversation.extra.get(name))
        if found is not None:
            del conversation.extra[name]
            return found
    raise CannotHold("needs a label that says whether the answer is wanted")


def prompt_and_answer(conversation: Conversation) -> tuple[list[Message], list[Message]]:
    """The conversation before and after its last question: calls and their results belong to the answer.

    Raises CannotHold if it does not end in an answer, or if nothing precedes the answer.
    """
    messages = conversation.messages
    if not messages or messages[-1].get("role") != "assistant":
        raise CannotHold("needs an answer at the end")
    asking = [at for at, message in enumerate(messages) if message.get("role") not in ("assistant", "tool")]
    start = min(max(asking, default=-1) + 1, len(messages) - conversation.answer)
    if start < 1:
        raise CannotHold("needs a message before the answer")
    return messages[:start], messages[start:]


def unanswered(conversation: Conversation) -> list[Message]:
    """The messages up to the last question. Raises CannotHold if there is none; an answer is listed as lost."""
    messages = list(conversation.messages)
    while messages and messages[-1].get("role") == "assistant":
        messages.pop()
    if not messages:
        raise CannotHold("needs a message that asks for an answer")
    if len(messages) < len(conversation.messages):
        conversation.lost.append("the answer")
    return messages
