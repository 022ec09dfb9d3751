"""Pairs of near copies without those that are only fillings of one template."""

from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis.components import connected_components
from ftlint.analysis.set_join import COMMON, SharedMembers

if TYPE_CHECKING:
    from polars import DataFrame

FEWEST = 3
"""From so many examples on a cluster shows whether they differ anywhere, or only where a template has its gaps."""
COPIES = 0.2
"""How many of the others in a cluster of near copies have what tells two of them apart, at least."""
OWN = 0.6
"""How much of what is their own two examples of one template must share."""


def without_fillings(given: SharedMembers, pairs: "DataFrame") -> "DataFrame":
    """The pairs but for those that only a template makes alike.

    The examples of a cluster of near copies each lack a bit of what most of them say, and have something else
    instead. The fillings of a template all hold the whole template, and each its own text beside it. Such a cluster
    is taken apart: a pair of it is left where its two are alike in what is their own. The same is asked of a pair
    by itself, where what is common in the dataset is not their own.
    """
    clusters = connected_components(pairs)
    placed = clusters.join(given.sizes.select("id", "alone"), on="id")
    have = given.members.join(clusters, on="id")
    sizes = placed.group_by("cluster").agg(n=pl.len(), alone=pl.col("alone").sum())
    counts = (
        have.group_by("cluster", "rank").agg(have=pl.len()).join(sizes.select("cluster", "n"), on="cluster")
    )
    doubted = _fillings(sizes, counts)
    core = counts.filter((pl.col("have") * 2 > pl.col("n")) & (pl.col("n") >= FEWEST))
    own = have.filter(given.holders.gather(have["rank"]) <= COMMON).join(doubted, on="cluster", how="semi")
    own = own.join(core, on=["cluster", "rank"], how="anti")
    pairs = pairs.join(clusters, left_on="one", right_on="id")
    sure = pairs.join(doubted, on="cluster", how="anti").select("one", "other")
    unsure = pairs.join(doubted, on="cluster", how="semi").select("one", "other")
    return pl.concat([sure, _alike(unsure, own, placed.select("id", "alone"))]).sort("one", "other")


def _fillings(sizes: "DataFrame", counts: "DataFrame") -> "DataFrame":
    """The clusters that do not look like near copies: cluster.

    Two members of a cluster differ in some shingles. How many others have such a shingle? Where copies differ, half
    of the shingles are what all others have, too; where fillings do, nobody else has any.
    """
    n, have = pl.col("n").cast(pl.Float64), pl.col("have").cast(pl.Float64)
    told_apart = have * (n - have)
    sums = counts.group_by("cluster").agg(apart=told_apart.sum(), shared=(told_apart * (have - 1)).sum())
    found = sizes.join(sums, on="cluster", how="left").with_columns(
        apart=pl.col("apart") + pl.col("alone") * (n - 1), shared=pl.col("shared") / (n - 2)
    )
    unlike = (pl.col("n") < FEWEST) | (pl.col("shared") < COPIES * pl.col("apart"))
    return found.filter(unlike).select("cluster")


def _alike(pairs: "DataFrame", own: "DataFrame", alone: "DataFrame") -> "DataFrame":
    """The pairs that share most of what is their own; ``own`` has it (id, rank), ``alone`` how much more it is."""
    lists = own.group_by("id").agg("rank")
    empty = pl.lit([], dtype=pl.List(pl.UInt32))
    lists = alone.join(lists, on="id", how="left").with_columns(pl.col("rank").fill_null(empty))
    sides = pairs.join(lists, left_on="one", right_on="id", how="left", maintain_order="left").join(
        lists, left_on="other", right_on="id", how="left", maintain_order="left", suffix="_other"
    )
    both = pl.col("rank").list.set_intersection("rank_other").list.len()
    sizes = [pl.col(f"rank{side}").list.len() + pl.col(f"alone{side}") for side in ("", "_other")]
    counted = sides.select("one", "other", both=both, any_of=sizes[0] + sizes[1] - both)
    return counted.filter((pl.col("both") > 0) & (pl.col("both") >= OWN * pl.col("any_of"))).select(
        "one", "other"
    )
