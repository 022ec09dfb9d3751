"""Keys that group rows into one split: equal examples, equal prompts, near duplicates, equal values of a field."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ftlint._polars import pl
from ftlint.batch.digest import SEEDS, stable_digests
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.io.block import Record
from ftlint.io.columnar import ColumnarRecords
from ftlint.json_values import as_sorted_json
from ftlint.shapes.shape import follow

if TYPE_CHECKING:
    from polars import DataFrame, Series

    from ftlint.batch.batch import Batch

EQUAL, PROMPT, NEAR = "digest", "prompt", "near"
FIELD = "field:"
NOTHING: tuple[Any, ...] = (None, "", [], {})


class GroupingOptions(Struct, frozen=True, kw_only=True):
    """Grouping in addition to equal examples, which are always grouped.

    ``fields`` are keys of the records; one with dots may also be a path into them (``meta.author``).
    """

    prompts: bool = True
    near: bool = True
    fields: tuple[str, ...] = ()


def grouping_keys(batch: "Batch", records: Sequence[Record], fields: Sequence[str]) -> "DataFrame":
    """One row per record of a batch: row, digest, prompt, and a column for each field; a null groups with
    nothing.

    ``records`` are those of the batch as the file has them.
    """
    columns = [field_column(records, field).alias(FIELD + field) for field in fields]
    return stable_digests(batch).with_columns(columns)


def field_column(records: Sequence[Record], field: str) -> "Series":
    """A number for each record's value of the field; null where it is missing or empty."""
    if isinstance(records, ColumnarRecords) and field in records.columns.columns:
        values = records.columns[field]
        if values.dtype == pl.String:
            return _hashed(values.set(values == "", None))
    return _hashed(pl.Series([_spelled(record, field) for record in records], dtype=pl.Binary))


def without_shared_prompt(keys: "DataFrame") -> tuple["DataFrame", int]:
    """The keys without a prompt that most rows share, and how many do.

    Such a prompt is not a question, but an instruction for all of them: there would be nothing to split.
    """
    most = keys["prompt"].drop_nulls().value_counts().filter(pl.col("count") * 2 > keys.height)
    if not most.height:
        return keys, 0
    prompt, rows = most.row(0)
    kept = pl.when(pl.col("prompt") != prompt).then(pl.col("prompt"))
    return keys.with_columns(prompt=kept), int(rows)


def check_fields(keys: "DataFrame", fields: Sequence[str], known: set[str]) -> None:
    """Refuse a field that no record has. Raises UsageError."""
    for field in fields:
        if not keys[FIELD + field].count():
            near = did_you_mean(field, sorted(known))
            raise UsageError(f'--group-by {field}: no record has a field "{field}"{near}')


def _spelled(record: Record, field: str) -> bytes | None:
    value = record[field] if field in record else follow(record, _steps(field))
    if value in NOTHING:
        return None
    text = value if isinstance(value, str) else as_sorted_json(value)
    return text.encode("utf-8", "surrogatepass")


def _steps(field: str) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isascii() and step.isdigit() else step for step in field.split("."))


def _hashed(values: "Series") -> "Series":
    hashed: Series = values.hash(SEEDS[0])
    return hashed.set(values.is_null(), None)
