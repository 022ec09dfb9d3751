"""Reference datasets of checked files: read before the check; comparing rules store what they compare with."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field, structs

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.config.settings import Settings
from ftlint.config.splits import known_holdouts, partners
from ftlint.engine.handle import Handle, PlanStep, broadcast_settings, plain_handle, plan_handle
from ftlint.engine.pass_result import S
from ftlint.engine.pipeline import FilePass, PassResult, Progress, Step, no_progress, run_alone
from ftlint.engine.scan import Plan
from ftlint.engine.state import shifted
from ftlint.errors import UsageError
from ftlint.execution.choose import part_bytes, size_of
from ftlint.execution.executor import BlobRef, Executor, LocalExecutor
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.source import Source
from ftlint.rule.dataset import CompareRule
from ftlint.rule.errors import Failures, guarding

if TYPE_CHECKING:
    from polars import DataFrame


class ReferenceDataset(Struct, frozen=True):
    """One reference dataset: the frame that each comparing rule observed in it, by code."""

    frames: Mapping[str, "DataFrame"]
    note: str
    failures: Failures


class ReferenceData:
    """The reference datasets of every checked file; each of those is read once."""

    def __init__(
        self, sources: Sequence[Source], plan: Plan, settings: Settings, executor: Executor | None = None
    ) -> None:
        self._plan, self._settings, self._executor = plan, settings, executor or LocalExecutor()
        self._read = replace(settings.read, heal=frozenset(), keep_raw=False)
        self._given = settings.against
        self._partners = partners(sources)
        for identity, references in settings.held_out.items():
            self._partners.setdefault(identity, []).extend(references)
        self._held_out = known_holdouts(
            sources, settings.held_out, settings.against, settings.datasets, settings.root
        )
        self._known: dict[str, ReferenceDataset] = {}
        if self._given and {source.identity for source in (*sources, *self._given)} == {sources[0].identity}:
            raise UsageError(f"{sources[0].name} is held against nothing but itself")

    def plan_for(self, source: Source) -> Plan:
        """The plan for a file, with its reference data. Raises UsageError if a reference file has no
        examples.

        A file that is itself held out is checked without the rules that apply only to training data.
        """
        plan = self._plan if source.identity not in self._held_out else _without_training(self._plan)
        rules: list[CompareRule] = plan.of_kind(CompareRule)
        sources = [other for other in self._against(source) if other.identity != source.identity]
        if not rules or not sources:
            return plan
        references = [self._reference_dataset(other, rules) for other in sources]
        frames = {}
        failures = {key: failure for one in references for key, failure in one.failures.items()}
        for rule in rules:
            if (rule.code, None) in failures:
                continue
            found = [one.frames[rule.code] for one in references if rule.code in one.frames]
            if found:
                frames[rule.code] = pl.concat(found)
        return structs.replace(
            plan, reference_frames=frames, notes=[one.note for one in references], failures=failures
        )

    def _against(self, source: Source) -> list[Source]:
        more = self._partners.get(source.identity, ())
        return list({other.identity: other for other in (*self._given, *more)}.values())

    def _reference_dataset(self, source: Source, rules: Sequence[CompareRule]) -> ReferenceDataset:
        known = source.identity
        if known not in self._known:
            self._known[known] = self._read_reference(source, rules)
        return self._known[known]

    def _read_reference(self, source: Source, rules: Sequence[CompareRule]) -> ReferenceDataset:
        codes = {rule.code for rule in rules}
        own = {rule: severity for rule, severity in self._plan.rules.items() if rule.code in codes}
        plan = structs.replace(self._plan, rules=own)
        blob = broadcast_settings(self._settings, self._executor)
        size = part_bytes(self._settings.staff, self._executor, size_of([source]))
        result = read_reference(ObserveReference, source, plan, self._read, blob, self._executor, size)
        rows, state = result.rows, result.state
        if not rows:
            raise UsageError(f"{source.name}: there is nothing in it to compare with")
        unread = f", {rows - state.examples:,} of them no examples" if rows != state.examples else ""
        name = pl.lit(source.name, dtype=pl.String)
        named = {code: pl.concat(found).with_columns(file=name) for code, found in state.frames.items()}
        note = f"compared with {source.name} ({rows:,} {'row' if rows == 1 else 'rows'}{unread})"
        return ReferenceDataset(named, note, state.failures)


class ReferenceState(Struct):
    """The frames that comparing rules observed in a reference dataset, by code."""

    frames: "dict[str, list[DataFrame]]" = field(default_factory=dict)
    failures: Failures = field(default_factory=dict)
    examples: int = 0

    def merge(self, other: "ReferenceState", rows: int, lines: int, /) -> None:
        """Merge the frames of the next part of the file."""
        for code, frames in other.frames.items():
            self.frames.setdefault(code, []).extend(shifted(frame, rows, lines) for frame in frames)
        self.failures = {**other.failures, **self.failures}
        self.examples += other.examples


@dataclass(frozen=True, slots=True)
class ObserveReference(PlanStep[ReferenceState]):
    """Let comparing rules observe a reference dataset."""

    def start(self) -> ReferenceState:
        """No frames."""
        return ReferenceState()

    def visit(
        self, block: RecordBlock, batch: Batch, state: ReferenceState, outputs: Mapping[str, Any]
    ) -> None:
        """Observe a batch."""
        state.examples += sum(n for _, n in batch.shape_counts())
        for rule in self.plan.of_kind(CompareRule):
            with guarding(rule, state.failures):
                frame = rule.observe_reference(batch, self.plan.context)
                if frame is not None and frame.height:
                    state.frames.setdefault(rule.code, []).append(frame)


def read_reference(
    step: Callable[[Handle[Plan]], Step[S]],
    source: Source,
    plan: Plan,
    read: ReadOptions,
    settings: BlobRef,
    executor: Executor,
    size: int = sys.maxsize,
    progress: Progress = no_progress,
) -> PassResult[S]:
    """Run over a file to which templates and maps may not apply."""
    try:
        first = FilePass(step=step(plan_handle(plan, settings, executor)), source=source, read=read)
        return run_alone(first, executor, size, progress)
    except UsageError:
        if not (plan.record_reader.builds_records or plan.record_reader.detector.wanted):
            raise
        again = FilePass(step=step(plain_handle(plan, settings)), source=source, read=read)
        return run_alone(again, executor, size, progress)


def _without_training(plan: Plan) -> Plan:
    rules = {rule: severity for rule, severity in plan.rules.items() if not rule.training_only}
    return structs.replace(plan, rules=rules, context=replace(plan.context, held_out=True))
