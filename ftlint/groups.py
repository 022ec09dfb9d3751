"""What belongs together: the connected parts of members that share a key, over columns of a million rows."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ftlint.lazy import pl

if TYPE_CHECKING:
    from polars import DataFrame, Series


def components(size: int, keys: "Iterable[Series]") -> "Series":
    """For each of ``size`` members the smallest member that it belongs together with.

    Two members do where they are equal in any of the keys, or where a chain of such pairs leads from one to the
    other. A null equals nothing.
    """
    groups = pl.Series("group", range(size), dtype=pl.UInt32)
    for key in keys:
        edges = _edges(groups, key)
        if edges.height:
            joined, roots = _rooted(edges)
            groups = pl.Series("group", range(size), dtype=pl.UInt32).scatter(joined, roots).gather(groups)
    return groups


def _edges(groups: "Series", key: "Series") -> "DataFrame":
    """The groups that a key joins, each with the smallest of them: group, other."""
    shared = pl.DataFrame({"group": groups, "key": key}).filter(pl.col("key").is_not_null())
    shared = shared.filter(pl.col("key").is_duplicated())
    joined = shared.select("group", other=pl.col("group").min().over("key"))
    return joined.filter(pl.col("group") != pl.col("other")).unique().sort("group", "other")


def _rooted(edges: "DataFrame") -> tuple["Series", "Series"]:
    """The groups that are part of a bigger one now, and the smallest group of that."""
    groups, others = edges["group"], edges["other"]
    if groups.is_unique().all() and not others.is_in(groups.implode()).any():
        return groups, others
    above: dict[int, int] = {}

    def root(group: int) -> int:
        top = group
        while top in above:
            top = above[top]
        while group != top:
            above[group], group = top, above[group]
        return top

    for group, other in zip(groups.to_list(), others.to_list(), strict=True):
        one, two = root(group), root(other)
        if one != two:
            above[max(one, two)] = min(one, two)
    joined = list(above)
    return pl.Series(joined, dtype=pl.UInt32), pl.Series([root(group) for group in joined], dtype=pl.UInt32)
