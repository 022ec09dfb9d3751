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
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.json.columnar import ColumnarRecords
from ftlint.io.part import WHOLE_FILE, FilePart
from ftlint.io.reader import FileReader, open_reader
from ftlint.io.source import Source

Advance = Callable[[int], None]
# Files up to this size, as columns, are kept in memory where they are gone through more than once.
MOST_KEPT = 96 << 20
Visit = Callable[[RecordBlock, Batch, ScanState], None]

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
    reading: FileReader | None = None
    kept: list[RecordBlock] | None = None
    """The blocks, where they were to be kept and are small enough: they need not be read again."""
    part: FilePart = WHOLE_FILE

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
    part: FilePart = WHOLE_FILE,
) -> Pass:
    """Read a file, or a part of it, and visit every batch of it; the visits fill the pass's partial.

    ``keep`` asks for blocks of columns to be kept for the passes to come, unless they are too large.
    """
    reading = open_reader(source, read, part)
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
                seen.kept = [*seen.kept, block] if isinstance(block.records, ColumnarRecords) else None
            batch = batch_of(block, plan.record_reader, plan.context)
            if visited is not None:
                visited.result()
            visited = visitor.submit(visit, block, batch, seen.partial)
            seen.partial.incomplete = seen.partial.incomplete or block.why_incomplete()
            seen.partial.rows += block.row_count
            seen.partial.lines += block.line_count
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
) -> Iterator[tuple[RecordBlock, Batch]]:
    """The file once more, as blocks and batches. After the ``last`` time nothing of it is kept.

    Raises SourceChanged at the end where it is not, byte for byte, what the first pass has seen.
    """
    for block in blocks(seen, read, last=last):
        yield block, batch_of(block, plan.record_reader, plan.context)


def blocks(seen: Pass, read: ReadOptions, *, last: bool = False) -> Iterator[RecordBlock]:
    """The same as blocks only, for who does not look at the records. Raises SourceChanged likewise."""
    source, reading = seen.source, seen.reading
    if seen.kept is not None and reading is not None:
        kept = seen.kept
        seen.kept = None if last else kept
        for place, block in enumerate(kept):
            if last:
                kept[place] = NOTHING
            # What a pass changes of a record must not be seen on the next one.
            yield (
                replace(block, records=block.records.fresh())
                if isinstance(block.records, ColumnarRecords)
                else block
            )
        reading.check_unchanged()
        return
    reading = open_reader(source, read, seen.part)
    yield from reading.blocks()
    # A part whose first pass this is has no hash yet.
    seen.sha256 = seen.sha256 or reading.sha256
    if reading.changed() or reading.sha256 != seen.sha256:
        raise SourceChanged(f"{source.name} changed while it was read")
