"""``ftlint split`` in the terminal: the files, the groups, the classes in each subset."""

from collections.abc import Iterator, Sequence

from ftlint.commands.split.assign import SIDES
from ftlint.commands.split.run import SplitReport
from ftlint.display import sanitize
from ftlint.report.terminal import RenderOptions, aligned, line_of_text, styled, wrapped
from ftlint.report.words import counted, size_in_words

INDENT = "     "
MAX_CLASSES = 20
OTHERS = "all others"


def render(report: SplitReport, options: RenderOptions) -> Iterator[str]:
    """The report, line by line. In quiet mode only the file names."""
    if options.quiet:
        yield from (line_of_text(sanitize(str(file.path))) for file in report.files)
        return
    yield line_of_text(_head(report, options))
    if report.why_not is not None:
        yield from _listed(f"nothing to split: {report.why_not}; nothing was written", options)
    else:
        yield line_of_text("")
        yield from map(line_of_text, _files(report, options))
        if report.classes:
            yield line_of_text("")
            yield from map(line_of_text, _classes(report))
        yield line_of_text("")
        yield from _listed(_groups(report), options)
    for note in report.notes:
        yield from _listed(note, options)
    for warning in report.warnings:
        yield from _listed(f"warning: {warning}", options, "warning")
    yield from _unread(report, options)
    if report.checked:
        verified = f"checked: {_or(['no ' + report.checked[0], *report.checked[1:]])} on both sides"
        yield from _listed(verified, options, "good")


def _head(report: SplitReport, options: RenderOptions) -> str:
    shape = sanitize(report.shape or report.container)
    if report.task == "classification" or (report.task and report.shape == "completion"):
        shape += f" · {sanitize(report.task)}"
    examples = counted(report.rows - report.unread.total(), "example")
    return f"{styled(sanitize(report.path), 'strong', options)}  {shape} · {examples} · {size_in_words(report.bytes)}"


def _files(report: SplitReport, options: RenderOptions) -> Iterator[str]:
    written = sum(file.examples for file in report.files)
    rows = [
        (
            sanitize(str(file.path)),
            counted(file.examples, "example"),
            f"{file.examples / written:.1%}".replace("%", " %"),
            size_in_words(file.bytes),
        )
        for file in report.files
    ]
    for (path, *_), line in zip(rows, aligned(rows), strict=True):
        yield f"{INDENT}{styled(path, 'strong', options)}{line.removeprefix(path)}"


def _classes(report: SplitReport) -> Iterator[str]:
    """Examples by class and subset; of many classes the largest, and the sum of the others."""
    sides = [SIDES.index(file.part) for file in report.files]
    listed = report.classes if len(report.classes) <= MAX_CLASSES else report.classes[: MAX_CLASSES - 1]
    rows = [(sanitize(one.label), *(f"{one.examples[side]:,}" for side in sides)) for one in listed]
    others = report.classes[len(listed) :]
    if others:
        sums = (f"{sum(one.examples[side] for one in others):,}" for side in sides)
        rows.append((f"{OTHERS} ({len(others):,})", *sums))
    rows.insert(0, ("class", *(SIDES[side] for side in sides)))
    yield from (INDENT + line for line in aligned(rows))


def _groups(report: SplitReport) -> str:
    group_counts = [f"{n:,} {what}" for what, n in report.decisions["kept"].items() if n]
    seed = f"seed {report.decisions['seed']}"
    groups = counted(report.decisions["groups"], "group")
    return f"kept together: {', '.join(group_counts) if group_counts else 'nothing needed to be'} ({groups}, {seed})"


def _unread(report: SplitReport, options: RenderOptions) -> Iterator[str]:
    unread = report.unread.total()
    if not unread:
        return
    codes = ", ".join(f"{sanitize(code)} {n:,}" for code, n in sorted(report.unread.items()) if code)
    where = f"kept in {report.rejects}" if report.rejects is not None else "--rejects FILE keeps them"
    rows = "1 row could" if unread == 1 else f"{unread:,} rows could"
    note = f"left out: {rows} not be read ({codes}) · {where} · ftlint check {report.path} says why"
    yield from _listed(note, options, "warning")


def _listed(text: str, options: RenderOptions, style: str | None = None) -> Iterator[str]:
    for line in wrapped(sanitize(text), options.room - len(INDENT)):
        yield line_of_text(INDENT + (styled(line, style, options) if style else line))


def _or(names: Sequence[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
