"""What is done to findings before they are reported: fingerprints, and those that do not count taken out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from ftlint.baseline import load_baseline, suppress, take_out
from ftlint.contents import RECORD_KEY, Contents, Ignored, contents_of, fingerprint
from ftlint.engine import Plan
from ftlint.read import ReadOptions, Source
from ftlint.result import FileReport, Finding, Report, Tally
from ftlint.selection import fits
from ftlint.settings import Settings


def sees_all(plan: Plan, settings: Settings) -> Plan:
    """The plan, keeping every finding where some may have to be taken out afterwards."""
    return replace(plan, most=0) if _suppresses(settings) else plan


def settle(report: Report, sources: Sequence[Source], plan: Plan, settings: Settings) -> None:
    """Give findings fingerprints, take out what records and the baseline know, and keep as many as were asked for."""
    if not (settings.fingerprints or _suppresses(settings)):
        return
    for file, source in zip(report.files, sources, strict=True):
        contents = _known_by_content(file, source, settings.read)
        if settings.record_ignores:
            _obey(file, contents.ignored, plan)
    if settings.baseline is not None:
        today = settings.today or date.today()
        entries = load_baseline(settings.baseline)
        report.notes += suppress(report.files, entries, today, report.names)
    for file in report.files:
        file.findings = _first(file.findings, settings.max_per_rule)


def _suppresses(settings: Settings) -> bool:
    return settings.baseline is not None or settings.record_ignores


def _known_by_content(file: FileReport, source: Source, read: ReadOptions) -> Contents:
    """Write the fingerprint into every finding of a file; what was read for it."""
    if not file.findings:
        return Contents()
    rows = {finding.row for finding in file.findings if finding.row is not None}
    lines = {finding.line for finding in file.findings if finding.line is not None}
    contents = contents_of(source, read, rows, lines)
    file.findings = [
        replace(finding, fingerprint=fingerprint(finding.code, _key(finding, contents)))
        for finding in file.findings
    ]
    return contents


def _key(finding: Finding, contents: Contents) -> str:
    if finding.row is not None and finding.row in contents.keys:
        return contents.keys[finding.row]
    if finding.line is not None and finding.line in contents.lines:
        return contents.lines[finding.line]
    # What is about a whole file is known by the file's name.
    return f"{finding.scope}:{PurePath(finding.file).name}"


def _obey(file: FileReport, ignored: Mapping[int, Ignored], plan: Plan) -> None:
    """Take out what records say does not count for them; that they say so is no unknown field."""
    rules = {rule.code: type(rule) for rule in plan.rules}
    known = []
    for finding in file.findings:
        said = ignored.get(finding.row) if finding.row is not None else None
        if finding.path == RECORD_KEY:
            known.append((finding, "ftlint's own key"))
        elif said is not None and any(name and fits(rules[finding.code], name) > 0 for name in said.rules):
            known.append((finding, said.reason))
    take_out(file, known)


def _first(findings: Sequence[Finding], most: int) -> list[Finding]:
    """As many findings of each rule, severity and scope as are to be kept; 0 for all."""
    if not most:
        return list(findings)
    kept: Counter[Tally] = Counter()
    first = []
    for finding in findings:
        tally = Tally(finding.code, finding.severity, finding.scope)
        kept[tally] += 1
        if kept[tally] <= most:
            first.append(finding)
    return first
