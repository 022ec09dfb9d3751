"""Passes over one file: the scan of a check, and going through the file once more."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace

from ftlint.batch.batch import Batch, batch_of
from ftlint.engine.columns import check_columns, check_first_records
from ftlint.engine.part_task import NOTHING, _visitor
from ftlint.engine.pipeline import no_progress as nowhere
from ftlint.engine.scan import Plan
from ftlint.engine.state import ScanState
from ftlint.errors import SourceChanged
from ftlint.io.block import Block, ReadOptions
from ftlint.io.json.columnar import Lines
from ftlint.io.part import WHOLE, Part
from ftlint.io.reader import Reading, open_reading
from ftlint.io.source import Source

Advance = Callable[[int], None]
# Files up to this size, as columns, are kept in memory where they are gone through more than once.
MOST_KEPT = 96 << 20
Visit = Callable[[Block, Batch, ScanState], None]

__all__ = ["NOTHING", "Advance", "Pass", "Visit", "batches", "blocks", "first_pass", "nowhere"]


@dataclass(slots=True)
class Pass:
    """One reading of one file: what the reader said of it, and what the scan found."""

    source: Source
    container: str
    bytes: int
    columns: list[str] | None = None
    """The header of a table."""
    sha256: str = ""
    partial: ScanState = field(default_factory=ScanState)
    reading: Reading | None = None
    kept: list[Block] | None = None
    """The blocks, where they were to be kept and are small enough: they need not be read again."""
    part: Part = WHOLE

    @property
    def state(self) -> ScanState:
        """The partial."""
        return self.partial


def first_pass(
    source: Source,
    plan: Plan,
    read: ReadOptions,
    visit: Visit,
    advance: Advance = nowhere,
    *,
    keep: bool = False,
    part: Part = WHOLE,
) -> Pass:
    """Read a file, or a part of it, and visit every batch of it; the visits fill the pass's partial.

    ``keep`` asks for blocks of columns to be kept for the passes to come, unless they are too large.
    """
    reading = open_reading(source, read, part)
    check_columns(plan, reading.columns)
    seen = Pass(source, reading.container, reading.bytes, reading.columns, part=part)
    seen.partial.name, seen.partial.bytes = source.name, reading.bytes
    seen.reading, seen.kept = reading, [] if keep and reading.bytes <= MOST_KEPT else None
    done = 0
    # While one batch is visited, mostly in polars' own threads, the next one is read.
    visitor = _visitor()
    visited: Future[None] | None = None
    try:
        for block in reading.blocks():
            if part.is_first:
                check_first_records(plan, block)
            if seen.kept is not None:
                seen.kept = [*seen.kept, block] if isinstance(block.records, Lines) else None
            batch = batch_of(block, plan.seer, plan.job)
            if visited is not None:
                visited.result()
            visited = visitor.submit(visit, block, batch, seen.partial)
            seen.partial.incomplete = seen.partial.incomplete or block.why_incomplete()
            seen.partial.rows += block.seen_rows
            seen.partial.lines += block.seen_lines
            advance(reading.position - done)
            done = reading.position
        if visited is not None:
            visited.result()
    finally:
        if visited is not None:
            wait([visited])
    seen.sha256 = reading.sha256
    return seen


def batches(
    seen: Pass, plan: Plan, read: ReadOptions, *, last: bool = False
) -> Iterator[tuple[Block, Batch]]:
    """The file once more, as blocks and batches. After the ``last`` time nothing of it is kept.

    Raises SourceChanged at the end where it is not, byte for byte, what the first pass has seen.
    """
    for block in blocks(seen, read, last=last):
        yield block, batch_of(block, plan.seer, plan.job)


def blocks(seen: Pass, read: ReadOptions, *, last: bool = False) -> Iterator[Block]:
    """The same as blocks only, for who does not look at the records. Raises SourceChanged likewise."""
    source, reading = seen.source, seen.reading
    if seen.kept is not None and reading is not None:
        kept = seen.kept
        seen.kept = None if last else kept
        for place, block in enumerate(kept):
            if last:
                kept[place] = NOTHING
            # What a pass changes of a record must not be seen on the next one.
            yield replace(block, records=block.records.fresh()) if isinstance(block.records, Lines) else block
        reading.check_unchanged()
        return
    reading = open_reading(source, read, seen.part)
    yield from reading.blocks()
    # A part whose first pass this is has no hash yet.
    seen.sha256 = seen.sha256 or reading.sha256
    if reading.changed() or reading.sha256 != seen.sha256:
        raise SourceChanged(f"{source.name} changed while it was read")
