"""Build the section that compares training data with held-out data."""

from ftlint.commands.stats.figures import Figures
from ftlint.display import escape, sanitize
from ftlint.html_report import charts, tables
from ftlint.html_report.collect import DatasetReport
from ftlint.html_report.measure import SubsetStats
from ftlint.html_report.section import MAX_BARS, ChartPlan, ReportSection, draw_all
from ftlint.html_report.tables import ReportTable
from ftlint.report.words import percent, share

SIDES = ("training", "held out")


def sides_section(training: SubsetStats, held_out: SubsetStats, dataset: DatasetReport) -> ReportSection:
    """The statistics of both subsets side by side, and the examples in both."""
    one, other = training.figures, held_out.figures
    sentences = [f"{dataset.name(one.name)} is trained on, {dataset.name(other.name)} is held out."]
    if dataset.between:
        met = ", ".join(f"{n:,} × {sanitize(code)} {sanitize(name)}" for code, name, n in dataset.between)
        sentences.append(f"Found between them: {met}.")
    drawings = []
    if one.examples and other.examples:
        heads = ("tokens", *SIDES)
        drawings.append(
            ChartPlan(
                "sides",
                "Tokens of examples, both sides",
                ReportTable(heads, _both(one, other)),
                lambda: charts.overlaid(one, other, SIDES),
                "Shares of the examples of each side.",
            )
        )
    if one.classes and other.classes:
        shares = _class_shares(one, other)
        rows = [(sanitize(escape(name, 200)), percent(a), percent(b)) for name, a, b in shares]
        drawings.append(
            ChartPlan(
                "side-classes",
                "Classes, both sides",
                ReportTable(("class", *SIDES), rows),
                lambda: charts.grouped(shares[:MAX_BARS], SIDES),
            )
        )
    return ReportSection(
        "sides", "Train and validation", sentences, draw_all(drawings), [("", tables.sides_table(one, other))]
    )


def _both(one: Figures, other: Figures) -> list[tuple[str, ...]]:
    bars: dict[tuple[int, int], list[int]] = {}
    for nth, figures in enumerate((one, other)):
        for bar in figures.bars:
            bars.setdefault((bar.start, bar.end), [0, 0])[nth] = bar.examples
    return [
        (
            f"{start:,} to {end - 1:,}",
            *(share(n, f.examples) for n, f in zip(counts, (one, other), strict=True)),
        )
        for (start, end), counts in sorted(bars.items())
    ]


def _class_shares(one: Figures, other: Figures) -> list[tuple[str, float, float]]:
    first, second = dict(one.classes), dict(other.classes)
    sums = sum(first.values()) or 1, sum(second.values()) or 1
    names = list(dict.fromkeys([*first, *second]))
    return [(name, first.get(name, 0) / sums[0], second.get(name, 0) / sums[1]) for name in names]
