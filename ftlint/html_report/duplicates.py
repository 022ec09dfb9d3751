"""Exact and near duplicates, grouped for the report."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis import near_duplicates
from ftlint.engine.state import shifted

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

MAX_CLUSTERS = 50
MAX_PLACES = 12


@dataclass(frozen=True, slots=True)
class DuplicateCluster:
    """A cluster of exact or near duplicates: its size, and the locations of the first ones as (file, row, line)."""

    size: int
    places: Sequence[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class DuplicateClusters:
    """The largest clusters, of ``total``, with ``extra`` examples beyond the first of each."""

    listed: Sequence[DuplicateCluster]
    total: int
    extra: int


@dataclass(slots=True)
class DuplicateFinder:
    """Detects duplicates by the digests of all examples, and near duplicates, if requested, by shingle sets."""

    words: int | None = None
    """Words of a shingle; None if near duplicates are not requested."""
    digests: "list[DataFrame]" = field(default_factory=list)
    sketches: "list[DataFrame]" = field(default_factory=list)

    def observe(self, batch: "Batch", file: int) -> None:
        """Store the digests of a batch."""
        if not batch.messages.height:
            return
        number = pl.lit(file, dtype=pl.UInt32)
        self.digests.append(batch.digests.select("row", "line", "high", "low", file=number))
        if self.words is not None:
            self.sketches.append(near_duplicates.shingle_sets(batch, self.words).with_columns(file=number))

    def add(self, other: "DuplicateFinder", rows: int, lines: int) -> None:
        """Take the digests of others, so many rows and lines further on."""
        self.digests += [shifted(frame, rows, lines) for frame in other.digests]
        self.sketches += [shifted(frame, rows, lines) for frame in other.sketches]

    def exact(self) -> DuplicateClusters:
        """The clusters of equal examples, the largest first."""
        if not self.digests:
            return DuplicateClusters((), 0, 0)
        return _clusters(pl.concat(self.digests), ["high", "low"])

    def nearly(self, threshold: float) -> DuplicateClusters | None:
        """The clusters of near duplicates that are not all equal; None if not requested."""
        if self.words is None:
            return None
        if not self.sketches:
            return DuplicateClusters((), 0, 0)
        # The rows of several files are numbered consecutively, so that a row identifies one example.
        sketches = pl.concat(self.sketches).sort("file", "row").with_row_index("place")
        numbered = sketches.with_columns(
            row=pl.col("place").cast(pl.UInt64), line=pl.col("place").cast(pl.UInt64)
        )
        clusters = near_duplicates.clusters(numbered.drop("place", "file"), threshold).select(
            "row", "first_row"
        )
        firsts = clusters.select(row="first_row", first_row="first_row").unique()
        members = pl.concat([clusters, firsts]).rename({"row": "place", "first_row": "first"})
        members = members.with_columns(pl.col("place").cast(sketches["place"].dtype))
        members = members.join(sketches.select("place", "row", "line", "file", "whole"), on="place")
        differ = pl.col("whole").n_unique().over("first") > 1
        return _clusters(members.filter(differ), ["first"])


def _clusters(rows: "DataFrame", key: list[str]) -> DuplicateClusters:
    sizes = rows.group_by(key).agg(size=pl.len(), file=pl.col("file").min()).filter(pl.col("size") > 1)
    if not sizes.height:
        return DuplicateClusters((), 0, 0)
    members = rows.join(sizes.select(*key, "size"), on=key).sort("file", "row")
    grouped = members.group_by(key, maintain_order=True).agg(
        pl.col("size").first(), *[pl.col(name).head(MAX_PLACES) for name in ("file", "row", "line")]
    )
    biggest = grouped.with_row_index("nth").sort(["size", "nth"], descending=[True, False]).head(MAX_CLUSTERS)
    listed = [
        DuplicateCluster(size, tuple(zip(files, numbers, lines, strict=True)))
        for size, files, numbers, lines in biggest.select("size", "file", "row", "line").iter_rows()
    ]
    return DuplicateClusters(listed, sizes.height, int(sizes["size"].sum()) - sizes.height)
