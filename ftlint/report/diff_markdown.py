"""``ftlint diff --output-format markdown``: tables for a pull request, within the length limit of a comment."""

from collections.abc import Iterator, Sequence

from ftlint.commands.diff.run import ChangedExample, DiffEntry, Difference
from ftlint.report.diff_text import tokens, totals
from ftlint.report.diff_words import amounts, first_difference, one_line
from ftlint.report.markdown import plain, table
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import NOUNS, counted

MAX_CHARACTERS = 60_000
MAX_ROWS = 100
CUT = "\n_Cut off here: a comment holds no more._\n"


def render(difference: Difference, options: RenderOptions) -> Iterator[str]:
    """The comparison in blocks; blocks that do not fit are left out, with a note."""
    del options
    room = MAX_CHARACTERS - len(CUT)
    for block in _blocks(difference):
        room -= len(block) + 1
        if room < 0:
            yield CUT
            return
        yield block + "\n"


def _blocks(difference: Difference) -> Iterator[str]:
    yield f"## {plain(f'{difference.old.name} → {difference.new.name}')}\n"
    if not difference.differs:
        yield f"The same: {totals(difference)}.\n"
        return
    yield f"{difference.old.examples:,} → {counted(difference.new.examples, 'example')}: {totals(difference)}.\n"
    yield f"Tokens: {' · '.join(tokens(difference.old, difference.new))}.\n"
    if difference.rules:
        rows = [
            (NOUNS[rule.severity], plain(f"{rule.code} {rule.name}"), f"{rule.old:,}", f"{rule.new:,}",
             _number(rule.appeared), _number(rule.went))
            for rule in difference.rules
        ]  # fmt: skip
        yield table(("", "rule", "old", "new", "appeared", "went"), rows, (0, 1), MAX_ROWS)
    if difference.classes:
        classes = [(plain(one.label), f"{one.old:,}", f"{one.new:,}") for one in difference.classes]
        yield table(("class", "old", "new"), classes, limit=MAX_ROWS)
    yield from _listed(
        "Changed", difference.changed, [_changed(changed) for changed in difference.listed_changed]
    )
    yield from _listed("Removed", difference.removed, [_entry(entry) for entry in difference.listed_removed])
    yield from _listed("Added", difference.added, [_entry(entry) for entry in difference.listed_added])


def _listed(name: str, total: int, lines: Sequence[str]) -> Iterator[str]:
    if not total:
        return
    yield f"<details><summary>{name}: {counted(total, 'example')}</summary>\n"
    yield from lines
    if more := amounts(lines, total):
        yield f"- … {more:,} more"
    yield "\n</details>\n"


def _changed(changed: ChangedExample) -> str:
    head = f"- {plain(f'{_place(changed.old)} → {_place(changed.new)}')}"
    first = first_difference(changed)
    if first is None:
        return f"{head}: beside its messages"
    sides = [
        f"  - {name}: {plain(text)}"
        for name, text in (("before", first.before), ("after", first.after))
        if text
    ]
    return "\n".join([f"{head}, {plain(first.who)}", *sides])


def _entry(entry: DiffEntry) -> str:
    return f"- {plain(f'{_place(entry)}: {one_line(entry)}')}"


def _place(entry: DiffEntry) -> str:
    return f"{entry.file}:{entry.line}"


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
