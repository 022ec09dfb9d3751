"""System messages of a conversation: their texts in the user's messages, joined, or left out."""

from collections.abc import Sequence

from ftlint.config.conversion import BLANK_LINE
from ftlint.shapes.shape import CannotHold, Message, plain_text
from ftlint.shapes.write_blocks import parts_of

SYSTEM = ("system", "developer")
FOLDED = "the role of a system message (its text is in a user message now)"
JOINED = "where one system message ends and the next begins"
DROPPED = "the system message"


def fold_system(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Write the text of each system message into the user's message beside it, or make it a message of the user.

    It goes before the user's next text, else behind the one just before it, so that no answer comes between. Raises
    CannotHold where it stands between a result and the assistant's answer to it.
    """
    return _folded(list(messages), lost)


def fold_late(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Fold the system messages that are not the first message."""
    first = list(messages[:1])
    if not first or first[0].get("role") not in SYSTEM:
        first = []
    return [*first, *_folded(list(messages[len(first) :]), lost)]


def join_first(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Join the system messages at the start, texts of equal other keys, with a blank line."""
    joined = list(messages)
    while len(joined) > 1 and all(message.get("role") in SYSTEM for message in joined[:2]):
        texts = [_text(message) for message in joined[:2]]
        others = [{key: value for key, value in m.items() if key != "content"} for m in joined[:2]]
        if others[0] != others[1]:
            break
        joined[:2] = [{**joined[0], "content": BLANK_LINE.join(texts)}]
        lost.append(JOINED)
    return joined


def drop_system(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Leave the system messages out."""
    kept = [message for message in messages if message.get("role") not in SYSTEM]
    if len(kept) < len(messages):
        lost.append(DROPPED)
    return kept


def system_as_user(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Make a system message the user's where the user says nothing."""
    if any(message.get("role") == "user" for message in messages):
        return list(messages)
    return _folded(list(messages), lost)


def _folded(messages: list[Message], lost: list[str]) -> list[Message]:
    folded: list[Message] = []
    waiting: list[str] = []
    for message in [*messages, None]:
        if message is not None and message.get("role") in SYSTEM:
            waiting.append(_text(message))
            lost.append(FOLDED)
        elif waiting and message is not None and message.get("role") == "user":
            folded.append(_with_text(message, BLANK_LINE.join(waiting), in_front=True))
            waiting = []
        else:
            if waiting:
                _fold_back(folded, BLANK_LINE.join(waiting), at_end=message is None)
                waiting = []
            folded += [message] if message is not None else []
    return folded


def _fold_back(messages: list[Message], text: str, *, at_end: bool) -> None:
    """Put a text behind the user's last one, or into a message of the user at the end."""
    before = messages[-1].get("role") if messages else None
    if before == "user":
        messages[-1] = _with_text(messages[-1], text, in_front=False)
    elif before in ("tool", "function") and not at_end:
        raise CannotHold("has no place for a system message between a result and the answer to it")
    else:
        messages.append({"role": "user", "content": text})


def _text(message: Message) -> str:
    """The text of a system message. Raises CannotHold if it is not a text alone."""
    parts = parts_of(message)
    if any(part.get("type") != "text" for part in parts):
        raise CannotHold("has no place for images and other media of a system message")
    return plain_text(parts)


def _with_text(message: Message, text: str, *, in_front: bool) -> Message:
    """A message with one more text in front of its own or behind it."""
    content = message.get("content")
    if not content:
        return {**message, "content": text}
    if isinstance(content, str):
        both = (text, content) if in_front else (content, text)
        return {**message, "content": BLANK_LINE.join(both)}
    parts = parts_of(message)
    part = {"type": "text", "text": f"{text}{BLANK_LINE}" if in_front else f"{BLANK_LINE}{text}"}
    return {**message, "content": [part, *parts] if in_front else [*parts, part]}
