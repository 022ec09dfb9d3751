"""Build the sections of the page, each with its text, charts and tables."""

from collections.abc import Iterator, Sequence

from ftlint.commands.stats.figures import Figures, Training
from ftlint.display import sanitize
from ftlint.html_report import charts, tables
from ftlint.html_report.collect import DatasetReport
from ftlint.html_report.measure import Measurements, SubsetStats
from ftlint.html_report.scripts import ScriptMix
from ftlint.html_report.section import MAX_BARS, ChartPlan, ReportSection, draw_all
from ftlint.html_report.split_comparison import sides_section
from ftlint.html_report.tables import ReportTable
from ftlint.report.stats_text import epochs_in_words, uncounted
from ftlint.report.words import amount, counted, share

MAX_TURNS = 10


def sections(dataset: DatasetReport) -> Iterator[ReportSection]:
    """All sections that are not empty."""
    measured = dataset.measured
    if measured is None or not measured.whole.figures.examples:
        return
    figures = measured.whole.figures
    yield _tokens(measured)
    if figures.classes:
        yield _classes(figures)
    yield _conversations(measured.whole)
    if measured.whole.scripts.rows:
        yield _scripts(measured.whole.scripts)
    yield _duplicates(measured, dataset)
    if figures.training.costs or figures.training.others:
        yield _cost(figures)
    if measured.sides is not None:
        yield sides_section(*measured.sides, dataset)


def _tokens(measured: Measurements) -> ReportSection:
    figures, stats = measured.whole.figures, measured.stats
    limits = sorted({cut.limit for cut in figures.cuts if cut.of})
    about = "" if stats.exact else "About "
    sentences = [
        f"{about}{figures.tokens:,} tokens, {figures.trained:,} of them trained on,"
        f" counted with {sanitize(stats.vocabulary)}."
    ]
    if not stats.exact:
        sentences.append("This is an estimate: no target or model was named whose vocabulary is known.")
    if missing := uncounted(figures):
        sentences.append(f"Not counted: {'; '.join(missing)}.")
    drawings = []
    if figures.bars:
        note = _limits_text(figures)
        drawings.append(
            ChartPlan(
                "tokens",
                "Tokens of examples",
                tables.histogram_table(figures),
                lambda: charts.histogram(figures.bars, limits),
                note,
            )
        )
    if len(measured.whole.curve) > 1:
        drawings.append(
            ChartPlan(
                "curve",
                "What a limit leaves",
                tables.curve_table(measured.whole),
                lambda: charts.truncation(measured.whole.curve, limits),
                "A longer example is cut off at the end, where its answer stands.",
            )
        )
    listed = [("", tables.spreads_table(figures))]
    cuts = tables.cuts_table(figures)
    return ReportSection(
        "tokens", "Tokens", sentences, draw_all(drawings), [*listed, *[("Limits", cuts)] * bool(cuts.rows)]
    )


def _limits_text(figures: Figures) -> str:
    mine = [cut for cut in figures.cuts if cut.of]
    far = [cut for cut in mine if figures.bars and cut.limit > figures.bars[-1].end * 16]
    if far:
        return f"The limit of {far[0].limit:,} tokens lies far beyond this chart."
    return "The dashed line is the limit." if mine else "No target was named, so no limit is drawn."


def _classes(figures: Figures) -> ReportSection:
    rows = list(figures.classes)
    shown = rows[:MAX_BARS]
    if len(rows) > MAX_BARS:
        shown.append((f"{len(rows) - MAX_BARS:,} more", sum(n for _, n in rows[MAX_BARS:])))
    least, most = rows[-1], rows[0]
    sentences = [
        f"{counted(len(rows), 'class').replace('classs', 'classes')}. The largest has {most[1]:,} examples,"
        f" the smallest {least[1]:,}."
    ]
    total = sum(n for _, n in rows)
    table = tables.counts_table(("class", "examples"), rows)
    return ReportSection(
        "classes",
        "Classes",
        sentences,
        draw_all([ChartPlan("classes", "Class balance", table, lambda: charts.ranked(shown, total))]),
    )


def _conversations(subset: SubsetStats) -> ReportSection:
    figures = subset.figures
    roles = list(figures.roles.items())
    sentences = []
    if figures.instructed:
        several = f"{figures.systems:,} different instructions"
        which = "one and the same instruction" if figures.systems == 1 else several
        sentences.append(f"{counted(figures.instructed, 'example')} with {which}.")
    total = sum(n for _, n in roles)
    drawings = [
        ChartPlan(
            "roles",
            "Messages by role",
            tables.counts_table(("role", "messages"), roles),
            lambda: charts.ranked(roles[:MAX_BARS], total),
        )
    ]
    turns = _turns(subset.turns)
    if len(turns) > 1:
        drawings.append(
            ChartPlan(
                "turns",
                "Answers of an example",
                tables.counts_table(("answers", "examples"), turns),
                lambda: charts.counts(turns, "answers of the assistant"),
            )
        )
    elif turns:
        sentences.append(f"Every example has {counted(int(turns[0][0]), 'answer')}.")
    return ReportSection("conversations", "Roles and turns", sentences, draw_all(drawings))


def _turns(turns: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
    few = [(f"{value:,}", n) for value, n in turns if value <= MAX_TURNS]
    more = sum(n for value, n in turns if value > MAX_TURNS)
    if len(turns) == 1 and more:
        return [(f"{turns[0][0]}", more)]
    return [*few, *[(f"> {MAX_TURNS}", more)] * bool(more)]


def _scripts(mix: ScriptMix) -> ReportSection:
    questions, answered = sum(row[1] for row in mix.rows), sum(row[2] for row in mix.rows)
    shares = [
        (name, a / questions if questions else 0, b / answered if answered else 0) for name, a, b in mix.rows
    ]
    all_of = f"{mix.texts:,} of {mix.of:,}" if mix.texts < mix.of else f"All {mix.texts:,}"
    sample = f"{all_of} texts were looked at"
    mixed = f", {share(mix.mixed, mix.texts)} of them mix scripts" if mix.mixed else ""
    rows = [(name, f"{a:,}", f"{b:,}") for name, a, b in mix.rows]
    table = ReportTable(("script", "asked", "answered"), rows)
    drawing = ChartPlan(
        "scripts",
        "Texts by script",
        table,
        lambda: charts.grouped(shares[:MAX_BARS], ("asked", "answered")),
        "A text counts for the script that most of its letters are of. Instructions are left out.",
    )
    return ReportSection("scripts", "Scripts", [f"{sample}{mixed}."], draw_all([drawing]))


def _duplicates(measured: Measurements, dataset: DatasetReport) -> ReportSection:
    exact, nearly = measured.exact, measured.nearly
    sentences, listed = [], []
    if exact.total:
        sentences.append(
            f"{counted(exact.extra, 'example')} {'is a copy' if exact.extra == 1 else 'are copies'} of another one,"
            f" in {counted(exact.total, 'cluster')}."
        )
        listed.append(
            (_title("The same", exact.total, len(exact.listed)), tables.clusters_table(exact, dataset))
        )
    else:
        sentences.append("No example is a copy of another one.")
    if nearly is None:
        sentences.append("Near duplicates were not looked for: extend-select near-duplicate asks for them.")
    elif nearly.total:
        sentences.append(f"{counted(nearly.extra, 'example')} nearly the same as another one.")
        table = tables.clusters_table(nearly, dataset)
        listed.append((_title("Nearly the same", nearly.total, len(nearly.listed)), table))
    else:
        sentences.append("None is nearly the same as another one.")
    return ReportSection("duplicates", "Duplicates", sentences, (), listed)


def _title(words: str, total: int, listed: int) -> str:
    return words if total == listed else f"{words}: the largest {listed:,} of {total:,} clusters"


def _cost(figures: Figures) -> ReportSection:
    training = figures.training
    sentences = []
    if training.epochs is not None:
        sentences.append(f"{_capital(epochs_in_words(training))}, {amount(training.tokens)} tokens in all.")
    elif training.costs:
        sentences.append(f"{amount(training.tokens)} tokens an epoch; nobody says how many epochs.")
    if training.others:
        sentences.append(_others(training))
    listed = [("", tables.costs_table(figures))] if training.costs else []
    return ReportSection("cost", "Cost", sentences, (), listed)


def _others(training: Training) -> str:
    names = ", ".join(sanitize(name) for name, _ in training.others)
    return f"Other vocabularies, so not counted here: {names} (--model names one)."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
