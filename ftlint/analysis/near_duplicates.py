"""Detect near duplicates: examples with nearly the same content.

Each example is a set of shingles (see ``ftlint.analysis.shingles``); the similarity of two examples is the Jaccard
index of their sets, exact up to ``MOST`` shingles per part and estimated from a sample of that size beyond. The result
does not depend on the order of the rows or on the batches. Clusters are transitive: two examples of one cluster may
differ, if both are similar to a third.
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
# The threshold for questions is lower: they may be rephrased, answers may not.
ASKED = 0.5
BELOW_ONE = 0.999
SAID = ("asked", "answer", "rejected")


def shingle_sets(batch: "Batch", words: int = WORDS) -> "DataFrame":
    """One row per example with any content, in file order: row, line, whole (a digest of all its shingles), and a list
    of hashed shingles for each part. A shingle has ``words`` words.
    """
    return shingles(batch, words)


def near_duplicate_groups(frames: "list[DataFrame]", threshold: float = THRESHOLD) -> "DataFrame":
    """Groups of examples that a split must not separate; answers, labels and images may differ if little else does.

    ``frames`` are the ``shingle_sets`` of all batches. One row per example: row, group (the first row of the group).
    An example without near duplicates is a group of its own. Examples without content are not in the frames.
    """
    if not frames:
        return pl.DataFrame(schema={"row": pl.UInt64, "group": pl.UInt64})
    rows, sets = _numbered(pl.concat(frames))
    shared_members, pairs = _pairs(sets, threshold, strict=False)
    placed = rows.join(connected_components(without_fillings(shared_members, pairs)), on="id", how="left")
    group = pl.col("row").min().over(pl.coalesce("cluster", "id"))
    return placed.select("row", group=group).sort("row")


def clusters(checked: "DataFrame", threshold: float = THRESHOLD) -> "DataFrame":
    """The near duplicates among the rows of ``shingle_sets``: row, line, first_row, first_line, similarity.

    One row per example that is not the first of its cluster, in file order. ``similarity`` is the similarity to the
    first one, from 0 to 1, and 1 only for equal shingles; it is below the threshold where the two are only connected
    through others. Without these rows no two examples are similar.
    """
    rows, sets = _numbered(checked)
    firsts = rows.sort("row").unique("id", keep="first", maintain_order=True)
    named = _duplicates_of_first(sets, firsts.select("id", "row"), threshold)
    rows = rows.join(named, on="id", how="left").with_columns(first=pl.coalesce("first", "id"))
    rows = rows.join(firsts.select(first="id", first_row="row", first_line="line"), on="first", how="left")
    rows = rows.filter(pl.col("row") != pl.col("first_row"))
    pairs = rows.select(one="first", other="id").unique().sort("one", "other")
    equal = pl.col("one") == pl.col("other")
    similarity = pl.when(equal).then(1.0).otherwise(pl.min_horizontal(_similarity(), BELOW_ONE))
    compared = compare(sets, pairs).select(first="one", id="other", similarity=similarity)
    result = rows.join(compared, on=["first", "id"], how="left").sort("row")
    return result.select("row", "line", "first_row", "first_line", "similarity")


def near_matches(checked: "DataFrame", reference: "DataFrame", threshold: float = THRESHOLD) -> "DataFrame":
    """The rows of ``checked`` with a near duplicate in ``reference``: row, line, file, there (its line), similarity.

    Both are ``shingle_sets``; ``reference`` has the column ``file``. Of several near duplicates the most similar is
    reported, of equally similar ones the first.
    """
    both = pl.concat([checked, reference], how="diagonal").with_columns(
        own=pl.int_range(pl.len()) < checked.height, place=pl.int_range(pl.len(), dtype=pl.UInt64)
    )
    rows, sets = _numbered(both.drop("row").rename({"place": "row"}))
    rows = rows.select("id", place="row").join(both.select("place", "row", "line", "file", "own"), on="place")
    shared_members, pairs = _pairs(sets, threshold, strict=True)
    pairs = without_fillings(shared_members, pairs)
    equal = rows.filter(pl.len().over("id") > 1).select(one="id", other="id").unique()
    pairs = pl.concat([pairs, pairs.select(one="other", other="one"), equal]).unique().sort("one", "other")
    checked_rows = rows.filter("own").select("row", "line", one="id", place="place")
    reference_rows = rows.filter(~pl.col("own")).select("file", there="line", other="id", at="place")
    matches = checked_rows.join(pairs, on="one").join(reference_rows, on="other")
    compared = compare(sets, matches.select("one", "other").unique().sort("one", "other"))
    same = pl.col("one") == pl.col("other")
    similarity = pl.when(same).then(1.0).otherwise(pl.min_horizontal(_similarity(), BELOW_ONE))
    matches = matches.join(compared.select("one", "other", similarity=similarity), on=["one", "other"])
    best = matches.sort(["place", "similarity", "at"], descending=[False, True, False])
    best = best.unique("place", keep="first", maintain_order=True)
    return best.select("row", "line", "file", "there", "similarity").sort("row")


def _numbered(checked: "DataFrame") -> "tuple[DataFrame, DataFrame]":
    """The rows with the id of their set (row, line, id), and the distinct sets, numbered by id.

    Ids are in the order of digests, so that only the names of clusters depend on the order of rows.
    """
    sets = checked.select("whole", *PARTS).unique("whole").sort("whole")
    ids = sets.select("whole", id=pl.int_range(pl.len(), dtype=pl.UInt32))
    return checked.select("row", "line", "whole").join(ids, on="whole", how="left").drop("whole"), sets


def _pairs(sets: "DataFrame", threshold: float, *, strict: bool) -> "tuple[SharedMembers, DataFrame]":
    """The shared members of the sets, and the pairs of similar sets."""
    shared_members = shared(sets, threshold)
    compared = compare(sets, candidates(shared_members))
    return shared_members, compared.filter(_is_similar(threshold, strict=strict)).select("one", "other")


def _duplicates_of_first(sets: "DataFrame", rows: "DataFrame", threshold: float) -> "DataFrame":
    """The sets that are near duplicates, without the first of each cluster: id, first (the id of the first one).

    Without these sets other shingles may no longer be common, so the search is repeated until it finds nothing.
    """
    shared_members, pairs = _pairs(sets, threshold, strict=True)
    duplicates_found = [pl.DataFrame(schema={"id": pl.UInt32, "first": pl.UInt32})]
    while (clustered := connected_components(without_fillings(shared_members, pairs))).height:
        placed = clustered.join(rows, on="id").sort("row")
        named = placed.select("id", first=pl.col("id").first().over("cluster"))
        duplicates_found.append(named.filter(pl.col("id") != pl.col("first")))
        removed = duplicates_found[-1]["id"].implode()
        shared_members = shared_members.without(duplicates_found[-1]["id"])
        pairs = pairs.filter(~pl.col("one").is_in(removed) & ~pl.col("other").is_in(removed))
    return pl.concat(duplicates_found)


def _is_similar(threshold: float, *, strict: bool) -> "Expr":
    """Whether a pair is similar, in total and by part, so that a long part does not outweigh a short one."""
    similar = _similarity() >= threshold
    if not strict:
        return similar
    same = [_share((part,)) >= threshold for part in ("answer", "rejected", "beyond")]
    return similar & (_share(("asked",)) >= ASKED) & pl.all_horizontal(same)


def _similarity() -> "Expr":
    """The lesser similarity with and without the system prompt and the fields that are not text."""
    return pl.min_horizontal(_share(PARTS), _share(SAID))


def _share(parts: "tuple[str, ...]") -> "Expr":
    both = pl.sum_horizontal(parts)
    any_of = pl.sum_horizontal(f"{part}_any" for part in parts)
    return pl.when(any_of > 0).then(both / any_of).otherwise(1.0)
