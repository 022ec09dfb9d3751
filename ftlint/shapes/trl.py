"""TRL's prompt and completion as messages, KTO labels, and stepwise supervision.

- ``{"prompt": […], "completion": […]}``: prompts and completions as messages.
- ``{"prompt": …, "completion": …, "label": true}``: unpaired preferences, also under Axolotl's names; chats,
  ShareGPT turns and Alpaca fields with such a label.
- ``{"prompt": …, "completions": […], "labels": […]}``: answers in steps, each marked right or wrong.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.shapes.alpaca import Alpaca
from ftlint.shapes.answers import label_of, prompt_and_answer, truth_of
from ftlint.shapes.around import FIELDS_AROUND
from ftlint.shapes.chat import Chat
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    CannotHold,
    Conversation,
    Message,
    Names,
    Record,
    Shape,
    lost_keys,
)
from ftlint.shapes.sharegpt import ShareGPT
from ftlint.shapes.spans import MessageSpan, SpanShape, is_messages, prompt_spans, unread_around


class LabelledShape(Shape):
    """Adds a label to a shape; as a mixin it precedes that shape among the bases."""

    has_label = True
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {"label": ("kto_tag",)}
    written_label: ClassVar[str] = "label"
    notation: ClassVar[Mapping[str, Collection[Any]]] = {"label": (True, False)}

    def recognise(self, record: Record, names: Names) -> bool:
        return is_label(record, names) and super().recognise(record, names)

    def read(self, record: Record, names: Names) -> Conversation:
        label = truth_of(record[names["label"]])
        if label is None:
            raise CannotHold("cannot take a label that is neither true nor false")
        conversation = super().read(record, names)
        conversation.label = label
        return conversation

    def write(self, conversation: Conversation) -> Record:
        label = label_of(conversation)
        return {**super().write(conversation), self.written_label: label}


def is_label(record: Record, names: Names) -> bool:
    """Whether the label marks desirable answers: a word is a class, unless its field is ``kto_tag``."""
    return names["label"] == "kto_tag" or isinstance(record[names["label"]], bool)


class ChatKTO(LabelledShape, Chat):
    """Messages and a label."""

    name = "chat-kto"
    required = ("messages", "label")
    identity_fields = (*Chat.identity_fields, "label")


class ShareGPTKTO(LabelledShape, ShareGPT):
    """Turns and a label, as LLaMA-Factory reads them."""

    name = "sharegpt-kto"
    required = ("conversations", "label")
    identity_fields = (*ShareGPT.identity_fields, "label")
    written_label = "kto_tag"


class AlpacaKTO(LabelledShape, Alpaca):
    """An instruction, an output and a label, as LLaMA-Factory reads them."""

    name = "alpaca-kto"
    required = ("instruction", "output", "label")
    identity_fields = (*Alpaca.identity_fields, "label")
    written_label = "kto_tag"


class TrlCompletion(SpanShape):
    """The completion is one message, or a call, its result and an answer."""

    name = "trl-completion"
    required: ClassVar[Sequence[str]] = ("prompt", "completion")
    optional: ClassVar[Sequence[str]] = ("tools", *FIELDS_AROUND)
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "prompt": ("input",),
        "completion": ("output",),
        "system": SYSTEM_NAMES,
        "history": ("chat_history",),
    }
    folded_fields = FIELDS_AROUND

    def recognise(self, record: Record, names: Names) -> bool:
        if (names["prompt"], names["completion"]) != ("prompt", "completion"):
            # An output that is a list is one of OpenAI's Responses API.
            return is_messages(record[names["prompt"]]) and isinstance(record[names["completion"]], str)
        return is_messages(record[names["prompt"]]) or is_messages(record[names["completion"]])

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [*prompt_spans(record, names), MessageSpan((names["completion"],), "assistant")]

    def extra(self, record: Record, names: Names) -> Record:
        return super().extra(record, names) | unread_around(record, names)

    def write(self, conversation: Conversation) -> Record:
        prompt, completion = prompt_and_answer(conversation)
        record: Record = {"prompt": prompt, "completion": completion}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record


class KTO(LabelledShape, TrlCompletion):
    """A prompt and a completion, texts or messages, with a label."""

    name = "kto"
    required = ("prompt", "completion", "label")
    aliases = {
        **TrlCompletion.aliases,
        "prompt": ("instruction", "question", "query", "input"),
        "completion": ("response", "answer", "output"),
    }
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {}
    foreign: ClassVar[Mapping[str, Sequence[str]]] = {"label": ("kto_tag",)}
    identity_fields = (*TrlCompletion.identity_fields, "label")

    def recognise(self, record: Record, names: Names) -> bool:
        return is_label(record, names)

    def write(self, conversation: Conversation) -> Record:
        messages = conversation.messages
        if len(messages) == 1 and messages[0].keys() == {"role", "content"} and not conversation.tools:
            role, text = messages[0]["role"], messages[0]["content"]
            if role == "assistant" and isinstance(text, str):
                return {"prompt": "", "completion": text, "label": label_of(conversation)}
        return super().write(conversation)


class Stepwise(Shape):
    """The steps are the parts of one answer. Their labels are stored in ``extra``, because no other shape has any."""

    name = "stepwise"
    required = ("prompt", "completions", "labels")
    parts = True
    identity_fields = ("labels",)

    def view(self, record: Record, names: Names) -> list[Message]:
        completions = record[names["completions"]]
        if not isinstance(completions, list):
            raise TypeError("the steps are a list")
        steps = [{"type": "text", "text": step} for step in completions]
        return [
            {"role": "user", "content": record[names["prompt"]]},
            {"role": "assistant", "content": steps},
        ]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if at == 0:
            return (names["prompt"],)
        return (names["completions"],) if part is None or part < 0 else (names["completions"], part)

    def read(self, record: Record, names: Names) -> Conversation:
        extra = {"labels": record[names["labels"]], **self.extra(record, names)}
        return Conversation(self.view(record, names), extra=extra)

    def write(self, conversation: Conversation) -> Record:
        messages = conversation.messages
        if [message.get("role") for message in messages] != ["user", "assistant"]:
            raise CannotHold("holds one question and one answer")
        steps, labels = messages[1].get("content"), conversation.extra.get("labels")
        if not isinstance(steps, list) or not isinstance(labels, list) or len(labels) != len(steps):
            raise CannotHold("needs a label for every step of the answer")
        question = messages[0].get("content")
        texts = [step.get("text") if isinstance(step, dict) else None for step in steps]
        if not isinstance(question, str) or not all(isinstance(text, str) for text in texts):
            raise CannotHold("has no place for anything but text")
        conversation.lost.extend(["tools"] * bool(conversation.tools) + lost_keys(messages))
        del conversation.extra["labels"]
        return {"prompt": question, "completions": texts, "labels": labels}
