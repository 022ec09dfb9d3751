"""Chats, ShareGPT turns and Alpaca's fields with a label, true or false, that says whether the answer is wanted."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from ftlint.shapes.alpaca import Alpaca
from ftlint.shapes.answers import label_of
from ftlint.shapes.chat import Chat
from ftlint.shapes.shape import CannotHold, Conversation, Names, Record, Shape
from ftlint.shapes.sharegpt import ShareGPT


class Labelled(Shape):
    """What a label adds to a shape; it stands before that shape among the bases."""

    labelled = True
    also: ClassVar[Mapping[str, Sequence[str]]] = {"label": ("kto_tag",)}
    written_label: ClassVar[str] = "label"

    def recognise(self, record: Record, names: Names) -> bool:
        return is_label(record, names) and super().recognise(record, names)

    def read(self, record: Record, names: Names) -> Conversation:
        label = record[names["label"]]
        if not isinstance(label, bool):
            raise CannotHold("cannot take a label that is neither true nor false")
        conversation = super().read(record, names)
        conversation.label = label
        return conversation

    def write(self, conversation: Conversation) -> Record:
        label = label_of(conversation)
        return {**super().write(conversation), self.written_label: label}


def is_label(record: Record, names: Names) -> bool:
    """Whether the label is one of wanted and unwanted answers: a word is a class, unless its field is ``kto_tag``."""
    return names["label"] == "kto_tag" or isinstance(record[names["label"]], bool)


class ChatKTO(Labelled, Chat):
    """Messages and a label."""

    name = "chat-kto"
    required = ("messages", "label")
    beyond = (*Chat.beyond, "label")


class ShareGPTKTO(Labelled, ShareGPT):
    """Turns and a label, as LLaMA-Factory reads them."""

    name = "sharegpt-kto"
    required = ("conversations", "label")
    beyond = (*ShareGPT.beyond, "label")
    written_label = "kto_tag"


class AlpacaKTO(Labelled, Alpaca):
    """An instruction, an output and a label, as LLaMA-Factory reads them."""

    name = "alpaca-kto"
    required = ("instruction", "output", "label")
    beyond = (*Alpaca.beyond, "label")
    written_label = "kto_tag"
