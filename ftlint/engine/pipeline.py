"""Run a step over files: the one place that opens, cuts, distributes, reorders, merges and hashes them.

A serial run is one part on the LocalExecutor. Several files are one stream of tasks, so that all parts keep
the workers busy.
"""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Generic, Protocol

from msgspec import structs

from ftlint.engine import wire  # noqa: F401 (how a ScanState is pickled)
from ftlint.engine.columns import check_columns
from ftlint.engine.group_task import GROUP_BYTES, GROUP_FILES, SMALL_FILE, GroupTask
from ftlint.engine.handle import absolute
from ftlint.engine.part_task import HashTask, PartTask, Step, run_task
from ftlint.engine.pass_result import Live, PassResult, Progress, S
from ftlint.engine.shuffle import reduce_tasks
from ftlint.execution.executor import BlobRef, Executor, TaskResult
from ftlint.execution.staging import StagedFile, StagingArea, staging_area
from ftlint.io.block import ReadOptions
from ftlint.io.part import WHOLE_FILE, FilePart
from ftlint.io.reader import FileReader, open_reader
from ftlint.io.source import Source

__all__ = ["FilePass", "Outputs", "PassResult", "Progress", "Sink", "Step", "no_progress", "run_step"]


def no_progress(size: int) -> None:
    """Progress that is not displayed."""
    del size


class Sink(Protocol):
    """The destination of an output."""

    @property
    def file(self) -> Any:
        """The file to write to directly if the pass runs in this process."""
        ...

    def append(self, staged: StagedFile) -> None:
        """Append the staged output of the next part."""
        ...


@dataclass(slots=True)
class Outputs:
    """The open outputs of one file, by name, and the result of the pass after everything is written."""

    sinks: dict[str, Sink] = field(default_factory=dict)
    result: PassResult[Any] | None = None


@dataclass(slots=True, kw_only=True)
class FilePass(Generic[S]):
    """A step over one file.

    ``before`` is an earlier pass over it: its parts are used again, and the bytes must be equal.
    """

    step: Step[S]
    source: Source
    read: ReadOptions
    before: PassResult[Any] | None = None
    parts: list[FilePart] = field(default_factory=list)
    """The parts to read, if they are not to be cut here."""
    relative: bool = False
    """Rows and lines are counted from the beginning of each part, even if an earlier pass has their real numbers."""
    hashes: bool = False
    """Whether the SHA-256 of the file is required."""
    keep: bool = False
    """Cache its blocks for later passes, if it is read in this process."""
    last: bool = False
    """Nothing has to be cached after this pass."""
    open_outputs: Callable[[], AbstractContextManager[Outputs]] = lambda: nullcontext(Outputs())
    """Called when the file is opened; exited when the result is known."""
    folder: Path = Path()
    """Where workers stage their output."""
    stays: bool = False
    """The written parts stay separate files, in a folder."""


def run_step(
    passes: Iterable[FilePass[S]],
    executor: Executor,
    part_bytes: int = sys.maxsize,
    progress: Progress = no_progress,
) -> Iterator[PassResult[S]]:
    """Run a step over every file, and yield the results in the order of the files. Must be exhausted.

    Raises UsageError if a file cannot be read, and SourceChanged if it changes during the run.
    """
    with ExitStack() as stack:
        run = _PipelineRun(iter(passes), executor, part_bytes, progress, stack)
        results = stack.enter_context(closing(run.results()))
        for number in count():
            file = run.file(number)
            if file is None:
                return
            with file.wanted.open_outputs() as outputs:
                run.outputs = outputs
                for _ in file.parts:
                    file.add(next(results), outputs)
                    if not file.alone:
                        progress(file.result.bytes // len(file.parts))
                if file.hashes:
                    file.result.sha256 = next(results).value
                file.finish(executor)
                outputs.result = file.result
            yield file.result
            run.forget(number)


def run_alone(
    wanted: FilePass[S], executor: Executor, part_bytes: int = sys.maxsize, progress: Progress = no_progress
) -> PassResult[S]:
    """Run a step over one file."""
    (result,) = run_step([wanted], executor, part_bytes, progress)
    return result


def describe_source(source: Source, executor: Executor) -> dict[str, Any]:
    """Its name, size and SHA-256; for a remote file the version instead, so that it is not fetched again."""
    if source.remote is not None:
        return {"name": source.name, "bytes": source.remote.size, "version": source.remote.version}
    ((_, done),) = executor.map_unordered(run_task, [HashTask(absolute(source))])
    return {"name": source.name, "bytes": source.size, "sha256": done.value}


class _RunningFile(Generic[S]):
    """One file with pending tasks. Parts are merged into its result in their order, as they complete."""

    def __init__(self, wanted: FilePass[S], run: "_PipelineRun[S]") -> None:
        self.wanted, before, executor = wanted, wanted.before, run.executor
        self._reading: FileReader | None = before.reading if before is not None else None
        one_part = executor.in_process and run.part_bytes == sys.maxsize and not wanted.parts
        if before is None and not one_part:
            self._reading = open_reader(wanted.source, wanted.read)
            check_columns(wanted.step.plan, self._reading.columns)
        self.parts: list[FilePart] = wanted.parts or [WHOLE_FILE]
        if before is not None:
            self.parts = before.parts
        elif not wanted.parts and self._reading is not None:
            self.parts = self._reading.parts(run.part_bytes)
        self.alone = len(self.parts) == 1 and executor.in_process
        staged = bool(wanted.step.outputs) and (wanted.stays or not executor.in_process)
        self.area = run.area(wanted.folder, stays=wanted.stays) if staged else None
        # A remote file would have to be fetched again.
        is_part = len(self.parts) > 1 or self.parts[0].unit != "whole"
        self.hashes = wanted.hashes and before is None and is_part and wanted.source.remote is None
        self.result: PassResult[S] = PassResult(wanted.source, wanted.step.start(), reading=self._reading)
        self._partitions = 0
        if wanted.step.shuffles and len(self.parts) > 1 and self._reading is not None:
            self._partitions = executor.partitions(self._reading.bytes)
        self._stored: list[tuple[Sequence[BlobRef], int, int]] = []

    @property
    def bytes(self) -> int:
        """The size of the file on this machine; one of unknown size is not small."""
        source = self.wanted.source
        if source.remote is not None:
            return sys.maxsize
        try:
            size = source.size if source.data is None else len(source.data)
        except OSError:
            return sys.maxsize
        return sys.maxsize if size is None else size

    def is_small(self) -> bool:
        """Whether it may be processed together with other files."""
        wanted = self.wanted
        first_pass = wanted.before is None and not wanted.parts and not wanted.keep
        return wanted.step.groups and first_pass and self.alone and self.bytes <= SMALL_FILE

    def task(self, number: int, live: Live | None) -> PartTask[S]:
        """The task for one part."""
        wanted, before, part = self.wanted, self.wanted.before, self.parts[number]
        step, sha256 = wanted.step, ""
        if before is not None:
            following = self.parts[number + 1 :]
            step = step.for_part(part, range(part.row, following[0].row if following else before.rows + 1))
            sha256 = before.hashes[number]
        if wanted.relative:
            part = structs.replace(part, row=1, line=1)
        return PartTask(
            step,
            absolute(wanted.source),
            wanted.read,
            part,
            again=before is not None,
            sha256=sha256,
            partitions=self._partitions,
            staging=self.area,
            live=live,
        )

    def add(self, done: TaskResult, outputs: Outputs) -> None:
        """Merge the result of the next part."""
        merged, part = self.result, done.value
        number = len(merged.hashes)
        self._stored.append((done.stored, merged.rows, merged.lines))
        numbered = self.wanted.before is not None and not self.wanted.relative
        if self.alone:
            merged.state, merged.reading, merged.blocks = part.state, part.reading, part.blocks
        else:
            merged.state.merge(part.state, *((0, 0) if numbered else (merged.rows, merged.lines)))
        for name, staged in part.files.items():
            outputs.sinks[name].append(staged)
        if number == 0:
            merged.container, merged.bytes, merged.columns = part.container, part.bytes, part.columns
        merged.parts.append(self.parts[number].after(merged.rows, merged.lines))
        merged.hashes.append(part.sha256)
        merged.rows += part.rows
        merged.lines += part.lines
        merged.incomplete = merged.incomplete or part.incomplete

    def finish(self, executor: Executor) -> None:
        """Reduce the partitions that the workers stored, and verify that the file is unchanged."""
        merged, wanted = self.result, self.wanted
        if self._partitions:
            tasks = reduce_tasks(wanted.step, wanted.source.name, self._partitions, self._stored)
            reduced = dict(executor.map_unordered(run_task, tasks))
            wanted.step.absorb(merged.state, [reduced[number] for number in sorted(reduced)])
        if wanted.before is not None:
            merged.sha256 = wanted.before.sha256
        elif len(self.parts) == 1 and not self.hashes:
            merged.sha256 = merged.hashes[0]
        if self._reading is not None and (wanted.before is not None or wanted.parts or len(self.parts) > 1):
            self._reading.check_unchanged()


class _PipelineRun(Generic[S]):
    """One stream of tasks: files are opened in order, and results are reordered."""

    def __init__(
        self,
        passes: Iterator[FilePass[S]],
        executor: Executor,
        part_bytes: int,
        progress: Progress,
        stack: ExitStack,
    ) -> None:
        self.executor, self.part_bytes, self.outputs = executor, part_bytes, Outputs()
        self._passes, self._progress, self._stack = passes, progress, stack
        self._files: dict[int, _RunningFile[S]] = {}
        self._opened = 0
        self._areas: dict[Path, StagingArea] = {}
        self._owners: dict[int, _RunningFile[S]] = {}

    def file(self, number: int) -> _RunningFile[S] | None:
        """The file of that number; None after the last one."""
        if number == self._opened:
            wanted = next(self._passes, None)
            if wanted is None:
                return None
            self._files[number] = _RunningFile(wanted, self)
            self._opened += 1
        return self._files.get(number)

    def forget(self, number: int) -> None:
        """Release a file and its state."""
        del self._files[number]

    def area(self, folder: Path, *, stays: bool) -> StagingArea:
        """The staging area in a folder."""
        if folder not in self._areas:
            area = staging_area(folder, self.executor, stays=stays)
            self._areas[folder] = self._stack.enter_context(area)
        return self._areas[folder]

    def results(self) -> Generator[TaskResult, None, None]:
        """The results of all tasks, in their order."""
        waiting: dict[int, TaskResult] = {}
        following = 0
        for number, done in self.executor.map_unordered(run_task, self._tasks()):
            area = self._owners.pop(number).area
            if area is not None and isinstance(done.value, PassResult):
                done.value.files = {name: area.save(one) for name, one in done.value.files.items()}
            waiting[number] = done
            while following in waiting:
                ready = waiting.pop(following)
                if isinstance(ready.value, list):
                    yield from ready.value
                else:
                    yield ready
                following += 1

    def _tasks(self) -> "Iterator[PartTask[S] | GroupTask[S] | HashTask]":
        numbers = count()
        opened = 0
        while (file := self.file(opened)) is not None:
            group = self._group(opened)
            opened += len(group) or 1
            if group:
                self._owners[next(numbers)] = file
                yield GroupTask([one.task(0, self._live(one)) for one in group])
                continue
            for place in range(len(file.parts)):
                self._owners[next(numbers)] = file
                yield file.task(place, self._live(file) if self.executor.in_process else None)
            if file.hashes:
                self._owners[next(numbers)] = file
                yield HashTask(absolute(file.wanted.source))

    def _group(self, number: int) -> list[_RunningFile[S]]:
        """This file and those after it that are processed together; none if it is not small."""
        group: list[_RunningFile[S]] = []
        size = 0
        while (file := self.file(number + len(group))) is not None and file.is_small():
            size += file.bytes
            if group and size > GROUP_BYTES:
                break
            group.append(file)
            if len(group) == GROUP_FILES:
                break
        return group

    def _live(self, file: _RunningFile[S]) -> Live:
        """What a task in this process receives in addition. Called when the file is opened."""
        outputs = {name: sink.file for name, sink in self.outputs.sinks.items()}
        if not file.alone:
            return Live(no_progress, outputs)
        wanted = file.wanted
        return Live(self._progress, outputs, keep=wanted.keep, before=wanted.before, last=wanted.last)
