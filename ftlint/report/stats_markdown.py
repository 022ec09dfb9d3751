"""``ftlint stats --output-format markdown``: tables for a pull request."""

from collections.abc import Iterable, Iterator, Sequence

from ftlint.commands.stats.figures import Cost, Figures, Spread, Stats
from ftlint.report.markdown import plain, table
from ftlint.report.stats_text import epochs_in_words, uncounted
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import amount, counted, money, share, size_in_words

MAX_CLASSES = 50
Row = Sequence[str]


def render(stats: Stats, options: RenderOptions) -> Iterator[str]:
    """A section for every file, then one for the total."""
    del options
    for figures in (*stats.files, *((stats.total,) if stats.total is not None else ())):
        yield f"### {plain(figures.name)}\n\n"
        for block in _blocks(figures, stats):
            yield f"{block}\n"


def _blocks(figures: Figures, stats: Stats) -> Iterator[str]:
    yield table(("", ""), _facts(figures, stats))
    spreads = (("tokens an example", figures.per_example), ("tokens an answer", figures.per_answer))
    rows = [
        spread_cells(name, spread)
        for name, spread in (*spreads, ("answers an example", figures.turns))
        if spread
    ]
    if rows:
        yield table(("", "min", "p5", "median", "mean", "p95", "max"), rows)
    cuts = [
        (
            f"{cut.limit:,}",
            plain(", ".join(cut.of)),
            f"{cut.examples:,}",
            share(cut.examples, figures.examples),
            f"{cut.lost:,}",
        )
        for cut in figures.cuts
        if cut.examples or cut.of
    ]
    if cuts:
        yield table(("cut at", "limit of", "examples", "share", "lose the whole answer"), cuts)
    if figures.classes:
        classes = [(plain(label), f"{n:,}") for label, n in figures.classes[:MAX_CLASSES]]
        more = len(figures.classes) - len(classes)
        yield table(("class", "examples"), [*classes, *[(f"{more:,} more", "")] * (more > 0)])
    if figures.training.costs and figures.examples:
        yield table(
            ("model", "billed tokens", "USD per million", "cost", ""),
            [(plain(cost.model or "any"), *cost_cells(cost)) for cost in figures.training.costs],
        )


def _facts(figures: Figures, stats: Stats) -> Iterator[Row]:
    yield "shapes", _counts(figures.shapes.items()) or "none"
    yield "examples", f"{figures.examples:,}"
    if figures.rows > figures.examples:
        yield "rows that cannot be read", f"{figures.rows - figures.examples:,} of {figures.rows:,}"
    yield "size", size_in_words(figures.bytes)
    if not figures.examples:
        return
    yield "messages", _counts(figures.roles.items())
    if figures.instructed:
        yield "instructions", f"{figures.systems:,} different, in {counted(figures.instructed, 'example')}"
    if figures.task:
        yield "task", figures.task
    exactly = "" if stats.exact else "about "
    yield "tokens", f"{exactly}{figures.tokens:,} ({figures.trained:,} trained), by {plain(stats.vocabulary)}"
    yield "duplicates", f"{figures.duplicates:,}"
    if figures.shared:
        yield "of one file in another", f"{figures.shared:,}"
    if not_in := uncounted(figures):
        yield "not counted", "; ".join(not_in)
    training = figures.training
    if training.epochs is not None:
        yield "training", f"{epochs_in_words(training)}, {amount(training.tokens)} tokens"
    elif training.costs:
        yield "training", f"{amount(training.tokens)} tokens an epoch; nobody says how many epochs"


def _counts(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{plain(name)} {n:,}" for name, n in counts)


def spread_cells(name: str, spread: Spread) -> Row:
    """A name, and the numbers of its distribution."""
    numbers = (spread.least, spread.p5, spread.median, spread.mean, spread.p95, spread.most)
    return name, *(f"{number:,.1f}".removesuffix(".0") for number in numbers)


def cost_cells(cost: Cost) -> tuple[str, str, str, str]:
    """Of a model: its billed tokens, its price, the cost, and what is to be said of the price."""
    notes = [f"price of {cost.checked}"] if cost.checked is not None else []
    notes += ["unverified"] * (not cost.verified) + [cost.status] * (cost.status != "live")
    price = "unknown" if cost.price is None else money(cost.price)
    paid = "" if cost.dollars is None else money(cost.dollars)
    return f"{cost.billed:,}", price, paid, ", ".join(notes)
