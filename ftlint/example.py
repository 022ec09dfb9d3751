"""One example in the hands of a fix: its texts by place, and what may be done to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ftlint.frames import signature
from ftlint.path import Steps, format_path
from ftlint.shapes.shape import Message, Record, follow
from ftlint.sight import Sighting
from ftlint.talk import Talk, fresh_ids, walk


@dataclass(slots=True)
class Example:
    """A record with its sighting. Fixes change ``record`` in place; ``drop`` leaves the example out."""

    record: Record
    sighting: Sighting
    row: int
    line: int
    dropped: bool = False

    def drop(self) -> None:
        """Leave this example out of what is written."""
        self.dropped = True

    @property
    def shape(self) -> str:
        """The name of the record's shape."""
        return self.sighting.shape.name

    def messages(self) -> list[Message]:
        """The view: messages in the chat form. Only for the chat shape are they the record's own."""
        view: object = self.sighting.shape.view(self.record, self.sighting.names)
        # What is no list of messages has a finding of its own.
        return view if isinstance(view, list) else []

    def roles(self) -> str:
        """The roles of the messages, one letter each, as the frame of examples has them."""
        return signature(self.messages())

    def steps(self, place: Mapping[str, Any]) -> Steps:
        """The path of a place (``at``, ``field``, ``part`` of a frame's row) into the record."""
        return self.sighting.shape.steps(self.record, self.sighting.names, *_piece(place))

    def path(self, place: Mapping[str, Any]) -> str:
        """The path of a place as findings spell it."""
        return format_path(self.steps(place))

    def get(self, steps: Steps) -> Any:
        """What the record has at a path, or None."""
        return follow(self.record, steps)

    def set(self, steps: Steps, value: Any) -> None:
        """Put a value at a path whose parent exists."""
        parent = self.get(steps[:-1])
        if isinstance(parent, dict | list):
            parent[steps[-1]] = value  # type: ignore[index]

    def rename(self, names: Mapping[str, str]) -> None:
        """Give fields of the record other names, the old to the new ones; all keep their places."""
        renamed = {names.get(key, key): value for key, value in self.record.items()}
        self.record.clear()
        self.record.update(renamed)

    def pointed(self, pointer: str) -> Steps:
        """The path that a JSON pointer (RFC 6901) means in this record."""
        steps: Steps = ()
        for token in pointer.split("/")[1:]:
            in_list = isinstance(self.get(steps), list)
            steps = (*steps, int(token) if in_list else token.replace("~1", "/").replace("~0", "~"))
        return steps

    def text(self, place: Mapping[str, Any]) -> str | None:
        """The text at a place, or None where there is none."""
        return self.sighting.shape.text(self.record, self.sighting.names, *_piece(place))

    def put(self, place: Mapping[str, Any], text: str) -> None:
        """Put a changed text back where the file has it."""
        self.sighting.shape.put(self.record, self.sighting.names, *_piece(place), text)

    def remove(self, at: int) -> None:
        """Take a message out of the record."""
        self.sighting.shape.remove(self.record, self.sighting.names, at)

    def tools(self) -> list[Any]:
        """The declared tools in the chat form, each in its place."""
        return self.sighting.shape.tools(self.record, self.sighting.names)

    def tool_steps(self, nth: int) -> Steps:
        """The path of the nth declared tool; of all of them where they are JSON text."""
        return self.sighting.shape.tool_steps(self.record, self.sighting.names, nth)

    def tool_path(self, nth: int, field: str = "") -> str:
        """The same as findings spell it; of one ``field`` of the tool where the file has it as the chat form does."""
        steps = self.tool_steps(nth)
        tool = self.get(steps)
        for step in ("function", field) if field else ():
            if isinstance(tool, dict) and step in tool:
                steps, tool = (*steps, step), tool[step]
        return format_path(steps)

    def talk(self) -> Talk:
        """The calls of the record and their results, paired as its shape pairs them."""
        shape, names = self.sighting.shape, self.sighting.names
        aside: object = shape.aside(self.record, names) if shape.sides else []
        aside = aside if isinstance(aside, list) else []
        answer = shape.answer_size(self.record, names) if aside else 0
        return walk(self.messages(), aside, answer, by_ids=shape.call_ids)

    def rename_calls(self, places: Collection[tuple[int, int]], pattern: str | None) -> None:
        """Give the calls at these places (at, part) ids that no other has, and their results the same.

        ``pattern`` is what the target demands of an id. Calls are left as they are where ftlint knows none that fits.
        """
        talk = self.talk()
        taken = {call.id for call in talk.calls if isinstance(call.id, str)}
        taken |= {i for result in talk.results if isinstance(i := result.message.get("tool_call_id"), str)}
        ids = fresh_ids(taken, pattern)
        for call in talk.calls:
            if (call.at, call.part) in places and (new := next(ids, None)) is not None:
                self.put({"at": call.at, "part": call.part, "field": "call_id"}, new)
                for at in call.results:
                    self.put({"at": at, "field": "tool_call_id"}, new)


def _piece(place: Mapping[str, Any]) -> tuple[int, str, int | None]:
    return place["at"], place.get("field") or "content", place.get("part")
