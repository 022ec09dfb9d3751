"""The columns beside a prompt that are part of the example by their names: ``system``, ``history``, ``context`` …"""

from dataclasses import dataclass, field
from typing import Any

from ftlint.path import Steps
from ftlint.shapes.roles import ROLES, chat_role
from ftlint.shapes.shape import Message, Names, Record

BEFORE, AFTER = ("instruction", "context"), ("input",)
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
        elif name == "history" and (turns := _turns(key, value)):
            for turn in turns:
                around.add(*turn)
        elif name != "system" and texts:
            (around.after if name in AFTER else around.before).extend(texts)
        else:
            around.unread[key] = value
    return around


def _texts(key: str, value: Any) -> list[Steps]:
    """The paths of a text or of a list of texts; none for any other value."""
    if isinstance(value, str):
        return [(key,)]
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return [(key, nth) for nth in range(len(value))]
    return []


def _turns(key: str, value: Any) -> list[tuple[str, str, Steps]]:
    """Earlier turns, pairs of texts or messages, as (role, text, path); none for any other value."""
    turns: list[tuple[str, str, Steps]] = []
    for nth, item in enumerate(value) if isinstance(value, list) else ():
        if isinstance(item, list) and len(item) == 2 and all(isinstance(text, str) for text in item):
            turns += [("user", item[0], (key, nth, 0)), ("assistant", item[1], (key, nth, 1))]
        elif (
            isinstance(item, dict) and item.keys() == {"role", "content"} and isinstance(item["content"], str)
        ):
            role = chat_role(item["role"]) if isinstance(item["role"], str) else ""
            if role not in ROLES:
                return []
            turns.append((role, item["content"], (key, nth, "content")))
        else:
            return []
    return turns
