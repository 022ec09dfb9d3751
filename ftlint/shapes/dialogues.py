"""Dialogues in other forms than messages of a role and a content.

- ``{"user": …, "assistant": …, "system": …}``: a column for each speaker.
- ``{"context": …, "messages": [{"author": "user", "content": …}, {"author": "bot", …}]}``: PaLM's chat.
- ``{"conversation": [{"system": …, "input": …, "output": …}, …]}``: XTuner.
- ``{"conversation": [{"human": …, "assistant": …}, …], "system": …}``: ms-swift.
- ``{"conversations": [["a question", "an answer"], …]}``: lists of texts, in pairs, with roles, or one after another.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from ftlint.display import quote
from ftlint.shapes.chat import Chat
from ftlint.shapes.roles import ROLE_ALIASES, ROLES, chat_role
from ftlint.shapes.shape import SYSTEM_NAMES, CannotHold, Conversation, Message, Names, Record, lost_keys
from ftlint.shapes.turn_paths import TurnPath, TurnPathShape
from ftlint.shapes.write_blocks import text_of, without_system

SPEAKERS = ("system", "user", "assistant")
# The keys of an exchange by the speaker.
EXCHANGE_KEYS = {"user": ("human", "user"), "assistant": ("assistant", "gpt", "bot")}


class UserAssistant(TurnPathShape):
    """One column for each speaker, such as ``user`` and ``assistant``, or ``human`` and ``ai``."""

    name = "user-assistant"
    required = ("user", "assistant")
    optional = ("system",)
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "user": ("human", "customer", "prompter", "user_message", "user_input", "user_prompt"),
        "assistant": (
            *("ai", "bot", "gpt", "chatbot", "agent"),
            *("assistant_message", "assistant_response", "ai_response", "bot_response"),
        ),
        "system": SYSTEM_NAMES,
    }
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        # Other values than lists, objects and booleans make no other layout.
        return not any(isinstance(record[names[name]], list | dict | bool) for name in self.required)

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        has_system = "system" in names and record[names["system"]]
        return [TurnPath(name, (names[name],)) for name in SPEAKERS if name != "system" or has_system]

    def write(self, conversation: Conversation) -> Record:
        texts, messages = without_system(conversation.messages, conversation.lost)
        questions = _in_pairs(messages)
        if len(questions) != 1:
            raise CannotHold(f"holds one question and one answer, not {len(messages)} messages")
        _list_losses(conversation)
        (user, assistant) = questions[0]
        system = {"system": "\n".join(texts)} if texts else {}
        return {**system, "user": user, "assistant": assistant}


class Palm(TurnPathShape):
    """Messages with an author; the system prompt is the ``context``."""

    name = "palm-chat"
    required = ("messages",)
    optional = ("context",)
    roles: ClassVar[dict[str, str]] = {"system": "system", "user": "user", "bot": "assistant"}
    turns = True

    def recognise(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        first = messages[0] if isinstance(messages, list) and messages else None
        return isinstance(first, dict) and "author" in first and "role" not in first

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        key = names["messages"]
        context = names.get("context", "context")
        begin = [TurnPath("system", (context,))] if record.get(context) else []
        return begin + [
            TurnPath(message["author"], (key, at, "content"), (key, at, "author"))
            for at, message in enumerate(record[key])
        ]

    def write(self, conversation: Conversation) -> Record:
        texts, messages = without_system(conversation.messages, conversation.lost)
        record: Record = {"context": "\n".join(texts)} if texts else {}
        words = {role: word for word, role in self.roles.items()}
        _check_roles(messages, words)
        record["messages"] = [{"author": words[m["role"]], "content": text_of(m)} for m in messages]
        _list_losses(conversation)
        return record


class Xtuner(TurnPathShape):
    """Exchanges of an input and an output; the first one has the system prompt."""

    name = "xtuner"
    required = ("conversation",)
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {"conversation": ("conversations", "messages")}
    turns = True

    def recognise(self, record: Record, names: Names) -> bool:
        exchanges = record[names["conversation"]]
        first = exchanges[0] if isinstance(exchanges, list) and exchanges else None
        other = ("role", "content", "from", "value")
        return isinstance(first, dict) and "output" in first and not any(key in first for key in other)

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        key = names["conversation"]
        fields = {"system": "system", "input": "user", "output": "assistant"}
        return [
            TurnPath(role, (key, at, name))
            for at, exchange in enumerate(record[key])
            for name, role in fields.items()
            # Without an input the output alone is trained on, and a later system prompt is optional.
            if name == "output" or exchange.get(name)
        ]

    def write(self, conversation: Conversation) -> Record:
        texts, messages = without_system(conversation.messages, conversation.lost)
        exchanges: list[Record] = [{"input": user, "output": said} for user, said in _in_pairs(messages)]
        if texts and exchanges:
            exchanges[0] = {"system": "\n".join(texts), **exchanges[0]}
        _list_losses(conversation)
        return {"conversation": exchanges}


class Exchanges(TurnPathShape):
    """Exchanges with a key for each speaker."""

    name = "exchanges"
    required = ("conversation",)
    optional = ("system",)
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {"conversation": ("conversations", "messages")}
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {"system": SYSTEM_NAMES}
    turns = True

    def recognise(self, record: Record, names: Names) -> bool:
        exchanges = record[names["conversation"]]
        first = exchanges[0] if isinstance(exchanges, list) and exchanges else None
        other = ("role", "content", "from", "value")
        if not isinstance(first, dict) or any(key in first for key in other):
            return False
        return all(any(key in first for key in keys) for keys in EXCHANGE_KEYS.values())

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        key, system = names["conversation"], names.get("system", "system")
        begin = [TurnPath("system", (system,))] if record.get(system) else []
        return begin + [
            TurnPath(role, (key, at, next((known for known in keys if known in exchange), keys[0])))
            for at, exchange in enumerate(record[key])
            for role, keys in EXCHANGE_KEYS.items()
        ]

    def write(self, conversation: Conversation) -> Record:
        texts, messages = without_system(conversation.messages, conversation.lost)
        record: Record = {"system": "\n".join(texts)} if texts else {}
        pairs = _in_pairs(messages)
        record["conversation"] = [{"human": user, "assistant": said} for user, said in pairs]
        _list_losses(conversation)
        return record


class TurnLists(TurnPathShape):
    """Texts in a list: pairs of question and answer, pairs of role and text, or the user and the assistant in turn."""

    name = "turn-lists"
    required = ("conversations",)
    optional = ("system",)
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "conversations": ("messages", *Chat.aliases["messages"], "data")
    }
    notation: ClassVar[Mapping[str, Collection[Any]]] = {
        f"{key}[][]": (*ROLES, *ROLE_ALIASES)
        for key in ("conversations", "messages", *Chat.aliases["messages"], "data")
    }
    turns = True
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        turns = record[names["conversations"]]
        # With the names of columns next to it the list is a table.
        if not isinstance(turns, list) or not turns or "columns" in record:
            return False
        ends = [turns[0], turns[-1]]
        texts = len(turns) > 1 and all(isinstance(turn, str) for turn in ends)
        return texts or all(map(_is_pair, ends))

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        key = names["conversations"]
        turns = record[key]
        begin = (
            [TurnPath("system", (names["system"],))] if "system" in names and record[names["system"]] else []
        )
        if all(isinstance(turn, str) for turn in turns):
            return begin + [TurnPath(SPEAKERS[1 + at % 2], (key, at)) for at in range(len(turns))]
        if not all(map(_is_pair, turns)):
            raise TypeError("texts in pairs")
        if all(chat_role(turn[0]) in ROLES for turn in turns):
            return begin + [TurnPath(turn[0], (key, at, 1), (key, at, 0)) for at, turn in enumerate(turns)]
        return begin + [
            TurnPath(SPEAKERS[1 + nth], (key, at, nth)) for at in range(len(turns)) for nth in range(2)
        ]

    def write(self, conversation: Conversation) -> Record:
        texts, messages = without_system(conversation.messages, conversation.lost)
        record: Record = {"system": "\n".join(texts)} if texts else {}
        record["conversations"] = _in_pairs(messages)
        _list_losses(conversation)
        return record


def _is_pair(turn: Any) -> bool:
    return isinstance(turn, list) and len(turn) == 2 and all(isinstance(text, str) for text in turn)


def _in_pairs(messages: Sequence[Message]) -> list[list[str]]:
    """Questions and answers in turn as pairs. Raises CannotHold for other messages."""
    if not messages:
        raise CannotHold("needs a message that is not the system's")
    if messages[0].get("role") == "assistant":
        messages = [{"role": "user", "content": ""}, *messages]
    roles = [message.get("role") for message in messages]
    if roles != ["user", "assistant"] * (len(roles) // 2):
        raise CannotHold("holds questions and answers in turn, nothing else")
    _check_roles(messages, SPEAKERS)
    texts = [text_of(message) for message in messages]
    return [texts[at : at + 2] for at in range(0, len(texts), 2)]


def _check_roles(messages: Sequence[Message], known: Any) -> None:
    for message in messages:
        if message.get("role") not in known:
            raise CannotHold(f"has no place for the role {quote(str(message.get('role')))}")
        if message.get("tool_calls") or message.get("function_call"):
            raise CannotHold("has no place for tool calls")
    if not messages:
        raise CannotHold("needs a message that is not the system's")


def _list_losses(conversation: Conversation) -> None:
    conversation.lost.extend(lost_keys(conversation.messages))
    if conversation.tools:
        conversation.lost.append("tools")
