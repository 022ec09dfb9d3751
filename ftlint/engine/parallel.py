"""What the commands that are not steps yet need to work in parts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ftlint.engine.handle import absolute, broadcast_settings, file_plan
from ftlint.engine.part_task import HashTask, run_task
from ftlint.engine.scan import Plan
from ftlint.execution.executor import BlobRef, Executor, TaskResult
from ftlint.io.block import ReadOptions
from ftlint.io.part import Part
from ftlint.io.source import Source

__all__ = [
    "Errand",
    "Piece",
    "Whole",
    "about_source",
    "broadcast_settings",
    "errand",
    "hash_whole",
    "in_order",
]

T = TypeVar("T")
Whole = HashTask
hash_whole = run_task


@dataclass(frozen=True, slots=True)
class Errand:
    """A file and how it is read and checked."""

    source: Source
    settings: BlobRef
    read: ReadOptions
    codes: frozenset[str]
    held: BlobRef | None = None

    def plan(self) -> Plan:
        """The plan, made anew where the work is done."""
        return file_plan(self.settings, self.codes, self.held)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file, on an errand."""

    errand: Errand
    part: Part
    sha256: str = ""
    decisions: Mapping[str, Mapping[str, Any]] | None = None

    def __str__(self) -> str:
        return self.part.named(self.errand.source.name)


def errand(source: Source, plan: Plan, read: ReadOptions, settings: BlobRef, workers: Executor) -> Errand:
    """The errand for a file whose plan is known here."""
    held = workers.broadcast(dict(plan.held)) if plan.held else None
    return Errand(absolute(source), settings, read, frozenset(rule.code for rule in plan.rules), held)


def in_order(coming: Iterable[tuple[int, TaskResult]], land: Callable[[Any], T]) -> Iterator[T]:
    """Results in the order of their tasks."""
    waiting: dict[int, T] = {}
    following = 0
    for number, done in coming:
        waiting[number] = land(done.value)
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def about_source(source: Source, workers: Executor) -> dict[str, Any]:
    """Its name, size and SHA-256; of a file elsewhere the version instead, so that it is not fetched again."""
    if source.remote is not None:
        return {"name": source.name, "bytes": source.remote.size, "version": source.remote.version}
    ((_, done),) = workers.map_unordered(run_task, [HashTask(absolute(source))])
    return {"name": source.name, "bytes": source.size, "sha256": done.value}
