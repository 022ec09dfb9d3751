"""Measure the figures of the report in one pass per file."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ftlint.batch.batch import Batch
from ftlint.batch.records import RecordReader
from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Figures, Stats
from ftlint.commands.stats.run import BLOCK_BYTES, stats
from ftlint.commands.stats.survey import StatsState, together
from ftlint.config.settings import Settings
from ftlint.engine.passes import Advance, Pass, first_pass
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.engine.state import ScanState
from ftlint.errors import UsageError
from ftlint.html_report.duplicates import DuplicateClusters, DuplicateFinder
from ftlint.html_report.scripts import ScriptMix, ScriptSample
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.source import Source

if TYPE_CHECKING:
    from ftlint.context import RuleContext

POINTS_A_DOUBLING = 8
NEAR = "near-duplicate"


@dataclass(frozen=True, slots=True)
class TokenCurvePoint:
    """The effect of one token limit: the share of examples that are not truncated, and of all tokens that
    remain.
    """

    limit: int
    examples: float
    tokens: float


@dataclass(frozen=True, slots=True)
class SubsetStats:
    """The statistics of a set of files, and the measurements that only the HTML report shows.

    ``turns`` counts examples by their number of answers. ``curve`` has a point for each limit, from the first
    that truncates any example.
    """

    figures: Figures
    curve: Sequence[TokenCurvePoint]
    turns: Sequence[tuple[int, int]]
    scripts: ScriptMix


@dataclass(frozen=True, slots=True)
class Measurements:
    """All measurements. ``sides`` are the statistics of training and of held-out data, if there are both."""

    stats: Stats
    whole: SubsetStats
    exact: DuplicateClusters
    nearly: DuplicateClusters | None
    sides: tuple[SubsetStats, SubsetStats] | None


@dataclass(slots=True)
class _MeasuredFile:
    """The measurements of one file."""

    source: Source
    survey: StatsState
    scripts: ScriptSample = field(default_factory=ScriptSample)
    figures: Figures | None = None


@dataclass(frozen=True, slots=True)
class SplitComparison:
    """The files of training data and of held-out data; some of the latter may not be checked themselves."""

    training: Sequence[Source]
    held: Sequence[Source]


def measure(
    sources: Sequence[Source],
    settings: Settings,
    terms: CostOptions,
    sides: SplitComparison | None,
    advance: Advance,
) -> Measurements:
    """Measure each file once. Raises UsageError for an invalid setting."""
    plan = make_plan(settings)
    rule = next((rule for rule in plan.rules if rule.name == NEAR), None)
    copies = DuplicateFinder(getattr(rule.options, "shingle", 3) if rule is not None else None)
    watched = [
        _measure_file(source, plan, settings.read, terms, advance, copies, number)
        for number, source in enumerate(sources)
    ]
    files = [one.figures for one in watched if one.figures is not None]
    surveys = [one.survey for one in watched]
    summary = stats(files, surveys, plan.context, terms)
    by_identity = {one.source.identity: one for one in watched}
    compared = None
    if sides is not None:
        for source in sides.held:
            if source.identity not in by_identity:
                by_identity[source.identity] = _measure_file(source, plan, settings.read, terms, advance)
        compared = tuple(
            _subset_stats([by_identity[source.identity] for source in some], plan.context, terms)
            for some in (sides.training, sides.held)
        )
    return Measurements(
        stats=summary,
        whole=replace(_subset_stats(watched, plan.context, terms), figures=summary.all),
        exact=copies.exact(),
        nearly=copies.nearly(getattr(rule.options, "threshold", 0.85) if rule is not None else 1),
        sides=compared,  # type: ignore[arg-type]
    )


def _measure_file(
    source: Source,
    plan: Plan,
    read: ReadOptions,
    terms: CostOptions,
    advance: Advance,
    copies: DuplicateFinder | None = None,
    number: int = 0,
) -> _MeasuredFile:
    def visit(block: RecordBlock, batch: Batch, partial: ScanState) -> None:
        del block, partial
        one.survey.see(batch)
        one.scripts.see(batch)
        if copies is not None:
            copies.see(batch, number)

    one = _MeasuredFile(source, StatsState(plan.context))
    read = replace(read, block_bytes=min(read.block_bytes, BLOCK_BYTES), heal=frozenset(), keep_raw=False)
    bare = replace(plan, rules={})
    try:
        result = first_pass(source, bare, read, visit, advance)
    except UsageError:
        seer = plan.record_reader
        if copies is not None or not (seer.builds_records or seer.detector.wanted):
            raise
        # Templates and maps are for the checked files; a held-out file may have other columns.
        bare = replace(bare, record_reader=RecordReader(detector=replace(seer.detector, wanted={})))
        one = _MeasuredFile(source, StatsState(plan.context))
        result = first_pass(source, bare, read, visit, advance)
    one.figures = _figures(one.survey, result, terms)
    return one


def _figures(survey: StatsState, result: Pass, terms: CostOptions) -> Figures:
    name, rows = result.source.name, result.partial.rows
    return conclude(survey, terms, name=name, container=result.container, size=result.bytes, rows=rows)


def _subset_stats(watched: Sequence[_MeasuredFile], job: "RuleContext", terms: CostOptions) -> SubsetStats:
    survey, scripts = together((one.survey for one in watched), job), ScriptSample()
    for one in watched:
        scripts.add(one.scripts)
    files = [one.figures for one in watched if one.figures is not None]
    name = files[0].name if len(files) == 1 else f"{len(files):,} files"
    figures = conclude(
        survey, terms, name=name, size=sum(file.bytes for file in files), rows=sum(f.rows for f in files)
    )
    turns = [(int(value), int(n)) for value, n in survey.turns.counts.iter_rows()]
    return SubsetStats(figures, curve(survey), turns, scripts.mix())


def curve(survey: StatsState) -> list[TokenCurvePoint]:
    """The share of examples and tokens that remain at limits from the shortest example to the longest."""
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
