"""Alpaca: ``{"instruction": …, "input": …, "output": …}`` with LLaMA-Factory's system and history, and its pairs.

Pairs are ``{"instruction": …, "chosen": …, "rejected": …}``, LLaMA-Factory's preference data in Alpaca's fields.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.shapes import media
from ftlint.shapes.answers import two_messages
from ftlint.shapes.around import turn_steps, turns_of
from ftlint.shapes.contents import is_response, texts_only, value_text
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    CannotHold,
    Conversation,
    Message,
    Names,
    Record,
    Shape,
    lost_keys,
    plain_text,
    unkept_keys,
)

JOINED = "the line between instruction and input (one message now)"


class Alpaca(Shape):
    """The prompt is the instruction followed by the input; earlier turns are in ``history``."""

    name = "alpaca"
    required: ClassVar[Sequence[str]] = ("instruction", "output")
    optional = ("input", "system", "history", *media.FIELDS)
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "input": ("context",),
        "output": ("response", "completion", "answer", "target", "reply"),
        "system": SYSTEM_NAMES,
    }
    identity_fields: ClassVar[Sequence[str]] = media.FIELDS
    message_fields = ("system", "history")

    def recognise(self, record: Record, names: Names) -> bool:
        # An instruction and its answer under another name are a prompt and a completion, unless there is an input.
        is_named = names["output"].strip().casefold() == "output" or "input" in names
        return is_named and not is_response(record[names["output"]])

    def view(self, record: Record, names: Names) -> list[Message]:
        messages: list[Message] = []
        if system := _optional(record, names, "system"):
            messages.append({"role": "system", "content": system})
        messages += [{"role": role, "content": text} for role, text, _ in _earlier(record, names)]
        instruction, more = record[names["instruction"]], _optional(record, names, "input")
        if more:
            parts = [{"type": "text", "text": instruction}, {"type": "text", "text": more}]
            messages.append({"role": "user", "content": parts})
        else:
            messages.append({"role": "user", "content": instruction})
        messages.append({"role": "assistant", "content": record[names["output"]]})
        return messages

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if _optional(record, names, "system"):
            if at == 0:
                return (names.get("system", "system"),)
            at -= 1
        earlier = _earlier(record, names)
        if at < len(earlier):
            return turn_steps(earlier[at][2], field)
        if at > len(earlier):
            return (names["output"],)
        return (names.get("input", "input") if part == 1 else names["instruction"],)

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        # The roles are those of the columns, but for earlier turns that are messages.
        if field != "role" or self.steps(record, names, at, field, part)[-1] in ("role", "from"):
            super().put(record, names, at, field, part, text)

    def is_written(self, record: Record, names: Names) -> bool:
        has_messages = any(isinstance(turn, dict) for turn in _history(record, names))
        return not has_messages and not media.is_single(record, names)

    def remove(self, record: Record, names: Names, at: int) -> None:
        # Half of a pair of earlier turns cannot be removed.
        if not isinstance(self.steps(record, names, at, "content", None)[-1], int):
            super().remove(record, names, at)

    def read(self, record: Record, names: Names) -> Conversation:
        if any(text is None for _, text, _ in _earlier(record, names)):
            raise ValueError("the history is made of questions and answers")
        messages = self.view(record, names)
        lost: list[str] = []
        asked = messages[-2]
        if _optional(record, names, "input"):
            parts = [value_text(part["text"], lost) for part in asked["content"]]
            asked["content"] = "\n".join(text for text in parts if text is not None)
        messages = texts_only(messages, lost)
        if len(messages) > 1 and messages[-2]["content"] == "" and not _history(record, names):
            del messages[-2]
        conversation = Conversation(messages=messages, extra=self.extra(record, names), lost=lost)
        if record.get(names.get("input", "input")):
            conversation.lost.append(JOINED)
        media.take_media(conversation, record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        messages = list(conversation.messages)
        marked = media.MarkedContent()
        record: Record = {"instruction": "", "input": "", "output": ""}
        if messages and messages[0].get("role") in ("system", "developer"):
            if messages[0]["role"] == "developer":
                marked.lost.append("the role developer (system now)")
            record["system"] = marked.text(messages.pop(0))
        if messages and messages[0].get("role") == "assistant":
            messages.insert(0, {"role": "user", "content": ""})
        roles = [message.get("role") for message in messages]
        if not roles or roles != ["user", "assistant"] * (len(roles) // 2):
            raise CannotHold("holds questions and answers in turn, nothing else")
        if any(message.get("tool_calls") for message in messages):
            raise CannotHold("has no place for tool calls")
        texts = [marked.text(message) for message in messages]
        record["instruction"], record["output"] = texts[-2:]
        if len(texts) > 2:
            record["history"] = [texts[i : i + 2] for i in range(0, len(texts) - 2, 2)]
        record |= marked.fields()
        conversation.lost += [*marked.lost, *unkept_keys(conversation.messages, ("role", "content"))]
        if conversation.tools:
            conversation.lost.append("tools")
        return record


def _optional(record: Record, names: Names, name: str) -> Any:
    return record.get(names.get(name, name))


def _history(record: Record, names: Names) -> list[Any]:
    history = _optional(record, names, "history")
    return history if isinstance(history, list) else []


def _earlier(record: Record, names: Names) -> list[tuple[str, Any, Steps]]:
    """The earlier turns, messages or pairs, as (role, text, path); the text of what is neither is None."""
    key, history = names.get("history", "history"), _history(record, names)
    if turns := turns_of(key, history):
        return list(turns)
    pairs: list[tuple[str, Any, Steps]] = []
    for nth, pair in enumerate(history):
        question, answer = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
        pairs += [("user", question, (key, nth, 0)), ("assistant", answer, (key, nth, 1))]
    return pairs


class AlpacaPair(Alpaca):
    """Alpaca with a chosen and a rejected output."""

    name = "alpaca-preference"
    required = ("instruction", "chosen", "rejected")
    aliases = {**Alpaca.aliases, "chosen": ("chosen_response",), "rejected": ("rejected_response",)}
    is_preference = True

    def recognise(self, record: Record, names: Names) -> bool:
        # Without an input, answers under other names are TRL's and Axolotl's.
        if "input" not in names and names["chosen"].strip().casefold() != "chosen":
            return False
        # With messages the record is TRL's, whose prompt may also be an instruction.
        return not any(isinstance(record[names[side]], list | dict) for side in ("chosen", "rejected"))

    def view(self, record: Record, names: Names) -> list[Message]:
        return super().view(record, _as_alpaca(names))

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        return [{"role": "assistant", "content": record[names["rejected"]]}]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if at >= len(self.view(record, names)):
            return (names["rejected"],)
        return super().steps(record, _as_alpaca(names), at, field, part)

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, _as_alpaca(names))
        conversation.rejected = self.rejected_view(record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        _, _, rejected = two_messages(conversation)
        record = super().write(conversation)
        if rejected.get("role") != "assistant" or rejected.get("tool_calls"):
            raise CannotHold("has no place for tool calls")
        conversation.lost.extend(lost_keys([rejected]))
        chosen = record.pop("output")
        return {**record, "chosen": chosen, "rejected": plain_text(rejected.get("content"))}


def _as_alpaca(names: Names) -> Names:
    return {**names, "output": names["chosen"]}
