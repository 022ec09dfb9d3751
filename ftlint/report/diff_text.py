"""``ftlint diff`` in the terminal: totals first, then rules, classes, and some examples of each kind."""

from collections.abc import Iterable, Iterator, Sequence

from ftlint.commands.diff.run import ChangedExample, DiffEntry, Difference, RuleShift
from ftlint.commands.stats.figures import Figures
from ftlint.display import sanitize
from ftlint.report.diff_words import amounts, first_difference, one_line
from ftlint.report.terminal import RenderOptions, columns, line_of_text, padded, styled, wrapped
from ftlint.report.words import amount, counted

MAX_CLASSES = 12
INDENT = "  "
HANG = "     "
LABEL = 10


def render(difference: Difference, options: RenderOptions) -> Iterator[str]:
    """The comparison, line by line."""
    for line in _lines(difference, options):
        yield line_of_text(line)


def _lines(difference: Difference, options: RenderOptions) -> Iterator[str]:
    yield styled(f"{sanitize(difference.old.name)} → {sanitize(difference.new.name)}", "strong", options)
    if not difference.differs:
        yield f"{INDENT}the same: {counted(difference.same, 'example')}{_moved(difference)}"
        return
    yield from _labelled(
        "examples",
        [f"{difference.old.examples:,} → {difference.new.examples:,}", totals(difference)],
        options,
    )
    yield from _labelled("tokens", [*tokens(difference.old, difference.new)], options)
    if difference.classes:
        classes = [
            f"{sanitize(one.label)} {one.old:,} → {one.new:,}" for one in difference.classes[:MAX_CLASSES]
        ]
        more = len(difference.classes) - len(classes)
        yield from _labelled("classes", [*classes, *[f"{more:,} more"] * (more > 0)], options)
    if difference.rules:
        yield ""
        yield "findings"
        yield from _rules(difference.rules, options)
    if difference.changed:
        yield from _head("changed", difference.changed)
        for changed in difference.listed_changed:
            yield from _changed(changed, options)
        yield from _rest(amounts(difference.listed_changed, difference.changed), options)
    yield from _entries("removed", "-", difference.listed_removed, difference.removed, options)
    yield from _entries("added", "+", difference.listed_added, difference.added, options)


def totals(difference: Difference) -> str:
    """``9 the same, 2 changed, 1 removed, 1 added``."""
    parts = [
        f"{n:,} {word}"
        for n, word in (
            (difference.same, "the same"),
            (difference.changed, "changed"),
            (difference.removed, "removed"),
            (difference.added, "added"),
        )
        if n or word == "the same"
    ]
    return ", ".join(parts) + _moved(difference)


def tokens(old: Figures, new: Figures) -> Iterator[str]:
    """The tokens before and after, and the distribution over examples."""
    yield f"{amount(old.tokens)} → {amount(new.tokens)}{_percent(old.tokens, new.tokens)}"
    if old.trained != new.trained:
        yield f"trained {amount(old.trained)} → {amount(new.trained)}"
    if old.per_example is None or new.per_example is None:
        return
    for name, field in (("median", "median"), ("p95", "p95"), ("longest", "most")):
        before, after = getattr(old.per_example, field), getattr(new.per_example, field)
        if before != after:
            yield f"{name} {before:,.0f} → {after:,.0f}"


def shift(rule: RuleShift) -> str:
    """``12 → 3 (9 went)``."""
    parts = [f"{n:,} {word}" for n, word in ((rule.appeared, "appeared"), (rule.went, "went")) if n]
    return f"{rule.old:,} → {rule.new:,}" + (f" ({', '.join(parts)})" if parts else "")


def _moved(difference: Difference) -> str:
    return f", {difference.moved:,} of them in another order" if difference.moved else ""


def _percent(old: int, new: int) -> str:
    return f" ({(new - old) / old * 100:+.1f} %)".replace("-", "−") if old and old != new else ""


def _rules(rules: Sequence[RuleShift], options: RenderOptions) -> Iterator[str]:
    titles = [f"{sanitize(rule.code)} {sanitize(rule.name)}" for rule in rules]
    width = max(map(columns, titles))
    for rule, title in zip(rules, titles, strict=True):
        letter = styled(rule.severity[0].upper(), rule.severity, options)
        yield f"{INDENT}{letter}  {padded(title, width)}   {shift(rule)}"


def _changed(changed: ChangedExample, options: RenderOptions) -> Iterator[str]:
    places = f"{_place(changed.old)} → {_place(changed.new)}"
    first = first_difference(changed)
    if first is None:
        yield f"{INDENT}{places}   beside its messages"
        return
    more = f"   and {counted(first.more, 'more message')}" if first.more else ""
    yield f"{INDENT}{styled(places, 'strong', options)}   {sanitize(first.who)}{styled(more, 'faint', options)}"
    for sign, text, style in (("-", first.before, "removed"), ("+", first.after, "added")):
        if text is not None:
            yield from _wrapped(f"{sign} {sanitize(text)}", style, options)


def _wrapped(text: str, style: str, options: RenderOptions) -> Iterator[str]:
    for line in wrapped(text, options.room - len(HANG)):
        yield HANG + styled(line, style, options)


def _entries(
    name: str, sign: str, entries: Sequence[DiffEntry], total: int, options: RenderOptions
) -> Iterator[str]:
    if not total:
        return
    yield from _head(name, total)
    for entry in entries:
        line = f"{sign} {_place(entry)}  {sanitize(one_line(entry, max(options.room - 30, 40)))}"
        yield INDENT + styled(line, "removed" if sign == "-" else "added", options)
    yield from _rest(amounts(entries, total), options)


def _head(name: str, total: int) -> Iterator[str]:
    yield ""
    yield f"{name}: {counted(total, 'example')}"


def _rest(more: int, options: RenderOptions) -> Iterator[str]:
    if more:
        yield INDENT + styled(f"… {more:,} more (--max-shown)", "faint", options)


def _place(entry: DiffEntry) -> str:
    return f"{sanitize(entry.file)}:{entry.line}"


def _labelled(label: str, parts: Iterable[str], options: RenderOptions) -> Iterator[str]:
    text = " · ".join(part for part in parts if part)
    for line in wrapped(text, options.room - len(INDENT) - LABEL):
        yield f"{INDENT}{label:<{LABEL}}{line}"
        label = ""
