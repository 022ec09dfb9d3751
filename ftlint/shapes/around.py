"""The columns beside a prompt that are part of the example by their names: ``system``, ``history``, ``context`` …

Beside messages ``context`` and ``documents`` are texts before the first question: a text, a list of texts, or of
objects with a title and a text.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from ftlint.path import Steps
from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import Message, Names, Record, follow, plain_text

BEFORE, AFTER = ("instruction", "context"), ("input",)
TURN_FORMS = {frozenset(form): form for form in (("role", "content"), ("from", "value"))}
# A tool's turn would need its call.
SPEAKERS = ("system", "developer", "user", "assistant")
FIELDS_AROUND = ("system", "history", *BEFORE, *AFTER)
"""Fields of which the texts are read as messages before the prompt, or as texts before or after it."""
BESIDE = ("context", "documents")
"""Fields beside messages of which the texts are read before the first question."""
QUESTION = "original_question"
"""A field with the first question, where no message is the user's, as in the traces of smolagents."""
BODIES = ("text", "content", "contents", "snippet", "body")
JOINED = "the boundary between the prompt and the columns beside it, now one message"


class FieldsAround(Struct):
    """The messages before the prompt with the paths of their contents, and the paths of texts around the prompt."""

    messages: list[Message] = field(default_factory=list)
    places: list[Steps] = field(default_factory=list)
    before: list[Steps] = field(default_factory=list)
    after: list[Steps] = field(default_factory=list)
    unread: Record = field(default_factory=dict)
    """Columns with these names whose values are neither texts nor turns."""

    def add(self, role: str, content: str, path: Steps) -> None:
        """Add a message."""
        self.messages.append({"role": role, "content": content})
        self.places.append(path)


def fields_around(record: Record, names: Names) -> FieldsAround:
    """The fields around the prompt of a record."""
    around = FieldsAround()
    for name in FIELDS_AROUND:
        key = names.get(name)
        value = record.get(key) if key is not None else None
        if key is None or value is None or value in ("", []):
            continue
        texts = _texts(key, value)
        if name == "system" and isinstance(value, str):
            around.add("system", value, (key,))
        elif name == "history" and (turns := turns_of(key, value)):
            for turn in turns:
                around.add(*turn)
        elif name != "system" and texts:
            (around.after if name in AFTER else around.before).extend(texts)
        else:
            around.unread[key] = value
    return around


def earlier_turns(record: Record, names: Names, messages: Any) -> list[tuple[str, str, Steps]]:
    """The turns in ``history`` beside messages, as (role, text, path); none if the messages begin with them, too."""
    if not isinstance(messages, list):
        return []
    said = [message for message in messages if isinstance(message, dict)]
    if (question := _question(record, names, said)) is not None:
        return [question]
    key = names.get("history")
    if key is None:
        return []
    turns = turns_of(key, record.get(key))
    texts = [message.get("content", message.get("value")) for message in said]
    wanted = [text for _, text, _ in turns]
    first = next((at for at, text in enumerate(texts[:2]) if text == wanted[0]), None) if wanted else None
    return [] if first is not None and texts[first : first + len(wanted)] == wanted else turns


def _question(record: Record, names: Names, messages: Sequence[Message]) -> tuple[str, str, Steps] | None:
    """The question in a column of its own, as a turn; None if there is none, or if a message is the user's."""
    text = record.get(names[QUESTION]) if QUESTION in names else None
    if not isinstance(text, str) or not text.strip() or not messages:
        return None
    roles = [chat_role(message.get("role", message.get("from"))) for message in messages]
    return None if "user" in roles else ("user", text, (names[QUESTION],))


def begins_with(messages: Any, system: Any) -> bool:
    """Whether messages begin with a system message that has the text of one beside them."""
    first = messages[0] if isinstance(messages, list) and messages else None
    if not isinstance(first, dict) or not isinstance(system, str) or not system.strip():
        return False
    content = first.get("content", first.get("value"))
    return first.get("role", first.get("from")) == "system" and system.strip() in plain_text(content)


def turn_steps(path: Steps, field: str) -> Steps:
    """The path of a field of an earlier turn whose text is at ``path``; a turn of a pair has a text only."""
    if isinstance(path[-1], int) or len(path) == 1 or field != "role":
        return path
    return (*path[:-1], "role" if path[-1] == "content" else "from")


def unread_beside(record: Record, names: Names, messages: Any) -> Record:
    """The columns beside messages that are no part of the conversation: of other types, or said there, too."""
    turns = earlier_turns(record, names, messages) if isinstance(messages, list) else []
    used = {path[0] for path in texts_beside(record, names, messages)[1]}
    used |= {path[0] for _, _, path in turns}
    if "system" in names and not begins_with(messages, record.get(names["system"])):
        used.add(names["system"])
    keys = (names[name] for name in ("system", "history", QUESTION, *BESIDE) if name in names)
    return {key: record[key] for key in keys if key in record and key not in used}


def texts_beside(record: Record, names: Names, messages: Any) -> tuple[int, list[Steps]]:
    """The index of the first question, and the paths of the texts beside the messages that belong before it.

    A text that a message has already is not among them.
    """
    keys = [names[name] for name in BESIDE if record.get(names.get(name, "")) not in (None, "", [])]
    at = _first_question(messages) if keys else None
    if at is None:
        return 0, []
    said = [plain_text(message.get("content", message.get("value"))) for message in messages if message]
    paths = [path for key in keys for path in _texts(key, record[key]) or _documents(key, record[key])]
    return at, [path for path in paths if not any(follow(record, path) in text for text in said)]


def with_texts_beside(record: Record, names: Names, messages: Any, *, joined: bool = False) -> Any:
    """The messages with the texts beside them as parts of the first question, or ``joined`` with it to one text."""
    at, paths = texts_beside(record, names, messages)
    if not paths:
        return messages
    asked = messages[at]
    key = "content" if "content" in asked else "value"
    texts = [{"type": "text", "text": follow(record, path)} for path in paths]
    own = asked[key] if isinstance(asked[key], list) else [{"type": "text", "text": asked[key]}]
    parts = [*texts, *own]
    content = plain_text(parts) if joined and isinstance(asked[key], str) else parts
    return [*messages[:at], {**asked, key: content}, *messages[at + 1 :]]


def joined_beside(record: Record, names: Names, field: str) -> Record:
    """The record with the texts beside its messages in the first question; the same object if there are none."""
    messages = record[names[field]]
    _, paths = texts_beside(record, names, messages)
    if not paths:
        return record
    used = {path[0] for path in paths}
    rest = {key: value for key, value in record.items() if key not in used}
    return {**rest, names[field]: with_texts_beside(record, names, messages, joined=True)}


def _first_question(messages: Any) -> int | None:
    """The index of the first message of the user whose content is a text or parts; None if there is none."""
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        return None
    for at, message in enumerate(messages):
        if chat_role(message.get("role", message.get("from"))) == "user":
            return at if isinstance(message.get("content", message.get("value")), str | list) else None
    return None


def lead(messages: Sequence[Any]) -> int:
    """The number of system messages at the beginning: earlier turns are behind them."""
    roles = (message.get("role") if isinstance(message, dict) else None for message in messages[:1])
    return sum(1 for role in roles if role in ("system", "developer"))


def _texts(key: str, value: Any) -> list[Steps]:
    """The paths of a text or of a list of texts; none for any other value."""
    if isinstance(value, str):
        return [(key,)]
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return [(key, nth) for nth in range(len(value))]
    return []


def _documents(key: str, value: Any) -> list[Steps]:
    """The paths of the titles and texts of a list of documents; none for any other value."""
    if not isinstance(value, list) or not all(isinstance(document, dict) for document in value):
        return []
    bodies = [next((name for name in BODIES if isinstance(one.get(name), str)), None) for one in value]
    if None in bodies:
        return []
    return [
        (key, nth, name)
        for nth, (document, body) in enumerate(zip(value, bodies, strict=True))
        for name in ("title", body)
        if name is not None and isinstance(document.get(name), str) and document[name]
    ]


def turns_of(key: str, value: Any) -> list[tuple[str, str, Steps]]:
    """Earlier turns, pairs of texts or messages, as (role, text, path); none for any other value."""
    turns: list[tuple[str, str, Steps]] = []
    for nth, item in enumerate(value) if isinstance(value, list) else ():
        if isinstance(item, list) and len(item) == 2 and all(isinstance(text, str) for text in item):
            turns += [("user", item[0], (key, nth, 0)), ("assistant", item[1], (key, nth, 1))]
        elif isinstance(item, dict) and (form := TURN_FORMS.get(frozenset(item))) is not None:
            said, text = item[form[0]], item[form[1]]
            role = chat_role(said) if isinstance(said, str) else ""
            if role not in SPEAKERS or not isinstance(text, str):
                return []
            turns.append((role, text, (key, nth, form[1])))
        else:
            return []
    return turns
