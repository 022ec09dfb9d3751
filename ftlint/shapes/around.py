"""The columns beside a prompt that are part of the example by their names: ``system``, ``history``, ``context`` …"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ftlint.path import Steps
from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import Message, Names, Record

BEFORE, AFTER = ("instruction", "context"), ("input",)
TURN_FORMS = {frozenset(form): form for form in (("role", "content"), ("from", "value"))}
# A tool's turn would need its call.
SPEAKERS = ("system", "developer", "user", "assistant")
FIELDS_AROUND = ("system", "history", *BEFORE, *AFTER)
"""Fields of which the texts are read as messages before the prompt, or as texts before or after it."""


@dataclass(slots=True)
class FieldsAround:
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
    key = names.get("history")
    if key is None or not isinstance(messages, list):
        return []
    turns = turns_of(key, record.get(key))
    said = [message for message in messages if isinstance(message, dict)]
    texts = [message.get("content", message.get("value")) for message in said]
    wanted = [text for _, text, _ in turns]
    first = next((at for at, text in enumerate(texts[:2]) if text == wanted[0]), None) if wanted else None
    return [] if first is not None and texts[first : first + len(wanted)] == wanted else turns


def turn_steps(path: Steps, field: str) -> Steps:
    """The path of a field of an earlier turn whose text is at ``path``; a turn of a pair has a text only."""
    if isinstance(path[-1], int) or field != "role":
        return path
    return (*path[:-1], "role" if path[-1] == "content" else "from")


def before_answers(record: Record, names: Names, messages: Any) -> Record:
    """The value of ``history`` where it is no part of the conversation, by its key."""
    key = names.get("history")
    if key is None or key not in record or earlier_turns(record, names, messages):
        return {}
    return {key: record[key]}


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
