"""What a rule about the whole notes on the way: places and words, kept until every batch was seen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.rule.base import Severity, Spot

if TYPE_CHECKING:
    from polars import DataFrame

Note = tuple[int, int, str, str]
"""Record, message, kind (what a rule tells its notes apart by) and words."""
OWN = {"row": "UInt64", "line": "UInt64", "path": "String", "kind": "String", "message": "String"}


def noted(batch: Batch, notes: Iterable[Note], **counts: int) -> "DataFrame":
    """Notes as a frame with absolute places: row, line, path, kind, message; and one row of ``counts``."""
    rows: list[tuple[Any, ...]] = []
    nothing = [None] * len(counts)
    for i, at, kind, message in sorted(notes):
        path = batch.example(i).path({"at": at})
        rows.append((batch.rows[i], batch.lines[i], path, kind, message, *nothing))
    if counts:
        rows.append((*[None] * len(OWN), *counts.values()))
    schema = {name: getattr(pl, kind) for name, kind in OWN.items()} | dict.fromkeys(counts, pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def together(frames: Sequence["DataFrame"]) -> "DataFrame":
    """The notes of many batches, with their counts added up."""
    seen = pl.concat(frames)
    counts = seen.select(pl.exclude(OWN.keys()))
    if not counts.width:
        return seen
    notes = seen.filter(pl.col("row").is_not_null())
    return pl.concat([notes, counts.sum()], how="diagonal").select(seen.columns)


def count(seen: "DataFrame", name: str) -> int:
    """A count of a frame of notes."""
    return int(seen[name].sum())


def of_kind(seen: "DataFrame", kind: str) -> "DataFrame":
    """The notes of one kind."""
    return seen.filter(pl.col("kind") == kind)


def spots(
    seen: "DataFrame | None", *, without: Sequence[str] = (), severities: Mapping[str, Severity] | None = None
) -> list[Spot]:
    """The notes as spots, in the order of the file: all but those of some kinds, some with another severity."""
    if seen is None:
        return []
    notes = seen.filter(pl.col("row").is_not_null() & ~pl.col("kind").is_in(list(without)))
    return [
        Spot(message, path, row, line, severity=(severities or {}).get(kind))
        for row, line, path, kind, message in notes.select(*OWN).sort("row", maintain_order=True).rows()
    ]
