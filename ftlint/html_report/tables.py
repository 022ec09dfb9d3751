"""Build the tables of the report from formatted texts and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from ftlint.batch.speaker import canonical_role
from ftlint.commands.stats.figures import Cost, Figures, Spread
from ftlint.display import escape, sanitize
from ftlint.html_report.collect import DatasetReport
from ftlint.html_report.duplicates import DuplicateClusters
from ftlint.html_report.measure import SubsetStats
from ftlint.report.words import amount, money, percent, share, size_in_words

MOST_CLASSES = 50
MOST_SAMPLE = 160
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Header and rows. The columns at ``texts`` hold text, the others numbers."""

    heads: Row
    rows: Sequence[Row]
    texts: Sequence[int] = (0,)


def files_table(picture: DatasetReport) -> ReportTable:
    """Each file with its format and its number of findings."""
    figures = {one.name: one for one in picture.measured.stats.files} if picture.measured else {}
    rows = []
    for file in picture.report.files:
        mine = figures.get(file.path)
        tokens = amount(mine.tokens) if mine is not None else ""
        found = [f"{file.total(severity):,}" for severity in ("error", "warning", "info")]
        shape = file.shape or "no shape"
        size = size_in_words(file.bytes)
        rows.append((picture.name(file.path), shape, f"{file.examples:,}", tokens, size, *found))
    return ReportTable(
        ("file", "shape", "examples", "tokens", "size", "errors", "warnings", "notes"), rows, (0, 1)
    )


def spreads_table(figures: Figures) -> ReportTable:
    """The distribution of lengths."""
    named = (
        ("tokens an example", figures.per_example),
        ("tokens an answer", figures.per_answer),
        ("answers an example", figures.turns),
    )
    rows = [_spread(name, spread) for name, spread in named if spread is not None]
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


def curve_table(portrait: SubsetStats) -> ReportTable:
    """The truncation curve at a few limits."""
    every = max(1, len(portrait.curve) // 16)
    rows = [(f"{p.limit:,}", percent(p.examples), percent(p.tokens)) for p in portrait.curve[::-1][::every]]
    return ReportTable(("limit", "examples left whole", "tokens kept"), rows[::-1])


def counts_table(heads: Row, rows: Sequence[tuple[str, int]], most: int = MOST_CLASSES) -> ReportTable:
    """Names with their counts."""
    total = sum(n for _, n in rows)
    told = [(sanitize(escape(name, 200)), f"{n:,}", share(n, total)) for name, n in rows[:most]]
    if len(rows) > most:
        rest = sum(n for _, n in rows[most:])
        told.append((f"{len(rows) - most:,} more", f"{rest:,}", share(rest, total)))
    return ReportTable((*heads, "share"), told)


def costs_table(figures: Figures) -> ReportTable:
    """The training cost of each model."""
    return ReportTable(
        ("model", "cost", "billed tokens", "USD per million", ""),
        [_cost(c) for c in figures.training.costs],
        (0, 4),
    )


def clusters_table(clusters: DuplicateClusters, picture: DatasetReport) -> ReportTable:
    """The largest clusters, with their locations and an excerpt of the first example."""
    rows = []
    for cluster in clusters.listed:
        file, row, _ = cluster.places[0]
        name = picture.report.files[file].path
        said = picture.records.get((name, row), ())
        sample = next((text for who, text, _ in said if canonical_role(who) == "user"), "")
        sample = sample or (said[-1][1] if said else "")
        sample = " ".join(sample.split())
        sample = sample if len(sample) <= MOST_SAMPLE else f"{sample[: MOST_SAMPLE - 1]}…"
        rows.append((sample, f"{cluster.size:,}", _places(cluster.places, cluster.size, picture)))
    return ReportTable(("begins", "examples", "lines"), rows, (0, 2))


def sides_table(training: Figures, held: Figures) -> ReportTable:
    """The statistics of training data and held-out data."""
    rows: list[Row] = [
        ("examples", f"{training.examples:,}", f"{held.examples:,}"),
        ("tokens", amount(training.tokens), amount(held.tokens)),
        ("tokens trained", amount(training.trained), amount(held.trained)),
        ("duplicates", f"{training.duplicates:,}", f"{held.duplicates:,}"),
        ("different instructions", f"{training.systems:,}", f"{held.systems:,}"),
    ]
    for name, field in (("an example", "per_example"), ("an answer", "per_answer")):
        pair: list[Spread | None] = [getattr(training, field), getattr(held, field)]
        for what in ("median", "p95", "most"):
            words = {"p95": "95 %", "most": "longest"}.get(what, what)
            cells = [f"{getattr(spread, what):,.0f}" if spread is not None else "–" for spread in pair]
            rows.append((f"tokens {name}, {words}", *cells))
    return ReportTable(("", "training", "held out"), rows)


def _spread(name: str, spread: Spread) -> Row:
    numbers = (spread.least, spread.p5, spread.median, spread.mean, spread.p95, spread.most)
    return name, *(f"{number:,.1f}".removesuffix(".0") for number in numbers)


def _cost(cost: Cost) -> Row:
    notes = [f"price of {cost.checked}"] if cost.checked is not None else []
    notes += ["unverified"] * (not cost.verified) + [cost.status] * (cost.status != "live")
    price = "unknown" if cost.price is None else money(cost.price)
    paid = "" if cost.dollars is None else money(cost.dollars)
    return sanitize(cost.model or "any"), paid, f"{cost.billed:,}", price, ", ".join(notes)


def _places(places: Sequence[tuple[int, int, int]], size: int, picture: DatasetReport) -> str:
    several = len(picture.report.files) > 1
    said, last = [], -1
    for file, _, line in places:
        name = f"{picture.name(picture.report.files[file].path)}:" if several and file != last else ""
        said.append(f"{name}{line:,}")
        last = file
    return ", ".join(said) + (f" and {size - len(places):,} more" if size > len(places) else "")
