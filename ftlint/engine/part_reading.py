"""Read a part of a file for a pass: its blocks, checked and counted, and what reading says of the result."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic

from msgspec import structs

from ftlint.batch.error_cells import settle_error_cells
from ftlint.engine.columns import check_columns, check_first_records
from ftlint.engine.pass_result import PassResult, S
from ftlint.errors import SourceChanged
from ftlint.io.block import RecordBlock
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.reader import FileReader, open_reader

if TYPE_CHECKING:
    from ftlint.engine.part_task import PartTask

# Files up to this size, decoded to columns, are cached in memory between passes.
MAX_CACHED_BYTES = 96 << 20
NOTHING = RecordBlock([], (), ())


class PartReading(Generic[S]):
    """The reading of a part: its blocks, and its result as far as reading determines it."""

    def __init__(self, task: "PartTask[S]", state: S) -> None:
        self._task = task
        self._reader, self._blocks = _open(task)
        self.result = PassResult(
            task.source, state, self._reader.container, self._reader.bytes, self._reader.columns
        )

    def blocks(self) -> Iterator[RecordBlock]:
        """The blocks, each checked and counted; the result is complete after the last one."""
        task, result, reader, live = self._task, self.result, self._reader, self._task.live
        keeps = live is not None and live.keep and reader.bytes <= MAX_CACHED_BYTES
        cached: list[RecordBlock] | None = [] if keeps else None
        done = reader.position
        for block in self._blocks:
            if task.part.is_first:
                check_first_records(task.step.plan, block)
            settle_error_cells(block, task.step.plan.record_reader)
            if cached is not None:
                cached = [*cached, block] if isinstance(block.records, ColumnarRecords) else None
            yield block
            result.count(block)
            if live is not None:
                live.progress(reader.position - done)
            done = reader.position
        result.sha256 = reader.sha256
        if task.again and (reader.changed() or result.sha256 != (task.sha256 or result.sha256)):
            raise SourceChanged(f"{task.source.name} changed while it was read")
        if live is not None:
            result.reading, result.blocks = reader, cached


def _open(task: "PartTask[Any]") -> tuple[FileReader, Iterator[RecordBlock]]:
    """The opened file and its blocks: cached by an earlier pass, or read now."""
    before = task.live.before if task.live is not None else None
    if (
        task.live is not None
        and before is not None
        and before.reading is not None
        and before.blocks is not None
    ):
        cached = before.blocks
        before.blocks = None if task.live.last else cached
        return before.reading, _copied(cached, last=task.live.last)
    reading = open_reader(task.source, task.read, task.part)
    check_columns(task.step.plan, reading.columns)
    return reading, reading.blocks()


def _copied(cached: list[RecordBlock], *, last: bool) -> Iterator[RecordBlock]:
    """Cached blocks are copied: changes that a pass makes to a record must not reach the next one."""
    for place, block in enumerate(cached):
        if last:
            cached[place] = NOTHING
        yield (
            structs.replace(block, records=block.records.fresh())
            if isinstance(block.records, ColumnarRecords)
            else block
        )
