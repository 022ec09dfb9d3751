"""Match the examples of two versions: same, changed, removed or added.

Examples are identified by their canonical content, so another spelling of the same JSON is no change. Of
equal examples as many are the same as both versions have. Of the rest, examples are changed if the prompt is
equal and the answer is not, or if the example at the same position, between the same neighbours, is nearly
the same; otherwise they were removed or added.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame

MIN_SIMILARITY = 0.5
"""So much of their shingles two examples have in common that are nearly the same."""
SAID = ("asked", "answer", "rejected")
PARTS = ("context", *SAID, "beyond")

Sketches = Callable[[Sequence[int]], "DataFrame"]
"""The shingles of some examples: a row per example with text, its ``place``, and a list of hashes for each role."""


class MatchedExamples(Struct, frozen=True):
    """Indices of examples in both versions.

    ``changed`` are (old, new); ``moved`` counts same examples in another order.
    """

    same: int
    moved: int
    changed: Sequence[tuple[int, int]]
    removed: Sequence[int]
    added: Sequence[int]


def match_examples(
    old: "DataFrame", new: "DataFrame", sketches: tuple[Sketches, Sketches]
) -> MatchedExamples:
    """Match two versions. The frames have a row per example: the digests of its content and of its prompt."""
    one, other = (frame.select("digest", "prompt", place=pl.int_range(pl.len())) for frame in (old, new))
    same = _pairs(one, other, "digest")
    # The neighbour of an example is the matched one before it, by its place in the old version.
    left = (
        _unmatched(one, same.select(place="old", neighbour="old")),
        _unmatched(other, same.select(place="new", neighbour="old")),
    )
    answers = _pairs(*left, "prompt")
    left = _without(*left, answers)
    near = _similar(_pairs(*left, "neighbour"), *sketches)
    removed, added = _without(*left, near)
    return MatchedExamples(
        same=same.height,
        moved=same.height - _longest_ascending(same["old"].to_list()),
        changed=pl.concat([answers, near]).sort("new").rows(),
        removed=removed["place"].to_list(),
        added=added["place"].to_list(),
    )


def _pairs(old: "DataFrame", new: "DataFrame", key: str) -> "DataFrame":
    """The nth example of each key with the nth of the other version, so that the last ones are unmatched: old, new."""
    one, other = (
        frame.filter(pl.col(key).is_not_null()).with_columns(nth=pl.int_range(pl.len()).over(key))
        for frame in (old, new)
    )
    pairs = other.join(one, on=[key, "nth"], suffix="_old", maintain_order="left")
    return pairs.select(old="place_old", new="place")


def _unmatched(frame: "DataFrame", matched: "DataFrame") -> "DataFrame":
    """The examples without a match, each with its neighbour, -1 for none."""
    joined = frame.join(matched, on="place", how="left", maintain_order="left")
    neighbour = pl.col("neighbour")
    found = joined.with_columns(neighbour.forward_fill().fill_null(-1), matched=neighbour.is_not_null())
    return found.filter(~pl.col("matched"))


def _without(old: "DataFrame", new: "DataFrame", pairs: "DataFrame") -> "tuple[DataFrame, DataFrame]":
    one, other = (~pl.col("place").is_in(pairs[name].implode()) for name in ("old", "new"))
    return old.filter(one), new.filter(other)


def _similar(pairs: "DataFrame", old: Sketches, new: Sketches) -> "DataFrame":
    """The pairs that share enough shingles, in total or without instructions."""
    if not pairs.height:
        return pairs
    both = pairs
    for name, sketch in (("old", old), ("new", new)):
        found = sketch(pairs[name].to_list())
        if not found.height:
            return pairs.clear()
        parts = found.select(pl.col("place").cast(pl.Int64).alias(name), *PARTS)
        both = both.join(parts, on=name, suffix="_new", maintain_order="left")

    def share(parts: Sequence[str]) -> "pl.Expr":
        common, either = (
            pl.sum_horizontal(*[getattr(pl.col(part).list, how)(f"{part}_new").list.len() for part in parts])
            for how in ("set_intersection", "set_union")
        )
        return common / either

    enough = both.filter((share(PARTS) >= MIN_SIMILARITY) | (share(SAID) >= MIN_SIMILARITY))
    return enough.select("old", "new")


def _longest_ascending(numbers: Sequence[int]) -> int:
    """The length of the longest ascending subsequence."""
    ends: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        if at == len(ends):
            ends.append(number)
        else:
            ends[at] = number
    return len(ends)
