"""Match the examples of two versions: same, changed, removed or added.

Examples are identified by their canonical content, so another spelling of the same JSON is no change. Of
equal examples as many are the same as both versions have. Of the rest, examples are changed if the prompt is
equal and the answer is not, or if the example at the same position, between the same neighbours, is nearly
the same; otherwise they were removed or added.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame

MIN_SIMILARITY = 0.5
"""So much of their shingles two examples have in common that are nearly the same."""
SAID = ("asked", "answer", "rejected")
PARTS = ("context", *SAID, "beyond")


@dataclass(slots=True)
class MatchedExamples:
    """Indices of examples in both versions.

    ``changed`` are (old, new); ``moved`` counts same examples in another order.
    """

    same: int = 0
    moved: int = 0
    changed: list[tuple[int, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)


@dataclass(slots=True)
class UnmatchedExamples:
    """Unmatched examples: the index, and the preceding matched example (-1 for none)."""

    places: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


def match_equal(
    old: "DataFrame", new: "DataFrame"
) -> tuple[MatchedExamples, UnmatchedExamples, UnmatchedExamples]:
    """Matched examples, and the unmatched of each version. The frames have a row per example: digest and prompt."""
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    for place, digest in enumerate(old["digest"]):
        waiting[digest].append(place)
    for places in waiting.values():
        places.reverse()
    # The nth of equal examples matches the nth of the other version, so that the last ones are unmatched.
    pairs: dict[int, int] = {}
    left_new = UnmatchedExamples()
    last = -1
    for place, digest in enumerate(new["digest"]):
        if waiting.get(digest):
            last = pairs[place] = waiting[digest].pop()
        else:
            left_new.places.append(place)
            left_new.after.append(last)
    used = set(pairs.values())
    left_old = UnmatchedExamples()
    last = -1
    for place in range(old.height):
        if place in used:
            last = place
        else:
            left_old.places.append(place)
            left_old.after.append(last)
    order = list(pairs.values())
    return MatchedExamples(same=len(order), moved=len(order) - _longest_ascending(order)), left_old, left_new


def match_answers(
    matched: MatchedExamples,
    old: "DataFrame",
    new: "DataFrame",
    unmatched: tuple[UnmatchedExamples, UnmatchedExamples],
) -> None:
    """Pair examples with equal prompts, in order; paired examples are removed from the unmatched."""
    prompts = [
        frame["prompt"].gather(side.places).to_list()
        for frame, side in zip((old, new), unmatched, strict=True)
    ]
    _pair(matched, unmatched, prompts)


def match_places(
    matched: MatchedExamples,
    unmatched: tuple[UnmatchedExamples, UnmatchedExamples],
    sketches: "tuple[DataFrame, DataFrame]",
) -> None:
    """Pair near duplicates between the same neighbours.

    The frames have a row per example with text: index, and a list of hashed shingles for each role.
    """
    behind: defaultdict[int, list[int]] = defaultdict(list)
    for n, after in enumerate(unmatched[0].after):
        behind[after].append(n)
    neighbours: defaultdict[int, int] = defaultdict(int)
    tried: list[tuple[int, int, int]] = []
    for n, after in enumerate(unmatched[1].after):
        mine = behind.get(after, [])
        if neighbours[after] < len(mine):
            tried.append((n, unmatched[0].places[mine[neighbours[after]]], unmatched[1].places[n]))
            neighbours[after] += 1
    alike = _similar([pair[1:] for pair in tried], *sketches)
    numbers: tuple[list[int | None], list[int | None]] = (
        [None] * len(unmatched[0].places),
        [None] * len(unmatched[1].places),
    )
    where = {place: n for n, place in enumerate(unmatched[0].places)}
    for n, first, second in tried:
        if (first, second) in alike:
            numbers[0][where[first]] = numbers[1][n] = n
    _pair(matched, unmatched, numbers)


def finish(
    matched: MatchedExamples, unmatched: tuple[UnmatchedExamples, UnmatchedExamples]
) -> MatchedExamples:
    """The remaining examples were removed, or added."""
    matched.removed, matched.added = unmatched[0].places, unmatched[1].places
    matched.changed.sort(key=lambda pair: pair[1])
    return matched


def _pair(
    matched: MatchedExamples,
    unmatched: tuple[UnmatchedExamples, UnmatchedExamples],
    keys: "Sequence[Sequence[int | None]]",
) -> None:
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    for place, key in zip(unmatched[0].places, keys[0], strict=True):
        if key is not None:
            waiting[key].append(place)
    for places in waiting.values():
        places.reverse()
    gone: tuple[set[int], set[int]] = (set(), set())
    for place, key in zip(unmatched[1].places, keys[1], strict=True):
        if key is not None and waiting.get(key):
            other = waiting[key].pop()
            matched.changed.append((other, place))
            gone[0].add(other)
            gone[1].add(place)
    for side, paired in zip(unmatched, gone, strict=True):
        stay = [n for n, place in enumerate(side.places) if place not in paired]
        side.after = [side.after[n] for n in stay]
        side.places = [side.places[n] for n in stay]


def _similar(pairs: list[tuple[int, int]], old: "DataFrame", new: "DataFrame") -> set[tuple[int, int]]:
    """The pairs that share enough shingles, in total or without instructions."""
    if not pairs:
        return set()
    schema = {"old": pl.UInt32, "new": pl.UInt32}
    frame = pl.DataFrame(pairs, schema=schema, orient="row")
    first = old.select(pl.col("place").cast(pl.UInt32).alias("old"), *PARTS)
    second = new.select(pl.col("place").cast(pl.UInt32).alias("new"), *PARTS)
    both = frame.join(first, on="old").join(second, on="new", suffix="_new")

    def share(parts: Sequence[str]) -> "pl.Expr":
        common = pl.sum_horizontal(
            *[pl.col(part).list.set_intersection(f"{part}_new").list.len() for part in parts]
        )
        either = pl.sum_horizontal(*[pl.col(part).list.set_union(f"{part}_new").list.len() for part in parts])
        return common / either

    enough = both.filter((share(PARTS) >= MIN_SIMILARITY) | (share(SAID) >= MIN_SIMILARITY))
    return set(enough.select("old", "new").rows())


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
