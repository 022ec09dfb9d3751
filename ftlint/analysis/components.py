"""Connected components of pairs, and of members that share a key, for millions of rows (union-find)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, Series


def connected_components(pairs: "DataFrame") -> "DataFrame":
    """The components of the graph of pairs (one, other): id, cluster (the smallest id of the component)."""
    parent: dict[int, int] = {}

    def root(member: int) -> int:
        top = member
        while top in parent:
            top = parent[top]
        while member != top:
            parent[member], member = top, parent[member]
        return top

    for left, right in zip(pairs["one"].to_list(), pairs["other"].to_list(), strict=True):
        first, second = root(left), root(right)
        if first != second:
            parent[max(first, second)] = min(first, second)
    ids = pl.concat([pairs["one"], pairs["other"]]).unique().sort().cast(pl.UInt32).rename("id")
    roots = pl.Series("cluster", [root(member) for member in ids.to_list()], dtype=pl.UInt32)
    return pl.DataFrame([ids, roots])


def components_by_keys(size: int, keys: "Iterable[Series]") -> "Series":
    """For each of ``size`` members the smallest member of its component.

    Two members are connected where they are equal in any of the keys. A null equals nothing.
    """
    groups = pl.Series("group", range(size), dtype=pl.UInt32)
    for key in keys:
        edges = _edges(groups, key)
        if not edges.height:
            continue
        ids, roots = edges["one"], edges["other"]
        if ids.is_duplicated().any() or roots.is_in(ids.implode()).any():
            ids, roots = connected_components(edges).get_columns()
        groups = pl.Series("group", range(size), dtype=pl.UInt32).scatter(ids, roots).gather(groups)
    return groups


def _edges(groups: "Series", key: "Series") -> "DataFrame":
    """The groups that a key connects, each with the smallest of them: one, other."""
    shared = pl.DataFrame({"group": groups, "key": key}).filter(pl.col("key").is_not_null())
    shared = shared.filter(pl.col("key").is_duplicated())
    joined = shared.select(one="group", other=pl.col("group").min().over("key"))
    return joined.filter(pl.col("one") != pl.col("other")).unique().sort("one", "other")
