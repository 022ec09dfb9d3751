"""One record in another shape: read as a conversation, fitted to the target, and written."""

from typing import Any

from ftlint.shapes import CannotHold, Conversation, Shape
from ftlint.shapes.shape import Record
from ftlint.sight import Sighting
from ftlint.target import Target


def rewrite(
    record: Record, sighting: Sighting, shape: Shape, target: Target | None, system: str | None = None
) -> tuple[Record, Conversation]:
    """The record in the new shape, and the conversation with what it lost.

    ``system`` is given to conversations without a system message. Fields that the target does not take stay
    in ``conversation.extra``; without a target every field may stay. Raises CannotHold with the reason.
    """
    try:
        conversation = sighting.shape.read(record, sighting.names)
    except (TypeError, KeyError, AttributeError, IndexError, ValueError):
        raise CannotHold("is broken (the findings say how)") from None
    messages = [dict(message) if isinstance(message, dict) else {} for message in conversation.messages]
    if not messages:
        raise CannotHold("has no messages")
    if system is not None and messages[0].get("role") not in ("system", "developer"):
        messages.insert(0, {"role": "system", "content": system})
    conversation.messages = messages
    if target is not None:
        _strip_unknown(conversation, target)
    written = shape.write(conversation)
    kept = _kept_fields(target)
    for key in list(conversation.extra):
        if (kept is None or key in kept) and key not in written:
            written[key] = conversation.extra.pop(key)
    return written, conversation


def _strip_unknown(conversation: Conversation, target: Target) -> None:
    known: Any = target.value("message_fields")
    if known is None:
        return
    for message in conversation.messages:
        for key in [key for key in message if key not in known]:
            if message.pop(key) is not None:
                conversation.lost.append(f"messages[].{key}")


def _kept_fields(target: Target | None) -> set[str] | None:
    """The record's fields that the target takes; None where every field may stay."""
    if target is None or target.value("unknown_fields") == "ignored":
        return None
    known: Any = target.value("record_fields")
    return set(known or ())
