"""``ftlint diff`` in the terminal: totals first, then rules, classes, and some examples of each kind."""

from collections.abc import Iterable, Iterator, Sequence

from ftlint.commands.diff.run import ChangedExample, DiffEntry, Difference, RuleShift
from ftlint.commands.stats.figures import Figures
from ftlint.display import sanitize
from ftlint.report.diff_words import amounts, first_difference, one_line
from ftlint.report.terminal import RenderOptions, columns, line_of_text, padded, styled, wrapped
from ftlint.report.words import amount, counted

MOST_CLASSES = 12
INDENT = "  "
HANG = "     "
LABEL = 10


def render(found: Difference, look: RenderOptions) -> Iterator[str]:
    """The comparison, line by line."""
    for line in _lines(found, look):
        yield line_of_text(line)


def _lines(found: Difference, look: RenderOptions) -> Iterator[str]:
    yield styled(f"{sanitize(found.old.name)} → {sanitize(found.new.name)}", "strong", look)
    if not found.differs:
        yield f"{INDENT}the same: {counted(found.same, 'example')}{_moved(found)}"
        return
    yield from _labelled(
        "examples", [f"{found.old.examples:,} → {found.new.examples:,}", totals(found)], look
    )
    yield from _labelled("tokens", [*tokens(found.old, found.new)], look)
    if found.classes:
        told = [f"{sanitize(one.label)} {one.old:,} → {one.new:,}" for one in found.classes[:MOST_CLASSES]]
        more = len(found.classes) - len(told)
        yield from _labelled("classes", [*told, *[f"{more:,} more"] * (more > 0)], look)
    if found.rules:
        yield ""
        yield "findings"
        yield from _rules(found.rules, look)
    if found.changed:
        yield from _head("changed", found.changed)
        for changed in found.listed_changed:
            yield from _changed(changed, look)
        yield from _rest(amounts(found.listed_changed, found.changed), look)
    yield from _entries("removed", "-", found.listed_removed, found.removed, look)
    yield from _entries("added", "+", found.listed_added, found.added, look)


def totals(found: Difference) -> str:
    """``9 the same, 2 changed, 1 removed, 1 added``."""
    parts = [
        f"{n:,} {word}"
        for n, word in (
            (found.same, "the same"),
            (found.changed, "changed"),
            (found.removed, "removed"),
            (found.added, "added"),
        )
        if n or word == "the same"
    ]
    return ", ".join(parts) + _moved(found)


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


def _moved(found: Difference) -> str:
    return f", {found.moved:,} of them in another order" if found.moved else ""


def _percent(old: int, new: int) -> str:
    return f" ({(new - old) / old * 100:+.1f} %)".replace("-", "−") if old and old != new else ""


def _rules(rules: Sequence[RuleShift], look: RenderOptions) -> Iterator[str]:
    titles = [f"{sanitize(rule.code)} {sanitize(rule.name)}" for rule in rules]
    width = max(map(columns, titles))
    for rule, title in zip(rules, titles, strict=True):
        letter = styled(rule.severity[0].upper(), rule.severity, look)
        yield f"{INDENT}{letter}  {padded(title, width)}   {shift(rule)}"


def _changed(changed: ChangedExample, look: RenderOptions) -> Iterator[str]:
    places = f"{_place(changed.old)} → {_place(changed.new)}"
    told = first_difference(changed)
    if told is None:
        yield f"{INDENT}{places}   beside its messages"
        return
    more = f"   and {counted(told.more, 'more message')}" if told.more else ""
    yield f"{INDENT}{styled(places, 'strong', look)}   {sanitize(told.who)}{styled(more, 'faint', look)}"
    for sign, text, style in (("-", told.before, "removed"), ("+", told.after, "added")):
        if text is not None:
            yield from _wrapped(f"{sign} {sanitize(text)}", style, look)


def _wrapped(text: str, style: str, look: RenderOptions) -> Iterator[str]:
    for line in wrapped(text, look.room - len(HANG)):
        yield HANG + styled(line, style, look)


def _entries(
    name: str, sign: str, entries: Sequence[DiffEntry], total: int, look: RenderOptions
) -> Iterator[str]:
    if not total:
        return
    yield from _head(name, total)
    for entry in entries:
        line = f"{sign} {_place(entry)}  {sanitize(one_line(entry, max(look.room - 30, 40)))}"
        yield INDENT + styled(line, "removed" if sign == "-" else "added", look)
    yield from _rest(amounts(entries, total), look)


def _head(name: str, total: int) -> Iterator[str]:
    yield ""
    yield f"{name}: {counted(total, 'example')}"


def _rest(more: int, look: RenderOptions) -> Iterator[str]:
    if more:
        yield INDENT + styled(f"… {more:,} more (--max-shown)", "faint", look)


def _place(entry: DiffEntry) -> str:
    return f"{sanitize(entry.file)}:{entry.line}"


def _labelled(label: str, parts: Iterable[str], look: RenderOptions) -> Iterator[str]:
    text = " · ".join(part for part in parts if part)
    for line in wrapped(text, look.room - len(INDENT) - LABEL):
        yield f"{INDENT}{label:<{LABEL}}{line}"
        label = ""
