"""The steps of a preparation after its profile: all fixes on trial, examples for a division, and writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import Struct, field, structs

from ftlint.batch import task_type as tasks
from ftlint.batch.batch import Batch
from ftlint.batch.task_type import Task
from ftlint.commands.prepare.holdout import Holdout
from ftlint.commands.prepare.proposals import EXAMPLES, FixEffects, RecordSample, fix_effects
from ftlint.commands.prepare.step import ConvertedBatch, Orders, PreparePlan, PrepareTask, begin
from ftlint.commands.prepare.summary import MarkerSummary, PromptScripts
from ftlint.commands.prepare.write import PartOf, PreparedOutputs, WrittenCounts, watched_plan
from ftlint.commands.split.grouping import RowGrouper
from ftlint.commands.stats.survey import StatsState
from ftlint.engine.handle import Handle
from ftlint.engine.inline_check import InlineChecker
from ftlint.engine.pipeline import Step
from ftlint.engine.scan import Plan, conclude, feed_batch, new_state
from ftlint.engine.state import ScanState
from ftlint.engine.verdicts import SentVerdicts, Verdicts
from ftlint.io.block import RecordBlock
from ftlint.io.part import FilePart
from ftlint.io.write.atomic import encode
from ftlint.prefetch import prefetch
from ftlint.tokens.counted import CountedTexts

REJECTS, LOST = "rejects", "lost"


class DryRunState(Struct):
    """The result of a dry run: the effect of the fixes by rule, with examples, and the state of dataset rules."""

    plan: PreparePlan | None
    work: PrepareTask | None
    scan: ScanState
    written: WrittenCounts
    """The counts of the dry run; its survey has the tokens of the remaining examples."""
    numbered: bool
    deeds: FixEffects = field(default_factory=FixEffects)
    sample: RecordSample = field(default_factory=RecordSample)
    scripts: PromptScripts = field(default_factory=PromptScripts)
    examples: int = 0
    """How many examples would remain."""
    made: int = 0
    """How many examples were produced, if they are produced one by one."""
    starts: list[int] = field(default_factory=list)
    """How many examples precede each part but the first."""
    portions: list[ConvertedBatch] | None = None
    """The fixed batches, if all of them are columns and may be stored in memory."""
    decided: bool = False
    """Whether the conclusions are applied to them."""
    verdicts: Verdicts = field(default_factory=dict)
    task: Task = field(default_factory=lambda: Task(None))

    def merge(self, other: "DryRunState", rows: int, lines: int, /) -> None:
        """Merge the next part. Examples with separate numbers are shifted by the number of examples before it."""
        self.starts.append(self.made)
        rows = self.made if self.numbered else rows
        self.scan.merge(other.scan, rows, lines)
        self.written.merge(other.written, rows, lines)
        self.deeds.join(other.deeds, rows, lines, EXAMPLES)
        self.sample.join(other.sample, rows, lines)
        self.scripts.join(other.scripts)
        self.examples += other.examples
        self.made += other.made

    def __reduce__(self) -> tuple[Any, ...]:
        """The result without data that the caller has itself."""
        sent = (self.deeds, self.sample.plain(), self.scripts, self.examples, self.made)
        return DryRunState, (None, None, self.scan, self.written, self.numbered, *sent)

    def conclude(self, plan: PreparePlan) -> None:
        """The conclusions of the dataset rules, after they have observed everything."""
        self.verdicts = conclude(self.scan, plan.dataset)
        self.task = tasks.of_all(self.scan.answers.partitions, plan.job)

    def examples_of(self, part: FilePart, rows: range) -> range:
        """The numbers of a part's examples."""
        if not self.numbered:
            return rows
        starts = [*(self.starts or [0]), self.made]
        return range(starts[part.number] + 1, starts[part.number + 1] + 1)


@dataclass(frozen=True, slots=True)
class DryRun(Step[DryRunState]):
    """The dry run: apply all enabled fixes, write nothing, and let the dataset rules observe."""

    handle: Handle[PreparePlan]
    orders: Orders
    surveyed: bool
    counted: CountedTexts | None
    """Where the texts are stored that are counted; None in other processes."""
    keep: bool
    """Store fixed batches of columns, so that they need not be fixed again."""

    @property
    def plan(self) -> Plan:
        """The record reader of the source."""
        return self.handle.get().begun.plan

    def start(self) -> DryRunState:
        """Nothing tried."""
        plan = self.handle.get()
        survey = StatsState(plan.job, counted=self.counted) if self.surveyed else None
        written = WrittenCounts(MarkerSummary(), survey, left=new_state(plan.whole))
        work = begin(plan, self.orders, each=EXAMPLES)
        state = DryRunState(plan, work, new_state(plan.dataset), written, plan.numbered)
        state.portions = [] if self.keep else None
        return state

    def visit(self, block: RecordBlock, batch: Batch, state: DryRunState, outputs: Mapping[str, Any]) -> None:
        """Try the fixes on a batch."""
        work, plan = state.work, state.plan
        assert work is not None and plan is not None
        converted = work.converted(block, batch)
        state.scripts.observe(converted.batch)
        converted = work.fixed(converted)
        feed_batch(converted.batch, plan.dataset, state.scan)
        if state.written.survey is not None:
            state.written.survey.observe(converted.batch)
        state.examples += len(converted.batch)
        state.sample.observe(converted.batch)
        if state.portions is None:
            work.log.removed.clear()
        else:
            state.portions = [*state.portions, work.lean(converted)] if converted.made is None else None

    def finish(self, state: DryRunState) -> None:
        """Store the counts of the task."""
        assert state.work is not None
        state.deeds, state.made = fix_effects(state.work.log), state.work.made
        state.written.take(state.work)


class Deciding(Struct, frozen=True):
    """Input of the steps after the dry run: the fixes, the conclusions, and the numbers of a part's examples."""

    handle: Handle[PreparePlan]
    orders: Orders
    sent: SentVerdicts
    examples: range = range(0)
    tried: DryRunState | None = None
    """Known to the caller only."""

    def for_part(self, part: FilePart, rows: range) -> "Deciding":
        """The same for one part."""
        examples = self.tried.examples_of(part, rows) if self.tried is not None else rows
        return structs.replace(self, sent=self.sent.for_rows(examples), examples=examples, tried=None)

    def work(self) -> PrepareTask:
        """The state of one task."""
        return begin(self.handle.get(), self.orders, before=max(0, self.examples.start - 1))

    def verdicts(self) -> Verdicts:
        """The conclusions to apply."""
        return self.sent.verdicts(self.handle.get().dataset)


class HoldoutState(Struct):
    """The examples as they will be written, as input of the split."""

    splitter: RowGrouper
    work: PrepareTask | None = None
    verdicts: Verdicts = field(default_factory=dict)

    def merge(self, other: "HoldoutState", rows: int, lines: int, /) -> None:
        """Merge the examples of the next part."""
        self.splitter.merge(other.splitter, rows, lines)


@dataclass(frozen=True, slots=True)
class HoldoutStep(Step[HoldoutState]):
    """Group all examples, as they will be written, for the split."""

    deciding: Deciding
    sized: bool
    """Whether their bytes matter."""

    @property
    def plan(self) -> Plan:
        """The record reader of the source."""
        return self.deciding.handle.get().begun.plan

    def start(self) -> HoldoutState:
        """No examples."""
        splitter = RowGrouper(context=self.deciding.handle.get().job)
        return HoldoutState(splitter, self.deciding.work(), self.deciding.verdicts())

    def for_part(self, part: FilePart, rows: range) -> "HoldoutStep":
        """The step with the data of this part only."""
        return replace(self, deciding=self.deciding.for_part(part, rows))

    def visit(
        self, block: RecordBlock, batch: Batch, state: HoldoutState, outputs: Mapping[str, Any]
    ) -> None:
        """Show a batch."""
        assert state.work is not None
        converted = state.work.decided(state.work.fixed(state.work.converted(block, batch)), state.verdicts)
        state.work.log.removed.clear()
        show(state.splitter, converted, sized=self.sized)

    def finish(self, state: HoldoutState) -> None:
        """Release data that only this part needs."""
        state.work, state.verdicts = None, {}


def show(splitter: RowGrouper, converted: ConvertedBatch, *, sized: bool) -> None:
    """Group the examples of a portion for the split."""
    records = converted.batch.records
    splitter.observe(converted.batch, sizes=[len(encode(record)) for record in records] if sized else None)


class WriteState(Struct):
    """The outputs, and the statistics of the new files."""

    written: WrittenCounts
    watches: dict[str, InlineChecker]
    outputs: PreparedOutputs | None = None
    verdicts: Verdicts = field(default_factory=dict)

    def merge(self, other: "WriteState", rows: int, lines: int, /) -> None:
        """Merge the output of the next part."""
        self.written.merge(other.written, rows, lines)
        for name, watch in self.watches.items():
            watch.merge(other.watches[name])


@dataclass(frozen=True, slots=True)
class Write(Step[WriteState]):
    """The second pass: fix every record, apply the conclusions, and write the result."""

    deciding: Deciding
    source: str
    labelled: bool
    surveyed: bool
    outputs: tuple[str, ...]
    counted: CountedTexts | None = None
    """The texts that the dry run has counted; None in other processes."""
    sides: bytes | None = None
    """For each example of a part the index of its output."""
    division: Holdout | None = None
    """Known to the caller only."""

    @property
    def plan(self) -> Plan:
        """The record reader of the source."""
        return self.deciding.handle.get().begun.plan

    @property
    def kinds(self) -> Sequence[str]:
        """The names of the splits."""
        return [name for name in self.outputs if name not in (REJECTS, LOST)]

    def start(self) -> WriteState:
        """Nothing written."""
        plan = self.deciding.handle.get()
        survey = StatsState(plan.job, counted=self.counted) if self.surveyed else None
        written = WrittenCounts(MarkerSummary(self.labelled), survey, left=new_state(plan.whole))
        watches = {kind: InlineChecker(new_state(watched_plan(plan.checking, kind))) for kind in self.kinds}
        return WriteState(written, watches, verdicts=self.deciding.verdicts())

    def for_part(self, part: FilePart, rows: range) -> "Write":
        """The step with the data of this part only."""
        deciding = self.deciding.for_part(part, rows)
        sides = self._sides(deciding.examples) if self.division is not None else None
        return replace(self, deciding=deciding, sides=sides, division=None)

    def visit(self, block: RecordBlock, batch: Batch, state: WriteState, outputs: Mapping[str, Any]) -> None:
        """Write a batch."""
        out = state.outputs = state.outputs or self.open(state, self.deciding.work(), outputs)
        converted = out.work.decided(out.work.fixed(out.work.converted(block, batch)), state.verdicts)
        out.write(converted, self._part_of)

    def finish(self, state: WriteState) -> None:
        """Store the counts of the task."""
        state.written.take(state.outputs.work if state.outputs is not None else self.deciding.work())
        state.outputs, state.verdicts = None, {}

    def open(self, state: WriteState, work: PrepareTask, outputs: Mapping[str, Any]) -> PreparedOutputs:
        """The files to write to, for one task."""
        files = {kind: outputs[kind] for kind in self.kinds}
        plans = {kind: watched_plan(work.plan.checking, kind) for kind in self.kinds}
        beside = outputs.get(REJECTS), outputs.get(LOST)
        return PreparedOutputs(work, files, *beside, state.written, state.watches, plans, self.source)

    @property
    def _part_of(self) -> PartOf | None:
        if self.sides is None:
            return None
        sides, kinds, first = self.sides, self.kinds, self.deciding.examples.start
        return lambda row: kinds[sides[row - first]]

    def _sides(self, examples: range) -> bytes:
        """The index of the split of each example; 0 for one that is dropped."""
        assert self.division is not None
        places = {kind: place for place, kind in enumerate(self.kinds)}
        part_of = self.division.part_of

        def place(row: int) -> int:
            try:
                return places[part_of(row)]
            except KeyError:
                return 0

        return bytes(map(place, examples))


def write_cached(
    step: Write, dry_run: DryRunState, verdicts: Verdicts, outputs: Mapping[str, Any]
) -> WriteState:
    """Write the portions that the dry run has stored, instead of reading and fixing them again."""
    state, work = step.start(), dry_run.work
    assert work is not None and dry_run.portions is not None
    out = step.open(state, work, outputs)
    part_of = step.division.part_of if step.division is not None else None
    portions = dry_run.portions[::-1]
    dry_run.portions = None

    def decided() -> Any:
        while portions:
            converted = portions.pop()
            yield converted if dry_run.decided else work.decided(converted, verdicts)

    for converted in prefetch(decided()):
        out.write(converted, part_of)
    state.outputs = out
    step.finish(state)
    return state


def show_cached(splitter: RowGrouper, dry_run: DryRunState, verdicts: Verdicts, *, sized: bool) -> None:
    """Group the portions that the dry run has stored, for the split."""
    assert dry_run.work is not None and dry_run.portions is not None
    for place, converted in enumerate(dry_run.portions):
        dry_run.portions[place] = dry_run.work.decided(converted, verdicts)
        show(splitter, dry_run.portions[place], sized=sized)
    dry_run.decided = True
