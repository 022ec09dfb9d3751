"""One example in the hands of a fix: its texts by place, and what may be done to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftlint.path import Steps, format_path
from ftlint.shapes.shape import Message, Record, follow
from ftlint.sight import Sighting


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
        return self.sighting.shape.view(self.record, self.sighting.names)

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

    def text(self, place: Mapping[str, Any]) -> str | None:
        """The text at a place, or None where there is none."""
        return self.sighting.shape.text(self.record, self.sighting.names, *_piece(place))

    def put(self, place: Mapping[str, Any], text: str) -> None:
        """Put a changed text back where the file has it."""
        self.sighting.shape.put(self.record, self.sighting.names, *_piece(place), text)

    def tools(self) -> list[Any]:
        """The declared tools in the chat form, each in its place."""
        return self.sighting.shape.tools(self.record, self.sighting.names)

    def tool_path(self, nth: int) -> str:
        """The path of the nth declared tool as findings spell it."""
        return format_path(self.sighting.shape.tool_steps(self.record, self.sighting.names, nth))


def _piece(place: Mapping[str, Any]) -> tuple[int, str, int | None]:
    return place["at"], place.get("field") or "content", place.get("part")
