"""Some thousands of records as their shapes see them: sightings, messages, and what their schemas forbid."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ftlint.example import Example
from ftlint.job import Job
from ftlint.misfit import misfits
from ftlint.read.fault import Fault, Record
from ftlint.shapes.shape import CannotHold, Message
from ftlint.sight import Eye, Sighting, nearest_shape
from ftlint.template import Templates

# What looking into a record that its schema forbids may raise.
BROKEN = (TypeError, KeyError, AttributeError, IndexError, ValueError, CannotHold)
Misfit = tuple[int, str, str | None, str | None, str]


@dataclass(slots=True)
class Seer:
    """How records become examples in this run: the user's map and templates, and the layouts met so far."""

    eye: Eye = field(default_factory=Eye)
    templates: Templates = field(default_factory=Templates)


class Seen:
    """Records with their places and sightings, viewed as messages and judged by their schemas.

    ``sightings[i]`` is None where record ``i`` fits no shape.
    """

    def __init__(
        self,
        records: Sequence[Record],
        rows: Sequence[int],
        lines: Sequence[int],
        seer: Seer,
        job: Job,
        faults: Sequence[Fault] = (),
    ) -> None:
        self.rows, self.lines, self.seer, self.job, self.told = rows, lines, seer, job, faults
        self._misfits: list[Misfit] = []
        self.unfilled: set[int] = set()
        """Records that lack a column which a template names."""
        if seer.templates:
            records = self._filled(records, seer.templates)
        self.records = records
        self.sightings: list[Sighting | None] = seer.eye.see_all(records)
        self.kinds = _distinct(self.sightings)
        self._misfits.extend(self._judge())
        self._odd = {misfit[0] for misfit in self._misfits if misfit[1] != "unknown"}

    def __len__(self) -> int:
        return len(self.records)

    def example(self, i: int) -> Example:
        """Record ``i`` for a fix or a record rule. Raises ValueError where it fits no shape."""
        sighting = self.sightings[i]
        if sighting is None:
            raise ValueError("a record without a shape is no example")
        return Example(self.records[i], sighting, self.rows[i], self.lines[i])

    @cached_property
    def views(self) -> list[list[Message]]:
        """Each record as messages; empty where it has no shape or no messages to speak of."""
        if len(self.kinds) == 1 and not self._odd and self.kinds[0] is not None:
            shape, names = self.kinds[0].shape, self.kinds[0].names
            with suppress(*BROKEN):
                return [shape.view(record, names) for record in self.records]
        return [self._view(i) for i in range(len(self.records))]

    @cached_property
    def asides(self) -> list[list[Message]]:
        """Each record's messages that are not wanted; an empty list of lists where no shape here has any."""
        if not any(kind is not None and kind.shape.sides for kind in self.kinds):
            return []
        return [self._aside(i) for i in range(len(self))]

    def declared(self, i: int) -> tuple[list[Any], bool] | None:
        """The tools of a record in the chat form and whether all are legacy functions; None for none."""
        sighting = self.sightings[i]
        if sighting is None or not any(
            self.records[i].get(sighting.names.get(name, name)) for name in sighting.shape.declares
        ):
            return None
        try:
            tools = sighting.shape.tools(self.records[i], sighting.names)
        except BROKEN:
            return None
        return (tools, "tools" not in self.records[i]) if tools else None

    def _judge(self) -> Iterable[Misfit]:
        for kind in self.kinds:
            whole = len(self.kinds) == 1
            places = range(len(self)) if whole else [i for i, s in enumerate(self.sightings) if s is kind]
            records = self.records if whole else [self.records[i] for i in places]
            if kind is None:
                yield from self._unknown(places)
                continue
            schema = kind.shape.name
            if self.job.target is not None:
                schema = self.job.target.shapes.get(schema, schema)
            for at, what, pointer, path, message in misfits(records, schema, kind.names):
                yield places[at], what, pointer, path, message

    def _unknown(self, places: Iterable[int]) -> Iterable[Misfit]:
        for i in places:
            if i in self.unfilled:
                continue
            shape, missing = nearest_shape(self.records[i])
            have = ", ".join(f'"{key}"' for key in list(self.records[i])[:8]) or "no field at all"
            need = " and ".join(f'"{name}"' for name in missing) or "its fields in the right form"
            yield i, "shape", None, None, f"fits no shape: {have}; for {shape} it lacks {need}"

    def _filled(self, records: Sequence[Record], templates: Templates) -> list[Record]:
        filled: list[Record] = []
        for i, record in enumerate(records):
            try:
                filled.append(templates.fill(record))
            except KeyError as error:
                filled.append({})
                self.unfilled.add(i)
                self._misfits.append(
                    (i, "missing", None, str(error.args[0]), "a template's column is missing")
                )
        return filled

    def _view(self, i: int) -> list[Message]:
        sighting = self.sightings[i]
        if sighting is None:
            return []
        try:
            view: object = sighting.shape.view(self.records[i], sighting.names)
        except BROKEN:
            return []
        if not isinstance(view, list):
            return []
        if sighting.shape.parts or i not in self._odd:
            return view
        return [_whole(message, self.records[i]) for message in view]

    def _aside(self, i: int) -> list[Message]:
        sighting = self.sightings[i]
        if sighting is None or not sighting.shape.sides or not self.views[i]:
            return []
        try:
            aside = sighting.shape.aside(self.records[i], sighting.names)
        except BROKEN:
            return []
        return aside if isinstance(aside, list) else []


def _distinct(sightings: Sequence[Sighting | None]) -> list[Sighting | None]:
    by_id: Mapping[int, Sighting | None] = {id(sighting): sighting for sighting in sightings}
    return list(by_id.values())


def _whole(message: Message, record: Record) -> Message:
    """The message without a list where its shape has a text: the schema speaks of that."""
    if isinstance(message, dict) and isinstance(message.get("content"), list):
        made_by_view = all(message["content"] is not value for value in record.values()) and len(message) == 2
        return message if made_by_view and "instruction" in record else {**message, "content": None}
    return message
