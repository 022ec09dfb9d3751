"""The findings of a file as the report for people has them: grouped by rule, with true totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ftlint.report.colour import Look, columns, padded, paint, shown, wrapped
from ftlint.report.statistics import RuleTotal, counted, in_file_order, rule_totals
from ftlint.result import FileReport, Finding, Report

INDENT = "     "


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one rule in one file; ``listed`` may be fewer than the total."""

    total: RuleTotal
    listed: Sequence[Finding]

    @property
    def title(self) -> str:
        """Code and name."""
        return f"{shown(self.total.code)} {shown(self.total.name)}".rstrip()

    @property
    def amount(self) -> str:
        """The true total. It counts examples only where that is known: one example can have many faults."""
        if all(found.line is None and found.row is None for found in self.listed):
            return counted(self.total.count, "finding")
        if all(found.path is None for found in self.listed):
            return counted(self.total.count, "line" if self.total.code.startswith("F") else "example")
        different = len({found.row for found in self.listed if found.row is not None})
        return counted(self.total.count, "example" if different == self.total.count else "place")

    @property
    def fix(self) -> str:
        """Which fixes the listed findings have."""
        if not self.total.fixes:
            return ""
        some = " for some" if any(found.fix is None for found in self.listed) else ""
        return f"fix: {', '.join(self.total.fixes)}{some}"

    @property
    def unlisted(self) -> int:
        """How many findings are counted, but not listed."""
        return max(self.total.count - len(self.listed), 0)


def groups(file: FileReport, report: Report, look: Look) -> Iterator[str]:
    """The findings of a file, rule by rule, the worst first; those about the whole dataset after the others."""
    by_rule: dict[tuple[str, str, bool], list[Finding]] = {}
    for finding in in_file_order(file.findings):
        key = (finding.code, finding.severity, finding.scope == "dataset")
        by_rule.setdefault(key, []).append(finding)
    most = look.most or None
    found = [
        Group(total, by_rule.get((total.code, total.severity, total.about_dataset), [])[:most])
        for total in rule_totals(report, [file], by_scope=True)
    ]
    title_width = max(columns(group.title) for group in found)
    amount_width = max((len(group.amount) for group in found if group.fix), default=0)
    about_dataset = False
    for nth, group in enumerate(found):
        if group.total.about_dataset and not about_dataset:
            about_dataset = True
            if nth:
                yield ""
            yield paint("  about the dataset as a whole", "faint", look)
        yield from _group(group, file.path, title_width, amount_width, look)


def _group(group: Group, here: str, title_width: int, amount_width: int, look: Look) -> Iterator[str]:
    severity = group.total.severity
    letter = paint(severity[0].upper(), severity, look)
    title = paint(group.title, "strong", look) + " " * (title_width - columns(group.title))
    fix = f"   {paint(group.fix, 'faint', look)}" if group.fix else ""
    whole = _only_message(group)
    if whole and columns(f"  E  {padded(group.title, title_width)}   {whole}   {group.fix}") <= look.room:
        yield f"  {letter}  {title}   {whole}{fix}"
        return
    yield f"  {letter}  {title}   {padded(group.amount, amount_width if fix else 0)}{fix}"
    yield from _listed(group.listed, here, look)
    if group.unlisted:
        yield INDENT + paint(f"… {group.unlisted:,} more (--max-per-rule 0 shows all)", "faint", look)


def _only_message(group: Group) -> str:
    """The message of a rule that has one thing to say about the whole file: it needs no line of its own."""
    if group.total.count != 1 or len(group.listed) != 1:
        return ""
    only = group.listed[0]
    return "" if _place(only, only.file) or only.path else shown(only.message)


def _place(finding: Finding, here: str) -> str:
    """The line; of another file than the one that is spoken of (the source of a fix) with its name."""
    if finding.line is not None:
        return f"{'' if finding.file == here else shown(PurePath(finding.file).name)}:{finding.line}"
    return f"row {finding.row}" if finding.row is not None else ""


def _listed(findings: Sequence[Finding], here: str, look: Look) -> Iterator[str]:
    places = [_place(finding, here) for finding in findings]
    place_width = max(map(columns, places), default=0)
    path_width = max((columns(shown(finding.path or "")) for finding in findings), default=0)
    for finding, place in zip(findings, places, strict=True):
        yield from _finding(finding, place, place_width, path_width, look)


def _finding(finding: Finding, place: str, place_width: int, path_width: int, look: Look) -> Iterator[str]:
    """One line where there is room for it, else the place and below it the message."""
    path, message = shown(finding.path or ""), shown(finding.message)
    hang = INDENT + " " * (place_width + 2 if place_width else 0)
    head = INDENT + (paint(place, "strong", look) + " " * (len(hang) - len(INDENT) - columns(place)))
    if path:
        for width in (path_width, 0):
            start = padded(path, width) + "   "
            if columns(hang + start + message) <= look.room:
                yield head + paint(path, "info", look) + start[len(path) :] + message
                return
        yield head + paint(path, "info", look)
        head = hang = hang + "  "
    for line in wrapped(message, look.room - len(hang)):
        yield head + line
        head = hang
