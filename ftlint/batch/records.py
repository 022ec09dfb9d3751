"""Records of one batch: what templates and turns make of them, their messages, and what their schemas forbid."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.record_makers import NoSpeakerFound, SpeakerRoles, Templates
from ftlint.context import RuleContext
from ftlint.io.block import Record
from ftlint.io.json.columnar import ColumnarRecords
from ftlint.schema.user_schema import OwnSchema
from ftlint.schema.violations import misfits
from ftlint.shapes.detect import DetectedShape, ShapeDetector, nearest_shape
from ftlint.shapes.shape import CannotHold, Message, PlainMessages

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

# What looking into a record that its schema forbids may raise.
BROKEN = (TypeError, KeyError, AttributeError, IndexError, ValueError, CannotHold)
SchemaViolation = tuple[int, str, str | None, str | None, str]
"""Index of the record, kind (missing, wrong, unknown, shape), JSON pointer, path, and message."""
BuiltRecords = tuple[Sequence[Record], dict[int, str], list[SchemaViolation]]
"""The records; of those that could not be built why, a sentence that goes on after a shape's name; violations."""


@dataclass(slots=True)
class RecordReader:
    """How records become examples in this run: the user's map, templates and turns, and the layouts met so far."""

    detector: ShapeDetector = field(default_factory=ShapeDetector)
    templates: Templates = field(default_factory=Templates)
    turns: SpeakerRoles = field(default_factory=SpeakerRoles)
    own_schema: OwnSchema | None = None
    """What every record of a file is judged by as well, before anything is made of it."""

    @property
    def builds_records(self) -> bool:
        """Whether examples are made of what a file holds, so that its lines cannot be kept."""
        return bool(self.templates or self.turns)


def build_records(records: Sequence[Record], seer: RecordReader) -> BuiltRecords:
    """What templates or turns make of records; the records themselves without either."""
    if seer.templates:
        return _fill_templates(records, seer.templates)
    if seer.turns:
        return _split_turns(records, seer.turns, seer.detector.wanted.get("text"))
    return records, {}, []


def _fill_templates(records: Sequence[Record], templates: Templates) -> BuiltRecords:
    built: list[Record] = []
    errors: dict[int, str] = {}
    violations: list[SchemaViolation] = []
    for i, record in enumerate(records):
        try:
            built.append(templates.fill(record))
        except KeyError as error:
            built.append({})
            errors[i] = "cannot take a record without a column that a template names"
            violations.append((i, "missing", None, str(error.args[0]), "a template's column is missing"))
    return built, errors, violations


def _split_turns(records: Sequence[Record], turns: SpeakerRoles, column: str | None) -> BuiltRecords:
    built: list[Record] = []
    errors: dict[int, str] = {}
    violations: list[SchemaViolation] = []
    for i, record in enumerate(records):
        try:
            built.append(turns.fill(record, column))
        except NoSpeakerFound as error:
            built.append({})
            errors[i] = f"cannot take a text that begins with none of {', '.join(turns.names)}"
            violations.append((i, "missing", None, error.path, str(error)))
    return built, errors, violations


def read_plain_messages(
    records: Sequence[Record], seer: RecordReader, context: RuleContext
) -> PlainMessages | None:
    """The messages of all records as columns; None where the records have to be looked at one by one."""
    if not isinstance(records, ColumnarRecords) or not len(records):
        return None
    shape = seer.detector.detect(records[0])
    plain = shape.shape.columns(records.columns, shape.fields) if shape is not None else None
    if shape is None or plain is None:
        return None
    # All are alike but for their texts, and of those a schema may only mind the roles.
    samples = [_sample(records.columns, role) for role in plain.roles.unique().to_list()]
    return None if any(misfits(samples, _schema_of(shape, context), shape.fields)) else plain


def distinct(shapes: Sequence[DetectedShape | None]) -> list[DetectedShape | None]:
    """Each detected shape once, in the order of the records."""
    by_id: Mapping[int, DetectedShape | None] = {id(shape): shape for shape in shapes}
    return list(by_id.values())


def find_violations(batch: "Batch") -> Iterator[SchemaViolation]:
    """Everything in the records that the schemas of their shapes forbid."""
    alone = len(batch.detected_shapes) == 1
    for shape in batch.detected_shapes:
        indexes: Sequence[int] = range(len(batch))
        if not alone:
            indexes = [i for i, detected in enumerate(batch.record_shapes) if detected is shape]
        if shape is None:
            yield from _without_shape(batch, indexes)
            continue
        records = batch.records if alone else [batch.records[i] for i in indexes]
        schema = _schema_of(shape, batch.context)
        for at, kind, pointer, path, message in misfits(records, schema, shape.fields):
            yield indexes[at], kind, pointer, path, message


def _schema_of(shape: DetectedShape, context: RuleContext) -> str:
    schema, target = shape.shape.name, context.target
    return target.shapes.get(schema, schema) if target is not None else schema


def _without_shape(batch: "Batch", indexes: Iterable[int]) -> Iterator[SchemaViolation]:
    for i in indexes:
        if i in batch.build_errors:
            continue
        shape, missing = nearest_shape(batch.records[i])
        have = ", ".join(f'"{key}"' for key in list(batch.records[i])[:8]) or "no field at all"
        need = " and ".join(f'"{name}"' for name in missing) or "its fields in the right form"
        yield i, "shape", None, None, f"fits no shape: {have}; for {shape} it lacks {need}"


def make_views(batch: "Batch") -> list[list[Message]]:
    """Each record as messages; empty where it has no shape or no messages to speak of."""
    shapes = batch.detected_shapes
    if len(shapes) == 1 and not batch.invalid_records and shapes[0] is not None:
        shape, names = shapes[0].shape, shapes[0].fields
        with suppress(*BROKEN):
            return [shape.view(record, names) for record in batch.records]
    return [_view(batch, i) for i in range(len(batch))]


def _view(batch: "Batch", i: int) -> list[Message]:
    detected = batch.record_shapes[i]
    if detected is None:
        return []
    try:
        view: object = detected.shape.view(batch.records[i], detected.fields)
    except BROKEN:
        return []
    if not isinstance(view, list):
        return []
    if detected.shape.parts or i not in batch.invalid_records:
        return view
    return [_without_parts(message, batch.records[i]) for message in view]


def make_rejected_views(batch: "Batch") -> list[list[Message]]:
    """Each record's rejected messages; an empty list where no shape of the batch has any."""
    if not any(shape is not None and shape.shape.is_preference for shape in batch.detected_shapes):
        return []
    return [_rejected_view(batch, i) for i in range(len(batch))]


def _rejected_view(batch: "Batch", i: int) -> list[Message]:
    detected = batch.record_shapes[i]
    if detected is None or not detected.shape.is_preference or not batch.views[i]:
        return []
    try:
        rejected = detected.shape.rejected_view(batch.records[i], detected.fields)
    except BROKEN:
        return []
    return rejected if isinstance(rejected, list) else []


def _sample(columns: "DataFrame", role: str) -> Record:
    """A record of these columns in which every message has one role."""
    return {
        column.name: "a"
        if column.dtype == pl.String
        else [{key: role if key == "role" else "a" for key in column.explode().struct.fields}]
        for column in columns.head(0)
    }


def _without_parts(message: Message, record: Record) -> Message:
    """The message with something that is no text instead of a list where its shape has a text: the schema speaks of
    that. It is not nothing, so nobody may take it for an empty message.
    """
    if isinstance(message, dict) and isinstance(message.get("content"), list):
        made_by_view = all(message["content"] is not value for value in record.values()) and len(message) == 2
        return message if made_by_view and "instruction" in record else {**message, "content": {}}
    return message
