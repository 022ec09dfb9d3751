"""Measure what the report shows beside findings, in one pass per file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from msgspec import structs

from ftlint.batch.batch import Batch
from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Figures, Stats
from ftlint.commands.stats.run import figures_of, reading_of, stats
from ftlint.commands.stats.survey import StatsState, together
from ftlint.config.settings import Settings
from ftlint.engine.handle import PlanStep, broadcast_settings, plan_handle
from ftlint.engine.pipeline import FilePass, PassResult, Progress, run_step
from ftlint.engine.plan import make_plan
from ftlint.engine.reference import read_reference
from ftlint.engine.scan import Plan
from ftlint.execution.choose import make_executor, part_bytes, size_of
from ftlint.execution.executor import Executor
from ftlint.html_report.duplicates import DuplicateClusters, DuplicateFinder
from ftlint.html_report.scripts import ScriptMix, ScriptSample
from ftlint.io.block import RecordBlock
from ftlint.io.source import Source

if TYPE_CHECKING:
    from ftlint.context import RuleContext

POINTS_A_DOUBLING = 8
NEAR = "near-duplicate"


@dataclass(frozen=True, slots=True)
class TokenCurvePoint:
    """At a limit of so many tokens: the share of examples that stay whole, and of all tokens that are kept."""

    limit: int
    examples: float
    tokens: float


@dataclass(frozen=True, slots=True)
class SubsetStats:
    """The figures of some files together, with what a picture shows beyond them.

    ``turns`` counts examples by their answers. ``curve`` has a point for each limit from where any example is cut.
    """

    figures: Figures
    curve: Sequence[TokenCurvePoint]
    turns: Sequence[tuple[int, int]]
    scripts: ScriptMix


@dataclass(frozen=True, slots=True)
class Measurements:
    """Everything counted. ``sides`` are the portraits of training and of held-out data, where there are both."""

    stats: Stats
    whole: SubsetStats
    exact: DuplicateClusters
    nearly: DuplicateClusters | None
    sides: tuple[SubsetStats, SubsetStats] | None


@dataclass(slots=True)
class MeasureState:
    """What is counted of one file."""

    survey: StatsState
    scripts: ScriptSample = field(default_factory=ScriptSample)
    copies: DuplicateFinder | None = None

    def merge(self, other: "MeasureState", rows: int, lines: int, /) -> None:
        """Add the next part of the file."""
        self.survey.merge(other.survey, rows, lines)
        self.scripts.add(other.scripts)
        if self.copies is not None and other.copies is not None:
            self.copies.add(other.copies, rows, lines)


@dataclass(frozen=True, slots=True)
class Measure(PlanStep[MeasureState]):
    """Count a file: figures, scripts, and unless it is only compared with, copies."""

    words: int | None = None
    number: int | None = None
    """Its number among the files whose copies are counted."""

    def start(self) -> MeasureState:
        """Nothing counted."""
        copies = DuplicateFinder(self.words) if self.number is not None else None
        return MeasureState(StatsState(self.plan.context), copies=copies)

    def visit(
        self, block: RecordBlock, batch: Batch, state: MeasureState, outputs: Mapping[str, Any]
    ) -> None:
        """Count a batch."""
        state.survey.observe(batch)
        state.scripts.observe(batch)
        if state.copies is not None and self.number is not None:
            state.copies.observe(batch, self.number)


@dataclass(slots=True)
class _Measured:
    """One file as it was measured."""

    source: Source
    state: MeasureState
    figures: Figures


@dataclass(frozen=True, slots=True)
class SplitComparison:
    """The files of training data and those held out from them; of the latter some may not be checked themselves."""

    training: Sequence[Source]
    held: Sequence[Source]


def measure(
    sources: Sequence[Source],
    settings: Settings,
    terms: CostOptions,
    sides: SplitComparison | None,
    advance: Progress,
) -> Measurements:
    """Count files once each. Raises UsageError for a wrong setting."""
    plan = make_plan(settings)
    rule = next((rule for rule in plan.rules if rule.name == NEAR), None)
    copies = DuplicateFinder(getattr(rule.options, "shingle", 3) if rule is not None else None)
    with make_executor(settings.staff, size_of(sources)) as executor:
        watched, compared = _all_measured(
            sources, plan, settings, terms, sides, executor, advance, copies.words
        )
    for one in watched:
        if one.state.copies is not None:
            copies.add(one.state.copies, 0, 0)
    figures = stats(
        [one.figures for one in watched], [one.state.survey for one in watched], plan.context, terms
    )
    return Measurements(
        stats=figures,
        whole=replace(_portrait(watched, plan.context, terms), figures=figures.all),
        exact=copies.exact(),
        nearly=copies.nearly(getattr(rule.options, "threshold", 0.85) if rule is not None else 1),
        sides=compared,  # type: ignore[arg-type]
    )


def _all_measured(
    sources: Sequence[Source],
    plan: Plan,
    settings: Settings,
    terms: CostOptions,
    sides: SplitComparison | None,
    executor: Executor,
    advance: Progress,
    words: int | None,
) -> tuple[list[_Measured], tuple[SubsetStats, ...] | None]:
    """All files, and where there are both, the portraits of training and of held-out data."""
    read = reading_of(settings)
    bare, blob = structs.replace(plan, rules={}), broadcast_settings(settings, executor)
    size = part_bytes(settings.staff, executor, size_of(sources))
    handle = plan_handle(bare, blob, executor)
    passes = (
        FilePass(step=Measure(handle, words, number), source=source, read=read)
        for number, source in enumerate(sources)
    )

    def measured(result: PassResult[MeasureState]) -> _Measured:
        return _Measured(result.source, result.state, figures_of(result, result.state.survey, terms))

    found = [measured(result) for result in run_step(passes, executor, size, advance)]
    if sides is None:
        return found, None
    known = {one.source.identity: one for one in found}
    for source in sides.held:
        if source.identity not in known:
            held = read_reference(Measure, source, bare, read, blob, executor, size, advance)
            known[source.identity] = measured(held)
    both = (sides.training, sides.held)
    portraits = [_portrait([known[one.identity] for one in some], plan.context, terms) for some in both]
    return found, tuple(portraits)


def _portrait(watched: Sequence[_Measured], job: "RuleContext", terms: CostOptions) -> SubsetStats:
    survey, scripts = together((one.state.survey for one in watched), job), ScriptSample()
    for one in watched:
        scripts.add(one.state.scripts)
    files = [one.figures for one in watched]
    name = files[0].name if len(files) == 1 else f"{len(files):,} files"
    figures = conclude(
        survey, terms, name=name, size=sum(file.bytes for file in files), rows=sum(f.rows for f in files)
    )
    turns = [(int(value), int(n)) for value, n in survey.turns.counts.iter_rows()]
    return SubsetStats(figures, curve(survey), turns, scripts.mix())


def curve(survey: StatsState) -> list[TokenCurvePoint]:
    """What limits from the shortest example to the longest leave of the examples and of their tokens."""
    lengths = survey.longest
    spread, tokens = lengths.spread(), lengths.total()
    if spread is None or not tokens:
        return []
    limits = {round(2 ** (n / POINTS_A_DOUBLING)) for n in range(20 * POINTS_A_DOUBLING)}
    low, high = max(spread.least // 2, 1), spread.most
    chosen = sorted({limit for limit in limits if low <= limit < high} | {high})
    return [
        TokenCurvePoint(limit, 1 - lengths.over(limit) / lengths.size, lengths.total(limit) / tokens)
        for limit in chosen
    ]
