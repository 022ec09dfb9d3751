"""``ftlint prepare`` in the terminal: the detected format, each proposed fix with examples, the result, the
next steps.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.result import Prepared
from ftlint.commands.prepare.summary import DatasetSummary
from ftlint.display import sanitize
from ftlint.io.formats import format_of
from ftlint.report.stats_text import training
from ftlint.report.terminal import RenderOptions, columns, line_of_text, styled, wrapped
from ftlint.report.text import joined
from ftlint.report.words import counted
from ftlint.result import Change

MOST_COLUMNS = 8
MOST_CLASSES = 6
LONGEST_SIDE = 44
HANG = "     "


def dataset_summary(seen: DatasetSummary, look: RenderOptions) -> Iterator[str]:
    """A summary of the detected format of the file."""
    container = format_of(seen.container).label
    table = ""
    if seen.columns:
        names = ", ".join(sanitize(name) for name in seen.columns[:MOST_COLUMNS])
        more = f" and {len(seen.columns) - MOST_COLUMNS} more" if len(seen.columns) > MOST_COLUMNS else ""
        table = f", {counted(len(seen.columns), 'column')} ({names}{more})"
    head = f"Read {counted(seen.rows, 'row')}{table} of {container} from {styled(sanitize(seen.name), 'strong', look)}"
    yield from map(line_of_text, wrapped(head, look.room))
    kinds = " and ".join(f"{n:,} {shape}" for shape, n in Counter(seen.shapes).most_common() if n)
    unfit = seen.rows - sum(seen.shapes.values())
    parts = [kinds] if kinds else []
    parts += [f"{'and ' if kinds else ''}{unfit:,} that cannot be used"] if unfit else []
    parts.append(f"→ {seen.goal}")
    yield from (line_of_text(f"  {line}") for line in joined([" ".join(parts)], look.room - 2))
    traits = [_task(seen), " and ".join(seen.scripts)]
    if seen.tokens is not None:
        traits.append(counted(seen.tokens, "token"))
    yield from (line_of_text(f"  {line}") for line in joined([t for t in traits if t], look.room - 2))
    for note in seen.notes:
        yield line_of_text(f"  {sanitize(note)}")


def proposed_fix(number: int, asked: ProposedFix, look: RenderOptions) -> Iterator[str]:
    """One proposed fix: the finding, and its effect on some examples."""
    title = f"{number:>2}  {asked.code} {asked.name}"
    many = f" · {counted(asked.rows, asked.unit)}" if asked.rows else ""
    yield line_of_text(f"{styled(title, 'strong', look)}{many}")
    yield from (line_of_text(HANG + line) for line in wrapped(sanitize(asked.found), look.room - len(HANG)))
    for change in asked.examples:
        yield from (line_of_text(HANG + "  " + line) for line in _example(change, look))
    for told in asked.told if not asked.examples else ():
        yield from (line_of_text(HANG + "  " + line) for line in wrapped(sanitize(told), look.room - 7))


def result(made: Prepared, look: RenderOptions) -> Iterator[str]:
    """The written files, the number of rows changed or dropped, and the next steps."""
    if not made.files:
        yield line_of_text("Nothing is left to write.")
    for part, path in made.files.items():
        amount = counted(made.kept[part], "example")
        yield line_of_text(f"Wrote {styled(sanitize(str(path)), 'strong', look)} ({amount})")
    if made.manifest is not None:
        yield line_of_text(f"Wrote {sanitize(str(made.manifest))}")
    numbers = ("read", made.outlook.rows), ("kept", made.kept.total()), ("changed", made.changed)
    dropped = made.dropped.total()
    words = [f"{number:,} {word}" for word, number in (*numbers, ("dropped", dropped))]
    yield from map(line_of_text, joined(words, look.room))
    for word, counts in (("fixed", made.fixed), ("dropped", made.dropped)):
        yield from map(line_of_text, _by_code(word, counts, made, look))


def next_steps(made: Prepared, look: RenderOptions) -> Iterator[str]:
    """The next steps."""
    told = made.advice
    if told is None or not (told.commands or told.asking or told.notes):
        return
    yield line_of_text(styled("Next", "strong", look))
    if made.figures is not None:
        yield from map(line_of_text, training(made.figures.training, look, "ftlint stats --price"))
    for command in told.commands:
        yield line_of_text(f"  {sanitize(command)}")
    for line in told.asking:
        yield from (line_of_text(f"  {text}") for text in wrapped(sanitize(line), look.room - 2))
    for note in told.notes:
        for at, line in enumerate(wrapped(f"note: {sanitize(note)}", look.room - 4)):
            yield line_of_text(f"  {'  ' if at else ''}{line}")


def _task(seen: DatasetSummary) -> str:
    if seen.task != "classification" or not seen.classes:
        return sanitize(seen.task or "")
    listed = [f"{sanitize(label)} {n:,}" for label, n in seen.classes[:MOST_CLASSES]]
    more = len(seen.classes) - len(listed)
    return f"classification: {', '.join(listed)}{f' and {more:,} more' if more > 0 else ''}"


def _example(change: Change, look: RenderOptions) -> Iterator[str]:
    """Before and after on one line if it fits, cut so that the difference is visible."""
    before, after = change.before, change.after
    place = f"line {change.line}: " if change.line is not None else ""
    if after is None:
        room = look.room - 7 - columns(place)
        yield f"{place}{sanitize(before[:room])}{'…' if len(before) > room else ''}"
        return
    before, after = _around(before, after)
    yield from wrapped(f"{place}{before}  →  {after}", look.room - 7)


def _around(before: str, after: str) -> tuple[str, str]:
    """Both texts, cut so that their first and last difference are visible."""
    start = next((k for k, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    start = min(len(before), len(after)) if start is None else start
    begin = max(0, start - LONGEST_SIDE // 2)
    return _cut(before, LONGEST_SIDE, begin), _cut(after, LONGEST_SIDE, begin)


def _cut(text: str, most: int, begin: int = 0) -> str:
    piece = text[begin : begin + most]
    ahead, behind = "…" if begin else "", "…" if begin + most < len(text) else ""
    return f'{ahead}"{sanitize(piece)}"{behind}'


def _by_code(word: str, counts: Counter[str], made: Prepared, look: RenderOptions) -> Iterator[str]:
    title = f"  {word:<8}"
    names = {asked.code: asked.name for asked, _ in made.remedies} | made.report.names
    told = [
        f"{sanitize(code)} {sanitize(names.get(code, ''))}".rstrip() + f" {n:,}"
        for code, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if n
    ]
    for line in joined(told, look.room - columns(title)):
        yield title + line
        title = " " * columns(title)


__all__: Sequence[str] = ["dataset_summary", "next_steps", "proposed_fix", "result"]
