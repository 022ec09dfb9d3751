"""``--output-format text``: the report for people. The worst first, true totals, the next command last."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ftlint.report.colour import Look, as_line, columns, paint, shown, wrapped
from ftlint.report.statistics import (
    counted,
    fixable,
    found_in_words,
    mended_in_words,
    rule_totals,
    size_in_words,
    statistics,
    suppressed_in,
    time_in_words,
)
from ftlint.report.text_groups import INDENT, groups
from ftlint.result import SEVERITIES, FileReport, Report

MANY_CLEAN = 20
NO_TARGET = "no target named: limits and provider rules were not checked"
SOME_TARGETS = "(--target openai-chat, or another of `ftlint target --all`)"


def render(report: Report, look: Look) -> Iterator[str]:
    """Files with findings, then clean ones, then the totals and what to do next."""
    gap, begun = "", False
    for block in _blocks(report, look):
        for line in block:
            yield gap + as_line(line)
            gap, begun = "", True
        gap = "\n" if begun else ""


def _blocks(report: Report, look: Look) -> Iterator[Iterator[str]]:
    """Groups of lines that a blank line parts."""
    told, clean = _sorted_files(report)
    if look.statistics:
        yield statistics(report, look)
        told, clean = [file for file in told if file.written and not look.quiet], []
    yield from (_file(file, report, look) for file in told if _is_dirty(file) or not look.quiet)
    if look.quiet:
        return
    if told and clean:
        yield _clean_files(clean, look)
        clean = []
    yield chain(_clean_files(clean, look), _ending(report, look))


def _sorted_files(report: Report) -> tuple[list[FileReport], list[FileReport]]:
    """Files that there is something to tell about, those with errors first; and the clean ones."""

    def badness(file: FileReport) -> int:
        worst = file.worst()
        return len(SEVERITIES) if worst is None else SEVERITIES.index(worst)

    told = sorted((file for file in report.files if _is_dirty(file) or file.written), key=badness)
    return told, [file for file in report.files if not (_is_dirty(file) or file.written)]


def _is_dirty(file: FileReport) -> bool:
    return file.tallies.total() > 0


def _file(file: FileReport, report: Report, look: Look) -> Iterator[str]:
    if not _is_dirty(file):
        yield _head(file, paint("clean", "good", look), look)
    else:
        yield _head(file, size_in_words(file.bytes), look)
        if not look.statistics:
            yield ""
            yield from groups(file, report, look)
    if not look.quiet:
        yield from _written(file, report, look)
        yield from _notes(file.notes, look, INDENT)


def _head(file: FileReport, last: str, look: Look, width: int = 0) -> str:
    path = shown(file.path)
    shape = shown(file.shape or file.container)
    if file.task == "classification" or (file.task and file.shape == "completion"):
        shape += f" · {shown(file.task)}"
    blank = " " * (width - columns(path))
    return f"{paint(path, 'strong', look)}{blank}  {shape} · {counted(file.examples, 'example')} · {last}"


def _written(file: FileReport, report: Report, look: Look) -> Iterator[str]:
    """What a fixing run wrote, what it did by rule, and where the dropped rows are."""
    if not file.written:
        return
    flow = (("read", file.read), ("kept", file.kept), ("changed", file.changed))
    numbers = [f"{number:,} {word}" for word, number in (*flow, ("dropped", file.dropped.total()))]
    yield f"  wrote {paint(shown(file.written), 'strong', look)}"
    yield from (INDENT + line for line in joined(numbers, look.room - len(INDENT)))
    for word, counts in (("fixed", file.fixed), ("dropped", file.dropped)):
        yield from _by_rule(word, counts, report, look)
    if file.rejects and file.dropped:
        yield f"{INDENT}dropped rows are kept in {shown(file.rejects)}"


def _by_rule(word: str, counts: Counter[str], report: Report, look: Look) -> Iterator[str]:
    title = f"{INDENT}{word:<9}"
    rules = [
        f"{shown(code)} {shown(report.names.get(code, ''))}".rstrip() + f" {count:,}"
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if count
    ]
    for line in joined(rules, look.room - len(title)):
        yield title + line
        title = " " * len(title)


def _clean_files(files: Sequence[FileReport], look: Look) -> Iterator[str]:
    """One line for each clean file; only their number when there are many."""
    clean = paint("clean", "good", look)
    if len(files) > MANY_CLEAN and not look.verbose:
        examples = counted(sum(file.examples for file in files), "example")
        yield f"{len(files):,} files · {examples} · {clean}"
        yield from _shared_notes(files, look)
        return
    width = max((columns(shown(file.path)) for file in files), default=0)
    for file in files:
        yield _head(file, clean, look, width)
        yield from _notes(file.notes, look, INDENT)


def _shared_notes(files: Iterable[FileReport], look: Look) -> Iterator[str]:
    notes = Counter(note for file in files for note in dict.fromkeys(file.notes))
    told = (f"{note} ({counted(count, 'file')})" for note, count in notes.items())
    yield from _notes(told, look, INDENT)


def _notes(notes: Iterable[str], look: Look, indent: str) -> Iterator[str]:
    for note in notes:
        for at, line in enumerate(wrapped(f"note: {shown(note)}", look.room - len(indent) - 2)):
            yield f"{indent}{'  ' if at else ''}{line}"


def _ending(report: Report, look: Look) -> Iterator[str]:
    yield from _totals(report, look)
    yield from joined(_next_steps(report), look.room)
    yield from _notes(report.notes, look, "")
    if report.target is None and report.files:
        if len(f"{NO_TARGET} {SOME_TARGETS}") <= look.room:
            yield f"{NO_TARGET} {SOME_TARGETS}"
        else:
            yield from wrapped(NO_TARGET, look.room)
            yield from (f"  {line}" for line in wrapped(SOME_TARGETS, look.room - 2))


def _totals(report: Report, look: Look) -> Iterator[str]:
    found, mended, suppressed = found_in_words(report), mended_in_words(report), suppressed_in(report)
    if not found and not mended and not suppressed:
        return
    read = f"{counted(report.examples, 'example')} read in {time_in_words(report.seconds)}"
    dirty, files = sum(map(_is_dirty, report.files)), len(report.files)
    among = counted(files, "file") if dirty == files else f"{dirty:,} of {counted(files, 'file')}"
    left = f"{found}{' left' if mended else ''} in {among}" if found else "nothing is left"
    worst = report.worst()
    if mended:
        yield mended
    known = [f"{suppressed:,} suppressed"] * bool(suppressed)
    for line in joined([left] * bool(found or mended) + [*known, read], look.room):
        yield line.replace(found, paint(found, worst, look), 1) if worst else line


def _next_steps(report: Report) -> list[str]:
    fixes = fixable(report)
    steps = []
    if fixes["safe"] and fixes["unsafe"]:
        steps.append(f"{fixes['safe']:,} fixable with --fix, {fixes['unsafe']:,} more with --unsafe-fixes")
    elif fixes["safe"]:
        steps.append(f"{fixes['safe']:,} fixable with --fix")
    elif fixes["unsafe"]:
        steps.append(f"{fixes['unsafe']:,} fixable with --fix --unsafe-fixes")
    worst = rule_totals(report, report.files)[:1]
    return steps + [f"ftlint rule {shown(total.code)} explains" for total in worst]


def joined(parts: Sequence[str], width: int) -> Iterator[str]:
    """The parts with dots between them, on as few lines as the width allows."""
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if line and columns(longer) > width:
            yield line
            longer = part
        line = longer
    if line:
        yield line
