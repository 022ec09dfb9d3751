"""``--output-format text``: the report for people. Worst findings first, grouped by rule, with total counts and
the next command.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import PurePath

from msgspec import Struct

from ftlint.display import sanitize
from ftlint.report.terminal import RenderOptions, columns, line_of_text, padded, styled, wrapped
from ftlint.report.words import (
    RuleTotal,
    by_rule,
    counted,
    fixable,
    fixed_in_words,
    found_in_words,
    rule_totals,
    size_in_words,
    statistics,
    suppressed_in,
    time_in_words,
)
from ftlint.result import SEVERITIES, FileReport, Finding, Report

INDENT = "     "


class FindingGroup(Struct, frozen=True):
    """All findings of one rule in one file; ``listed`` may be fewer than the total."""

    total: RuleTotal
    listed: Sequence[Finding]

    @property
    def title(self) -> str:
        """Code and name."""
        return f"{sanitize(self.total.code)} {sanitize(self.total.name)}".rstrip()

    @property
    def amount(self) -> str:
        """The total count. It counts examples only if that is known: one example can have many faults."""
        if all(finding.line is None and finding.row is None for finding in self.listed):
            return counted(self.total.count, "finding")
        if all(finding.path is None for finding in self.listed):
            return counted(self.total.count, "line" if self.total.code.startswith("F") else "example")
        different = len({finding.row for finding in self.listed if finding.row is not None})
        return counted(self.total.count, "example" if different == self.total.count else "place")

    @property
    def fix(self) -> str:
        """The kinds of fixes of the listed findings."""
        if not self.total.fixes:
            return ""
        some = " for some" if any(finding.fix is None for finding in self.listed) else ""
        return f"fix: {', '.join(self.total.fixes)}{some}"

    @property
    def unlisted(self) -> int:
        """The number of findings that are counted, but not listed."""
        return max(self.total.count - len(self.listed), 0)


def groups(file: FileReport, report: Report, options: RenderOptions) -> Iterator[str]:
    """The findings of a file by rule, the worst first; dataset-level findings last."""
    listed, limit = by_rule(file.findings), options.most or None
    group_list = [
        FindingGroup(total, listed.get(total.key, [])[:limit])
        for total in rule_totals(report, [file], by_scope=True)
    ]
    title_width = max(columns(group.title) for group in group_list)
    amount_width = max((len(group.amount) for group in group_list if group.fix), default=0)
    about_dataset = False
    for nth, group in enumerate(group_list):
        if group.total.about_dataset and not about_dataset:
            about_dataset = True
            if nth:
                yield ""
            yield styled("  about the dataset as a whole", "faint", options)
        yield from _group(group, file.path, title_width, amount_width, options)


def _group(
    group: FindingGroup, here: str, title_width: int, amount_width: int, options: RenderOptions
) -> Iterator[str]:
    severity = group.total.severity
    letter = styled(severity[0].upper(), severity, options)
    title = styled(group.title, "strong", options) + " " * (title_width - columns(group.title))
    fix = f"   {styled(group.fix, 'faint', options)}" if group.fix else ""
    message = _only_message(group)
    if (
        message
        and columns(f"  E  {padded(group.title, title_width)}   {message}   {group.fix}") <= options.room
    ):
        yield f"  {letter}  {title}   {message}{fix}"
        return
    yield f"  {letter}  {title}   {padded(group.amount, amount_width if fix else 0)}{fix}"
    yield from _listed(group.listed, here, options)
    if group.unlisted:
        yield INDENT + styled(f"… {group.unlisted:,} more (--max-per-rule 0 shows all)", "faint", options)


def _only_message(group: FindingGroup) -> str:
    """The message of a rule with a single finding about the entire file: it needs no line of its own."""
    if group.total.count != 1 or len(group.listed) != 1:
        return ""
    only = group.listed[0]
    return "" if _place(only, only.file) or only.path else sanitize(only.message)


def _place(finding: Finding, here: str) -> str:
    """The line; with the file name if the finding is in another file (the source of a fix)."""
    if finding.line is not None:
        return f"{'' if finding.file == here else sanitize(PurePath(finding.file).name)}:{finding.line}"
    return f"row {finding.row}" if finding.row is not None else ""


def _listed(findings: Sequence[Finding], here: str, options: RenderOptions) -> Iterator[str]:
    places = [_place(finding, here) for finding in findings]
    place_width = max(map(columns, places), default=0)
    path_width = max((columns(sanitize(finding.path or "")) for finding in findings), default=0)
    for finding, place in zip(findings, places, strict=True):
        yield from _finding(finding, place, place_width, path_width, options)


def _finding(
    finding: Finding, place: str, place_width: int, path_width: int, options: RenderOptions
) -> Iterator[str]:
    """One line if it fits, else the location and below it the message."""
    path, message = sanitize(finding.path or ""), sanitize(finding.message)
    hang = INDENT + " " * (place_width + 2 if place_width else 0)
    head = INDENT + (styled(place, "strong", options) + " " * (len(hang) - len(INDENT) - columns(place)))
    if path:
        for width in (path_width, 0):
            start = padded(path, width) + "   "
            if columns(hang + start + message) <= options.room:
                yield head + styled(path, "info", options) + start[len(path) :] + message
                return
        yield head + styled(path, "info", options)
        head = hang = hang + "  "
    for line in wrapped(message, options.room - len(hang)):
        yield head + line
        head = hang


MANY_CLEAN = 20
NO_TARGET = "no target named: limits and provider rules were not checked"
SOME_TARGETS = "(--target openai-chat, or another of `ftlint target --all`)"


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """Files with findings, then clean ones, then the totals and the next steps."""
    gap, started = "", False
    for block in _blocks(report, options):
        for line in block:
            yield gap + line_of_text(line)
            gap, started = "", True
        gap = "\n" if started else ""


def _blocks(report: Report, options: RenderOptions) -> Iterator[Iterator[str]]:
    """Groups of lines separated by a blank line."""
    dirty, clean = _sorted_files(report)
    if options.statistics:
        yield statistics(report, options)
        dirty, clean = [file for file in dirty if file.written and not options.quiet], []
    yield from (_file(file, report, options) for file in dirty if _is_dirty(file) or not options.quiet)
    if options.quiet:
        return
    if dirty and clean:
        yield _clean_files(clean, options)
        clean = []
    yield chain(_clean_files(clean, options), _ending(report, options))


def _sorted_files(report: Report) -> tuple[list[FileReport], list[FileReport]]:
    """Files with findings or notes, those with errors first; and the clean ones."""

    def badness(file: FileReport) -> int:
        worst = file.worst()
        return len(SEVERITIES) if worst is None else SEVERITIES.index(worst)

    dirty = sorted((file for file in report.files if _is_dirty(file) or file.written), key=badness)
    return dirty, [file for file in report.files if not (_is_dirty(file) or file.written)]


def _is_dirty(file: FileReport) -> bool:
    return file.tallies.total() > 0


def _file(file: FileReport, report: Report, options: RenderOptions) -> Iterator[str]:
    if not _is_dirty(file):
        yield _head(file, styled("clean", "good", options), options)
    else:
        yield _head(file, size_in_words(file.bytes), options)
        if not options.statistics:
            yield ""
            yield from groups(file, report, options)
    if not options.quiet:
        yield from _written(file, report, options)
        yield from _notes(file.notes, options, INDENT)


def _head(file: FileReport, last: str, options: RenderOptions, width: int = 0) -> str:
    path = sanitize(file.path)
    shape = sanitize(file.shape or file.container)
    if file.task == "classification" or (file.task and file.shape == "completion"):
        shape += f" · {sanitize(file.task)}"
    blank = " " * (width - columns(path))
    return f"{styled(path, 'strong', options)}{blank}  {shape} · {counted(file.examples, 'example')} · {last}"


def _written(file: FileReport, report: Report, options: RenderOptions) -> Iterator[str]:
    """The files that a fix run wrote, the changes by rule, and the file of dropped rows."""
    if not file.written:
        return
    flow = (("read", file.read), ("kept", file.kept), ("changed", file.changed))
    numbers = [f"{number:,} {word}" for word, number in (*flow, ("dropped", file.dropped.total()))]
    yield f"  wrote {styled(sanitize(file.written), 'strong', options)}"
    yield from (INDENT + line for line in joined(numbers, options.room - len(INDENT)))
    for word, counts in (("fixed", file.fixed), ("dropped", file.dropped)):
        yield from changes_by_rule(f"{INDENT}{word:<9}", counts, report.names, options)
    if file.rejects and file.dropped:
        yield f"{INDENT}dropped rows are kept in {sanitize(file.rejects)}"


def changes_by_rule(
    title: str, counts: Counter[str], names: Mapping[str, str], options: RenderOptions
) -> Iterator[str]:
    """How often each rule changed something, the most frequent first."""
    rules = [
        f"{sanitize(code)} {sanitize(names.get(code, ''))}".rstrip() + f" {count:,}"
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if count
    ]
    for line in joined(rules, options.room - len(title)):
        yield title + line
        title = " " * len(title)


def _clean_files(files: Sequence[FileReport], options: RenderOptions) -> Iterator[str]:
    """One line for each clean file; only their number if there are many."""
    clean = styled("clean", "good", options)
    if len(files) > MANY_CLEAN and not options.verbose:
        examples = counted(sum(file.examples for file in files), "example")
        yield f"{len(files):,} files · {examples} · {clean}"
        yield from _shared_notes(files, options)
        return
    width = max((columns(sanitize(file.path)) for file in files), default=0)
    for file in files:
        yield _head(file, clean, options, width)
        yield from _notes(file.notes, options, INDENT)


def _shared_notes(files: Iterable[FileReport], options: RenderOptions) -> Iterator[str]:
    notes = Counter(note for file in files for note in dict.fromkeys(file.notes))
    lines = (f"{note} ({counted(count, 'file')})" for note, count in notes.items())
    yield from _notes(lines, options, INDENT)


def _notes(notes: Iterable[str], options: RenderOptions, indent: str) -> Iterator[str]:
    for note in notes:
        for at, line in enumerate(wrapped(f"note: {sanitize(note)}", options.room - len(indent) - 2)):
            yield f"{indent}{'  ' if at else ''}{line}"


def _ending(report: Report, options: RenderOptions) -> Iterator[str]:
    yield from _totals(report, options)
    yield from joined(_next_steps(report), options.room)
    yield from _notes(report.notes, options, "")
    if report.target is None and report.files:
        if len(f"{NO_TARGET} {SOME_TARGETS}") <= options.room:
            yield f"{NO_TARGET} {SOME_TARGETS}"
        else:
            yield from wrapped(NO_TARGET, options.room)
            yield from (f"  {line}" for line in wrapped(SOME_TARGETS, options.room - 2))


def _totals(report: Report, options: RenderOptions) -> Iterator[str]:
    summary, mended, suppressed = found_in_words(report), fixed_in_words(report), suppressed_in(report)
    if not summary and not mended and not suppressed:
        return
    read = f"{counted(report.examples, 'example')} read in {time_in_words(report.seconds)}"
    dirty, files = sum(map(_is_dirty, report.files)), len(report.files)
    among = counted(files, "file") if dirty == files else f"{dirty:,} of {counted(files, 'file')}"
    remaining = f"{summary}{' left' if mended else ''} in {among}" if summary else "nothing is left"
    worst = report.worst()
    if mended:
        yield mended
    counts = [f"{suppressed:,} suppressed"] * bool(suppressed)
    for line in joined([remaining] * bool(summary or mended) + [*counts, read], options.room):
        yield line.replace(summary, styled(summary, worst, options), 1) if worst else line


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
    return steps + [f"ftlint rule {sanitize(total.code)} explains" for total in worst]


def joined(parts: Sequence[str], width: int) -> Iterator[str]:
    """The items joined by dots, on as few lines as the width allows."""
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if line and columns(longer) > width:
            yield line
            longer = part
        line = longer
    if line:
        yield line
