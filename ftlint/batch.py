"""Some thousands of records seen as columns: the frames that rules look at, each built once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ftlint.example import Example
from ftlint.frames import Columns, flatten, text_frame
from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.misfit import misfits
from ftlint.read.fault import Block, Fault, Record
from ftlint.shapes.shape import Message
from ftlint.sight import Eye, Sighting, nearest_shape
from ftlint.template import Templates

if TYPE_CHECKING:
    from polars import DataFrame, Series

FAULT_COLUMNS = ("kind", "line", "row", "path", "message", "count", "healable")
Misfit = tuple[int, str, str | None, str | None, str]


@dataclass(slots=True)
class Seer:
    """How records become examples in this run: the user's map and templates, and the layouts met so far."""

    eye: Eye = field(default_factory=Eye)
    templates: Templates = field(default_factory=Templates)


class Batch:
    """Records with their places and sightings, and the frames over them.

    ``sightings[i]`` is None where record ``i`` fits no shape; such records are in no frame but ``misfits``.
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
            return [shape.view(record, names) for record in self.records]
        return [self._view(i) for i in range(len(self.records))]

    @cached_property
    def _columns(self) -> Columns:
        return flatten(self.views, tame=bool(self._odd) or len(self.kinds) > 1)

    @cached_property
    def examples(self) -> "DataFrame":
        """One row per record: i, row, line, shape, n_messages, roles (one letter a message), text_bytes."""
        columns = self._columns
        frame = pl.DataFrame(
            {
                "i": pl.Series(range(len(self)), dtype=pl.UInt32),
                "row": pl.Series(self.rows, dtype=pl.UInt64),
                "line": pl.Series(self.lines, dtype=pl.UInt64),
                "shape": self._shapes,
                "n_messages": columns.counts,
                "roles": columns.signatures,
            }
        )
        if self.job.limit is None:
            return frame.with_columns(text_bytes=pl.lit(None, dtype=pl.UInt64))
        sizes = self.texts.group_by("i").agg(text_bytes=pl.col("text").str.len_bytes().cast(pl.UInt64).sum())
        return frame.join(sizes, on="i", how="left", maintain_order="left")

    @cached_property
    def messages(self) -> "DataFrame":
        """One row per message: i, at, shape, role, written_role, content, kind, n_media, n_calls, name, weight,
        refusal, beyond (all that a plain message has not, as canonical JSON).
        """
        frame = self._columns.messages
        shapes = self._shapes
        if len(self.kinds) == 1:
            return frame.with_columns(shape=pl.lit(shapes[0] if len(shapes) else None, dtype=pl.String))
        return frame.with_columns(shape=shapes.gather(frame["i"]))

    @cached_property
    def texts(self) -> "DataFrame":
        """One row per piece of text: i, at, part (-1: none), role, field, text, unusual (see ``UNUSUAL``)."""
        return text_frame(self._columns)

    @cached_property
    def unusual_texts(self) -> "DataFrame":
        """The texts that hold any unusual character: few, so that a closer look costs little."""
        return self.texts.filter(pl.col("unusual"))

    @cached_property
    def misfits(self) -> "DataFrame":
        """One row per thing that a record's schema forbids: i, kind, pointer, path, message."""
        names = ("i", "kind", "pointer", "path", "message")
        schema = dict.fromkeys(names, pl.String) | {"i": pl.UInt32}
        self._misfits.sort(key=lambda misfit: misfit[0])
        return pl.DataFrame(self._misfits, schema=schema, orient="row")

    @cached_property
    def faults(self) -> "DataFrame":
        """What the reader noticed: kind, line, row, path, message, count, healable."""
        schema = {
            "kind": pl.String,
            "line": pl.UInt64,
            "row": pl.UInt64,
            "path": pl.String,
            "message": pl.String,
            "count": pl.UInt64,
            "healable": pl.Boolean,
        }
        rows = [tuple(getattr(fault, name) for name in FAULT_COLUMNS) for fault in self.told]
        return pl.DataFrame(rows, schema=schema, orient="row")

    @cached_property
    def pairs(self) -> "DataFrame":
        """One row per record of the completion shape: i, row, line, prompt, completion (null where no text)."""
        texts = self.messages.filter(pl.col("shape") == "completion").select("i", "at", "content")
        prompts = texts.filter(pl.col("at") == 0).select("i", prompt="content")
        answers = texts.filter(pl.col("at") == 1).select("i", completion="content")
        places = self.examples.select("i", "row", "line")
        return prompts.join(answers, on="i", maintain_order="left").join(
            places, on="i", maintain_order="left"
        )

    @cached_property
    def digests(self) -> "DataFrame":
        """One row per example: row, line, high and low, two 64-bit digests of its canonical conversation."""
        from ftlint.digest import digests

        return digests(self)

    @cached_property
    def answers(self) -> "DataFrame":
        """The last assistant text of each example, as the task is told from it (see ``ftlint.task``)."""
        from ftlint.task import observe

        return observe(self)

    @cached_property
    def _shapes(self) -> "Series":
        if len(self.kinds) == 1:
            name = self.kinds[0].shape.name if self.kinds[0] else None
            return pl.Series([name], dtype=pl.String).new_from_index(0, len(self))
        return pl.Series([seen.shape.name if seen else None for seen in self.sightings], dtype=pl.String)

    def _view(self, i: int) -> list[Message]:
        sighting = self.sightings[i]
        if sighting is None:
            return []
        if i not in self._odd:
            return sighting.shape.view(self.records[i], sighting.names)
        try:
            view: object = sighting.shape.view(self.records[i], sighting.names)
        except (TypeError, KeyError, AttributeError, IndexError, ValueError):
            return []
        if not isinstance(view, list):
            return []
        return view if sighting.shape.parts else [_whole(message, self.records[i]) for message in view]

    def _judge(self) -> Iterable[Misfit]:
        for kind in self.kinds:
            whole = len(self.kinds) == 1
            places = range(len(self)) if whole else [i for i, s in enumerate(self.sightings) if s is kind]
            records = self.records if whole else [self.records[i] for i in places]
            if kind is None:
                yield from self._unknown(places)
                continue
            schema = kind.shape.name
            if self.job.target is not None and self.job.target.shape == schema:
                schema = self.job.target.schema
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


def _distinct(sightings: Sequence[Sighting | None]) -> list[Sighting | None]:
    by_id: Mapping[int, Sighting | None] = {id(sighting): sighting for sighting in sightings}
    return list(by_id.values())


def _whole(message: Message, record: Record) -> Message:
    """The message without a list where its shape has a text: the schema speaks of that."""
    if isinstance(message, dict) and isinstance(message.get("content"), list):
        made_by_view = all(message["content"] is not value for value in record.values()) and len(message) == 2
        return message if made_by_view and "instruction" in record else {**message, "content": None}
    return message


def batch_of(block: Block, seer: Seer, job: Job) -> Batch:
    """The batch of a block as it was read."""
    return Batch(block.records, block.rows, block.lines, seer, job, block.faults)


__all__ = ["Batch", "Seer", "batch_of"]
