"""Set-similarity join by prefix filtering: candidate pairs through their rarest members, then exact comparison.

Two sets with a Jaccard similarity of at least ``t`` share at least ``t`` of the members of either. So, with the
members of every set in one global order, the rarest first, they share a member among the first ``1 - t`` of both.
Most sets of a dataset have more unique members than that and are excluded at once.
A member of few sets generates all pairs of them. A member of many sets pairs each of them only with the first one and
with the previous one, so that a thousand similar sets cost some thousand comparisons, not a million. This misses a set
that differs too much from the few that it is compared with; which these are depends on the hashes.
"""

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ftlint._polars import pl
from ftlint.analysis.shingles import MOST, PARTS, SPAN

if TYPE_CHECKING:
    from polars import DataFrame, Series

COMMON = 10
"""A member of more sets than this is common: part of a template, an instruction or an idiom."""
PAIRS_PER_CHUNK = 50_000
MAX_COMMON_MEMBERS = 4
"""The number of common members per set that generate candidate pairs."""
SLICES = 8
# The similarity of sampled parts is an estimate: their threshold is lower by this.
LEEWAY = 0.03


class SharedMembers(Struct, frozen=True):
    """The members that sets share with others, for the sets that may be similar to another.

    ``members``: id, rank (of the shingle, the rarest first), sorted by both. ``sizes``: id, size (of the set), alone
    (number of its unique shingles), fewest (number of shingles that it must share with a similar set), sorted by id.
    ``holders``: the number of sets with the shingle of each rank.
    """

    members: "DataFrame"
    sizes: "DataFrame"
    holders: "Series"

    def without(self, ids: "Series") -> "SharedMembers":
        """The same without some sets."""
        is_gone = self.members["id"].is_in(ids.implode())
        gone = self.members.filter(is_gone).group_by("rank").agg(n=pl.len().cast(pl.UInt32))
        fewer = self.holders.gather(gone["rank"]) - gone["n"]
        holders = self.holders.clone().scatter(gone["rank"], fewer)
        return structs.replace(self, members=self.members.filter(~is_gone), holders=holders)


def shared(sets: "DataFrame", threshold: float) -> SharedMembers:
    """Compute the shared members. ``sets`` has a list per part; the id of a set is its row number."""
    ranks, holders = _ranked(pl.concat([_flat(sets[part]) for part in PARTS], rechunk=False))
    numbered = sets.select(*PARTS, id=pl.int_range(pl.len(), dtype=pl.UInt64))
    slices = [numbered.clear(), *numbered.iter_slices(sets.height // SLICES + 1)]
    members, sizes = zip(*[_with_shared_members(chunk, ranks, threshold) for chunk in slices], strict=True)
    return SharedMembers(pl.concat(members), pl.concat(sizes), holders)


def _with_shared_members(
    sets: "DataFrame", ranks: "DataFrame", threshold: float
) -> "tuple[DataFrame, DataFrame]":
    """Members and sizes, as in ``SharedMembers``, of the sets that share enough members with others."""
    lists = [sets.select("id", shingle=part).filter(pl.col("shingle").list.len() > 0) for part in PARTS]
    in_several = pl.concat([part.explode("shingle") for part in lists]).join(ranks, on="shingle")
    key = in_several.select(pl.col("id") * SPAN + pl.col("rank")).to_series().sort()
    members = pl.select(id=(key // SPAN).cast(pl.UInt32), rank=(key % SPAN).cast(pl.UInt32))
    sizes = members["id"].rle().struct.unnest().select(id="value", have="len")
    sizes = sizes.join(_sizes(sets, threshold), on="id", how="left", maintain_order="left")
    sizes = sizes.filter(pl.col("have") >= pl.col("fewest"))
    members = members.join(sizes.select("id"), on="id", how="semi", maintain_order="left")
    return members, sizes.select("id", "size", "fewest", alone=pl.col("size") - pl.col("have"))


def _ranked(shingles: "Series") -> "tuple[DataFrame, Series]":
    """The rank of each shingle that is in several sets, and the number of sets by rank."""
    runs = []
    for start in range(0, SPAN, SPAN // SLICES):
        ordered = shingles.filter((shingles >= start) & (shingles <= start + SPAN // SLICES - 1)).sort()
        equals_previous = ordered == ordered.shift(1)
        runs.append(ordered.filter(equals_previous | equals_previous.shift(-1)).rle().struct.unnest())
    order = pl.concat(runs).sort("len", "value")
    ranks = order.select(shingle="value", rank=pl.int_range(pl.len(), dtype=pl.UInt32))
    return ranks, order["len"].cast(pl.UInt32)


def _flat(lists: "Series") -> "Series":
    return lists.filter(lists.list.len() > 0).explode().alias("shingle")


def _sizes(sets: "DataFrame", threshold: float) -> "DataFrame":
    sizes = [pl.col(part).list.len() for part in PARTS]
    share = (
        pl.when(pl.any_horizontal(size == MOST for size in sizes))
        .then(threshold - LEEWAY)
        .otherwise(threshold)
    )
    counts = sets.select(
        id=pl.col("id").cast(pl.UInt32), size=pl.sum_horizontal(sizes).cast(pl.UInt32), share=share
    )
    fewest = (pl.col("share") * pl.col("size") - 1e-9).ceil().cast(pl.UInt32)
    return counts.select("id", "size", fewest=fewest)


def candidates(shared_members: SharedMembers) -> "DataFrame":
    """Candidate pairs, each once: one, other, with one < other."""
    have = shared_members.sizes["size"] - shared_members.sizes["alone"]
    starts = have.cum_sum() - have
    rarest = pl.int_ranges(
        starts, starts + have - shared_members.sizes["fewest"] + 1, dtype=pl.UInt32, eager=True
    )
    first = shared_members.members[rarest.explode()].filter(pl.col("rank").is_duplicated())
    common = shared_members.holders.gather(first["rank"]) > COMMON
    rare = first.filter(~common)
    joined = rare.join(rare, on="rank", suffix="_other").select(one="id", other="id_other")
    many = first.filter(common).filter(pl.int_range(pl.len()).over("id") < MAX_COMMON_MEMBERS)
    with_first = many.select(one=pl.col("id").first().over("rank"), other="id")
    with_previous = many.select(one=pl.col("id").shift(1).over("rank"), other="id").drop_nulls()
    pairs = pl.concat([joined, with_first, with_previous]).filter(pl.col("one") < pl.col("other")).unique()
    sizes = shared_members.sizes.select("id", "size", "fewest")
    sized = pairs.join(sizes, left_on="one", right_on="id").join(
        sizes, left_on="other", right_on="id", suffix="_other"
    )
    fit = (pl.col("size") >= pl.col("fewest_other")) & (pl.col("size_other") >= pl.col("fewest"))
    return sized.filter(fit).select("one", "other").sort("one", "other")


def compare(sets: "DataFrame", pairs: "DataFrame") -> "DataFrame":
    """The pairs with the sizes of intersection (``asked``) and union (``asked_any``) for each part."""
    if not pairs.height:
        counts = [pl.lit(0.0).alias(name) for part in PARTS for name in (part, f"{part}_any")]
        return pairs.with_columns(counts)
    return pl.concat([_compare(sets, chunk) for chunk in pairs.iter_slices(PAIRS_PER_CHUNK)])


def _compare(sets: "DataFrame", pairs: "DataFrame") -> "DataFrame":
    counts = {}
    for part in PARTS:
        left, right = sets[part].gather(pairs["one"]), sets[part].gather(pairs["other"])
        both = pl.select(left.list.set_intersection(right).list.len()).to_series().cast(pl.Float64)
        any_of = left.list.len() + right.list.len() - both
        if ((left.list.len() == MOST) | (right.list.len() == MOST)).any():
            both, any_of = _sampled(left, right, both, any_of)
        counts[part], counts[f"{part}_any"] = both, any_of.cast(pl.Float64)
    return pairs.with_columns(**counts)


def _sampled(left: "Series", right: "Series", both: "Series", any_of: "Series") -> "tuple[Series, Series]":
    """Estimated counts for sampled lists (the smallest hashes of a set): only hashes in the range that both samples
    cover are counted, and the counts are scaled to the range of all hashes.
    """
    end = pl.select(
        end=pl.min_horizontal(
            pl.when(side.list.len() == MOST).then(side.list.last()).otherwise(SPAN - 1)
            for side in (left, right)
        )
    ).to_series()
    sampled = end < SPAN - 1
    sizes = [_up_to(side, end) for side in (left, right)]
    scale = SPAN / (end + 1)
    return (
        pl.select(pl.when(sampled).then(both * scale).otherwise(both)).to_series(),
        pl.select(pl.when(sampled).then((sizes[0] + sizes[1] - both) * scale).otherwise(any_of)).to_series(),
    )


def _up_to(lists: "Series", end: "Series") -> "Series":
    """The number of members of each list up to its end."""
    places = pl.int_range(len(lists), dtype=pl.UInt32, eager=True)
    frame = pl.DataFrame({"place": places, "member": lists, "end": end})
    chunk = frame.filter(pl.col("member").list.len() > 0).explode("member")
    counts = chunk.filter(pl.col("member") <= pl.col("end")).group_by("place").agg(n=pl.len())
    return (
        frame.join(counts, on="place", how="left", maintain_order="left")["n"].fill_null(0).cast(pl.Float64)
    )
