"""Classification or generation? Told from the answers: short, few distinct ones, many rows each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint.lazy import pl

if TYPE_CHECKING:
    from polars import DataFrame, Expr

    from ftlint.batch import Batch
    from ftlint.job import Job

TASKS = ("classification", "generation")
# A label is a word or three, no sentence. What is longer, or ends like one, is an answer in its own right.
LABEL_CHARACTERS = 40
LABEL_WORDS = 3
ROWS_A_CLASS = 5
FEWEST_ROWS = 10
# A few answers that are no labels (empty ones, a stray sentence) do not make it a generation.
MOSTLY = 0.95
# Endings that answers may carry without being sentences: blanks, and the stop sequences of the legacy format.
STOPS = r"(?: END|\[END\]|###|\*\*\*|\+\+\+|&&&|\$\$\$|@@@|%%%)?\s*$"
SENTENCE_END = r"[.!?。！？…]$"


@dataclass(frozen=True, slots=True)
class Task:
    """What the dataset teaches. ``classes`` are (label, rows, first row, first line), biggest first."""

    name: str | None
    examples: int = 0
    classes: Sequence[tuple[str, int, int, int]] = field(default=())

    @property
    def is_classification(self) -> bool:
        """Whether the answers are labels."""
        return self.name == "classification"


def observe(batch: "Batch") -> "DataFrame":
    """One row per distinct label-like answer of single-turn examples: label, n, row, line.

    A null label stands for all answers that cannot be labels, so the frame stays small.
    """
    messages = batch.messages
    turns = batch.examples.select("i", turns=pl.col("roles").str.count_matches("u"))
    # Messages stand in order: the last of a record is the one before another record's.
    last = messages.filter(pl.col("i").ne_missing(pl.col("i").shift(-1)))
    answers = last.filter(pl.col("role") == "assistant").select("i", "content", "n_calls")
    answers = answers.join(turns, on="i", maintain_order="left")
    # Most answers of a generation are too long for a label; nothing more is asked of those.
    short = answers.filter((pl.col("content").str.len_bytes() <= LABEL_CHARACTERS * 5).fill_null(False))
    labels = short.filter(_label_like().fill_null(False))
    labelled = (
        labels.select("i", label=_bare())
        .join(batch.examples.select("i", "row", "line"), on="i", maintain_order="left")
        .group_by("label")
        .agg(n=pl.len().cast(pl.UInt64), row=pl.col("row").min(), line=pl.col("line").min())
    )
    others = answers.height - labels.height
    if not others:
        return labelled
    rest = pl.DataFrame([(None, others, None, None)], schema=labelled.schema, orient="row")
    return pl.concat([labelled, rest])


def _bare() -> "Expr":
    return pl.col("content").str.replace(STOPS, "").str.strip_chars()


def _label_like() -> "Expr":
    bare = _bare()
    return (
        (bare.str.len_chars() <= LABEL_CHARACTERS)
        & (bare.str.len_chars() > 0)
        & (bare.str.count_matches(r"\S+") <= LABEL_WORDS)
        & ~bare.str.contains(SENTENCE_END)
        & (pl.col("turns") <= 1)
        & (pl.col("n_calls") == 0)
    )


def combine(frames: "list[DataFrame]") -> "DataFrame":
    """Add up what the batches saw; once there are too many labels for classes, they are only counted."""
    return (
        pl.concat(frames)
        .group_by("label")
        .agg(pl.col("n").sum(), pl.col("row").min(), pl.col("line").min())
        .sort("row")
    )


def conclude(seen: "DataFrame | None", job: "Job") -> Task:
    """The task of the whole dataset; what the user said goes before what the data looks like."""
    if seen is None or not seen.height:
        return Task(job.task)
    examples = int(seen["n"].sum())
    labels = seen.filter(pl.col("label").is_not_null())
    rows = labels.sort(["n", "row"], descending=[True, False]).select("label", "n", "row", "line").rows()
    labelled = int(labels["n"].sum())
    looks_like_it = (
        labelled >= examples * MOSTLY
        and examples >= FEWEST_ROWS
        and 2 <= len(rows) <= examples / ROWS_A_CLASS
    )
    name = job.task or ("classification" if looks_like_it else "generation")
    return Task(name, examples, tuple(rows) if name == "classification" else ())
