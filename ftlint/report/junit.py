"""``--output-format junit``: test results for build servers. Each rule that ran is one test per file."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from msgspec import Struct

from ftlint.display import sanitize
from ftlint.report.paths import PathResolver, describe, title_of
from ftlint.report.terminal import RenderOptions, line_of_text
from ftlint.report.words import NOUNS, counted, in_file_order
from ftlint.result import SEVERITIES, FileReport, Finding, Report

MAX_LISTED = 20
MAX_CASES = 50_000
"""The maximum number of tests in a report; beyond it, the passed rules of a file are one test, since servers
refuse reports of 30 MB.
"""
# The other characters that XML cannot represent are escaped before.
NOT_XML = re.compile("[\ufffe\uffff]")


class TestCase(Struct, frozen=True):
    """The result of one rule in one file: ``body`` is its XML, empty if it passed."""

    name: str
    body: str
    failed: bool = False
    skipped: bool = False


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """A suite for each file. Errors and warnings fail; notes are the output of a passed test."""
    del options
    suites = [_cases(file, report) for file in report.files]
    every = [case for cases in suites for case in cases]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="ftlint" {_numbers(every)} time="{report.seconds:.3f}">\n'
    places, taken = PathResolver(), Counter[str]()
    for file, cases in zip(report.files, suites, strict=True):
        path = _xml(sanitize(places.path(file.path)))
        owner = _owner(sanitize(places.path(file.path)), taken)
        yield f'<testsuite name="{path}" {_numbers(cases)} time="0">\n'
        for case in cases:
            start = f'<testcase classname="{_xml(owner)}" name="{_xml(case.name)}" file="{path}" time="0"'
            yield f"{start}>{case.body}</testcase>\n" if case.body else f"{start}/>\n"
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _cases(file: FileReport, report: Report) -> list[TestCase]:
    fired = {tally.code for tally, n in file.tallies.items() if n}
    suppressed = Counter(finding.code for finding in file.suppressed)
    cases = [_fired(code, file, report) for code in sorted(fired)]
    for code in sorted(set(suppressed) - fired):
        body = f'<skipped message="{suppressed[code]:,} suppressed"/>'
        cases.append(TestCase(title_of(code, report.names.get(code, "")), body, skipped=True))
    passed = sorted(set(report.names) - fired - set(suppressed))
    if len(report.files) * len(report.names) > MAX_CASES:
        return [*cases, TestCase(f"{counted(len(passed), 'rule')} without findings", "")] if passed else cases
    return [*cases, *(TestCase(title_of(code, report.names[code]), "") for code in passed)]


def _fired(code: str, file: FileReport, report: Report) -> TestCase:
    totals = {
        s: sum(n for t, n in file.tallies.items() if (t.code, t.severity) == (code, s)) for s in SEVERITIES
    }
    words = ", ".join(counted(n, NOUNS[severity]) for severity, n in totals.items() if n)
    worst = next(severity for severity, n in totals.items() if n)
    findings = [finding for finding in in_file_order(file.findings) if finding.code == code]
    text = _xml("".join(map(line_of_text, _lines(findings, sum(totals.values())))))
    name = title_of(code, report.names.get(code, ""))
    if worst == "info":
        return TestCase(name, f"<system-out>{_xml(words)}\n{text}</system-out>")
    return TestCase(name, f'<failure message="{_xml(words)}" type="{worst}">{text}</failure>', failed=True)


def _lines(findings: Sequence[Finding], total: int) -> Iterator[str]:
    for finding in findings[:MAX_LISTED]:
        yield (
            f"{sanitize(finding.file)}:{finding.line}: {describe(finding)}"
            if finding.line
            else describe(finding)
        )
    more = total - min(len(findings), MAX_LISTED)
    if more > 0:
        yield f"… {more:,} more"


def _numbers(cases: Sequence[TestCase]) -> str:
    failed, skipped = sum(case.failed for case in cases), sum(case.skipped for case in cases)
    return f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}"'


def _owner(path: str, taken: Counter[str]) -> str:
    """``data.train_jsonl``. GitLab shows only the first of two tests with the same name, so names are unique."""
    name = path.replace(".", "_").replace("/", ".")
    taken[name] += 1
    return name if taken[name] == 1 else f"{name} ({taken[name]})"


def _xml(text: str) -> str:
    safe = NOT_XML.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    return escape(safe, {'"': "&quot;"})
