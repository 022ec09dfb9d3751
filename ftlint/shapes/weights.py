"""Whether a message is trained on: each trainer has a field of its own for it.

``weight`` (0 or 1) is OpenAI's and that of the chat form, ``loss`` ms-swift's, ``loss_weight`` LLaMA-Factory's (v1).
Axolotl's ``message_field_training`` names the field; its examples have ``train`` and ``training``, and ``train_detail``
for parts of a text.
"""

from typing import Any

from ftlint.shapes.shape import Message

WEIGHT = "weight"
WEIGHT_FIELDS = (WEIGHT, "loss", "train", "training", "loss_weight")
DETAIL_FIELDS = ("train_detail", "training_detail")


def weight_field(message: Any) -> str | None:
    """The field with the weight of a message; None if it has none, or null.

    Other numbers than 0 and 1 are no weights where the field has another name: a loss may be one that was measured.
    """
    if not isinstance(message, dict):
        return None
    if message.get(WEIGHT) is not None:
        return WEIGHT
    return next((name for name in WEIGHT_FIELDS if _is_switch(message, name)), None)


def with_weight(message: Any) -> Any:
    """The message with its weight under ``weight``; the same object if it has none, or has it there."""
    name = weight_field(message)
    if name in (None, WEIGHT):
        return message
    return renamed_weight(message, name, WEIGHT, int(message[name]))


def renamed_weight(message: Message, old: str, new: str, weight: int) -> Message:
    """The message with a weight under the ``new`` name, in the place of the old one."""
    return {
        new if key == old else key: weight if key == old else item
        for key, item in message.items()
        if key != new
    }


def untrained_field(message: Message) -> str | None:
    """The field, other than ``weight``, that switches a message off, or parts of it; None if there is none."""
    name = weight_field(message)
    if name not in (None, WEIGHT) and not message[name]:
        return name
    return detail_field(message)


def detail_field(message: Message) -> str | None:
    """The field that switches parts of a message's text off; None if there is none."""
    return next((name for name in DETAIL_FIELDS if _has_untrained(message.get(name))), None)


def _is_switch(message: Message, name: str) -> bool:
    value = message.get(name)
    return isinstance(value, bool | int | float) and value in (0, 1)


def _has_untrained(details: Any) -> bool:
    parts = details if isinstance(details, list) else []
    return any(isinstance(part, dict) and part.get("train") is False for part in parts)
