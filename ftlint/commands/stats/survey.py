"""Statistics collected from each batch, from which the figures of a dataset are computed.

A survey is small: the frequency of each number of tokens, and a digest of every example. Surveys of several
files are merged.

Integers with their frequencies are sufficient for a distribution, however many examples there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from ftlint._polars import pl
from ftlint.batch import task_type
from ftlint.commands.stats.figures import Bar, Spread
from ftlint.commands.stats.token_frames import TokenFrames, start_counting
from ftlint.context import RuleContext
from ftlint.engine.state import shifted
from ftlint.tokens.counted import CountedTexts

if TYPE_CHECKING:
    from polars import DataFrame, Series

    from ftlint.batch.batch import Batch

# Two bars per doubling: lengths of texts span several orders of magnitude.
EDGES = sorted({0, *(round(2 ** (n / 2)) for n in range(64))})
# How many batches are stored separately before they are summed.
MAX_BATCHES = 16


class Distribution:
    """Numbers that arrive batch by batch. Only their frequencies are stored, not their order."""

    def __init__(self) -> None:
        self._parts: list[DataFrame] = []

    def observe(self, numbers: "Series") -> None:
        """Count some more numbers."""
        self._parts.append(numbers.to_frame("value").group_by("value").agg(n=pl.len().cast(pl.UInt64)))
        if len(self._parts) >= MAX_BATCHES:
            self.add_up()

    def add(self, other: "Distribution") -> None:
        """Merge other counts."""
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
        """How many numbers there are."""
        return int(self.counts["n"].sum())

    def total(self, most: int | None = None) -> int:
        """The sum of all, each capped at ``most``."""
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
        """The distribution; None if there are no numbers."""
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
        """The histogram, from the smallest to the largest."""
        counts = self.counts
        if not counts.height:
            return []
        edges = pl.Series(EDGES, dtype=pl.UInt64)
        places = edges.search_sorted(counts["value"].cast(pl.UInt64), side="right") - 1
        sums = counts.group_by(place=places).agg(pl.col("n").sum())
        sizes = {int(place): int(n) for place, n in sums.iter_rows()}
        return [Bar(EDGES[n], EDGES[n + 1], sizes.get(n, 0)) for n in range(min(sizes), max(sizes) + 1)]


INSTRUCTING = ("system", "developer")
# How many batches may be in counting while the next one is processed.
MAX_PENDING = 1
NUMBERS = ("tokens", "longest", "lost_to", "turns", "answers", "systems")


class StatsState(Struct):
    """The statistics of the batches so far, in one rule context.

    Of the examples there are ``tokens``, ``longest`` (tokens trained on at once, with one answer of a pair),
    ``lost_to`` (the highest limit that cuts off their last answer entirely; 0 for none) and ``turns``, of the
    assistant's messages ``answers``, their tokens; ``trained`` is the sum of all trained tokens. ``digests``
    are two 64-bit digests of every example, ``systems`` are digests of the instructions of examples,
    ``labels`` determine the task, and ``uncounted`` counts examples without known token counts.
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
    counted: CountedTexts | None = None
    """Texts that are counted once in several surveys of this process."""

    def observe(self, batch: "Batch") -> None:
        """Collect the statistics of a batch."""
        if not batch.messages.height:
            return
        self.begun.append(start_counting(batch, self.job, self.counted))
        self.settle(MAX_PENDING)
        self.digests.append(batch.digests.select("high", "low"))
        self.labels.append(batch.answer_counts)
        self.shapes.update(_sizes(batch.messages.filter(pl.col("at") == 0)["shape"]))
        self.systems.observe(_instructions(batch))
        self._count_unknown(batch)

    def settle(self, ahead: int = 0) -> None:
        """Wait for pending counts, except the last few: only then the statistics cover all batches."""
        while len(self.begun) > ahead:
            messages, examples = self.begun.pop(0)()
            for name in ("tokens", "longest", "lost_to", "turns"):
                getattr(self, name).observe(examples[name])
            self.answers.observe(messages.filter(pl.col("role") == "assistant")["said"])
            self.trained += int(examples["trained"].cast(pl.UInt64).sum())
            self.roles.update(_sizes(messages["role"].fill_null("unknown")))

    def merge(self, other: "StatsState", rows: int = 0, lines: int = 0) -> None:
        """Merge another survey in the same context; its rows and lines are shifted."""
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
        """All statistics except the context and texts, summed, so that the result is small."""
        self.settle()
        for name in NUMBERS:
            getattr(self, name).add_up()
        self.digests = [pl.concat(self.digests)] if self.digests else []
        self.labels = [task_type.combine(self.labels)] if self.labels else []
        return StatsState, (RuleContext(), *(getattr(self, name) for name in self.__struct_fields__[1:-2]))

    def _count_unknown(self, batch: "Batch") -> None:
        found = {
            "tools": (batch.examples["n_tools"] > 0).sum(),
            "media": batch.media["i"].n_unique(),
            "images": (batch.media["type"] == "image_url").sum(),
            "low": (batch.media["detail"] == "low").sum(),
        }
        self.uncounted.update({name: int(n) for name, n in found.items() if n})


def together(surveys: Iterable[StatsState], context: RuleContext) -> StatsState:
    """Merge several surveys into one."""
    merged = StatsState(context)
    for survey in surveys:
        merged.merge(survey)
    return merged


def _instructions(batch: "Batch") -> "Series":
    """A digest of the first instructions of each example that has any."""
    found = batch.messages.filter(pl.col("role").is_in(INSTRUCTING))
    first = found.unique("i", keep="first", maintain_order=True)
    return first.select(pl.col("content").fill_null("").str.strip_chars().hash(17)).to_series()


def _sizes(values: "Series") -> dict[str, int]:
    return dict(values.value_counts(name="n").rows())
