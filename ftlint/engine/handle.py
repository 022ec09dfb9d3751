"""Objects that steps share with workers: settings and reference data are broadcast, and plans are rebuilt
from them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from msgspec import structs

from ftlint.batch.records import RecordReader
from ftlint.config.settings import Settings
from ftlint.engine.part_task import Step
from ftlint.engine.pass_result import S
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.engine.suppress import without_finding_limit
from ftlint.execution.executor import BlobRef, Executor
from ftlint.io.source import Source

if TYPE_CHECKING:
    from polars import DataFrame

T = TypeVar("T")


class Handle(Generic[T]):
    """A value that every worker rebuilds for itself: only the way to build it is pickled.

    ``build`` is a module-level function, ``arguments`` are hashable and small.
    """

    __slots__ = ("_arguments", "_build", "_value")

    def __init__(
        self, build: Callable[..., T] | None, arguments: tuple[Any, ...] = (), value: T | None = None
    ) -> None:
        self._build, self._arguments, self._value = build, arguments, value

    @classmethod
    def local(cls, value: T) -> "Handle[T]":
        """A handle for this process only."""
        return cls(None, (), value)

    def get(self) -> T:
        """The value; it is built at most once in a process."""
        if self._value is None and self._build is not None:
            self._value = _built(self._build, self._arguments)
        return cast(T, self._value)

    def __reduce__(self) -> tuple[Any, ...]:
        return Handle, (self._build, self._arguments)


@dataclass(frozen=True, slots=True)
class PlanStep(Step[S]):
    """A step that every worker builds from the plan of the file."""

    handle: Handle[Plan]

    @property
    def plan(self) -> Plan:
        """The plan of the file."""
        return self.handle.get()


def broadcast_settings(settings: Settings, executor: Executor) -> BlobRef:
    """Broadcast the settings; their paths are made independent of the current folder."""
    return executor.broadcast(settings.for_workers())


def plan_handle(plan: Plan, settings: BlobRef, executor: Executor) -> Handle[Plan]:
    """A handle of a plan that was built from these settings, for one file."""
    reference = executor.broadcast(dict(plan.reference_frames)) if plan.reference_frames else None
    return Handle(file_plan, (settings, frozenset(rule.code for rule in plan.rules), reference), plan)


def plain_handle(plan: Plan, settings: BlobRef) -> Handle[Plan]:
    """The same for a file that templates and maps are not for: it may have other columns."""
    codes = frozenset(rule.code for rule in plan.rules)
    return Handle(plain_plan, (settings, codes), _plain(plan))


def plain_plan(settings: BlobRef, codes: frozenset[str]) -> Plan:
    """The plan of such a file."""
    return _plain(file_plan(settings, codes, None))


def _plain(plan: Plan) -> Plan:
    return structs.replace(
        plan, record_reader=RecordReader(detector=replace(plan.record_reader.detector, wanted={}))
    )


def file_plan(settings: BlobRef, codes: frozenset[str], reference: BlobRef | None) -> Plan:
    """The plan of a file from the settings of the run, its rules and its reference data."""
    plan = _plan(settings)
    rules = {rule: severity for rule, severity in plan.rules.items() if rule.code in codes}
    return structs.replace(
        plan, rules=rules, reference_frames=_reference(reference) if reference is not None else {}
    )


def absolute(source: Source) -> Source:
    """The source with paths that do not depend on the current folder."""
    path = source.path.absolute() if source.path is not None else None
    return structs.replace(source, path=path, pieces=tuple(part.absolute() for part in source.pieces))


@lru_cache(maxsize=16)
def _built(build: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    return build(*arguments)


@lru_cache(maxsize=8)
def _plan(blob: BlobRef) -> Plan:
    settings: Settings = blob.load()
    return without_finding_limit(make_plan(settings), settings)


@lru_cache(maxsize=1)
def _reference(blob: BlobRef) -> "Mapping[str, DataFrame]":
    frames: dict[str, DataFrame] = blob.load()
    return frames
