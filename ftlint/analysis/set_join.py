"""Which of many sets share most of their members: found through their rarest members, then compared exactly.

Two sets that are alike to at least ``t`` (members of both by members of any) have at least ``t`` of the members of
either in common. So, with the members of every set in one order, the rarest first, they meet among the first
``1 - t`` of both. Most sets of a dataset hold more than that of what no other set has, and are out at once.
A member of few sets leads to all pairs of them. One of many leads from each of them to the first and to the one
before it, so that a thousand sets that are all alike cost some thousand comparisons, and not a million: of those, a
set is missed that differs too much from the few that it is compared with. Which these are, the hashes decide.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis.shingles import MOST, PARTS, SPAN

if TYPE_CHECKING:
    from polars import DataFrame, Series

COMMON = 10
"""What stands in more examples than these is common: a template, an instruction, an idiom."""
AT_ONCE = 50_000
LEADS = 4
"""So many of its members that are common lead from a set to others."""
SLICES = 8
# Of parts that are only sampled the share in common is an estimate.
LEEWAY = 0.03


@dataclass(frozen=True, slots=True)
class SharedMembers:
    """What sets have in common with others, of those sets that may be alike.

    ``members``: id, rank (of the shingle: the rarest first), in this order. ``sizes``: id, size (of the set), alone
    (how many of its shingles no other has), fewest (how many it must share with one that is alike), in this order.
    ``holders``: how many sets hold the shingle of each rank.
    """

    members: "DataFrame"
    sizes: "DataFrame"
    holders: "Series"

    def without(self, ids: "Series") -> "SharedMembers":
        """What is left when some sets are gone."""
        is_gone = self.members["id"].is_in(ids.implode())
        gone = self.members.filter(is_gone).group_by("rank").agg(n=pl.len().cast(pl.UInt32))
        fewer = self.holders.gather(gone["rank"]) - gone["n"]
        holders = self.holders.clone().scatter(gone["rank"], fewer)
        return replace(self, members=self.members.filter(~is_gone), holders=holders)


def shared(sets: "DataFrame", threshold: float) -> SharedMembers:
    """What sets share. ``sets`` are the rows of a frame with lists by part, and ids their places."""
    ranks, holders = _ranked(pl.concat([_flat(sets[part]) for part in PARTS], rechunk=False))
    numbered = sets.select(*PARTS, id=pl.int_range(pl.len(), dtype=pl.UInt64))
    slices = [numbered.clear(), *numbered.iter_slices(sets.height // SLICES + 1)]
    members, sizes = zip(*[_promising(some, ranks, threshold) for some in slices], strict=True)
    return SharedMembers(pl.concat(members), pl.concat(sizes), holders)


def _promising(sets: "DataFrame", ranks: "DataFrame", threshold: float) -> "tuple[DataFrame, DataFrame]":
    """Members and sizes, as ``Shared`` has them, of those of the sets that share enough."""
    lists = [sets.select("id", shingle=part).filter(pl.col("shingle").list.len() > 0) for part in PARTS]
    held = pl.concat([part.explode("shingle") for part in lists]).join(ranks, on="shingle")
    key = held.select(pl.col("id") * SPAN + pl.col("rank")).to_series().sort()
    members = pl.select(id=(key // SPAN).cast(pl.UInt32), rank=(key % SPAN).cast(pl.UInt32))
    sizes = members["id"].rle().struct.unnest().select(id="value", have="len")
    sizes = sizes.join(_sizes(sets, threshold), on="id", how="left", maintain_order="left")
    sizes = sizes.filter(pl.col("have") >= pl.col("fewest"))
    members = members.join(sizes.select("id"), on="id", how="semi", maintain_order="left")
    return members, sizes.select("id", "size", "fewest", alone=pl.col("size") - pl.col("have"))


def _ranked(shingles: "Series") -> "tuple[DataFrame, Series]":
    """Each shingle that several sets hold with its rank, and how many hold that of each rank."""
    runs = []
    for start in range(0, SPAN, SPAN // SLICES):
        ordered = shingles.filter((shingles >= start) & (shingles <= start + SPAN // SLICES - 1)).sort()
        again = ordered == ordered.shift(1)
        runs.append(ordered.filter(again | again.shift(-1)).rle().struct.unnest())
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
    found = sets.select(
        id=pl.col("id").cast(pl.UInt32), size=pl.sum_horizontal(sizes).cast(pl.UInt32), share=share
    )
    fewest = (pl.col("share") * pl.col("size") - 1e-9).ceil().cast(pl.UInt32)
    return found.select("id", "size", fewest=fewest)


def candidates(given: SharedMembers) -> "DataFrame":
    """The pairs that may be alike, each once: one, other, with one < other."""
    have = given.sizes["size"] - given.sizes["alone"]
    starts = have.cum_sum() - have
    rarest = pl.int_ranges(starts, starts + have - given.sizes["fewest"] + 1, dtype=pl.UInt32, eager=True)
    first = given.members[rarest.explode()].filter(pl.col("rank").is_duplicated())
    common = given.holders.gather(first["rank"]) > COMMON
    rare = first.filter(~common)
    joined = rare.join(rare, on="rank", suffix="_other").select(one="id", other="id_other")
    many = first.filter(common).filter(pl.int_range(pl.len()).over("id") < LEADS)
    led = many.select(one=pl.col("id").first().over("rank"), other="id")
    followed = many.select(one=pl.col("id").shift(1).over("rank"), other="id").drop_nulls()
    pairs = pl.concat([joined, led, followed]).filter(pl.col("one") < pl.col("other")).unique()
    sizes = given.sizes.select("id", "size", "fewest")
    sized = pairs.join(sizes, left_on="one", right_on="id").join(
        sizes, left_on="other", right_on="id", suffix="_other"
    )
    fit = (pl.col("size") >= pl.col("fewest_other")) & (pl.col("size_other") >= pl.col("fewest"))
    return sized.filter(fit).select("one", "other").sort("one", "other")


def compare(sets: "DataFrame", pairs: "DataFrame") -> "DataFrame":
    """The pairs with, for each part, how many members both have (``asked``) and either (``asked_any``)."""
    if not pairs.height:
        counts = [pl.lit(0.0).alias(name) for part in PARTS for name in (part, f"{part}_any")]
        return pairs.with_columns(counts)
    return pl.concat([_compare(sets, some) for some in pairs.iter_slices(AT_ONCE)])


def _compare(sets: "DataFrame", pairs: "DataFrame") -> "DataFrame":
    found = {}
    for part in PARTS:
        one, other = sets[part].gather(pairs["one"]), sets[part].gather(pairs["other"])
        both = pl.select(one.list.set_intersection(other).list.len()).to_series().cast(pl.Float64)
        any_of = one.list.len() + other.list.len() - both
        if ((one.list.len() == MOST) | (other.list.len() == MOST)).any():
            both, any_of = _sampled(one, other, both, any_of)
        found[part], found[f"{part}_any"] = both, any_of.cast(pl.Float64)
    return pairs.with_columns(**found)


def _sampled(one: "Series", other: "Series", both: "Series", any_of: "Series") -> "tuple[Series, Series]":
    """The counts where a list is but the smallest hashes of a set: only hashes that both would show are counted,
    and stand for as many as their share of all hashes says.
    """
    end = pl.select(
        end=pl.min_horizontal(
            pl.when(side.list.len() == MOST).then(side.list.last()).otherwise(SPAN - 1)
            for side in (one, other)
        )
    ).to_series()
    sampled = end < SPAN - 1
    sizes = [_up_to(side, end) for side in (one, other)]
    scale = SPAN / (end + 1)
    return (
        pl.select(pl.when(sampled).then(both * scale).otherwise(both)).to_series(),
        pl.select(pl.when(sampled).then((sizes[0] + sizes[1] - both) * scale).otherwise(any_of)).to_series(),
    )


def _up_to(lists: "Series", end: "Series") -> "Series":
    """How many members of each list are not beyond its end."""
    places = pl.int_range(len(lists), dtype=pl.UInt32, eager=True)
    frame = pl.DataFrame({"place": places, "member": lists, "end": end})
    some = frame.filter(pl.col("member").list.len() > 0).explode("member")
    counts = some.filter(pl.col("member") <= pl.col("end")).group_by("place").agg(n=pl.len())
    return (
        frame.join(counts, on="place", how="left", maintain_order="left")["n"].fill_null(0).cast(pl.Float64)
    )
