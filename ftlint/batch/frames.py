"""Frames of a batch that combine several sources: examples, texts, prompts with completions, faults."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.chat_calls import texts_of_calls
from ftlint.batch.messages import text_frame
from ftlint.io.block import Fault
from ftlint.io.columnar import ColumnarRecords
from ftlint.shapes.shape import Shape

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch

VIOLATIONS = ("i", "kind", "pointer", "path", "message")
FAULTS = {
    "kind": "String",
    "line": "UInt64",
    "row": "UInt64",
    "path": "String",
    "message": "String",
    "count": "UInt64",
    "healable": "Boolean",
    "severity": "String",
}


def examples_frame(batch: "Batch") -> "DataFrame":
    """One row per record; the columns are listed at ``Batch.examples``."""
    columns = batch.message_columns
    frame = pl.DataFrame(
        {
            "i": pl.Series(range(len(batch)), dtype=pl.UInt32),
            "row": pl.Series(batch.rows, dtype=pl.UInt64),
            "line": pl.Series(batch.lines, dtype=pl.UInt64),
            "shape": batch.shape_names,
            "n_messages": columns.counts,
            "roles": columns.signatures,
        }
    ).with_columns(**_counts(batch))
    context = batch.context
    if context.limit is None and not any(context.fact(fact) for fact in ("turn_tokens", "system_tokens")):
        return frame.with_columns(text_bytes=pl.lit(None, dtype=pl.UInt64))
    sizes = batch.texts.group_by("i").agg(text_bytes=pl.col("text").str.len_bytes().cast(pl.UInt64).sum())
    return frame.join(sizes, on="i", how="left", maintain_order="left")


def _counts(batch: "Batch") -> dict[str, Any]:
    """Columns with the numbers of calls, media, contents in parts and declared tools, and ``legacy``."""
    zero = pl.lit(0, dtype=pl.UInt32)
    counts: dict[str, Any] = {"n_calls": zero, "n_media": zero, "n_parts": zero, "n_tools": zero}
    columns = batch.message_columns
    if columns.odd:
        sums = columns.messages.group_by("i").agg(
            pl.col("n_calls").sum(), pl.col("n_media").sum(), n_parts=(pl.col("kind") == "parts").sum()
        )
        for name in ("n_calls", "n_media", "n_parts"):
            counts[name] = _by_record(sums, name, len(batch))
    if batch.tools.height:
        tools = batch.tools.group_by("i").agg(n_tools=pl.len())
        counts["n_tools"] = _by_record(tools, "n_tools", len(batch))
    counts["legacy"] = pl.col("i").is_in(batch.legacy) if batch.legacy else pl.lit(False)
    return counts


def _by_record(sums: "DataFrame", name: str, records: int) -> "Series":
    """Sums by record as a column over all records, 0 where a record has none."""
    all_records = pl.DataFrame({"i": pl.Series(range(records), dtype=pl.UInt32)})
    joined = all_records.join(sums, on="i", how="left", maintain_order="left")
    return joined[name].fill_null(0).cast(pl.UInt32)


def texts_frame(batch: "Batch") -> "DataFrame":
    """One row per text; the columns are listed at ``Batch.texts``."""
    columns, calls = batch.message_columns, batch.chat_calls
    records = batch.records if batch.plain_messages is not None else None
    plain = records.plain if isinstance(records, ColumnarRecords) else None
    texts = text_frame(columns, texts_of_calls(calls.calls) if calls is not None else None, plain)
    if batch.rejected_columns is not None:
        texts = pl.concat([texts, text_frame(batch.rejected_columns)]).sort("i", maintain_order=True)
    return texts.with_columns(
        bare=_of_shapes(batch, lambda shape: shape.raw_text),
        completion=_of_shapes(batch, lambda shape: shape.name == "completion"),
    )


def _of_shapes(batch: "Batch", is_one: Callable[[Shape], bool]) -> "Expr":
    """Whether the record of a row has a shape of some kind."""
    kinds = [shape is not None and is_one(shape.shape) for shape in batch.detected_shapes]
    if len(set(kinds)) < 2:
        return pl.lit(any(kinds))
    return pl.col("i").is_in(
        [i for i, shape in enumerate(batch.record_shapes) if shape is not None and is_one(shape.shape)]
    )


def messages_frame(batch: "Batch") -> "DataFrame":
    """One row per message; the columns are listed at ``Batch.messages``."""
    frame, names = batch.message_columns.messages, batch.shape_names
    if len(batch.detected_shapes) == 1:
        return frame.with_columns(shape=pl.lit(names[0] if len(names) else None, dtype=pl.String))
    return frame.with_columns(shape=names.gather(frame["i"]))


def rejected_frame(batch: "Batch") -> "DataFrame":
    """One row per message of a rejected answer, with the columns of ``Batch.messages``."""
    if batch.rejected_columns is None:
        return batch.messages.clear()
    frame = batch.rejected_columns.messages
    return frame.with_columns(shape=batch.shape_names.gather(frame["i"])).select(batch.messages.columns)


def weighted_frame(batch: "Batch") -> "DataFrame":
    """The messages of the records in which any message has a weight."""
    messages = batch.messages
    if not batch.message_columns.odd:
        return messages.clear()
    weighted = messages.filter(pl.col("weight").is_not_null())["i"].unique()
    return messages.filter(pl.col("i").is_in(weighted.implode()))


def completions_frame(batch: "Batch") -> "DataFrame":
    """One row per record of the completion shape; the columns are listed at ``Batch.prompt_completions``."""
    shape, records = batch.detected_shapes[0] if batch.detected_shapes else None, batch.records
    plain = batch.plain_messages is not None and isinstance(records, ColumnarRecords)
    if (
        plain
        and shape is not None
        and shape.shape.name == "completion"
        and isinstance(records, ColumnarRecords)
    ):
        texts = records.columns.select(prompt=shape.fields["prompt"], completion=shape.fields["completion"])
        return batch.examples.select("i", "row", "line").hstack(texts)
    completions = batch.exchanges.filter(pl.col("shape") == "completion")
    return completions.select("i", "row", "line", "prompt", "completion")


def violations_frame(batch: "Batch") -> "DataFrame":
    """One row per schema violation; the columns are listed at ``Batch.schema_violations``."""
    schema = dict.fromkeys(VIOLATIONS, pl.String) | {"i": pl.UInt32}
    rows = sorted(batch.violations, key=lambda violation: violation[0])
    return pl.DataFrame(rows, schema=schema, orient="row")


def faults_frame(faults: Sequence[Fault]) -> "DataFrame":
    """One row per fault that the reader detected: kind, line, row, path, message, count, healable, severity."""
    rows = [tuple(getattr(fault, name) for name in FAULTS) for fault in faults]
    schema = {name: getattr(pl, kind) for name, kind in FAULTS.items()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def shape_names(batch: "Batch") -> "Series":
    """The name of each record's shape; null where it has none."""
    shapes = batch.detected_shapes
    if len(shapes) == 1:
        name = shapes[0].shape.name if shapes[0] else None
        return pl.Series([name], dtype=pl.String).new_from_index(0, len(batch))
    return pl.Series([shape.shape.name if shape else None for shape in batch.record_shapes], dtype=pl.String)
