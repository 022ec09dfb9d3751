"""One task of a pass: a step over a part of a file, in any process."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass, field
from threading import local
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, structs

from ftlint.batch.batch import Batch, batch_of
from ftlint.batch.error_cells import settle_error_cells
from ftlint.engine.columns import check_columns, check_first_records
from ftlint.engine.scan import Plan
from ftlint.errors import SourceChanged
from ftlint.execution.executor import BlobRef, InlineBlob, TaskResult
from ftlint.execution.staging import CHUNK, PartWriter, StagedFile, StagingArea
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.part import WHOLE_FILE, FilePart
from ftlint.io.reader import FileReader, open_reader
from ftlint.io.source import Source
from ftlint.io.stream import open_source


class Mergeable(Protocol):
    """The mergeable state of a pass over a part of a file."""

    def merge(self, other: Any, rows: int, lines: int, /) -> None:
        """Merge the state of the following part; its rows and lines are shifted."""
        ...


S = TypeVar("S", bound=Mergeable)
Progress = Callable[[int], None]
# Files up to this size, decoded to columns, are cached in memory between passes.
MAX_CACHED_BYTES = 96 << 20
NOTHING = RecordBlock([], (), ())
_this_thread = local()


class Step(ABC, Generic[S]):
    """One pass over a file: an operation on every block of records. Immutable and picklable."""

    outputs: tuple[str, ...] = ()
    """The names of the outputs it writes."""
    needs_batch: bool = True
    """Whether records are decoded; otherwise every batch is empty."""
    shuffles: bool = False
    """Whether its state can be hash-partitioned and reduced by workers (see ``engine/shuffle.py``)."""

    @property
    @abstractmethod
    def plan(self) -> Plan:
        """The record reader."""

    @abstractmethod
    def start(self) -> S:
        """The state before the first block."""

    @abstractmethod
    def visit(self, block: RecordBlock, batch: Batch, state: S, outputs: Mapping[str, Any]) -> None:
        """Process the next block and its records as a batch: update the state, and write to the outputs."""

    def finish(self, state: S) -> None:
        """Called after the last block of a part."""
        del state

    def for_part(self, part: FilePart, rows: range) -> "Step[S]":
        """The step as it is sent to one part, with these rows: without data that only other parts need."""
        del part, rows
        return self

    def partition(self, state: S, count: int) -> Sequence[Any]:
        """Move the keyed state out of the state, into ``count`` hash partitions."""
        raise NotImplementedError

    def reduce(self, parts: Sequence[tuple[BlobRef, int, int]]) -> TaskResult:
        """Reduce one partition of all parts, each with the number of rows and lines before it."""
        raise NotImplementedError

    def absorb(self, state: S, reduced: Sequence[TaskResult]) -> None:
        """Merge the reduced partitions into the state of the entire file."""
        raise NotImplementedError


@dataclass(slots=True)
class PassResult(Generic[S]):
    """The result of a pass over a file, or over a part of it."""

    source: Source
    state: S
    container: str = ""
    bytes: int = 0
    """The size of the file."""
    columns: list[str] | None = None
    """The header of a table."""
    sha256: str = ""
    rows: int = 0
    lines: int = 0
    incomplete: str = ""
    """Why the file was not read in full."""
    parts: list[FilePart] = field(default_factory=list)
    """Its parts with their row and line numbers in the file."""
    hashes: list[str] = field(default_factory=list)
    """The SHA-256 of each part, where known."""
    files: dict[str, StagedFile] = field(default_factory=dict)
    """The staged output of a part, by output name."""
    reading: FileReader | None = None
    """The opened file, in the caller's process."""
    blocks: list[RecordBlock] | None = None
    """Its cached blocks, for the next pass."""

    def count(self, block: RecordBlock) -> None:
        """Add the number of bytes, rows and lines of a block."""
        self.rows += block.row_count
        self.lines += block.line_count
        self.incomplete = self.incomplete or block.why_incomplete()


@dataclass(slots=True)
class Live:
    """What only a task in the caller's process receives and returns."""

    progress: Progress
    outputs: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = False
    """Cache the blocks for later passes, unless they are too large."""
    before: "PassResult[Any] | None" = None
    """The pass before, which may have cached blocks."""
    last: bool = False
    """Nothing has to be cached after this pass."""


@dataclass(frozen=True, slots=True)
class PartTask(Generic[S]):
    """A step over a part of a file. ``again``: it was read before, and its bytes had this SHA-256 if known."""

    step: Step[S]
    source: Source
    read: ReadOptions
    part: FilePart = WHOLE_FILE
    again: bool = False
    sha256: str = ""
    partitions: int = 0
    staging: StagingArea | None = None
    live: Live | None = None

    def __str__(self) -> str:
        return self.part.named(self.source.name)

    def run(self) -> TaskResult:
        """Run the step over the part; returns a ``PassResult``."""
        step, state = self.step, self.step.start()
        writer = PartWriter(self.staging, step.outputs) if self.staging is not None else None
        with writer or nullcontext(self.live.outputs if self.live is not None else {}) as outputs:
            result = _visit_blocks(self, state, outputs)
            step.finish(state)
        if writer is not None:
            result.files = writer.staged
        stored = step.partition(state, self.partitions) if self.partitions else ()
        return TaskResult(result, [*map(InlineBlob, stored)])


class HashTask(Struct, frozen=True):
    """The SHA-256 of a file."""

    source: Source

    def __str__(self) -> str:
        return f"{self.source.name}, its hash"

    def run(self) -> TaskResult:
        """Read the file. Raises OSError."""
        hashed = hashlib.sha256()
        with open_source(self.source) as file:
            while chunk := file.read(CHUNK):
                hashed.update(chunk)
        return TaskResult(hashed.hexdigest())


def run_task(task: Any) -> TaskResult:
    """Run a task."""
    result: TaskResult = task.run()
    return result


def _visit_blocks(task: PartTask[S], state: S, outputs: Mapping[str, Any]) -> PassResult[S]:
    """While one batch is processed, mostly in threads of polars, the next one is read."""
    step, plan, live = task.step, task.step.plan, task.live
    reading, blocks = _open(task)
    result = PassResult(task.source, state, reading.container, reading.bytes, reading.columns)
    keeps = live is not None and live.keep and reading.bytes <= MAX_CACHED_BYTES
    cached: list[RecordBlock] | None = [] if keeps else None
    visitor, done = _visitor(), reading.position
    visited: Future[None] | None = None
    try:
        for block in blocks:
            if task.part.is_first:
                check_first_records(plan, block)
            settle_error_cells(block, plan.record_reader)
            if cached is not None:
                cached = [*cached, block] if isinstance(block.records, ColumnarRecords) else None
            batch = batch_of(block if step.needs_batch else NOTHING, plan.record_reader, plan.context)
            if visited is not None:
                visited.result()
            visited = visitor.submit(step.visit, block, batch, state, outputs)
            result.count(block)
            if live is not None:
                live.progress(reading.position - done)
            done = reading.position
        if visited is not None:
            visited.result()
    finally:
        if visited is not None:
            wait([visited])
    result.sha256 = reading.sha256
    if task.again and (reading.changed() or result.sha256 != (task.sha256 or result.sha256)):
        raise SourceChanged(f"{task.source.name} changed while it was read")
    if live is not None:
        result.reading, result.blocks = reading, cached
    return result


def _open(task: PartTask[Any]) -> tuple[FileReader, Iterator[RecordBlock]]:
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


def _visitor() -> ThreadPoolExecutor:
    """A second thread that processes batches. It stays alive: patterns are compiled again for each thread."""
    visitor: ThreadPoolExecutor | None = getattr(_this_thread, "visitor", None)
    if visitor is None:
        visitor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ftlint-visit")
        _this_thread.visitor = visitor
    return visitor
