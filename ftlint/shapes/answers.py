"""The two answers of a preference example, or the label of a KTO example."""

from ftlint.shapes.shape import CannotHold, Conversation, Message, Record, lost_keys, plain_text
from ftlint.shapes.write_blocks import text_of

# Columns with a score of the one answer in a row.
SCORES = ("helpfulness", "score", "overall_score", "rating", "reward", "quality")
JOIN_SCORED = (
    "; answers with scores are pairs once those of one prompt stand in one row: jq -cs 'group_by(.prompt)[] |"
    " {{prompt: .[0].prompt, completions: map({{response, score: .{}}})}}'"
)


def two_answers(conversation: Conversation) -> tuple[list[Message], list[Message], list[Message]]:
    """The prompt, the chosen answer and the rejected one. Raises CannotHold if there is no rejected one."""
    if not conversation.rejected:
        score = next((name for name in SCORES if name in conversation.extra), None)
        raise CannotHold(f"needs a rejected answer{JOIN_SCORED.format(score) if score else ''}")
    start = max(len(conversation.messages) - conversation.answer, 0)
    return conversation.messages[:start], conversation.messages[start:], conversation.rejected


def two_messages(conversation: Conversation) -> tuple[list[Message], Message, Message]:
    """The same for shapes whose answers are one message each. Raises CannotHold for longer ones."""
    prompt, chosen, rejected = two_answers(conversation)
    if len(chosen) != 1 or len(rejected) != 1:
        raise CannotHold("holds answers of one message, no more")
    return prompt, chosen[0], rejected[0]


def texts_of_pair(conversation: Conversation) -> tuple[str, str, str]:
    """A question and two answers as texts, the preferred one first. Raises CannotHold for anything else."""
    prompt, chosen, rejected = two_messages(conversation)
    if [message.get("role") for message in prompt] != ["user"]:
        raise CannotHold("holds one question and its answers")
    if chosen.get("tool_calls") or rejected.get("tool_calls"):
        raise CannotHold("has no place for tool calls")
    conversation.lost.extend(lost_keys([*prompt, chosen, rejected]))
    if conversation.tools:
        conversation.lost.append("tools")
    return text_of(prompt[0]), text_of(chosen), text_of(rejected)


TRUTHS = {
    **dict.fromkeys(("1", "1.0", "true", "yes", "desirable"), True),
    **dict.fromkeys(("0", "0.0", "false", "no", "undesirable"), False),
}
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

    Answers of weight 0, with the results of their calls, belong to what is read before it.

    Raises CannotHold if it does not end in an answer, or if nothing precedes the answer.
    """
    messages = conversation.messages
    if not messages or messages[-1].get("role") != "assistant":
        raise CannotHold("needs an answer at the end")
    asking = [at for at, message in enumerate(messages) if message.get("role") not in ("assistant", "tool")]
    start = min(max(asking, default=-1) + 1, len(messages) - conversation.answer)
    start = max(start, _behind_untrained(messages[:-1]))
    if start < 1:
        raise CannotHold("needs a message before the answer")
    return messages[:start], messages[start:]


def _behind_untrained(messages: list[Message]) -> int:
    """The index behind the last answer of weight 0 and its results; 0 if there is none."""
    untrained = [
        at for at, m in enumerate(messages) if m.get("role") == "assistant" and m.get("weight") in (0, False)
    ]
    end = max(untrained, default=-1) + 1
    while end and end < len(messages) and messages[end].get("role") == "tool":
        end += 1
    return end


SOLUTION, REFERENCE = "solution", "reference_answer"
REFERENCES = (SOLUTION, "ground_truth", REFERENCE)
"""Columns with a reference answer: that of TRL's reward functions, verl's, and that of OpenAI's guides to graders
(``item.reference_answer``)."""


def reference_columns(extra: Record) -> list[str]:
    """The columns with a reference answer."""
    return [name for name in REFERENCES if extra.get(name) is not None]


def unanswered(conversation: Conversation, reference: str, *, texts: bool = False) -> list[Message]:
    """The messages up to the last question. The answer becomes the field ``reference``, which a grader reads.

    It is a text, or, unless only ``texts`` are of use, a list of messages. An answer without a place is listed as
    lost. Raises CannotHold if there is no question, and for an answer that is labelled as not wanted.
    """
    messages = list(conversation.messages)
    # Where the answer may be messages, the calls before it and their results are part of it.
    answering = ("assistant",) if texts else ("assistant", "tool")
    while messages and messages[-1].get("role") in answering:
        messages.pop()
    if not messages or (not texts and messages[-1].get("role") in ("system", "developer")):
        raise CannotHold("needs a message that asks for an answer")
    answer = conversation.messages[len(messages) :]
    text = _only_text(answer)
    is_unwanted = conversation.label is False
    if answer and is_unwanted and not reference_columns(conversation.extra):
        raise CannotHold("would grade by an answer that is labelled as not wanted (false)")
    if answer and (is_unwanted or reference in conversation.extra or (text is None and texts)):
        conversation.lost.append("the answer")
    elif text is not None:
        conversation.extra[reference] = text
        conversation.lost.extend(lost_keys(answer))
    elif answer:
        conversation.extra[reference] = answer
    return messages


def _only_text(answer: list[Message]) -> str | None:
    """The text of an answer of one message that calls no tool and has no media."""
    if len(answer) != 1 or answer[0].get("tool_calls") or answer[0].get("function_call"):
        return None
    content = answer[0].get("content")
    if isinstance(content, list) and all(
        isinstance(part, dict) and part.keys() == {"type", "text"} for part in content
    ):
        return plain_text(content)
    return content if isinstance(content, str) else None
