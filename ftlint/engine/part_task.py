"""One task of a pass: a step over a part of a file, in any process."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass
from threading import local
from typing import Any, Generic

from msgspec import Struct

from ftlint.batch.batch import Batch, batch_of
from ftlint.engine.part_reading import NOTHING, PartReading
from ftlint.engine.pass_result import Live, PassResult, S
from ftlint.engine.scan import Plan
from ftlint.execution.executor import BlobRef, InlineBlob, TaskResult
from ftlint.execution.staging import CHUNK, PartWriter, StagingArea
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.part import WHOLE_FILE, FilePart
from ftlint.io.source import Source
from ftlint.io.stream import open_source

_this_thread = local()


class Step(ABC, Generic[S]):
    """One pass over a file: an operation on every block of records. Immutable and picklable."""

    outputs: tuple[str, ...] = ()
    """The names of the outputs it writes."""
    needs_batch: bool = True
    """Whether records are decoded; otherwise every batch is empty."""
    shuffles: bool = False
    """Whether its state can be hash-partitioned and reduced by workers (see ``engine/shuffle.py``)."""

    groups: bool = False
    """Whether it processes small files in groups (``visit_group``)."""

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

    def group_key(self) -> Any:
        """Equal for steps that process files in the same way, so that they can be in one group."""
        raise NotImplementedError

    def visit_group(self, blocks: Sequence[RecordBlock], states: Sequence[S]) -> None:
        """Process several entire files of one group key at once, each with one block without faults."""
        raise NotImplementedError

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
    step, plan = task.step, task.step.plan
    reading = PartReading(task, state)
    visited: Future[None] | None = None
    try:
        for block in reading.blocks():
            batch = batch_of(block if step.needs_batch else NOTHING, plan.record_reader, plan.context)
            if visited is not None:
                visited.result()
            visited = visitor().submit(step.visit, block, batch, state, outputs)
        if visited is not None:
            visited.result()
    finally:
        if visited is not None:
            wait([visited])
    return reading.result


def visitor() -> ThreadPoolExecutor:
    """A second thread that processes batches. It stays alive: patterns are compiled again for each thread."""
    pool: ThreadPoolExecutor | None = getattr(_this_thread, "visitor", None)
    if pool is None:
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ftlint-visit")
        _this_thread.visitor = pool
    return pool
