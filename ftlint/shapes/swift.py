"""ms-swift: messages with turns for calls and results, and a rejected answer or a label next to them.

- ``{"messages": [{"role": "tool_call", "content": "{\\"name\\": …, \\"arguments\\": {…}}"}, {"role": "tool_response",
  "content": …}, {"role": "assistant", "content": …, "loss": false}], "tools": "[…]", "images": […]}``; tools are JSON
  text, media are marks in the texts, and ``loss`` says whether an answer is trained on.
- ``{"messages": […], "rejected_response": …}``: the rejected answer is a text, or messages, in place of all that
  follows the last message of the user; ``rejected_messages`` is a whole conversation.
- ``{"messages": […], "label": true}``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.display import quote
from ftlint.json_values import write_json
from ftlint.path import Steps
from ftlint.shapes import media
from ftlint.shapes.answers import two_answers
from ftlint.shapes.around import BESIDE, texts_beside
from ftlint.shapes.call_turns import RESULT_ROLE, TURN_ROLES, with_turn_calls
from ftlint.shapes.chat import Chat, in_message
from ftlint.shapes.modernize import modernized
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, follow, unkept_keys
from ftlint.shapes.tools import by_order, write_calls
from ftlint.shapes.trl import LabelledShape
from ftlint.shapes.weights import weight_field

ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "bot": "assistant",
    "tool_call": "assistant",
    "function_call": "assistant",
    "tool": "tool",
    "tool_response": "tool",
    "function_response": "tool",
    "observation": "tool",
    "observations": "tool",
}
SUPPORTED_KEYS = ("role", "content", "tool_calls", "tool_call_id", "reasoning_content", "weight")
# Fields of a message that it has a form of its own for.
REWRITTEN_KEYS = ("tool_calls", "function_call", "reasoning_content", "weight")


class SwiftChat(Chat):
    """A chat in which each call is a turn; results belong to calls by their order."""

    name = "swift-chat"
    optional = ("system", *BESIDE, "tools", *media.FIELDS)
    # ms-swift reads no history beside messages.
    folded_fields = ("system", *BESIDE)
    roles: ClassVar[Mapping[str, str]] = ROLES
    tool_fields = ("tools",)
    identity_fields: ClassVar[Sequence[str]] = ("tools", "objects", *media.FIELDS)
    on_request = True

    def write(self, conversation: Conversation) -> Record:
        marked = media.MarkedContent()
        record: Record = {"messages": self._turns(conversation.messages, conversation.lost, marked)}
        return record | self._beside(conversation, marked)

    def recognise(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        first = messages[0] if isinstance(messages, list) and messages else None
        # Other layouts have these keys.
        foreign = isinstance(first, dict) and not first.keys().isdisjoint(("author", "output"))
        return not foreign and super().recognise(record, names)

    def is_written(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        beside = texts_beside(record, names, messages)[1]
        return not beside and (not isinstance(messages, list) or not any(map(_has_other_form, messages)))

    def _beside(self, conversation: Conversation, marked: media.MarkedContent) -> Record:
        """The fields next to the messages, and what is lost."""
        tools = conversation.tools
        record = {"tools": write_json(tools)} if tools else {}
        record |= marked.fields()
        conversation.lost += marked.lost
        return record

    @staticmethod
    def _turns(messages: list[Message], lost: list[str], marked: media.MarkedContent) -> list[Message]:
        ordered = by_order(messages)
        if ordered != messages:
            lost.append("the order of tool results")
        lost += unkept_keys([m for m in messages if m.get("role") != "tool"], SUPPORTED_KEYS)
        lost += unkept_keys([m for m in messages if m.get("role") == "tool"], (*SUPPORTED_KEYS, "name"))
        return [turn for message in ordered for turn in _turns_of(message, marked)]


def _has_other_form(message: Any) -> bool:
    if not isinstance(message, dict):
        return False
    return (
        any(message.get(key) not in (None, []) for key in REWRITTEN_KEYS)
        or message.get("role") in ("developer", "function")
        or weight_field(message) not in (None, "weight", "loss")
    )


def _turns_of(message: Message, marked: media.MarkedContent) -> list[Message]:
    """A message as one or several turns: its text, and each of its calls."""
    role, calls = message.get("role"), message.get("tool_calls") or []
    if role == "developer":
        marked.lost.append("the role developer (system now)")
        role = "system"
    if role not in ("system", "user", "assistant", "tool"):
        raise CannotHold(f"has no place for the role {quote(str(role))}")
    if not isinstance(calls, list):
        raise CannotHold("cannot take calls that are no list")
    text = marked.text(message)
    if message.get("reasoning_content"):
        text = f"<think>\n{message['reasoning_content']}\n</think>\n\n{text}"
        marked.lost.append("the field of reasoning (it is in the content now)")
    if role == "tool":
        name = {"name": message["name"]} if isinstance(message.get("name"), str) else {}
        return [{"role": RESULT_ROLE, **name, "content": text}]
    loss = _loss(message.get("weight"))
    said = [{"role": role, "content": text, **loss}] if text or not calls else []
    return said + [{"role": "tool_call", "content": write_calls([call]), **loss} for call in calls]


def _loss(weight: Any) -> Record:
    return {"loss": bool(weight)} if isinstance(weight, bool | int | float) else {}


class SwiftPair(SwiftChat):
    """The messages end in the chosen answer."""

    name = "swift-preference"
    required: ClassVar[Sequence[str]] = ("messages", "rejected_response")
    is_preference = True
    on_request = False

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        messages: list[Message] = with_turn_calls(self._rejected(record, names))
        return messages

    def answer_size(self, record: Record, names: Names) -> int:
        return len(record[names["messages"]]) - self._shared(record, names)

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        beyond = at - len(self.view(record, names))
        if beyond < 0:
            return super().steps(record, names, at, field, part)
        key = names[self.required[1]]
        if isinstance(record[key], str):
            return (key,)
        path: Steps = (key, beyond + self._shared(record, names) - self._first(record, names))
        return (*path, *in_message(follow(record, path), field, part))

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field != "role" or self.steps(record, names, at, field, part)[-1:] == ("role",):
            first, shared = self._first(record, names), self._shared(record, names)
            super().put(record, names, at, field, part, text)
            self._repeat(record, names, slice(first, shared), shared - first)

    def remove(self, record: Record, names: Names, at: int) -> None:
        first, shared = self._first(record, names), self._shared(record, names)
        size, place = len(record[names["messages"]]), at - (1 if self._system(record, names) else 0)
        super().remove(record, names, at)
        gone = size - len(record[names["messages"]])
        now = slice(first - gone * (place < first), shared - gone * (place < shared))
        self._repeat(record, names, now, shared - first)

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        begin = modernized(self._messages(record, names)[: -self.answer_size(record, names) or None])
        aside = modernized([*begin, *self._rejected(record, names)])
        conversation.rejected = aside[len(begin) :]
        conversation.answer = len(conversation.messages) - len(begin)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_answers(conversation)
        marked, aside = media.MarkedContent(), media.MarkedContent()
        record: Record = {"messages": self._turns([*prompt, *chosen], conversation.lost, marked)}
        record |= self._written_rejected(prompt, chosen, rejected, conversation.lost, aside)
        conversation.lost += aside.lost
        return record | self._beside(conversation, marked)

    def _written_rejected(
        self,
        prompt: list[Message],
        chosen: list[Message],
        rejected: list[Message],
        lost: list[str],
        marked: media.MarkedContent,
    ) -> Record:
        if any(message.get("role") == "user" for message in [*chosen, *rejected]):
            raise CannotHold("has no place for a message of the user in an answer")
        asking = [at for at, message in enumerate(prompt) if message.get("role") == "user"]
        turns = self._turns([*prompt[max(asking, default=-1) + 1 :], *rejected], lost, marked)
        marked.lost += ["images and other media"] if marked.media else []
        plain = len(turns) == 1 and turns[0].keys() == {"role", "content"} and _speaks(turns[0])
        return {"rejected_response": turns[0]["content"] if plain else turns}

    def _rejected(self, record: Record, names: Names) -> list[Message]:
        """The messages of the rejected answer as they are written."""
        key = names[self.required[1]]
        if isinstance(record[key], str):
            return [{"role": "assistant", "content": record[key]}]
        if not isinstance(record[key], list):
            raise TypeError("a rejected answer is a text or a list of messages")
        messages: list[Message] = record[key][self._shared(record, names) - self._first(record, names) :]
        return messages

    def _first(self, record: Record, names: Names) -> int:
        """The number of messages before those that the rejected answer replaces."""
        asking = [at for at, message in enumerate(record[names["messages"]]) if _is_asking(message)]
        return max(asking, default=-1) + 1

    def _shared(self, record: Record, names: Names) -> int:
        """The number of messages before both answers: what is replaced by the same belongs to the prompt."""
        first, rejected = self._first(record, names), record[names[self.required[1]]]
        if isinstance(rejected, str):
            return first
        chosen = record[names["messages"]][first:]
        pairs = enumerate(zip(chosen[:-1], rejected[:-1], strict=False))
        ends = max(min(len(chosen), len(rejected)) - 1, 0)
        return first + next((at for at, (one, other) in pairs if one != other), ends)

    def _repeat(self, record: Record, names: Names, now: slice, before: int) -> None:
        """Write the messages before both answers into the rejected one, where they must stay equal."""
        rejected = record[names[self.required[1]]]
        if isinstance(rejected, list):
            rejected[:before] = [dict(message) for message in record[names["messages"]][now]]


class SwiftWholePair(SwiftPair):
    """The rejected answer is a whole conversation."""

    name = "swift-messages-preference"
    required = ("messages", "rejected_messages")

    def _first(self, record: Record, names: Names) -> int:
        return 0

    def _written_rejected(
        self,
        prompt: list[Message],
        chosen: list[Message],
        rejected: list[Message],
        lost: list[str],
        marked: media.MarkedContent,
    ) -> Record:
        return {"rejected_messages": self._turns([*prompt, *rejected], lost, marked)}


def _is_asking(message: Any) -> bool:
    return isinstance(message, dict) and ROLES.get(message.get("role", "")) == "user"


def _speaks(turn: Message) -> bool:
    return turn["role"] not in TURN_ROLES and bool(turn["content"])


class SwiftKTO(LabelledShape, SwiftChat):
    """A conversation and a label."""

    name = "swift-kto"
    required = ("messages", "label")
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {}
    identity_fields = (*SwiftChat.identity_fields, "label")
