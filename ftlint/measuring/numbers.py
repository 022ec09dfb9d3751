"""Whole numbers with how often each occurs: what a distribution needs, however many examples there are."""

from math import ceil, floor
from typing import TYPE_CHECKING

from ftlint.lazy import pl
from ftlint.measuring.figures import Bar, Spread

if TYPE_CHECKING:
    from polars import DataFrame, Series

# Two bars for each doubling: lengths of texts are spread over several magnitudes.
EDGES = sorted({0, *(round(2 ** (n / 2)) for n in range(64))})
# So many batches are kept apart before they are added up.
APART = 16


class Numbers:
    """Numbers that come batch by batch. They are kept as they are; their order is not."""

    def __init__(self) -> None:
        self._parts: list[DataFrame] = []

    def see(self, numbers: "Series") -> None:
        """Count some more numbers."""
        self._parts.append(numbers.to_frame("value").group_by("value").agg(n=pl.len().cast(pl.UInt64)))
        if len(self._parts) >= APART:
            self._add_up()

    def add(self, other: "Numbers") -> None:
        """Count what others have counted."""
        self._parts.extend(other._parts)

    def add_counts(self, counts: "DataFrame") -> None:
        """Count what was told as ``counts``."""
        self._parts.append(counts)

    @property
    def counts(self) -> "DataFrame":
        """One row per number, the smallest first: value, n."""
        if not self._parts:
            return pl.DataFrame(schema={"value": pl.UInt32, "n": pl.UInt64})
        self._add_up()
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

    def _add_up(self) -> None:
        if len(self._parts) > 1 or not self._parts[0]["value"].is_sorted():
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
