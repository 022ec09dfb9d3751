"""Base of shapes whose messages are texts somewhere in the record: each has a role and the path of its text."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from ftlint.path import Steps
from ftlint.shapes.contents import texts_only
from ftlint.shapes.modernize import modernized
from ftlint.shapes.shape import Conversation, Message, Names, Record, Shape, follow


class TurnPath(NamedTuple):
    """One message: its role, the path of its text, and that of its role if the file has one."""

    role: Any
    path: Steps
    role_path: Steps | None = None


class TurnPathShape(Shape):
    """The view is made of the texts at these paths."""

    roles: ClassVar[dict[str, str]] = {"system": "system", "user": "user", "assistant": "assistant"}

    def turn_paths(self, record: Record, names: Names) -> Sequence[TurnPath]:
        """The messages, in order; those of the rejected answer are not among them."""
        raise NotImplementedError

    def view(self, record: Record, names: Names) -> list[Message]:
        return [
            {"role": turn.role, "content": follow(record, turn.path)}
            for turn in self.turn_paths(record, names)
        ]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        turn = self.turn_paths(record, names)[at]
        return turn.role_path if field == "role" and turn.role_path is not None else turn.path

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field != "role" or self.turn_paths(record, names)[at].role_path is not None:
            super().put(record, names, at, field, part, text)

    def remove(self, record: Record, names: Names, at: int) -> None:
        turns = self.turn_paths(record, names)
        if at < len(turns) and turns[at].role_path is not None:
            super().remove(record, names, at)
        elif at < len(turns) and isinstance(holder := follow(record, turns[at].path[:-1]), dict):
            del holder[turns[at].path[-1]]

    def read(self, record: Record, names: Names) -> Conversation:
        lost: list[str] = []
        messages = modernized(texts_only(self.view(record, names), lost))
        return Conversation(messages, extra=self.extra(record, names), lost=lost)
