"""Build the tables of the report from formatted texts and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from ftlint.batch.speaker import canonical_role
from ftlint.commands.stats.figures import Cost, Figures, Spread
from ftlint.display import escape, sanitize
from ftlint.html_report.collect import DatasetReport
from ftlint.html_report.duplicates import DuplicateClusters
from ftlint.html_report.measure import SubsetStats
from ftlint.report.stats_markdown import cost_cells, spread_cells
from ftlint.report.words import amount, percent, share, size_in_words

MAX_CLASSES = 50
MAX_SAMPLE = 160
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Header and rows. The columns at ``texts`` hold text, the others numbers."""

    heads: Row
    rows: Sequence[Row]
    texts: Sequence[int] = (0,)


def files_table(dataset: DatasetReport) -> ReportTable:
    """Each file with its format and its number of findings."""
    figures = {one.name: one for one in dataset.measured.stats.files} if dataset.measured else {}
    rows = []
    for file in dataset.report.files:
        mine = figures.get(file.path)
        tokens = amount(mine.tokens) if mine is not None else ""
        counts = [f"{file.total(severity):,}" for severity in ("error", "warning", "info")]
        shape = file.shape or "no shape"
        size = size_in_words(file.bytes)
        rows.append((dataset.name(file.path), shape, f"{file.examples:,}", tokens, size, *counts))
    return ReportTable(
        ("file", "shape", "examples", "tokens", "size", "errors", "warnings", "notes"), rows, (0, 1)
    )


def spreads_table(figures: Figures) -> ReportTable:
    """The distribution of lengths."""
    spreads = (
        ("tokens an example", figures.per_example),
        ("tokens an answer", figures.per_answer),
        ("answers an example", figures.turns),
    )
    rows = [spread_cells(name, spread) for name, spread in spreads if spread is not None]
    return ReportTable(("", "least", "5 %", "median", "mean", "95 %", "most"), rows)


def cuts_table(figures: Figures) -> ReportTable:
    """The examples and tokens that each limit cuts."""
    rows = [
        (
            f"{cut.limit:,}",
            f"{cut.examples:,}",
            share(cut.examples, figures.examples),
            f"{cut.lost:,}",
            ", ".join(map(sanitize, cut.of)),
        )
        for cut in figures.cuts
        if cut.examples or cut.of
    ]
    heads = ("limit", "examples cut", "share", "lose the answer", "whose limit")
    if not any(row[-1] for row in rows):
        return ReportTable(heads[:-1], [row[:-1] for row in rows])
    return ReportTable(heads, rows, (0, 4))


def histogram_table(figures: Figures) -> ReportTable:
    """The bars of the histogram."""
    return ReportTable(
        ("tokens", "examples"), [(f"{b.start:,} to {b.end - 1:,}", f"{b.examples:,}") for b in figures.bars]
    )


def curve_table(subset: SubsetStats) -> ReportTable:
    """The truncation curve at a few limits."""
    every = max(1, len(subset.curve) // 16)
    rows = [(f"{p.limit:,}", percent(p.examples), percent(p.tokens)) for p in subset.curve[::-1][::every]]
    return ReportTable(("limit", "examples left whole", "tokens kept"), rows[::-1])


def counts_table(heads: Row, rows: Sequence[tuple[str, int]], limit: int = MAX_CLASSES) -> ReportTable:
    """Names with their counts."""
    total = sum(n for _, n in rows)
    cells = [(sanitize(escape(name, 200)), f"{n:,}", share(n, total)) for name, n in rows[:limit]]
    if len(rows) > limit:
        remaining = sum(n for _, n in rows[limit:])
        cells.append((f"{len(rows) - limit:,} more", f"{remaining:,}", share(remaining, total)))
    return ReportTable((*heads, "share"), cells)


def costs_table(figures: Figures) -> ReportTable:
    """The training cost of each model."""
    return ReportTable(
        ("model", "cost", "billed tokens", "USD per million", ""),
        [_cost(c) for c in figures.training.costs],
        (0, 4),
    )


def clusters_table(clusters: DuplicateClusters, dataset: DatasetReport) -> ReportTable:
    """The largest clusters, with their locations and an excerpt of the first example."""
    rows = []
    for cluster in clusters.listed:
        file, row, _ = cluster.places[0]
        name = dataset.report.files[file].path
        excerpt = dataset.records.get((name, row), ())
        sample = next((text for who, text, _ in excerpt if canonical_role(who) == "user"), "")
        sample = sample or (excerpt[-1][1] if excerpt else "")
        sample = " ".join(sample.split())
        sample = sample if len(sample) <= MAX_SAMPLE else f"{sample[: MAX_SAMPLE - 1]}…"
        rows.append((sample, f"{cluster.size:,}", _places(cluster.places, cluster.size, dataset)))
    return ReportTable(("begins", "examples", "lines"), rows, (0, 2))


def sides_table(training: Figures, held_out: Figures) -> ReportTable:
    """The statistics of training data and held-out data."""
    rows: list[Row] = [
        ("examples", f"{training.examples:,}", f"{held_out.examples:,}"),
        ("tokens", amount(training.tokens), amount(held_out.tokens)),
        ("tokens trained", amount(training.trained), amount(held_out.trained)),
        ("duplicates", f"{training.duplicates:,}", f"{held_out.duplicates:,}"),
        ("different instructions", f"{training.systems:,}", f"{held_out.systems:,}"),
    ]
    for name, field in (("an example", "per_example"), ("an answer", "per_answer")):
        pair: list[Spread | None] = [getattr(training, field), getattr(held_out, field)]
        for what in ("median", "p95", "most"):
            words = {"p95": "95 %", "most": "longest"}.get(what, what)
            cells = [f"{getattr(spread, what):,.0f}" if spread is not None else "–" for spread in pair]
            rows.append((f"tokens {name}, {words}", *cells))
    return ReportTable(("", "training", "held out"), rows)


def _cost(cost: Cost) -> Row:
    billed, price, paid, notes = cost_cells(cost)
    return sanitize(cost.model or "any"), paid, billed, price, notes


def _places(places: Sequence[tuple[int, int, int]], size: int, dataset: DatasetReport) -> str:
    several = len(dataset.report.files) > 1
    excerpt, last = [], -1
    for file, _, line in places:
        name = f"{dataset.name(dataset.report.files[file].path)}:" if several and file != last else ""
        excerpt.append(f"{name}{line:,}")
        last = file
    return ", ".join(excerpt) + (f" and {size - len(places):,} more" if size > len(places) else "")
