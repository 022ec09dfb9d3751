"""Classification or generation? Told from the answers: short, few distinct ones, many rows each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch
    from ftlint.context import RuleContext

Pieces = Callable[[], Iterable[list["DataFrame"]]]
"""Frames in pieces, to be gone through more than once; a label stands in one of them only."""
TASKS = ("classification", "generation")
# A label is a word or three, no sentence. What is longer, or ends like one, is an answer in its own right.
LABEL_CHARACTERS = 40
LABEL_WORDS = 3
ROWS_A_CLASS = 5
FEWEST_ROWS = 10
# A few answers that are no labels (empty ones, a stray sentence) do not make it a generation.
MOSTLY = 0.95
# Endings that answers may carry without being sentences: blanks, and the stop sequences of the legacy format.
STOPS = r"(?: END|\[END\]|###|\*\*\*|\+\+\+|&&&|\$\$\$|@|%%%)?\s*$"
STOP_CHARACTERS = 10
"""Characters that a stop and the blanks before it take, at most."""
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
    return answers_of(batch.label_spellings)


def spellings(batch: "Batch") -> "DataFrame":
    """One row per way in which a label-like answer is written: label, written, form, n, row, line.

    ``label`` is the text without outer blanks and stop, ``written`` the text as it is. ``form`` says where it stands:
    in a "completion", in another "exchange" (see ``Batch.exchanges``), or, null, in an example that is neither. A null
    label stands for all answers that cannot be labels.
    """
    short, answers = _short(batch)
    single = batch.exchanges.filter(pl.col("completion_at").is_not_null())["i"].implode()
    form = pl.when(pl.col("shape") == "completion").then(pl.lit("completion")).otherwise(pl.lit("exchange"))
    counted = (
        short.group_by("content", form=pl.when(pl.col("i").is_in(single)).then(form))
        .agg(n=pl.len().cast(pl.UInt64), row=pl.col("row").min(), line=pl.col("line").min())
        .pipe(_with_label)
        # Joined to nothing it is a copy: as it is it would keep all texts of the batch in memory.
        .select("label", "form", "n", "row", "line", written=pl.col("content") + pl.lit(""))
    )
    others = answers - int(counted["n"].sum())
    if not others:
        return counted
    rest = pl.DataFrame({"n": [others]}, schema={"n": pl.UInt64})
    return pl.concat([counted, rest], how="diagonal")


def labelled(batch: "Batch") -> "tuple[DataFrame, int]":
    """The answers that can be labels (i, row, line, shape, content, label), and how many examples end in an answer."""
    short, answers = _short(batch)
    return _with_label(short), answers


def _short(batch: "Batch") -> "tuple[DataFrame, int]":
    """The answers of single-turn examples that are short enough for a label, and how many answers there are."""
    examples = batch.examples.with_columns(last=pl.col("n_messages").cum_sum() - 1)
    examples = examples.filter(pl.col("n_messages") > 0)
    last = batch.messages.select("role", "content", "n_calls")[examples["last"]]
    answers = examples.select("i", "row", "line", "shape", "roles", *last)
    answers = answers.filter(pl.col("role") == "assistant")
    single = (pl.col("roles").str.count_matches("u") <= 1) & (pl.col("n_calls") == 0)
    # Most answers of a generation are too long for a label; nothing more is asked of those.
    few_bytes = pl.col("content").str.len_bytes() <= LABEL_CHARACTERS * 5
    few_characters = pl.col("content").str.strip_chars().str.len_chars() <= LABEL_CHARACTERS + STOP_CHARACTERS
    short = answers.filter(few_bytes & single).filter(few_characters)
    return short.select("i", "row", "line", "shape", "content"), answers.height


def _with_label(answers: "DataFrame") -> "DataFrame":
    """Those answers whose content is like a label, with that label: the text without outer blanks and stop."""
    if not answers.height:
        # Expressions are compiled for an empty frame, too, and most conversations have no short answer.
        return answers.with_columns(label="content")
    label = pl.col("label")
    return answers.with_columns(label=pl.col("content").str.replace(STOPS, "").str.strip_chars()).filter(
        label.str.len_chars().is_between(1, LABEL_CHARACTERS)
        & (label.str.count_matches(r"\S+") <= LABEL_WORDS)
        & ~label.str.contains(SENTENCE_END)
    )


def answers_of(spellings: "DataFrame") -> "DataFrame":
    """One row per label, however it is written: label, n, row, line."""
    return combine([spellings.select("label", "n", "row", "line")])


def combine(frames: "list[DataFrame]") -> "DataFrame":
    """Add up what the batches saw, of answers or of spellings."""
    frame = pl.concat(frames)
    same = [name for name in ("label", "written", "form") if name in frame.columns]
    return frame.group_by(same).agg(pl.col("n").sum(), pl.col("row").min(), pl.col("line").min())


def gathered(pieces: Pieces, context: "RuleContext") -> "DataFrame | None":
    """What all batches saw, in a form that ``conclude`` makes the same of.

    Where the answers are no labels, only how many there are is left: it may be every one of a large dataset.
    """
    labels = labelled = examples = seen = 0
    last = None
    for frames in pieces():
        last, seen = combine(frames), seen + 1
        own = last.filter(pl.col("label").is_not_null())
        labels, labelled = labels + own.height, labelled + int(own["n"].sum())
        examples += int(last["n"].sum())
    if last is None or seen == 1:
        return last
    if name_of(labels, labelled, examples, context) == "classification":
        return pl.concat([combine(frames) for frames in pieces()])
    return unlabelled(examples)


def unlabelled(examples: int) -> "DataFrame":
    """So many answers, none of which can be a label."""
    kinds = {"label": pl.String, "n": pl.UInt64, "row": pl.UInt64, "line": pl.UInt64}
    return pl.DataFrame({name: [examples if name == "n" else None] for name in kinds}, schema=kinds)


def of_all(pieces: Pieces, context: "RuleContext") -> Task:
    """The task of the whole dataset from what all batches saw."""
    return conclude(gathered(pieces, context), context)


def name_of(labels: int, labelled: int, examples: int, context: "RuleContext") -> str:
    """The name of the task: so many distinct labels stand in so many (``labelled``) of all examples."""
    few_answers_often = 2 <= labels <= examples / ROWS_A_CLASS
    looks_like_it = labelled >= examples * MOSTLY and examples >= FEWEST_ROWS and few_answers_often
    return context.task or ("classification" if looks_like_it else "generation")


def conclude(seen: "DataFrame | None", context: "RuleContext") -> Task:
    """The task of the whole dataset; what the user said goes before what the data looks like."""
    if seen is None or not seen.height:
        return Task(context.task)
    examples = int(seen["n"].sum())
    labels = seen.filter(pl.col("label").is_not_null())
    name = name_of(labels.height, int(labels["n"].sum()), examples, context)
    if name != "classification":
        return Task(name, examples)
    biggest_first = labels.sort(["n", "row"], descending=[True, False])
    return Task(name, examples, tuple(biggest_first.select("label", "n", "row", "line").rows()))
