"""``ftlint prepare`` in the terminal: what was detected, each proposed fix with examples, what was done, what comes
next.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from ftlint.commands.prepare.proposals import Remedy
from ftlint.commands.prepare.result import Prepared
from ftlint.commands.prepare.summary import Outlook
from ftlint.display import shown
from ftlint.io.formats import format_of
from ftlint.report.stats_text import training
from ftlint.report.terminal import Look, as_line, columns, paint, wrapped
from ftlint.report.text import joined
from ftlint.report.words import counted
from ftlint.result import Change

MOST_COLUMNS = 8
MOST_CLASSES = 6
LONGEST_SIDE = 44
HANG = "     "


def outlook(seen: Outlook, look: Look) -> Iterator[str]:
    """What the file looks like."""
    container = format_of(seen.container).label
    table = ""
    if seen.columns:
        names = ", ".join(shown(name) for name in seen.columns[:MOST_COLUMNS])
        more = f" and {len(seen.columns) - MOST_COLUMNS} more" if len(seen.columns) > MOST_COLUMNS else ""
        table = f", {counted(len(seen.columns), 'column')} ({names}{more})"
    head = f"Read {counted(seen.rows, 'row')}{table} of {container} from {paint(shown(seen.name), 'strong', look)}"
    yield from map(as_line, wrapped(head, look.room))
    kinds = " and ".join(f"{n:,} {shape}" for shape, n in Counter(seen.shapes).most_common() if n)
    unfit = seen.rows - sum(seen.shapes.values())
    parts = [kinds] if kinds else []
    parts += [f"{'and ' if kinds else ''}{unfit:,} that cannot be used"] if unfit else []
    parts.append(f"→ {seen.goal}")
    yield from (as_line(f"  {line}") for line in joined([" ".join(parts)], look.room - 2))
    traits = [_task(seen), " and ".join(seen.scripts)]
    if seen.tokens is not None:
        traits.append(counted(seen.tokens, "token"))
    yield from (as_line(f"  {line}") for line in joined([t for t in traits if t], look.room - 2))
    for note in seen.notes:
        yield as_line(f"  {shown(note)}")


def remedy(number: int, asked: Remedy, look: Look) -> Iterator[str]:
    """One remedy: what was found, what it would do to some of the examples."""
    title = f"{number:>2}  {asked.code} {asked.name}"
    many = f" · {counted(asked.rows, asked.unit)}" if asked.rows else ""
    yield as_line(f"{paint(title, 'strong', look)}{many}")
    yield from (as_line(HANG + line) for line in wrapped(shown(asked.found), look.room - len(HANG)))
    for change in asked.examples:
        yield from (as_line(HANG + "  " + line) for line in _example(change, look))
    for told in asked.told if not asked.examples else ():
        yield from (as_line(HANG + "  " + line) for line in wrapped(shown(told), look.room - 7))


def result(made: Prepared, look: Look) -> Iterator[str]:
    """What was written, what became of the rows, and what comes next."""
    if not made.files:
        yield as_line("Nothing is left to write.")
    for part, path in made.files.items():
        amount = counted(made.kept[part], "example")
        yield as_line(f"Wrote {paint(shown(str(path)), 'strong', look)} ({amount})")
    if made.manifest is not None:
        yield as_line(f"Wrote {shown(str(made.manifest))}")
    numbers = ("read", made.outlook.rows), ("kept", made.kept.total()), ("changed", made.changed)
    dropped = made.dropped.total()
    words = [f"{number:,} {word}" for word, number in (*numbers, ("dropped", dropped))]
    yield from map(as_line, joined(words, look.room))
    for word, counts in (("fixed", made.fixed), ("dropped", made.dropped)):
        yield from map(as_line, _by_code(word, counts, made, look))


def advice(made: Prepared, look: Look) -> Iterator[str]:
    """What to do next."""
    told = made.advice
    if told is None or not (told.commands or told.asking or told.notes):
        return
    yield as_line(paint("Next", "strong", look))
    if made.figures is not None:
        yield from map(as_line, training(made.figures.training, look, "ftlint stats --price"))
    for command in told.commands:
        yield as_line(f"  {shown(command)}")
    for line in told.asking:
        yield from (as_line(f"  {text}") for text in wrapped(shown(line), look.room - 2))
    for note in told.notes:
        for at, line in enumerate(wrapped(f"note: {shown(note)}", look.room - 4)):
            yield as_line(f"  {'  ' if at else ''}{line}")


def _task(seen: Outlook) -> str:
    if seen.task != "classification" or not seen.classes:
        return shown(seen.task or "")
    listed = [f"{shown(label)} {n:,}" for label, n in seen.classes[:MOST_CLASSES]]
    more = len(seen.classes) - len(listed)
    return f"classification: {', '.join(listed)}{f' and {more:,} more' if more > 0 else ''}"


def _example(change: Change, look: Look) -> Iterator[str]:
    """Before and after on one line where there is room, with the part that differs in sight."""
    before, after = change.before, change.after
    place = f"line {change.line}: " if change.line is not None else ""
    if after is None:
        room = look.room - 7 - columns(place)
        yield f"{place}{shown(before[:room])}{'…' if len(before) > room else ''}"
        return
    before, after = _around(before, after)
    yield from wrapped(f"{place}{before}  →  {after}", look.room - 7)


def _around(before: str, after: str) -> tuple[str, str]:
    """Both texts, cut so that the first and the last place where they differ are seen."""
    start = next((k for k, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    start = min(len(before), len(after)) if start is None else start
    begin = max(0, start - LONGEST_SIDE // 2)
    return _cut(before, LONGEST_SIDE, begin), _cut(after, LONGEST_SIDE, begin)


def _cut(text: str, most: int, begin: int = 0) -> str:
    piece = text[begin : begin + most]
    ahead, behind = "…" if begin else "", "…" if begin + most < len(text) else ""
    return f'{ahead}"{shown(piece)}"{behind}'


def _by_code(word: str, counts: Counter[str], made: Prepared, look: Look) -> Iterator[str]:
    title = f"  {word:<8}"
    names = {asked.code: asked.name for asked, _ in made.remedies} | made.report.names
    told = [
        f"{shown(code)} {shown(names.get(code, ''))}".rstrip() + f" {n:,}"
        for code, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if n
    ]
    for line in joined(told, look.room - columns(title)):
        yield title + line
        title = " " * columns(title)


__all__: Sequence[str] = ["advice", "outlook", "remedy", "result"]
