"""Which columns of a record a trainer reads, and which it does not."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.context import RuleContext
from ftlint.io.columnar import ColumnarRecords
from ftlint.json_values import as_sorted_json
from ftlint.schema.allowed_fields import known_fields
from ftlint.shapes import SHAPES
from ftlint.shapes.answers import LABELS
from ftlint.shapes.detect import DetectedShape
from ftlint.shapes.shape import Shape
from ftlint.targets.target import Target

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch

# Columns in which a record or a table says which rules do not count for it.
IGNORES = ("_ftlint", "_ftlint_ignore")
# Columns that trainers read by these names beside an example of any shape: media, boxes in them, how it is trained.
MEDIA_COLUMNS = (
    *("image", "images", "video", "videos", "audio", "audios", "objects", "bbox", "bboxes", "boxes"),
    *("weight", "chat_template_kwargs", "channel", "input_ids", "completion_mask", "assistant_masks"),
)
# The same beside examples that are compared, rated or graded.
RATING_COLUMNS = (
    *("label", "labels", "kto_tag", "margin", "rank", "rating", "score", "scores", "reward", "rewards"),
    *("ref_chosen_logps", "ref_rejected_logps", "rejected_images", "rejected_tools"),
)
# Columns that only number or name a row.
ID = re.compile(
    r"(^|[_ .-])(ids?|idx|index|uuid|guid|hash)$|^__index_level_\d+__$|^Unnamed: \d+$", re.IGNORECASE
)
SCHEMA = {"shape": "String", "key": "String", "n": "UInt64"}


def trained_columns(detected: DetectedShape, context: RuleContext) -> frozenset[str]:
    """The columns beside the fields of a shape that some trainer reads by their names.

    A record of a shape that the target does not take may be one of the target's own with a value of a wrong type.
    """
    shape, target = detected.shape, context.target
    others = target.shapes if target is not None and shape.name not in target.shapes else ()
    is_rated = any(map(_is_rated, (shape, *(SHAPES[name] for name in others))))
    return frozenset((*MEDIA_COLUMNS, *(RATING_COLUMNS if is_rated else ())))


def _is_rated(shape: Shape) -> bool:
    """Whether the examples of a shape are compared, rated or graded."""
    return shape.is_preference or shape.has_label or not shape.answered


def read_columns(detected: DetectedShape, context: RuleContext) -> frozenset[str] | None:
    """The columns of a record that the target, or without one the shape, reads; None for all.

    Graders and reward functions may read every column; of a target whose schema has no place for others, they are
    faults of their own.
    """
    shape, names, target = detected.shape, detected.fields, context.target
    if shape.has_open_identity or not shape.answered:
        return None
    if target is None or shape.name not in target.shapes:
        own = (field.partition(".")[0] for field in shape.identity_fields)
        return frozenset((*names.values(), *own, *IGNORES)) | trained_columns(detected, context)
    if known_fields(target, shape).names is not None:
        return None
    fields = target.record_fields(shape.required)
    if fields is None:
        fields = frozenset((*shape.required, *shape.optional, *shape.identity_fields))
        # Columns around messages or a pair are read by a conversion only, except for the system message.
        if shape.name != "completion":
            fields = fields.difference(set(shape.folded_fields) - {"system"})
    fields = fields.difference(target.unread_fields(shape.name), _of_other_shapes(shape, target))
    return frozenset((*(names.get(field, field) for field in fields), *IGNORES))


def _of_other_shapes(shape: Shape, target: Target) -> frozenset[str]:
    """Fields that the target reads in records of its other shapes alone, as a prompt beside messages."""
    own = {
        *shape.required, *shape.optional, *shape.identity_fields, *shape.folded_fields, *LABELS,
        *(other for others in (*shape.synonyms.values(), *shape.aliases.values()) for other in others),
    }  # fmt: skip
    return frozenset(name for other in target.shapes for name in SHAPES[other].required) - own


def unread_columns_frame(batch: "Batch") -> "DataFrame":
    """One row per shape and column that is not read: shape, key, n (its values, without nulls and empty texts).

    The shape of columns that are in no template is "".
    """
    counts: dict[tuple[str, str], int] = {}
    if batch.reader.templates:
        unused = [batch.reader.templates.unused(record) for record in batch.source_records]
        for key in sorted(set().union(*unused).difference(IGNORES)):
            counts["", key] = _filled(record.get(key) for record in unused)
    for detected in batch.detected_shapes:
        read = read_columns(detected, batch.context) if detected is not None else None
        if detected is None or read is None or not (unread := batch.keys - read):
            continue
        for key in sorted(unread):
            if n := _values(batch, detected, key):
                place = detected.shape.name, key
                counts[place] = counts.get(place, 0) + n
    rows = [(shape, key, n) for (shape, key), n in counts.items() if n]
    return pl.DataFrame(rows, schema={k: getattr(pl, kind) for k, kind in SCHEMA.items()}, orient="row")


def unread_texts(batch: "Batch") -> "Series | None":
    """By record, what stands in columns that its shape does not read, as one text; None if there is nothing.

    Only without a target: graders and reward functions may read every column then. Ids and empty values do not count.
    """
    if batch.context.target is not None:
        return None
    unread = {
        id(detected): sorted(key for key in batch.keys - read if not ID.search(key))
        for detected in batch.detected_shapes
        if detected is not None and (read := read_columns(detected, batch.context)) is not None
    }
    if not any(unread.values()):
        return None
    records, keys = batch.records, next(iter(unread.values()))
    if isinstance(records, ColumnarRecords) and len(batch.detected_shapes) == 1:
        columns = records.columns.select(keys)
        if all(dtype == pl.String for dtype in columns.dtypes):
            return columns.select(_written_columns(keys)).to_series()
    written = [
        "".join(_written_column(key, record.get(key)) for key in unread.get(id(detected), ()))
        for record, detected in zip(records, batch.record_shapes, strict=True)
    ]
    return pl.Series(written, dtype=pl.String)


def _written_columns(keys: Sequence[str]) -> "Expr":
    """What ``_written_column`` makes of columns of texts, joined."""
    texts = [
        pl.when(pl.col(key) != "").then(pl.format("\x1e{}\x1f{}", pl.lit(key), pl.col(key))) for key in keys
    ]
    return pl.concat_str(texts, ignore_nulls=True)


def _written_column(key: str, value: object) -> str:
    if value in (None, "", [], {}):
        return ""
    return f"\x1e{key}\x1f{value if isinstance(value, str) else as_sorted_json(value)}"


def _values(batch: "Batch", detected: DetectedShape, key: str) -> int:
    records = batch.records
    if isinstance(records, ColumnarRecords) and len(batch.detected_shapes) == 1:
        column = records.columns[key]
        empty = (column == "").sum() if column.dtype == pl.String else 0
        return len(column) - column.null_count() - int(empty or 0)
    return _filled(
        record.get(key)
        for record, shape in zip(records, batch.record_shapes, strict=True)
        if shape is detected
    )


def _filled(values: Iterable[object]) -> int:
    return sum(1 for value in values if value not in (None, "", [], {}))
