"""The check: scan every file, conclude, run a second pass where a rule requires one, and report."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from ftlint.batch.batch import Batch
from ftlint.config.settings import Settings
from ftlint.engine.file_report import finish_report
from ftlint.engine.handle import Handle, PlanStep, broadcast_settings, plan_handle
from ftlint.engine.pipeline import FilePass, PassResult, Progress, no_progress, run_step
from ftlint.engine.scan import (
    Plan,
    conclude,
    conclude_second_pass,
    needs_second_pass,
    new_state,
    run_second_pass,
    scan,
)
from ftlint.engine.shuffle import absorb_reduced, hash_partition, reduce_partition
from ftlint.engine.small_files import scan_together
from ftlint.engine.state import ScanState
from ftlint.engine.verdicts import Verdicts
from ftlint.execution.choose import part_bytes, size_of
from ftlint.execution.executor import BlobRef, Executor, LocalExecutor, TaskResult
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.source import Source
from ftlint.result import FileReport
from ftlint.rule.base import Conclusion
from ftlint.rule.dataset import DatasetRule


@dataclass(frozen=True, slots=True)
class Scan(PlanStep[ScanState]):
    """Run every rule on every record."""

    shuffles: bool = True
    """Reduced state covers an entire file: the reduced state of a part could not be merged any more."""
    groups: bool = True

    def start(self) -> ScanState:
        """An empty state."""
        return new_state(self.plan)

    def visit(self, block: RecordBlock, batch: Batch, state: ScanState, outputs: Mapping[str, Any]) -> None:
        """Scan a batch."""
        scan(batch, self.plan, state)
        state.count(block)

    def group_key(self) -> Any:
        """Rules with their severities, the context, the record reader and the references: what a scan uses."""
        plan = self.plan
        rules = tuple((id(rule), severity) for rule, severity in plan.rules.items())
        return rules, id(plan.context), id(plan.record_reader), id(plan.reference_frames), plan.max_per_rule

    def visit_group(self, blocks: Sequence[RecordBlock], states: Sequence[ScanState]) -> None:
        """Scan several small files as one batch."""
        scan_together(blocks, self.plan, states)
        for block, state in zip(blocks, states, strict=True):
            state.count(block)

    def partition(self, state: ScanState, count: int) -> Sequence[ScanState]:
        """Move the state of rules that combine it by keys out of the scan state."""
        return hash_partition(state, self.plan, count)

    def reduce(self, parts: Sequence[tuple[BlobRef, int, int]]) -> TaskResult:
        """Combine and reduce one partition."""
        return reduce_partition(parts, self.plan)

    def absorb(self, state: ScanState, reduced: Sequence[TaskResult]) -> None:
        """Add the reduced partitions."""
        absorb_reduced(state, reduced, self.plan)


@dataclass(frozen=True, slots=True)
class SecondPass(PlanStep[ScanState]):
    """Run the rules that require a second pass. ``decisions`` are the decisions of these rules, by code."""

    decisions: Mapping[str, Mapping[str, Any]]

    def start(self) -> ScanState:
        """An empty state."""
        return new_state(self.plan)

    def visit(self, block: RecordBlock, batch: Batch, state: ScanState, outputs: Mapping[str, Any]) -> None:
        """Run the second pass on a batch."""
        verdicts = {
            rule: Conclusion(decision=dict(self.decisions[rule.code]))
            for rule in self.plan.of_kind(DatasetRule)
            if rule.code in self.decisions
        }
        run_second_pass(batch, verdicts, self.plan, state)


class Scanned(Struct):
    """A scanned file that rules have concluded on."""

    result: PassResult[ScanState]
    step: Scan
    read: ReadOptions
    verdicts: Verdicts

    @property
    def decisions(self) -> dict[str, Mapping[str, Any]]:
        """The decisions of rules that require a second pass, by code."""
        return {
            rule.code: verdict.decision
            for rule, verdict in self.verdicts.items()
            if needs_second_pass(verdict) and verdict.decision is not None
        }

    def second_pass(self) -> FilePass[ScanState]:
        """The second pass over it."""
        step = SecondPass(self.step.handle, self.decisions)
        return FilePass(step=step, source=self.result.source, read=self.read, before=self.result)

    def add(self, again: PassResult[ScanState]) -> None:
        """Add the findings of the second pass."""
        self.result.state.merge(again.state)
        conclude_second_pass(self.result.state, self.verdicts, self.step.plan)


def conclude_scan(result: PassResult[ScanState], step: Scan, read: ReadOptions) -> Scanned:
    """Let the rules conclude on an entire file after its scan."""
    state = result.state
    state.name, state.bytes, state.container = result.source.name, result.bytes, result.container
    scanned = Scanned(result, step, read, conclude(state, step.plan))
    state.rule_states.clear()
    return scanned


def second_passes(files: Sequence[Scanned], executor: Executor, size: int = sys.maxsize) -> None:
    """Run the second pass over files, for rules whose row findings depend on the merged state."""
    passes = (file.second_pass() for file in files)
    for file, again in zip(files, run_step(passes, executor, size), strict=True):
        file.add(again)


def check_sources(
    sources: Sequence[Source],
    plans: Iterable[Plan],
    settings: Settings,
    executor: Executor,
    progress: Progress = no_progress,
) -> list[FileReport]:
    """Check files, each with its own plan, built from these settings."""
    blob = broadcast_settings(settings, executor)
    size = part_bytes(settings.staff, executor, size_of(sources))
    steps: dict[int, Scan] = {}

    def passes() -> Iterable[FilePass[ScanState]]:
        for number, (source, plan) in enumerate(zip(sources, plans, strict=True)):
            steps[number] = Scan(plan_handle(plan, blob, executor))
            yield FilePass(step=steps[number], source=source, read=settings.read, hashes=True)

    reports: dict[int, FileReport] = {}
    asking: dict[int, Scanned] = {}
    for number, result in enumerate(run_step(passes(), executor, size, progress)):
        scanned = conclude_scan(result, steps.pop(number), settings.read)
        if scanned.decisions:
            asking[number] = scanned
        else:
            reports[number] = finish_report(result, scanned.step.plan)
    second_passes(list(asking.values()), executor, size)
    reports |= {number: finish_report(one.result, one.step.plan) for number, one in asking.items()}
    return [reports[number] for number in range(len(sources))]


def check_file(source: Source, plan: Plan, read: ReadOptions, progress: Progress = no_progress) -> FileReport:
    """Check one file in this process."""
    step = Scan(Handle.local(plan))
    (result,) = run_step([FilePass(step=step, source=source, read=read)], LocalExecutor(), progress=progress)
    return finish_check(result, step, read)


def finish_check(result: PassResult[ScanState], step: Scan, read: ReadOptions) -> FileReport:
    """The report of a file that was scanned in this process."""
    scanned = conclude_scan(result, step, read)
    if scanned.decisions:
        second_passes([scanned], LocalExecutor())
    return finish_report(result, step.plan)
