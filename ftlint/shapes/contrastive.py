"""Texts to compare with, as ms-swift trains embeddings and rerankers on.

``{"messages": […], "positive_messages": [[…]], "negative_messages": [[…], …]}``: each of the lists is a conversation
like ``messages``. There is no answer to learn from.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.shapes import media
from ftlint.shapes.chat import COMPARED, Chat
from ftlint.shapes.shape import SYSTEM_NAMES, CannotHold, Conversation, Names, Record

SIDES = (COMPARED, "negative_messages")


class Contrastive(Chat):
    """The view is the messages that the others are compared with; those are compared as they are written."""

    name = "contrastive"
    required = ("messages", SIDES[0])
    optional = (SIDES[1], "system", "tools", *media.FIELDS)
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {"system": SYSTEM_NAMES}
    folded_fields = ("system",)
    identity_fields = (*Chat.identity_fields, *SIDES, "label")
    answered = False

    def recognise(self, record: Record, names: Names) -> bool:
        return isinstance(record[names[SIDES[0]]], list) and super().recognise(record, names)

    def extra(self, record: Record, names: Names) -> Record:
        sides: dict[str, Any] = {names[side]: record[names[side]] for side in SIDES if side in names}
        return super().extra(record, names) | sides

    def write(self, conversation: Conversation) -> Record:
        if not isinstance(conversation.extra.get(SIDES[0]), list):
            raise CannotHold("needs positive_messages, which the messages are compared with")
        sides = {side: conversation.extra.pop(side) for side in SIDES if side in conversation.extra}
        return super().write(conversation) | sides
