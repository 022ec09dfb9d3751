"""One task for several small files: each is read on its own, and their records are processed as one batch."""

from collections.abc import Sequence
from typing import Any, Generic

from msgspec import Struct

from ftlint.batch.batch import batch_of
from ftlint.engine.part_reading import PartReading
from ftlint.engine.part_task import PartTask, visitor
from ftlint.engine.pass_result import PassResult, S
from ftlint.execution.executor import TaskResult
from ftlint.io.block import RecordBlock

# Larger files gain little: the fixed costs of a batch are those of about a thousand records.
SMALL_FILE = 64 << 10
GROUP_FILES, GROUP_BYTES = 256, 4 << 20


class _Waiting(Struct, Generic[S]):
    """A file that was read, with all of its records in one block."""

    task: PartTask[S]
    result: PassResult[S]
    block: RecordBlock


class GroupTask(Struct, Generic[S], frozen=True):
    """The tasks of several small files. Its result has those of the tasks, in their order."""

    tasks: Sequence[PartTask[S]]

    def __str__(self) -> str:
        return f"{self.tasks[0]} to {self.tasks[-1]}"

    def run(self) -> TaskResult:
        """Run every task; those of clean files and equal plans together."""
        results: list[TaskResult] = []
        together: dict[Any, list[_Waiting[S]]] = {}
        for task in self.tasks:
            reading = PartReading(task, task.step.start())
            results.append(TaskResult(reading.result))
            blocks = list(reading.blocks())
            if len(blocks) == 1 and not blocks[0].faults and blocks[0].records:
                one = _Waiting(task, reading.result, blocks[0])
                together.setdefault(task.step.group_key(), []).append(one)
            else:
                visitor().submit(_visit_alone, task, reading.result.state, blocks).result()
        for files in together.values():
            visitor().submit(_visit_together, files).result()
        return TaskResult(results)


def _visit_alone(task: PartTask[S], state: S, blocks: Sequence[RecordBlock]) -> None:
    plan = task.step.plan
    for block in blocks:
        task.step.visit(block, batch_of(block, plan.record_reader, plan.context), state, {})


def _visit_together(files: Sequence[_Waiting[S]]) -> None:
    files[0].task.step.visit_group([file.block for file in files], [file.result.state for file in files])
