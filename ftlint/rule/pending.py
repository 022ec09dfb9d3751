"""Pending findings of a dataset rule, as a frame: locations and messages that are reported after the last batch."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.batch.example import Location
from ftlint.batch.file_group import FileGroup
from ftlint.rule.base import Severity, Violation

if TYPE_CHECKING:
    from polars import DataFrame

Note = tuple[int, int, str, str]
"""Index of the record, index of the message, kind (by which a rule distinguishes its notes) and text."""
NOTE_COLUMNS = {"row": "UInt64", "line": "UInt64", "path": "String", "kind": "String", "message": "String"}


def pending_frame(batch: Batch, notes: Iterable[Note], **counts: int) -> "DataFrame":
    """Notes as a frame with absolute positions: row, line, path, kind, message; and one row of ``counts``."""
    rows: list[tuple[Any, ...]] = []
    no_counts = [None] * len(counts)
    for i, at, kind, message in sorted(notes):
        path = batch.example(i).path(Location(at))
        rows.append((batch.rows[i], batch.lines[i], path, kind, message, *no_counts))
    if counts:
        rows.append((*[None] * len(NOTE_COLUMNS), *counts.values()))
    schema = {name: getattr(pl, kind) for name, kind in NOTE_COLUMNS.items()} | dict.fromkeys(
        counts, pl.Int64
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def files_with_notes(group: FileGroup, pending: "DataFrame | None") -> set[int]:
    """The files of a group that have notes."""
    return group.of_rows(pending["row"]) if pending is not None else set()


def merge_pending(frames: Sequence["DataFrame"]) -> "DataFrame":
    """The notes of several batches, with their counts summed."""
    pending = pl.concat(frames)
    counts = pending.select(pl.exclude(NOTE_COLUMNS.keys()))
    if not counts.width:
        return pending
    notes = pending.filter(pl.col("row").is_not_null())
    return pl.concat([notes, counts.sum()], how="diagonal").select(pending.columns)


def count(pending: "DataFrame", name: str) -> int:
    """The sum of one of the counts."""
    return int(pending[name].sum())


def of_kind(pending: "DataFrame", kind: str) -> "DataFrame":
    """The notes of one kind."""
    return pending.filter(pl.col("kind") == kind)


def to_violations(
    pending: "DataFrame | None",
    *,
    without: Sequence[str] = (),
    severities: Mapping[str, Severity] | None = None,
) -> list[Violation]:
    """The pending findings as violations, in file order, without some kinds, and with severities for some kinds."""
    if pending is None:
        return []
    notes = pending.filter(pl.col("row").is_not_null() & ~pl.col("kind").is_in(list(without)))
    return [
        Violation(message, path, row, line, severity=(severities or {}).get(kind))
        for row, line, path, kind, message in notes.select(*NOTE_COLUMNS)
        .sort("row", maintain_order=True)
        .rows()
    ]
