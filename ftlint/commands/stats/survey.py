"""What is taken from each batch, so that the figures of the whole can be told from it.

A survey is fed batch by batch and keeps little: how often each number of tokens occurs, and a digest of every example.
Surveys of several files are added up.

Whole numbers with how often each occurs: what a distribution needs, however many examples there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch import task_type
from ftlint.commands.stats.figures import Bar, Spread
from ftlint.commands.stats.token_frames import TokenFrames, start_counting
from ftlint.context import RuleContext
from ftlint.engine.state import shifted

if TYPE_CHECKING:
    from polars import DataFrame, Series

    from ftlint.batch.batch import Batch

# Two bars for each doubling: lengths of texts are spread over several magnitudes.
EDGES = sorted({0, *(round(2 ** (n / 2)) for n in range(64))})
# So many batches are kept apart before they are added up.
APART = 16


class Distribution:
    """Numbers that come batch by batch. They are kept as they are; their order is not."""

    def __init__(self) -> None:
        self._parts: list[DataFrame] = []

    def see(self, numbers: "Series") -> None:
        """Count some more numbers."""
        self._parts.append(numbers.to_frame("value").group_by("value").agg(n=pl.len().cast(pl.UInt64)))
        if len(self._parts) >= APART:
            self.add_up()

    def add(self, other: "Distribution") -> None:
        """Count what others have counted."""
        self._parts.extend(other._parts)

    @property
    def counts(self) -> "DataFrame":
        """One row per number, the smallest first: value, n."""
        if not self._parts:
            return pl.DataFrame(schema={"value": pl.UInt32, "n": pl.UInt64})
        self.add_up()
        return self._parts[0]

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.counts["n"].sum())

    def total(self, most: int | None = None) -> int:
        """The sum of all, none taken for more than ``most``."""
        value = pl.col("value").cast(pl.UInt64)
        value = value if most is None else value.clip(upper_bound=most)
        return int(self.counts.select(value * pl.col("n")).to_series().sum())

    def over(self, limit: int) -> int:
        """How many are greater than a limit."""
        return int(self.counts.filter(pl.col("value") > limit)["n"].sum())

    def add_up(self) -> None:
        """Keep one row per number."""
        if self._parts and (len(self._parts) > 1 or not self._parts[0]["value"].is_sorted()):
            self._parts = [pl.concat(self._parts).group_by("value").agg(pl.col("n").sum()).sort("value")]

    def spread(self) -> Spread | None:
        """How they are spread; None where there are none."""
        counts = self.counts
        if not counts.height:
            return None
        values, ends = counts["value"], counts["n"].cum_sum()
        size = int(ends[-1])

        def quantile(share: float) -> float:
            place = share * (size - 1)
            low, high = (values[ends.search_sorted(at, side="right")] for at in (floor(place), ceil(place)))
            return float(round(low + (high - low) * (place % 1), 6))

        return Spread(
            least=values[0],
            p5=quantile(0.05),
            median=quantile(0.5),
            mean=round(self.total() / size, 6),
            p95=quantile(0.95),
            most=values[-1],
        )

    def bars(self) -> list[Bar]:
        """How many lie where, from the smallest to the greatest."""
        counts = self.counts
        if not counts.height:
            return []
        edges = pl.Series(EDGES, dtype=pl.UInt64)
        places = edges.search_sorted(counts["value"].cast(pl.UInt64), side="right") - 1
        sums = counts.group_by(place=places).agg(pl.col("n").sum())
        sizes = {int(place): int(n) for place, n in sums.iter_rows()}
        return [Bar(EDGES[n], EDGES[n + 1], sizes.get(n, 0)) for n in range(min(sizes), max(sizes) + 1)]


INSTRUCTING = ("system", "developer")
# So many batches are still being counted while the next one is looked at.
AHEAD = 1
NUMBERS = ("tokens", "longest", "lost_to", "turns", "answers", "systems")


@dataclass(slots=True)
class StatsState:
    """What batches have told so far, all for one job.

    Of the examples there are ``tokens``, ``longest`` (tokens trained on at once, with one answer of a pair),
    ``lost_to`` (the highest limit that their last answer is lost to as a whole; 0 for none) and ``turns``, of the
    assistant's messages ``answers``, their tokens; ``trained`` is the sum of all that is learnt. ``digests`` are two
    64-bit digests of every example, ``systems`` are digests of the instructions of examples, ``labels`` is what
    the task is told from, and ``uncounted`` counts what no tokens are known of.
    """

    job: RuleContext
    tokens: Distribution = field(default_factory=Distribution)
    longest: Distribution = field(default_factory=Distribution)
    lost_to: Distribution = field(default_factory=Distribution)
    turns: Distribution = field(default_factory=Distribution)
    answers: Distribution = field(default_factory=Distribution)
    trained: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    systems: Distribution = field(default_factory=Distribution)
    uncounted: Counter[str] = field(default_factory=Counter)
    digests: list["DataFrame"] = field(default_factory=list)
    labels: list["DataFrame"] = field(default_factory=list)
    begun: list[Callable[[], TokenFrames]] = field(default_factory=list)

    def see(self, batch: "Batch") -> None:
        """Take what the figures need from a batch."""
        if not batch.messages.height:
            return
        self.begun.append(start_counting(batch, self.job))
        self.settle(AHEAD)
        self.digests.append(batch.digests.select("high", "low"))
        self.labels.append(batch.answer_counts)
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

    def merge(self, other: "StatsState", rows: int = 0, lines: int = 0) -> None:
        """Add what another survey for the same job has seen, so many records and lines further on."""
        self.settle()
        other.settle()
        for name in NUMBERS:
            getattr(self, name).add(getattr(other, name))
        for name in ("shapes", "roles", "uncounted"):
            getattr(self, name).update(getattr(other, name))
        self.trained += other.trained
        self.digests.extend(other.digests)
        self.labels.extend(shifted(labels, rows, lines) for labels in other.labels)

    def __reduce__(self) -> tuple[Any, ...]:
        """All but the job, added up, so that little travels."""
        self.settle()
        for name in NUMBERS:
            getattr(self, name).add_up()
        self.digests = [pl.concat(self.digests)] if self.digests else []
        self.labels = [task_type.combine(self.labels)] if self.labels else []
        return StatsState, (RuleContext(), *(getattr(self, one.name) for one in fields(self)[1:-1]))

    def _see_uncounted(self, batch: "Batch") -> None:
        found = {
            "tools": (batch.examples["n_tools"] > 0).sum(),
            "media": batch.media["i"].n_unique(),
            "images": (batch.media["type"] == "image_url").sum(),
            "low": (batch.media["detail"] == "low").sum(),
        }
        self.uncounted.update({name: int(n) for name, n in found.items() if n})


def together(surveys: Iterable[StatsState], job: RuleContext) -> StatsState:
    """One survey of all that several have seen."""
    whole = StatsState(job)
    for survey in surveys:
        whole.merge(survey)
    return whole


def _instructions(batch: "Batch") -> "Series":
    """A digest of the first instructions of each example that has any."""
    found = batch.messages.filter(pl.col("role").is_in(INSTRUCTING))
    first = found.unique("i", keep="first", maintain_order=True)
    return first.select(pl.col("content").fill_null("").str.strip_chars().hash(17)).to_series()


def _sizes(values: "Series") -> dict[str, int]:
    return dict(values.value_counts(name="n").rows())
