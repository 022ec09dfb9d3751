"""Some thousands of records as their shapes see them: sightings, messages, and what their schemas forbid."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.example import Example
from ftlint.batch.record_makers import NoTurns, Templates, Turns
from ftlint.context import Job
from ftlint.io.block import Fault, Record
from ftlint.io.json.columnar import Lines
from ftlint.schema.user_schema import OwnSchema
from ftlint.schema.violations import misfits
from ftlint.shapes.detect import Eye, Sighting, nearest_shape
from ftlint.shapes.shape import CannotHold, Message, Said

if TYPE_CHECKING:
    from polars import DataFrame

# What looking into a record that its schema forbids may raise.
BROKEN = (TypeError, KeyError, AttributeError, IndexError, ValueError, CannotHold)
Misfit = tuple[int, str, str | None, str | None, str]


@dataclass(slots=True)
class Seer:
    """How records become examples in this run: the user's map, templates and turns, and the layouts met so far."""

    eye: Eye = field(default_factory=Eye)
    templates: Templates = field(default_factory=Templates)
    turns: Turns = field(default_factory=Turns)
    own_schema: OwnSchema | None = None
    """What every record of a file is judged by as well, before anything is made of it."""

    @property
    def makes_records(self) -> bool:
        """Whether examples are made of what a file holds, so that its lines cannot be kept."""
        return bool(self.templates or self.turns)


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
        self.unfilled: dict[int, str] = {}
        """Records that no example can be made of, and why: a sentence that goes on after the name of a shape."""
        as_read = records
        if seer.templates:
            records = self._filled(records, seer.templates)
        elif seer.turns:
            records = self._spoken(records, seer.turns)
        self.records = records
        self.plain = self._plain(records)
        """The messages of all records as columns, where they are no more than a role and a text each."""
        self.sightings: list[Sighting | None] = (
            seer.eye.see_all(records) if self.plain is None else [seer.eye.see(records[0])] * len(records)
        )
        self.kinds = _distinct(self.sightings)
        if self.plain is None:
            self._misfits.extend(self._judge())
        self._odd = {misfit[0] for misfit in self._misfits if misfit[1] != "unknown"}
        if seer.own_schema is not None:
            self._misfits.extend(seer.own_schema.misfits(as_read))

    def __len__(self) -> int:
        return len(self.records)

    def example(self, i: int) -> Example:
        """Record ``i`` for a fix or a record rule. Raises ValueError where it fits no shape."""
        sighting = self.sightings[i]
        if sighting is None:
            raise ValueError("a record without a shape is no example")
        return Example(self.records[i], sighting, self.rows[i], self.lines[i])

    @property
    def broken(self) -> frozenset[int]:
        """The records that are not as their schema demands; a field that it does not know breaks none."""
        return frozenset(self._odd)

    def counted_kinds(self) -> Iterator[tuple[Sighting, int]]:
        """Each sighting that there is, with how many records are seen so."""
        for kind in self.kinds:
            if kind is not None:
                alone = len(self.kinds) == 1
                yield kind, len(self) if alone else sum(1 for seen in self.sightings if seen is kind)

    @cached_property
    def keys(self) -> set[str]:
        """Every key that any record has."""
        if isinstance(self.records, Lines):
            return set(self.records.columns.columns)
        return set().union(*map(set, self.records)) if len(self) else set()

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

    def declared(self, i: int) -> tuple[list[Any], int] | None:
        """The tools of a record in the chat form and how many of the last are legacy functions; None for none."""
        sighting = self.sightings[i]
        if sighting is None or not any(
            self.records[i].get(sighting.names.get(name, name)) for name in sighting.shape.declares
        ):
            return None
        try:
            tools = sighting.shape.tools(self.records[i], sighting.names)
        except BROKEN:
            return None
        own = sighting.names.get("functions", "functions") if "functions" in sighting.shape.declares else None
        functions = None if own is None else self.records[i].get(own)
        return (tools, len(functions) if isinstance(functions, list) else 0) if tools else None

    def _plain(self, records: Sequence[Record]) -> "Said | None":
        """The column ``plain`` is, or None where the records have to be looked at one by one."""
        if not isinstance(records, Lines) or not len(records):
            return None
        sighting = self.seer.eye.see(records[0])
        said = sighting.shape.columns(records.columns, sighting.names) if sighting is not None else None
        if sighting is None or said is None:
            return None
        # All are alike but for their texts, and of those a schema may only mind the roles.
        samples = [_sample(records.columns, role) for role in said.roles.unique().to_list()]
        return None if any(misfits(samples, self._schema(sighting), sighting.names)) else said

    def _schema(self, sighting: Sighting) -> str:
        schema, target = sighting.shape.name, self.job.target
        return target.shapes.get(schema, schema) if target is not None else schema

    def _judge(self) -> Iterable[Misfit]:
        for kind in self.kinds:
            whole = len(self.kinds) == 1
            places = range(len(self)) if whole else [i for i, s in enumerate(self.sightings) if s is kind]
            records = self.records if whole else [self.records[i] for i in places]
            if kind is None:
                yield from self._unknown(places)
                continue
            for at, what, pointer, path, message in misfits(records, self._schema(kind), kind.names):
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
                self.unfilled[i] = "cannot take a record without a column that a template names"
                self._misfits.append(
                    (i, "missing", None, str(error.args[0]), "a template's column is missing")
                )
        return filled

    def _spoken(self, records: Sequence[Record], turns: Turns) -> list[Record]:
        spoken: list[Record] = []
        for i, record in enumerate(records):
            try:
                spoken.append(turns.fill(record, self.seer.eye.wanted.get("text")))
            except NoTurns as error:
                spoken.append({})
                self.unfilled[i] = f"cannot take a text that begins with none of {', '.join(turns.names)}"
                self._misfits.append((i, "missing", None, error.path, str(error)))
        return spoken

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


def _sample(columns: "DataFrame", role: str) -> Record:
    """A record of these columns in which every message has one role."""
    return {
        column.name: "a"
        if column.dtype == pl.String
        else [{key: role if key == "role" else "a" for key in column.explode().struct.fields}]
        for column in columns.head(0)
    }


def _distinct(sightings: Sequence[Sighting | None]) -> list[Sighting | None]:
    by_id: Mapping[int, Sighting | None] = {id(sighting): sighting for sighting in sightings}
    return list(by_id.values())


def _whole(message: Message, record: Record) -> Message:
    """The message with something that is no text instead of a list where its shape has a text: the schema speaks of
    that. It is not nothing, so nobody may take it for an empty message.
    """
    if isinstance(message, dict) and isinstance(message.get("content"), list):
        made_by_view = all(message["content"] is not value for value in record.values()) and len(message) == 2
        return message if made_by_view and "instruction" in record else {**message, "content": {}}
    return message
