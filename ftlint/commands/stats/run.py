"""The statistics run: each file is surveyed batch by batch, then concluded, then all files together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ftlint.batch.batch import Batch
from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Figures, Stats
from ftlint.commands.stats.survey import StatsState, together
from ftlint.config.settings import Settings
from ftlint.context import RuleContext
from ftlint.engine.handle import Handle, PlanStep, broadcast_settings
from ftlint.engine.pipeline import FilePass, PassResult, Progress, no_progress, run_step
from ftlint.engine.plan import make_context, make_record_reader
from ftlint.engine.scan import Plan
from ftlint.execution.choose import make_executor, part_bytes, size_of
from ftlint.execution.executor import BlobRef
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.source import Source
from ftlint.tokens.pool import MAX_THREADS, available_cores, preload

# Counting starts with the first block, so a smaller block starts earlier; and less memory is waiting for it.
BLOCK_BYTES = 4 << 20


def plan_of(settings: Settings) -> Plan:
    """The record reader of a survey; no rules run."""
    context = make_context(settings)
    return Plan({}, context, make_record_reader(settings, context))


def reading_of(settings: Settings) -> ReadOptions:
    """How a survey reads."""
    size = min(settings.read.block_bytes, BLOCK_BYTES)
    return replace(settings.read, block_bytes=size, heal=frozenset(), keep_raw=False)


@dataclass(frozen=True, slots=True)
class Count(PlanStep[StatsState]):
    """Collect the figures of every record."""

    def start(self) -> StatsState:
        """Nothing counted."""
        return StatsState(self.plan.context)

    def visit(self, block: RecordBlock, batch: Batch, state: StatsState, outputs: Mapping[str, Any]) -> None:
        """Count a batch."""
        state.observe(batch)


def stats_of(
    sources: Sequence[Source],
    settings: Settings,
    terms: CostOptions | None = None,
    advance: Progress = no_progress,
) -> Stats:
    """The exact figures of some files. ``advance`` is called with the processed bytes.

    Unreadable rows are counted and skipped. Raises UsageError for a wrong setting.
    """
    terms = terms or CostOptions()
    plan = plan_of(settings)
    surveys: list[StatsState] = []
    files: list[Figures] = []
    for result in _surveys(sources, plan, settings, advance):
        surveys.append(result.state)
        files.append(figures_of(result, result.state, terms))
    return stats(files, surveys, plan.context, terms)


def _surveys(
    sources: Sequence[Source], plan: Plan, settings: Settings, advance: Progress
) -> Iterator[PassResult[StatsState]]:
    """The survey of every file, by workers where that is worth it."""
    read, config = reading_of(settings), settings.staff
    # One process keeps two cores busy with counting; more processes help only on more cores.
    if config.jobs is None and available_cores() <= MAX_THREADS:
        config = replace(config, jobs=1)
    with make_executor(config, size_of(sources)) as executor:
        if executor.in_process:
            preload(plan.context.encoding, size_of(sources))
        step = Count(Handle(_counting_plan, (broadcast_settings(settings, executor),), plan))
        passes = (FilePass(step=step, source=source, read=read) for source in sources)
        yield from run_step(passes, executor, part_bytes(config, executor, size_of(sources)), advance)


def _counting_plan(settings: BlobRef) -> Plan:
    plan = plan_of(settings.load())
    preload(plan.context.encoding)
    return plan


def stats(
    files: Sequence[Figures], surveys: Sequence[StatsState], context: RuleContext, terms: CostOptions
) -> Stats:
    """The figures of files, and the total if there are several."""
    return Stats(
        files=files,
        total=_of_all(files, surveys, context, terms) if len(files) > 1 else None,
        target=context.target.name if context.target is not None else None,
        model=context.model.name if context.model is not None else None,
        vocabulary=context.encoding,
        exact=context.counts_exactly,
    )


def figures_of(result: PassResult[Any], survey: StatsState, terms: CostOptions) -> Figures:
    """The figures of one file."""
    return conclude(
        survey,
        terms,
        name=result.source.name,
        container=result.container,
        size=result.bytes,
        rows=result.rows,
    )


def _of_all(
    files: Sequence[Figures], surveys: Sequence[StatsState], context: RuleContext, terms: CostOptions
) -> Figures:
    size, rows = sum(file.bytes for file in files), sum(file.rows for file in files)
    whole = conclude(
        together(surveys, context), terms, name=f"all {len(files):,} files", size=size, rows=rows
    )
    again = sum(file.duplicates for file in files)
    return replace(whole, duplicates=again, shared=whole.duplicates - again)
