"""Detect the task from the answers: classification has few distinct short answers with many rows each."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch
    from ftlint.batch.file_group import FileGroup
    from ftlint.context import RuleContext

Partitions = Callable[[], Iterable[list["DataFrame"]]]
"""Partitions of the frames, which may be iterated more than once; each label is in one partition only."""
TASKS = ("classification", "generation")
# A label has up to three words and is not a sentence. A longer text, or one that ends like a sentence, is no label.
MAX_LABEL_CHARACTERS = 40
MAX_LABEL_WORDS = 3
MIN_ROWS_PER_CLASS = 5
MIN_EXAMPLES = 10
# The least share of labels: a few other answers (empty ones, a stray sentence) do not make it a generation task.
MIN_LABEL_SHARE = 0.95
# Endings that are not part of a label: blanks, and the stop sequences of the legacy format.
STOPS = r"(?: END|\[END\]|###|\*\*\*|\+\+\+|&&&|\$\$\$|@|%%%)?\s*$"
MAX_STOP_CHARACTERS = 10
"""The greatest length of a stop and the blanks before it."""
SENTENCE_END = r"[.!?。！？…]$"
# A single one behind something else.
FULL_STOP = r"([^\s.。])\s*[.。]$"
# The letter of an option, as answers to multiple-choice questions give it: A, (b), C).
OPTION = r"^\(?[A-Ja-j]\)?$"


class Task(Struct, frozen=True):
    """The task of a dataset. ``classes`` are (label, rows, first row, first line), largest first."""

    name: str | None
    examples: int = 0
    classes: Sequence[tuple[str, int, int, int]] = field(default=())
    options: bool = False
    """Whether the labels are letters of options, which mean something else in every question."""

    @property
    def balanced_classes(self) -> Sequence[tuple[str, int, int, int]]:
        """The classes of which each should have examples enough; none where the labels are letters of options."""
        return () if self.options else self.classes

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
    """One row per spelling of a label-like answer: label, written, form, n, row, line.

    ``label`` is the text without outer blanks and stop, ``written`` the original text. ``form`` is the kind of
    example: "completion", another "exchange" (see ``Batch.exchanges``), or null for any other. A null label stands
    for all answers that cannot be labels; those that are one with a full stop behind it have their ``written`` text.
    """
    short, answers = _short(batch)
    single = batch.exchanges.filter(pl.col("completion_at").is_not_null())["i"].implode()
    form = pl.when(pl.col("shape") == "completion").then(pl.lit("completion")).otherwise(pl.lit("exchange"))
    counted = (
        short.group_by("content", form=pl.when(pl.col("i").is_in(single)).then(form))
        .agg(n=pl.len().cast(pl.UInt64), row=pl.col("row").min(), line=pl.col("line").min())
        .pipe(_with_label, full_stop=True)
        # Concatenated with "" it is a copy: a view would retain all texts of the batch in memory.
        .select("label", "form", "n", "row", "line", written=pl.col("content") + pl.lit(""))
    )
    others = answers - int(counted["n"].sum())
    if not others:
        return counted
    rest = pl.DataFrame({"n": [others]}, schema={"n": pl.UInt64})
    return pl.concat([counted, rest], how="diagonal")


def labelled(batch: "Batch") -> "tuple[DataFrame, int]":
    """The answers that can be labels (i, row, line, shape, content, label), and the number of all final answers."""
    short, answers = _short(batch)
    return _with_label(short), answers


def answers_by_file(group: "FileGroup") -> list[int]:
    """The number of final answers of each file of a group."""
    counts = Counter(map(group.number_of, _final_answers(group.batch)["i"]))
    return [counts[number] for number in range(len(group.sizes))]


def fewest(context: "RuleContext") -> int:
    """With fewer answers than this the task is not classification."""
    return 0 if context.task == "classification" else MIN_EXAMPLES


def _final_answers(batch: "Batch") -> "DataFrame":
    """The last message of each example, if it is the assistant's: i, row, line, shape, roles, and what it says."""
    examples = batch.examples.with_columns(last=pl.col("n_messages").cum_sum() - 1)
    examples = examples.filter(pl.col("n_messages") > 0)
    last = batch.messages.select("role", "content", "n_calls")[examples["last"]]
    answers = examples.select("i", "row", "line", "shape", "roles", *last)
    return answers.filter(pl.col("role") == "assistant")


def _short(batch: "Batch") -> "tuple[DataFrame, int]":
    """The answers of single-turn examples that are short enough for a label, and the number of all final answers."""
    answers = _final_answers(batch)
    single = (pl.col("roles").str.count_matches("u") <= 1) & (pl.col("n_calls") == 0)
    # Most answers of a generation task are too long for a label and are filtered out first, by their bytes.
    few_bytes = pl.col("content").str.len_bytes() <= MAX_LABEL_CHARACTERS * 5
    few_characters = (
        pl.col("content").str.strip_chars().str.len_chars() <= MAX_LABEL_CHARACTERS + MAX_STOP_CHARACTERS
    )
    short = answers.filter(few_bytes & single).filter(few_characters)
    return short.select("i", "row", "line", "shape", "content"), answers.height


def _with_label(answers: "DataFrame", *, full_stop: bool = False) -> "DataFrame":
    """The label-like answers, with their label: the text without outer blanks and stop.

    With ``full_stop`` those that are a label with a full stop behind it, too; their label is null.
    """
    if not answers.height:
        # Expressions are compiled for an empty frame, too, and most conversations have no short answer.
        return answers.with_columns(label="content")
    label = pl.col("label")
    short = answers.with_columns(label=pl.col("content").str.replace(STOPS, "").str.strip_chars()).filter(
        label.str.len_chars().is_between(1, MAX_LABEL_CHARACTERS)
        & (label.str.count_matches(r"\S+") <= MAX_LABEL_WORDS)
    )
    ends = label.str.contains(SENTENCE_END)
    if not full_stop:
        return short.filter(~ends)
    return short.filter(~ends | label.str.contains(FULL_STOP)).with_columns(label=pl.when(~ends).then(label))


def answers_of(spellings: "DataFrame") -> "DataFrame":
    """One row per label, over all its spellings: label, n, row, line."""
    return combine([spellings.select("label", "n", "row", "line")])


def combine(frames: "list[DataFrame]") -> "DataFrame":
    """Combine the counts of several batches, of answers or of spellings."""
    same = [name for name in ("label", "written", "form") if name in frames[0].columns]
    columns = [*same, "n", "row", "line"]
    if len(frames) == 1 and frames[0].height <= 1:
        return frames[0] if frames[0].columns == columns else frames[0][columns]
    frame = pl.concat(frames)
    return frame.group_by(same).agg(pl.col("n").sum(), pl.col("row").min(), pl.col("line").min())


def gathered(partitions: Partitions, context: "RuleContext") -> "DataFrame | None":
    """Combine all partitions into one frame with the same result in ``conclude``.

    Where the task is not classification, only the number of answers is retained, since a large dataset may have
    millions of distinct ones.
    """
    labels = labelled = examples = n_partitions = 0
    last = None
    for frames in partitions():
        last, n_partitions = combine(frames), n_partitions + 1
        own = last["n"].filter(last["label"].is_not_null())
        labels, labelled = labels + len(own), labelled + int(own.sum())
        examples += int(last["n"].sum())
    if last is None or n_partitions == 1:
        return last
    if name_of(labels, labelled, examples, context) == "classification":
        return pl.concat([combine(frames) for frames in partitions()])
    return unlabelled(examples)


@lru_cache(maxsize=64)
def unlabelled(examples: int) -> "DataFrame":
    """The counts of a dataset with ``examples`` answers and no labels."""
    kinds = {"label": pl.String, "n": pl.UInt64, "row": pl.UInt64, "line": pl.UInt64}
    return pl.DataFrame({name: [examples if name == "n" else None] for name in kinds}, schema=kinds)


def of_all(partitions: Partitions, context: "RuleContext") -> Task:
    """The task of the entire dataset, from all partitions of the counts."""
    return conclude(gathered(partitions, context), context)


def name_of(labels: int, labelled: int, examples: int, context: "RuleContext") -> str:
    """The name of the task, given the number of distinct labels, of examples with a label, and of all examples."""
    few_frequent_labels = 2 <= labels <= examples / MIN_ROWS_PER_CLASS
    is_classification = (
        labelled >= examples * MIN_LABEL_SHARE and examples >= MIN_EXAMPLES and few_frequent_labels
    )
    return context.task or ("classification" if is_classification else "generation")


def conclude(observed: "DataFrame | None", context: "RuleContext") -> Task:
    """The task of the entire dataset; the task that the user named takes precedence over the detected one."""
    if observed is None or not observed.height:
        return Task(context.task)
    examples = int(observed["n"].sum())
    if observed["label"].null_count() == observed.height:
        return Task(name_of(0, 0, examples, context), examples)
    labels = observed.filter(pl.col("label").is_not_null())
    name = name_of(labels.height, int(labels["n"].sum()), examples, context)
    if name != "classification":
        return Task(name, examples)
    largest_first = labels.sort(["n", "row"], descending=[True, False])
    options = context.task is None and largest_first["label"].str.contains(OPTION).all()
    classes = tuple(largest_first.select("label", "n", "row", "line").rows())
    return Task(name, examples, classes, options)
