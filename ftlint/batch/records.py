"""Records of a batch: apply templates and turns, make message views, and validate against the schemas."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from ftlint._polars import pl
from ftlint.batch.record_makers import NoSpeakerFound, SpeakerRoles, Templates
from ftlint.context import RuleContext
from ftlint.io.block import Record
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.grouping import grouping_hint
from ftlint.schema.user_schema import UserSchema
from ftlint.schema.violations import BESIDE, record_violations
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import DetectedShape, ShapeDetector
from ftlint.shapes.nearest import nearest_shape
from ftlint.shapes.shape import CannotHold, Message, PlainMessages, Shape

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

# The fields of functions as they were declared and called before tools.
LEGACY_FIELDS = ("functions", "function_call")
# Exceptions that reading a schema-invalid record may raise.
BROKEN = (TypeError, KeyError, AttributeError, IndexError, ValueError, CannotHold)
SchemaViolation = tuple[int, str, str | None, str | None, str]
"""Index of the record, kind (missing, wrong, unknown, shape, speaker), JSON pointer, path, and message."""
BuiltRecords = tuple[Sequence[Record], dict[int, str], list[SchemaViolation]]
"""The records; for those that could not be built the reason, a clause after a shape's name; the violations."""


class RecordReader(Struct):
    """How records are read as examples: shape detection with the user's map, templates, turns and own schema."""

    detector: ShapeDetector = field(default_factory=lambda: ShapeDetector(SHAPES))
    templates: Templates = field(default_factory=Templates)
    turns: SpeakerRoles = field(default_factory=SpeakerRoles)
    own_schema: UserSchema | None = None
    """The user's schema, which every record of the input must satisfy before templates and turns are applied."""

    @property
    def builds_records(self) -> bool:
        """Whether examples are built from records, so that lines of the file cannot be copied to the output."""
        return bool(self.templates or self.turns)


def build_records(records: Sequence[Record], reader: RecordReader) -> BuiltRecords:
    """Apply templates or turns to records; without either the records stay unchanged."""
    if reader.templates:
        return _fill_templates(records, reader.templates)
    if reader.turns:
        return _split_turns(records, reader.turns, reader.detector.wanted.get("text"))
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
        violations += [(i, "speaker", None, key, name) for key, name in turns.undeclared(record, column)]
    return built, errors, violations


def read_plain_messages(
    records: Sequence[Record], reader: RecordReader, context: RuleContext
) -> PlainMessages | None:
    """The messages of all records as columns; None where they must be read record by record."""
    if not isinstance(records, ColumnarRecords) or not len(records):
        return None
    shape = reader.detector.detect(records[0])
    plain = shape.shape.columns(records.columns, shape.fields) if shape is not None else None
    if shape is None or plain is None:
        return None
    # All records have the same structure, and the only texts that schemas restrict are roles: one sample per role.
    samples = [_sample(records.columns, role) for role in _roles(records.columns)]
    return None if any(record_violations(samples, schema_name(shape.shape, context), shape.fields)) else plain


def distinct(shapes: Sequence[DetectedShape | None]) -> list[DetectedShape | None]:
    """Each detected shape once, in the order of the records."""
    by_id: Mapping[int, DetectedShape | None] = {id(shape): shape for shape in shapes}
    return list(by_id.values())


def find_violations(batch: "Batch") -> Iterator[SchemaViolation]:
    """Violations of the schemas of the records' shapes."""
    for shape in batch.detected_shapes:
        indexes = _doubtful(batch, shape)
        if shape is None:
            yield from _without_shape(batch, indexes)
            continue
        records = batch.records if len(indexes) == len(batch) else [batch.records[i] for i in indexes]
        schema = schema_name(shape.shape, batch.context)
        read = set(shape.fields.values())
        for offset, kind, pointer, path, message in record_violations(records, schema, shape.fields):
            if kind == "unknown" and _is_legacy(records[offset], pointer, batch.context):
                continue
            if kind == "unknown" and path in read and not _declares_nothing(records[offset], pointer):
                message = f"{message}, which is part of the example (ftlint convert writes it elsewhere)"
            yield indexes[offset], kind, pointer, path, message


def _doubtful(batch: "Batch", shape: DetectedShape | None) -> Sequence[int]:
    """The records of a shape that may violate its schema."""
    indexes = range(len(batch)) if batch.chats is None else batch.chats.doubtful
    if len(batch.detected_shapes) == 1:
        return indexes
    return [i for i in indexes if batch.record_shapes[i] is shape]


def unknown_fields(record: Record, detected: DetectedShape, context: RuleContext) -> list[str]:
    """The JSON pointers of a record's fields that its schema has no place for and that are nothing else.

    A field beside a missing one is probably that one; a column that the shape reads is part of the example. Without
    its only fields a part would say nothing.
    """
    schema, read = schema_name(detected.shape, context), set(detected.fields.values())
    pointers = [
        pointer
        for _, kind, pointer, path, message in record_violations([record], schema, detected.fields)
        if kind == "unknown"
        and (path not in read or _declares_nothing(record, pointer))
        and BESIDE not in message
        and not _is_legacy(record, pointer, context)
    ]
    bare = bare_objects(record, pointers)
    return [pointer for pointer in pointers if pointer.rpartition("/")[0] not in bare]


def _is_legacy(record: Record, pointer: str, context: RuleContext) -> bool:
    """Whether a field declares or calls in the legacy form, where the target refuses that form as such."""
    is_legacy = context.fact("legacy_functions") == "rejected" and pointer.rpartition("/")[2] in LEGACY_FIELDS
    return is_legacy and not _declares_nothing(record, pointer)


def _declares_nothing(record: Record, pointer: str) -> bool:
    """Whether a field of the legacy form is there, but null or empty."""
    return pointer.rpartition("/")[2] in LEGACY_FIELDS and not _at(record, pointer)


def bare_objects(record: Record, pointers: Sequence[str]) -> frozenset[str]:
    """The JSON pointers of the objects within a record that have no other fields than these."""
    counts = Counter(pointer.rpartition("/")[0] for pointer in pointers)
    return frozenset(parent for parent, n in counts.items() if parent and n == len(_at(record, parent)))


def _at(record: Record, pointer: str) -> Any:
    value: Any = record
    for token in pointer.split("/")[1:]:
        step: Any = int(token) if isinstance(value, list) else token.replace("~1", "/").replace("~0", "~")
        value = value[step]
    return value


def schema_name(shape: Shape, context: RuleContext) -> str:
    """The schema of records of a shape, as the target reads it."""
    target = context.target
    return target.shapes.get(shape.name, shape.name) if target is not None else shape.name


def _without_shape(batch: "Batch", indexes: Iterable[int]) -> Iterator[SchemaViolation]:
    for i in indexes:
        if i in batch.build_errors:
            continue
        if hint := grouping_hint(batch.records[i]):
            yield i, "shape", None, None, hint
            continue
        shape, missing = nearest_shape(batch.records[i])
        keys = ", ".join(f'"{key}"' for key in list(batch.records[i])[:8]) or "no field at all"
        need = " and ".join(f'"{name}"' for name in missing) or "its fields in the right form"
        yield i, "shape", None, None, f"fits no shape: {keys}; for {shape} it lacks {need}"


def make_views(batch: "Batch") -> list[list[Message]]:
    """Each record as messages; empty where it has no shape or no valid messages."""
    shapes = batch.detected_shapes
    if len(shapes) == 1 and not batch.invalid_records and shapes[0] is not None:
        shape, names = shapes[0].shape, shapes[0].fields
        with suppress(*BROKEN):
            return [shape.view(record, names) for record in batch.records]
    return [make_view(batch, i) for i in range(len(batch))]


def make_view(batch: "Batch", i: int) -> list[Message]:
    """One record as messages; empty where it has no shape or no valid messages."""
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
    """The rejected messages of each record; an empty list where no shape of the batch has any."""
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


def _roles(columns: "DataFrame") -> list[str | None]:
    """The roles in all lists of messages: those of an answer beside the messages may be others than theirs."""
    lists = [column.explode() for column in columns if column.dtype != pl.String]
    roles = [one.struct.field("role") for one in lists if "role" in one.struct.fields]
    return pl.concat(roles).unique(maintain_order=True).to_list() if roles else [None]


def _sample(columns: "DataFrame", role: str | None) -> Record:
    """A sample record with these columns in which every message has the same role."""
    return {
        column.name: "a"
        if column.dtype == pl.String
        else [{key: role if key == "role" else "a" for key in column.explode().struct.fields}]
        for column in columns.head(0)
    }


def _without_parts(message: Message, record: Record) -> Message:
    """The message with an empty object instead of a list of parts where its shape requires a text.

    The schema rule reports the list. An object is used, not null, so that no rule reports an empty message.
    """
    if isinstance(message, dict) and isinstance(message.get("content"), list):
        made_by_view = all(message["content"] is not value for value in record.values()) and len(message) == 2
        return message if made_by_view and "instruction" in record else {**message, "content": {}}
    return message
