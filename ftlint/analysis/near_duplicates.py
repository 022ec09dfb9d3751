"""Near duplicates: examples that say nearly the same.

Each example becomes its shingles (see ``ftlint.shingles``); two are alike by the share of the shingles of both
that both have (Jaccard), compared exactly up to ``MOST`` shingles a part and by a sample of as many beyond. Nothing
depends on the order of the rows or on how they were cut into batches. One example may be unlike another to which
it is joined by a third.
"""

from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis.components import connected_components
from ftlint.analysis.set_join import SharedMembers, candidates, compare, shared
from ftlint.analysis.shingles import PARTS, shingles
from ftlint.analysis.templates import without_fillings

if TYPE_CHECKING:
    from polars import DataFrame, Expr

    from ftlint.batch.batch import Batch

THRESHOLD = 0.85
WORDS = 3
# A question may be put otherwise; what is trained on may not.
ASKED = 0.5
BELOW_ONE = 0.999
SAID = ("asked", "answer", "rejected")


def shingle_sets(batch: "Batch", words: int = WORDS) -> "DataFrame":
    """One row per example that says anything, in the order of the file: row, line, whole (a digest of all its
    shingles), and a list of hashed shingles for each part of it. A shingle is so many ``words``.
    """
    return shingles(batch, words)


def near_duplicate_groups(frames: "list[DataFrame]", threshold: float = THRESHOLD) -> "DataFrame":
    """What must stay together, generously: answers, labels and images may differ where all in all little does.

    ``frames`` are the ``sketches`` of all batches. One row per example of them: row, group, which is the first row
    of the group. An example that is like no other is a group of its own. Examples that say nothing are in no frame.
    """
    if not frames:
        return pl.DataFrame(schema={"row": pl.UInt64, "group": pl.UInt64})
    rows, sets = _numbered(pl.concat(frames))
    given, pairs = _pairs(sets, threshold, strict=False)
    placed = rows.join(connected_components(without_fillings(given, pairs)), on="id", how="left")
    group = pl.col("row").min().over(pl.coalesce("cluster", "id"))
    return placed.select("row", group=group).sort("row")


def clusters(seen: "DataFrame", threshold: float = THRESHOLD) -> "DataFrame":
    """The near duplicates among the rows of ``sketches``: row, line, first_row, first_line, similarity.

    One row per example that is not the first of its cluster, in the order of the file. ``similarity`` is that to the
    first one, from 0 to 1, and 1 only where both have the same shingles; below the threshold where only others
    between them join them. Without these rows nothing is like another any more.
    """
    rows, sets = _numbered(seen)
    firsts = rows.sort("row").unique("id", keep="first", maintain_order=True)
    named = _named(sets, firsts.select("id", "row"), threshold)
    rows = rows.join(named, on="id", how="left").with_columns(first=pl.coalesce("first", "id"))
    rows = rows.join(firsts.select(first="id", first_row="row", first_line="line"), on="first", how="left")
    rows = rows.filter(pl.col("row") != pl.col("first_row"))
    pairs = rows.select(one="first", other="id").unique().sort("one", "other")
    equal = pl.col("one") == pl.col("other")
    similarity = pl.when(equal).then(1.0).otherwise(pl.min_horizontal(_similarity(), BELOW_ONE))
    compared = compare(sets, pairs).select(first="one", id="other", similarity=similarity)
    result = rows.join(compared, on=["first", "id"], how="left").sort("row")
    return result.select("row", "line", "first_row", "first_line", "similarity")


def near_matches(seen: "DataFrame", held: "DataFrame", threshold: float = THRESHOLD) -> "DataFrame":
    """The rows of ``seen`` that are near to one of ``held``: row, line, file, there (its line), similarity.

    Both are ``sketches``; ``held`` has the column ``file``. Of several that are near the most similar is named, of
    equals the first.
    """
    both = pl.concat([seen, held], how="diagonal").with_columns(
        own=pl.int_range(pl.len()) < seen.height, place=pl.int_range(pl.len(), dtype=pl.UInt64)
    )
    rows, sets = _numbered(both.drop("row").rename({"place": "row"}))
    rows = rows.select("id", place="row").join(both.select("place", "row", "line", "file", "own"), on="place")
    given, pairs = _pairs(sets, threshold, strict=True)
    pairs = without_fillings(given, pairs)
    equal = rows.filter(pl.len().over("id") > 1).select(one="id", other="id").unique()
    pairs = pl.concat([pairs, pairs.select(one="other", other="one"), equal]).unique().sort("one", "other")
    own = rows.filter("own").select("row", "line", one="id", place="place")
    there = rows.filter(~pl.col("own")).select("file", there="line", other="id", at="place")
    met = own.join(pairs, on="one").join(there, on="other")
    compared = compare(sets, met.select("one", "other").unique().sort("one", "other"))
    same = pl.col("one") == pl.col("other")
    similarity = pl.when(same).then(1.0).otherwise(pl.min_horizontal(_similarity(), BELOW_ONE))
    met = met.join(compared.select("one", "other", similarity=similarity), on=["one", "other"])
    best = met.sort(["place", "similarity", "at"], descending=[False, True, False])
    best = best.unique("place", keep="first", maintain_order=True)
    return best.select("row", "line", "file", "there", "similarity").sort("row")


def _numbered(seen: "DataFrame") -> "tuple[DataFrame, DataFrame]":
    """The rows with the id of their set (row, line, id), and the sets, each once, whose places the ids are.

    Ids are in the order of digests, so that nothing but a cluster's name depends on the order of rows.
    """
    sets = seen.select("whole", *PARTS).unique("whole").sort("whole")
    ids = sets.select("whole", id=pl.int_range(pl.len(), dtype=pl.UInt32))
    return seen.select("row", "line", "whole").join(ids, on="whole", how="left").drop("whole"), sets


def _pairs(sets: "DataFrame", threshold: float, *, strict: bool) -> "tuple[SharedMembers, DataFrame]":
    """What sets share, and the pairs that are alike."""
    given = shared(sets, threshold)
    compared = compare(sets, candidates(given))
    return given, compared.filter(_alike(threshold, strict=strict)).select("one", "other")


def _named(sets: "DataFrame", rows: "DataFrame", threshold: float) -> "DataFrame":
    """The sets that are like another one, but for the first of each cluster: id, first (the first one's id).

    What is common may be so no more without these; so the rest is looked at again until nothing is found.
    """
    given, pairs = _pairs(sets, threshold, strict=True)
    found = [pl.DataFrame(schema={"id": pl.UInt32, "first": pl.UInt32})]
    while (hang := connected_components(without_fillings(given, pairs))).height:
        placed = hang.join(rows, on="id").sort("row")
        named = placed.select("id", first=pl.col("id").first().over("cluster"))
        found.append(named.filter(pl.col("id") != pl.col("first")))
        gone = found[-1]["id"].implode()
        given = given.without(found[-1]["id"])
        pairs = pairs.filter(~pl.col("one").is_in(gone) & ~pl.col("other").is_in(gone))
    return pl.concat(found)


def _alike(threshold: float, *, strict: bool) -> "Expr":
    """Whether a pair is alike, all in all and part by part, so that no long part speaks for a short one."""
    alike = _similarity() >= threshold
    if not strict:
        return alike
    same = [_share((part,)) >= threshold for part in ("answer", "rejected", "beyond")]
    return alike & (_share(("asked",)) >= ASKED) & pl.all_horizontal(same)


def _similarity() -> "Expr":
    """With and without the system prompt and what is beyond words, whichever is less."""
    return pl.min_horizontal(_share(PARTS), _share(SAID))


def _share(parts: "tuple[str, ...]") -> "Expr":
    both = pl.sum_horizontal(parts)
    any_of = pl.sum_horizontal(f"{part}_any" for part in parts)
    return pl.when(any_of > 0).then(both / any_of).otherwise(1.0)
