"""Examples that are one question and one answer, as columns, whatever their shape."""

from typing import TYPE_CHECKING

from ftlint.lazy import pl

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch import Batch

ONE = r"^[sd]*u[sd]*a$"
"""The roles of such an example: one question, one answer, and instructions as many as there are."""


def exchanges_frame(batch: "Batch") -> "DataFrame":
    """One row per exchange; the columns are told at ``Batch.exchanges``. No record is looked at, only columns."""
    ends = pl.col("n_messages").cum_sum()
    mine = batch.examples.with_columns(start=ends - pl.col("n_messages"), last=ends - 1)
    mine = mine.filter(pl.col("roles").str.contains(ONE))
    two_sided = [kind.shape.name for kind in batch.kinds if kind is not None and kind.shape.sides]
    if two_sided:
        mine = mine.filter(~pl.col("shape").is_in(two_sided))
    asked = mine["roles"].str.find("u", literal=True)
    said = batch.messages.select(
        "content", "n_calls", single=(pl.col("kind") == "text") & pl.col("content").is_not_null()
    )
    question, answer = said[mine["start"] + asked], said[mine["last"]]
    frame = mine.select(
        "i",
        "row",
        "line",
        "shape",
        prompt=question["content"],
        completion=answer["content"],
        prompt_at=pl.when(question["single"]).then(asked),
        completion_at=pl.when(answer["single"]).then(pl.col("n_messages") - 1),
    )
    is_answer = (pl.col("shape") == "completion") | pl.col("completion_at").is_not_null()
    return frame.filter(is_answer & (answer["n_calls"] == 0))
