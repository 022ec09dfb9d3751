"""What is taken from each batch, so that the figures of the whole can be told from it.

A survey is fed batch by batch and keeps little: how often each number of tokens occurs, and a digest of every example.
Surveys of several files are added up.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.measuring.numbers import Numbers
from ftlint.measuring.tally import Tally, tallying
from ftlint.partial import moved

if TYPE_CHECKING:
    from polars import DataFrame, Series

    from ftlint.batch import Batch

INSTRUCTING = ("system", "developer")
# So many batches are still being counted while the next one is looked at.
AHEAD = 1
NUMBERS = ("tokens", "longest", "lost_to", "turns", "answers", "systems")


@dataclass(slots=True)
class Survey:
    """What batches have told so far, all for one job.

    Of the examples there are ``tokens``, ``longest`` (tokens trained on at once, with one answer of a pair),
    ``lost_to`` (the highest limit that their last answer is lost to as a whole; 0 for none) and ``turns``, of the
    assistant's messages ``answers``, their tokens; ``trained`` is the sum of all that is learnt. ``digests`` are two
    64-bit digests of every example, ``systems`` are digests of the instructions of examples, ``labels`` is what
    the task is told from, and ``uncounted`` counts what no tokens are known of.
    """

    job: Job
    tokens: Numbers = field(default_factory=Numbers)
    longest: Numbers = field(default_factory=Numbers)
    lost_to: Numbers = field(default_factory=Numbers)
    turns: Numbers = field(default_factory=Numbers)
    answers: Numbers = field(default_factory=Numbers)
    trained: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    systems: Numbers = field(default_factory=Numbers)
    uncounted: Counter[str] = field(default_factory=Counter)
    digests: list["DataFrame"] = field(default_factory=list)
    labels: list["DataFrame"] = field(default_factory=list)
    begun: list[Callable[[], Tally]] = field(default_factory=list)

    def see(self, batch: "Batch") -> None:
        """Take what the figures need from a batch."""
        if not batch.messages.height:
            return
        self.begun.append(tallying(batch, self.job))
        self.settle(AHEAD)
        self.digests.append(batch.digests.select("high", "low"))
        self.labels.append(batch.answers)
        self.shapes.update(_sizes(batch.messages.filter(pl.col("at") == 0)["shape"]))
        self.systems.see(_instructions(batch))
        self._see_uncounted(batch)

    def settle(self, ahead: int = 0) -> None:
        """Wait for what has been begun, but for the last few: only then everything is of all batches that were seen."""
        while len(self.begun) > ahead:
            messages, examples = self.begun.pop(0)()
            for name in ("tokens", "longest", "lost_to", "turns"):
                getattr(self, name).see(examples[name])
            self.answers.see(messages.filter(pl.col("role") == "assistant")["said"])
            self.trained += int(examples["trained"].cast(pl.UInt64).sum())
            self.roles.update(_sizes(messages["role"].fill_null("unknown")))

    def add(self, other: "Survey") -> None:
        """Take what another survey for the same job has seen."""
        other.settle()
        for name in NUMBERS:
            getattr(self, name).add(getattr(other, name))
        for name in ("shapes", "roles", "uncounted"):
            getattr(self, name).update(getattr(other, name))
        self.trained += other.trained
        self.digests.extend(other.digests)
        self.labels.extend(other.labels)

    def after(self, rows: int, lines: int) -> "Survey":
        """The same, so many records and lines further on."""
        self.labels = [moved(labels, rows, lines) for labels in self.labels]
        return self

    def _see_uncounted(self, batch: "Batch") -> None:
        found = {
            "tools": (batch.examples["n_tools"] > 0).sum(),
            "media": batch.media["i"].n_unique(),
            "images": (batch.media["type"] == "image_url").sum(),
            "low": (batch.media["detail"] == "low").sum(),
        }
        self.uncounted.update({name: int(n) for name, n in found.items() if n})


def together(surveys: Iterable[Survey], job: Job) -> Survey:
    """One survey of all that several have seen."""
    whole = Survey(job)
    for survey in surveys:
        whole.add(survey)
    return whole


def _instructions(batch: "Batch") -> "Series":
    """A digest of the first instructions of each example that has any."""
    found = batch.messages.filter(pl.col("role").is_in(INSTRUCTING))
    first = found.unique("i", keep="first", maintain_order=True)
    return first.select(pl.col("content").fill_null("").str.strip_chars().hash(17)).to_series()


def _sizes(values: "Series") -> dict[str, int]:
    return dict(values.value_counts(name="n").rows())
