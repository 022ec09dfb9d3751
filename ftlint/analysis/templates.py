"""Exclude pairs of examples that are only similar because they fill the same template."""

from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis.components import connected_components
from ftlint.analysis.set_join import COMMON, SharedMembers

if TYPE_CHECKING:
    from polars import DataFrame

MIN_CLUSTER_SIZE = 3
"""The least size of a cluster that shows whether its examples differ anywhere or only in the slots of a template."""
MIN_SHARED_DIFFERENCES = 0.2
"""The least share of the other examples of a cluster that have a shingle in which two of them differ."""
MIN_OWN_SIMILARITY = 0.6
"""The least similarity of two examples of one template, without the shingles of the template."""


def without_fillings(shared_members: SharedMembers, pairs: "DataFrame") -> "DataFrame":
    """The pairs without those that are only similar because of a template.

    Each example of a cluster of near duplicates lacks a few shingles of the others and has different ones instead.
    The fillings of a template all have the entire template, and each has its own text in addition. Such a cluster is
    split: a pair of it stays if the two are similar without the template. A single pair is tested in the same way,
    without the shingles that are common in the dataset.
    """
    clusters = connected_components(pairs)
    placed = clusters.join(shared_members.sizes.select("id", "alone"), on="id")
    have = shared_members.members.join(clusters, on="id")
    sizes = placed.group_by("cluster").agg(n=pl.len(), alone=pl.col("alone").sum())
    counts = (
        have.group_by("cluster", "rank").agg(have=pl.len()).join(sizes.select("cluster", "n"), on="cluster")
    )
    doubtful = _fillings(sizes, counts)
    core = counts.filter((pl.col("have") * 2 > pl.col("n")) & (pl.col("n") >= MIN_CLUSTER_SIZE))
    own_members = have.filter(shared_members.holders.gather(have["rank"]) <= COMMON).join(
        doubtful, on="cluster", how="semi"
    )
    own_members = own_members.join(core, on=["cluster", "rank"], how="anti")
    pairs = pairs.join(clusters, left_on="one", right_on="id")
    sure = pairs.join(doubtful, on="cluster", how="anti").select("one", "other")
    unsure = pairs.join(doubtful, on="cluster", how="semi").select("one", "other")
    return pl.concat(
        [sure, _similar_without_template(unsure, own_members, placed.select("id", "alone"))]
    ).sort("one", "other")


def _fillings(sizes: "DataFrame", counts: "DataFrame") -> "DataFrame":
    """The clusters that may be fillings of a template: cluster.

    Two members of a cluster differ in some shingles. The measure is how many other members have such a shingle: for
    near duplicates, half of these shingles are in all other members, too; for fillings, they are in no other member.
    """
    n, have = pl.col("n").cast(pl.Float64), pl.col("have").cast(pl.Float64)
    differing_pairs = have * (n - have)
    sums = counts.group_by("cluster").agg(
        apart=differing_pairs.sum(), shared=(differing_pairs * (have - 1)).sum()
    )
    measured = sizes.join(sums, on="cluster", how="left").with_columns(
        apart=pl.col("apart") + pl.col("alone") * (n - 1), shared=pl.col("shared") / (n - 2)
    )
    is_doubtful = (pl.col("n") < MIN_CLUSTER_SIZE) | (
        pl.col("shared") < MIN_SHARED_DIFFERENCES * pl.col("apart")
    )
    return measured.filter(is_doubtful).select("cluster")


def _similar_without_template(
    pairs: "DataFrame", own_members: "DataFrame", alone: "DataFrame"
) -> "DataFrame":
    """The pairs that share most of their ``own_members`` (id, rank) and ``alone`` (number of unique) shingles."""
    lists = own_members.group_by("id").agg("rank")
    empty = pl.lit([], dtype=pl.List(pl.UInt32))
    lists = alone.join(lists, on="id", how="left").with_columns(pl.col("rank").fill_null(empty))
    sides = pairs.join(lists, left_on="one", right_on="id", how="left", maintain_order="left").join(
        lists, left_on="other", right_on="id", how="left", maintain_order="left", suffix="_other"
    )
    both = pl.col("rank").list.set_intersection("rank_other").list.len()
    sizes = [pl.col(f"rank{side}").list.len() + pl.col(f"alone{side}") for side in ("", "_other")]
    counted = sides.select("one", "other", both=both, any_of=sizes[0] + sizes[1] - both)
    return counted.filter(
        (pl.col("both") > 0) & (pl.col("both") >= MIN_OWN_SIMILARITY * pl.col("any_of"))
    ).select("one", "other")
