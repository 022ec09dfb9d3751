"""``ftlint prepare`` in the terminal: the detected format, each proposed fix with examples, the result, the
next steps.
"""

from collections import Counter
from collections.abc import Iterator

from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.result import Prepared
from ftlint.commands.prepare.summary import DatasetSummary
from ftlint.display import sanitize
from ftlint.io.formats import format_of
from ftlint.report.stats_text import training
from ftlint.report.terminal import RenderOptions, columns, line_of_text, styled, wrapped
from ftlint.report.text import changes_by_rule, joined
from ftlint.report.words import counted
from ftlint.result import Change

MAX_COLUMNS = 8
MAX_CLASSES = 6
LONGEST_SIDE = 44
HANG = "     "


def dataset_summary(summary: DatasetSummary, options: RenderOptions) -> Iterator[str]:
    """A summary of the detected format of the file."""
    container = format_of(summary.container).label
    table = ""
    if summary.columns:
        names = ", ".join(sanitize(name) for name in summary.columns[:MAX_COLUMNS])
        more = f" and {len(summary.columns) - MAX_COLUMNS} more" if len(summary.columns) > MAX_COLUMNS else ""
        table = f", {counted(len(summary.columns), 'column')} ({names}{more})"
    name = styled(sanitize(summary.name), "strong", options)
    head = f"Read {counted(summary.rows, 'row')}{table} of {container} from {name}"
    yield from map(line_of_text, wrapped(head, options.room))
    kinds = " and ".join(f"{n:,} {shape}" for shape, n in Counter(summary.shapes).most_common() if n)
    unfit = summary.rows - sum(summary.shapes.values())
    parts = [kinds] if kinds else []
    parts += [f"{'and ' if kinds else ''}{unfit:,} that cannot be used"] if unfit else []
    parts.append(f"→ {summary.goal}")
    yield from (line_of_text(f"  {line}") for line in joined([" ".join(parts)], options.room - 2))
    traits = [_task(summary), " and ".join(summary.scripts)]
    if summary.tokens is not None:
        traits.append(counted(summary.tokens, "token"))
    yield from (line_of_text(f"  {line}") for line in joined([t for t in traits if t], options.room - 2))
    for note in summary.notes:
        yield line_of_text(f"  {sanitize(note)}")


def proposed_fix(number: int, proposal: ProposedFix, options: RenderOptions) -> Iterator[str]:
    """One proposed fix: the finding, and its effect on some examples."""
    title = f"{number:>2}  {proposal.code} {proposal.name}"
    many = f" · {counted(proposal.rows, proposal.unit)}" if proposal.rows else ""
    yield line_of_text(f"{styled(title, 'strong', options)}{many}")
    yield from (
        line_of_text(HANG + line) for line in wrapped(sanitize(proposal.found), options.room - len(HANG))
    )
    for change in proposal.examples:
        yield from (line_of_text(HANG + "  " + line) for line in _example(change, options))
    for sentence in proposal.findings if not proposal.examples else ():
        yield from (
            line_of_text(HANG + "  " + line) for line in wrapped(sanitize(sentence), options.room - 7)
        )


def result(prepared: Prepared, options: RenderOptions) -> Iterator[str]:
    """The written files, the number of rows changed or dropped, and the next steps."""
    if not prepared.files:
        yield line_of_text("Nothing is left to write.")
    for part, path in prepared.files.items():
        amount = counted(prepared.kept[part], "example")
        yield line_of_text(f"Wrote {styled(sanitize(str(path)), 'strong', options)} ({amount})")
    if prepared.manifest is not None:
        yield line_of_text(f"Wrote {sanitize(str(prepared.manifest))}")
    numbers = ("read", prepared.outlook.rows), ("kept", prepared.kept.total()), ("changed", prepared.changed)
    dropped = prepared.dropped.total()
    words = [f"{number:,} {word}" for word, number in (*numbers, ("dropped", dropped))]
    yield from map(line_of_text, joined(words, options.room))
    names = {proposal.code: proposal.name for proposal, _ in prepared.remedies} | prepared.report.names
    for word, counts in (("fixed", prepared.fixed), ("dropped", prepared.dropped)):
        yield from map(line_of_text, changes_by_rule(f"  {word:<8}", counts, names, options))


def next_steps(prepared: Prepared, options: RenderOptions) -> Iterator[str]:
    """The next steps."""
    advice = prepared.advice
    if advice is None or not (advice.commands or advice.asking or advice.notes):
        return
    yield line_of_text(styled("Next", "strong", options))
    if prepared.figures is not None:
        yield from map(line_of_text, training(prepared.figures.training, options, "ftlint stats --price"))
    for command in advice.commands:
        yield line_of_text(f"  {sanitize(command)}")
    for line in advice.asking:
        yield from (line_of_text(f"  {text}") for text in wrapped(sanitize(line), options.room - 2))
    for note in advice.notes:
        for at, line in enumerate(wrapped(f"note: {sanitize(note)}", options.room - 4)):
            yield line_of_text(f"  {'  ' if at else ''}{line}")


def _task(summary: DatasetSummary) -> str:
    if summary.task != "classification" or not summary.classes:
        return sanitize(summary.task or "")
    listed = [f"{sanitize(label)} {n:,}" for label, n in summary.classes[:MAX_CLASSES]]
    more = len(summary.classes) - len(listed)
    return f"classification: {', '.join(listed)}{f' and {more:,} more' if more > 0 else ''}"


def _example(change: Change, options: RenderOptions) -> Iterator[str]:
    """Before and after on one line if it fits, cut so that the difference is visible."""
    before, after = change.before, change.after
    place = f"line {change.line}: " if change.line is not None else ""
    if after is None:
        room = options.room - 7 - columns(place)
        yield f"{place}{sanitize(before[:room])}{'…' if len(before) > room else ''}"
        return
    before, after = _around(before, after)
    yield from wrapped(f"{place}{before}  →  {after}", options.room - 7)


def _around(before: str, after: str) -> tuple[str, str]:
    """Both texts, cut so that their first and last difference are visible."""
    start = next((k for k, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    start = min(len(before), len(after)) if start is None else start
    begin = max(0, start - LONGEST_SIDE // 2)
    return _cut(before, LONGEST_SIDE, begin), _cut(after, LONGEST_SIDE, begin)


def _cut(text: str, limit: int, begin: int = 0) -> str:
    excerpt = text[begin : begin + limit]
    ahead, behind = "…" if begin else "", "…" if begin + limit < len(text) else ""
    return f'{ahead}"{sanitize(excerpt)}"{behind}'
