"""The markers of the written prompts and completions, for calls of the tuned model.

Also the profile of a file before anything is changed: shapes, task, classes, scripts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ftlint._polars import pl
from ftlint.analysis import legacy_markers
from ftlint.analysis.scripts import SCRIPTS
from ftlint.batch import task_type as tasks
from ftlint.batch.task_type import Task
from ftlint.context import RuleContext

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch


class MarkerSummary(Struct):
    """The common markers of prompts and completions, collected batch by batch; and the labels, if ``labelled``."""

    labelled: bool = True
    prompts: "list[DataFrame]" = field(default_factory=list)
    answers: "list[DataFrame]" = field(default_factory=list)
    labels: "list[DataFrame]" = field(default_factory=list)
    systems: set[str | None] = field(default_factory=set)

    def observe(self, batch: "Batch") -> None:
        """Collect from a batch that is written."""
        if self.labelled and len(batch):
            self.labels.append(batch.answer_counts)
        pairs = (
            batch.prompt_completions
            if any(kind.shape.name == "completion" for kind, _ in batch.shape_counts())
            else None
        )
        if pairs is not None and pairs.height:
            self.prompts.append(legacy_markers.prompt_endings(batch, choose=False))
            self.answers.append(legacy_markers.completion_endings(batch, choose=False))
        elif (
            batch.plain_messages is not None
            and not batch.plain_messages.roles.is_in(["system", "developer"]).any()
        ):
            self.systems.add(None)
        elif len(self.systems) < 2:
            led = batch.examples["roles"].str.contains("^[sd]")
            if not led.all():
                self.systems.add(None)
            if led.any():
                system_messages = batch.messages.filter(
                    (pl.col("at") == 0) & pl.col("role").is_in(["system", "developer"])
                )
                self.systems.update(system_messages["content"].unique(maintain_order=True).head(2).to_list())

    def join(self, part: "MarkerSummary") -> None:
        """Merge the statistics of the next part of the file."""
        self.prompts += part.prompts
        self.answers += part.answers
        self.labels += part.labels
        self.systems |= part.systems

    def task(self, context: RuleContext) -> Task:
        """The request format that the written examples imply."""
        return tasks.conclude(tasks.combine(self.labels) if self.labels else None, context)

    @property
    def separator(self) -> str | None:
        """The separator that ends every prompt and does not occur in its text."""
        ends = legacy_markers.conclude(
            pl.concat(self.prompts) if self.prompts else None, legacy_markers.PROMPT_CANDIDATES
        )
        return (ends.strong_mark or ends.mark) if ends is not None and ends.n > 1 and ends.distinct else None

    @property
    def stop(self) -> str | None:
        """The stop sequence that ends every completion and does not occur in its text."""
        ends = legacy_markers.conclude(
            pl.concat(self.answers) if self.answers else None, legacy_markers.STOPS
        )
        if ends is None or ends.n < 2 or not ends.distinct:
            return None
        # A single punctuation mark that ends sentences would truncate the answer at its first occurrence.
        return ends.sign or (ends.mark if ends.mark is not None and len(ends.mark) > 1 else None)

    @property
    def system(self) -> str | None:
        """The system message that all examples share, if any."""
        return next(iter(self.systems)) if len(self.systems) == 1 else None


# A script is listed if at least this share of the letters belongs to it.
NOTABLE = 0.05
SAMPLED_EXAMPLES = 250
SAMPLED_CHARACTERS = 1_000
SCRIPT_NAMES = {"Han": "Chinese", "Hangul": "Korean", "Myanmar": "Burmese", "Oriya": "Odia"}
KANA = ("Hiragana", "Katakana")


class DatasetSummary(Struct, frozen=True):
    """The profile. ``classes`` are labels with their counts, the largest first; none for a generation task.

    ``scripts`` are those of a sample of the texts, the most common first. ``tokens`` is None if they were not
    counted.
    """

    name: str
    container: str
    columns: Sequence[str] | None
    rows: int
    examples: int
    shapes: Mapping[str, int]
    goal: str
    task: str | None
    classes: Sequence[tuple[str, int]]
    scripts: Sequence[str]
    tokens: int | None = None
    notes: Sequence[str] = ()


class PromptScripts:
    """The scripts of the first examples of a file, batch by batch."""

    def __init__(self) -> None:
        self.examples = 0
        self._counts: list[DataFrame] = []

    def observe(self, batch: "Batch") -> None:
        """Count the texts of the first examples of a batch, until the sample is complete."""
        room = SAMPLED_EXAMPLES - self.examples
        if room <= 0:
            return
        text = pl.col("text").str.slice(0, SAMPLED_CHARACTERS)
        counts = {name: text.str.count_matches(f"[{letters}]").sum() for name, letters in SCRIPTS.items()}
        system_messages = batch.texts.select("i", "text").filter(pl.col("i") < room)
        self._counts.append(system_messages.group_by(i=pl.col("i") + self.examples).agg(**counts))
        self.examples += min(room, len(batch))

    def join(self, part: "PromptScripts") -> None:
        """Merge the sample of the next part of the file."""
        for counts in part._counts:
            moved = counts.with_columns(pl.col("i") + self.examples)
            self._counts.append(moved.filter(pl.col("i") < SAMPLED_EXAMPLES))
        self.examples = min(SAMPLED_EXAMPLES, self.examples + part.examples)

    @property
    def names(self) -> list[str]:
        """The scripts, the commonest first."""
        if not self._counts:
            return []
        counts = pl.concat(self._counts).select(*SCRIPTS).sum()
        found = Counter({name: int(n or 0) for name, n in counts.row(0, named=True).items()})
        kana = sum(found.pop(name) for name in KANA)
        # Japanese is written in both: if a tenth is kana, the Chinese characters are Japanese.
        if kana and kana * 10 >= found["Han"]:
            found["Japanese"] = kana + found.pop("Han")
        total = found.total()
        return [
            SCRIPT_NAMES.get(name, name) for name, n in found.most_common() if total and n >= total * NOTABLE
        ]
