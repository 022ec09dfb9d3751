"""``ftlint stats`` in the terminal: the statistics of each file, and the cost of training."""

from collections.abc import Iterable, Iterator, Sequence

from ftlint.commands.stats.figures import Bar, Cost, Cut, Figures, Spread, Stats, Training
from ftlint.display import sanitize
from ftlint.report.terminal import RenderOptions, columns, line_of_text, padded, styled, wrapped
from ftlint.report.text import joined
from ftlint.report.words import amount, counted, money, share, size_in_words

INDENT = "  "
LABEL = 14
BLOCKS = "▁▂▃▄▅▆▇█"
MARK = "╷"
MAX_CLASSES = 12
NOT_EXACT = "tokens are an estimate by {}: name what you train (--target, --model) or its --tokenizer"


def render(stats: Stats, options: RenderOptions) -> Iterator[str]:
    """The statistics of every file, then of all files together."""
    gap = ""
    for figures in (*stats.files, *((stats.total,) if stats.total is not None else ())):
        yield gap
        for line in _figures(figures, stats, options):
            yield line_of_text(line)
        gap = "\n"
    if not stats.exact and stats.all.examples:
        yield gap
        yield from map(line_of_text, wrapped(NOT_EXACT.format(sanitize(stats.vocabulary)), options.room))


def _figures(figures: Figures, stats: Stats, options: RenderOptions) -> Iterator[str]:
    yield _head(figures, options)
    lost = figures.rows - figures.examples
    if lost:
        note = f"{lost:,} of {counted(figures.rows, 'row')} cannot be read as examples: ftlint check says why"
        yield from _rest(styled(note, "warning", options) if columns(note) < options.room else note, options)
    if not figures.examples:
        return
    yield from _rest(_summary(figures, stats), options)
    yield from _labelled("roles", [f"{sanitize(role)} {n:,}" for role, n in figures.roles.items()], options)
    yield from _labelled("instructions", _instructions(figures), options)
    yield from _labelled("per example", _spread(figures.per_example), options)
    yield from _histogram(figures, options)
    yield from _labelled("per answer", _spread(figures.per_answer), options)
    yield from _cuts(figures, stats)
    yield from _labelled("classes", _classes(figures), options)
    yield from _labelled("duplicates", _duplicates(figures), options)
    yield from _labelled("not counted", uncounted(figures), options)
    yield from _labelled(
        "", ["both answers of a pair are counted, what they answer once"] * figures.pairs, options
    )
    yield from training(figures.training, options)


def _head(figures: Figures, options: RenderOptions) -> str:
    shapes = list(figures.shapes.items())
    names = shapes[0][0] if len(shapes) == 1 else ", ".join(f"{shape} {n:,}" for shape, n in shapes)
    parts = [
        sanitize(names or figures.container),
        counted(figures.examples, "example"),
        size_in_words(figures.bytes),
    ]
    return (
        f"{styled(sanitize(figures.name), 'strong', options)}  {' · '.join(part for part in parts if part)}"
    )


def _summary(figures: Figures, stats: Stats) -> str:
    about = "" if stats.exact else "about "
    turns = amount(round(figures.turns.mean, 1)) if figures.turns is not None else "0"
    vocabulary, trained = sanitize(stats.vocabulary), amount(figures.trained)
    tokens = f"{about}{amount(figures.tokens)} tokens of {vocabulary} ({trained} trained)"
    telling = figures.task == "classification" or "completion" in figures.shapes
    task = [figures.task] if figures.task and telling else []
    return " · ".join([f"{turns} turn{'' if turns == '1' else 's'} an example", tokens, *task])


def _instructions(figures: Figures) -> list[str]:
    if not figures.instructed:
        return []
    which = "the same" if figures.systems == 1 else f"{figures.systems:,} different ones"
    return [f"{which} in {counted(figures.instructed, 'example')}"]


def _spread(spread: Spread | None) -> list[str]:
    if spread is None:
        return []
    names = (
        ("min", "least"),
        ("p5", "p5"),
        ("median", "median"),
        ("mean", "mean"),
        ("p95", "p95"),
        ("max", "most"),
    )
    return [f"{name} {getattr(spread, field):,.0f}" for name, field in names]


def _histogram(figures: Figures, options: RenderOptions) -> Iterator[str]:
    """A histogram with two bars per doubling, and a marker at the limit."""
    limit = figures.training.limit
    maximum = max((bar.examples for bar in figures.bars), default=0)
    if not maximum:
        return
    within = [bar for bar in figures.bars if limit is None or bar.start < limit]
    beyond = figures.bars[len(within) :]
    line = _blocks(within, maximum)
    if limit is not None:
        line += " " * _distance(figures.bars, limit) + styled(MARK, "strong", options)
        over = styled(_blocks(beyond, maximum), "error", options) + f"   {MARK}" if beyond else ""
        line += f"{over} limit {limit:,}"
    yield f"{INDENT}{' ' * LABEL}{line}"


def _blocks(bars: Sequence[Bar], maximum: int) -> str:
    return "".join(BLOCKS[-(-bar.examples * 8 // maximum) - 1] if bar.examples else " " for bar in bars)


def _distance(bars: Sequence[Bar], limit: int) -> int:
    """The number of empty bars between the last bar and the limit."""
    end, steps = bars[-1].end, 0
    while end < limit:
        end, steps = end * 2, steps + 2
    return steps


def _cuts(figures: Figures, stats: Stats) -> Iterator[str]:
    cuts = [cut for cut in figures.cuts if cut.examples or cut.of]
    width = max((len(f"{cut.limit:,}") for cut in cuts), default=0)
    amounts = max((len(f"{cut.examples:,}") for cut in cuts), default=0)
    label = "cut at"
    for cut in cuts:
        line = f"{cut.limit:>{width},}   {cut.examples:>{amounts},}"
        if cut.examples:
            line += f" ({share(cut.examples, figures.examples)})"
        if cut.lost:
            line += f", of these {cut.lost:,} lose{'s' * (cut.lost == 1)} the whole answer"
        if cut.of:
            line += f"   {_limit_owner(cut, stats)}"
        yield f"{INDENT}{label:<{LABEL}}{line}"
        label = ""


def _limit_owner(cut: Cut, stats: Stats) -> str:
    """The owner of the limit: the model; or the target if all its models have the same limit."""
    who = cut.of[0] if len(cut.of) == 1 else stats.target or f"{len(cut.of)} models"
    return sanitize(who) + (f", unless {cut.unless} says otherwise" if cut.unless else "")


def _classes(figures: Figures) -> list[str]:
    listed = [f"{sanitize(label)} {n:,}" for label, n in figures.classes[:MAX_CLASSES]]
    more = len(figures.classes) - len(listed)
    return listed + [f"{more:,} more"] * (more > 0)


def _duplicates(figures: Figures) -> list[str]:
    notes = []
    if figures.duplicates:
        notes.append(
            f"{counted(figures.duplicates, 'example')} ({share(figures.duplicates, figures.examples)})"
        )
    if figures.shared:
        notes.append(f"{counted(figures.shared, 'example')} of one file in another")
    return notes


def uncounted(figures: Figures) -> list[str]:
    """Contents whose tokens are not counted."""
    values, notes = figures.uncounted, []
    if values.tools:
        notes.append(f"the declared tools of {counted(values.tools, 'example')}")
    if values.media:
        what = f"images and other media in {counted(values.media, 'example')}"
        if values.low_images and values.low_tokens is not None:
            what += f" ({counted(values.low_images, 'image')} of low detail cost {values.low_tokens:,} each)"
        notes.append(what)
    return notes


def training(training: Training, options: RenderOptions, override: str = "--price") -> Iterator[str]:
    """Epochs, tokens and costs: one line for a single model, else a line for each.

    ``override`` is the option that overrides the price.
    """
    one = training.costs[0] if len(training.costs) == 1 else None
    head = epochs_in_words(training)
    if one is not None:
        yield from _rest(f"{head} → {cost_in_words(one, override)}", options)
    elif not training.costs:
        if training.epochs is not None:
            yield from _rest(f"{head} → {amount(training.tokens)} tokens", options)
    elif all(cost.dollars is None for cost in training.costs):
        billed = " to ".join(dict.fromkeys(amount(n) for n in _ends(cost.billed for cost in training.costs)))
        yield from _rest(f"{head} → {billed} billed tokens; no price is known (--price to say one)", options)
    else:
        yield from _each_cost(head, training.costs, override, options)
    if training.others:
        names = ", ".join(sanitize(name) for name, _ in training.others)
        yield from _rest(f"other vocabularies: {names} (--model for their figures)", options)


def _each_cost(head: str, costs: Sequence[Cost], override: str, options: RenderOptions) -> Iterator[str]:
    """The common figures of the models in one line, then a line for each."""
    equal = all((cost.billed, cost.checked) == (costs[0].billed, costs[0].checked) for cost in costs)
    if equal and costs[0].checked is not None:
        billed, when = amount(costs[0].billed), f"prices of {costs[0].checked}, {override} to override"
        yield from _rest(f"{head} → {billed} billed tokens ({when})", options)
    else:
        yield f"{INDENT}{head}"
    names = max(columns(sanitize(cost.model or "")) for cost in costs)
    for cost in costs:
        text = _paid(cost) if equal and cost.dollars is not None else cost_in_words(cost, override)
        yield f"{INDENT * 2}{padded(sanitize(cost.model or ''), names)}   {text}"


def _paid(cost: Cost) -> str:
    doubt = "" if cost.verified else " (unverified)"
    return f"{money(cost.dollars or 0)} at {money(cost.price or 0)} per million{doubt}{_retired(cost)}"


def _retired(cost: Cost) -> str:
    """The note that a model can no longer be trained."""
    return (
        f"; shut down{f' since {cost.retired}' if cost.retired else ''}" if cost.status == "retired" else ""
    )


def _ends(numbers: Iterable[int]) -> tuple[int, int]:
    values = list(numbers)
    return min(values), max(values)


def epochs_in_words(training: Training) -> str:
    """``3 epochs (default of openai-chat)``."""
    if training.epochs is None:
        return "each epoch"
    by = f" (default of {training.by}{'' if training.verified else ', unverified'})" if training.by else ""
    return f"{counted(training.epochs, 'epoch')}{by}"


def cost_in_words(cost: Cost, override: str = "--price") -> str:
    """``25.2 M billed tokens → $126.20 at $5.00 per million (price of 2026-11-20, --price to override)``."""
    text = f"{amount(cost.billed)} billed tokens"
    if cost.price is None or cost.dollars is None:
        text += "; no price is known (--price to say one)"
    else:
        text += f" → {money(cost.dollars)} at {money(cost.price)} per million"
        if cost.checked is not None:
            doubt = "" if cost.verified else ", unverified"
            text += f" (price of {cost.checked}{doubt}, {override} to override)"
    return text + _retired(cost)


def _labelled(label: str, parts: Sequence[str], options: RenderOptions) -> Iterator[str]:
    for line in joined(parts, options.room - len(INDENT) - LABEL):
        yield f"{INDENT}{label:<{LABEL}}{line}"
        label = ""


def _rest(text: str, options: RenderOptions) -> Iterator[str]:
    indent = INDENT
    for line in wrapped(text, options.room - 2 * len(INDENT)):
        yield indent + line
        indent = INDENT * 2
