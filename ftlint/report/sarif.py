"""``--output-format sarif``: SARIF 2.1.0 as GitHub code scanning accepts it.

GitHub refuses a file with more than 25,000 results and keeps the 5,000 worst, so only these are written; the true
totals are properties of the run.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ftlint.display import sanitize
from ftlint.report.json_report import as_json, listed
from ftlint.report.paths import PathResolver, describe, folder_uri
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import findings_in_order, in_file_order, suppressed_in
from ftlint.result import SEVERITIES, Finding, Report, Severity
from ftlint.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 5_000
MAX_TEXT = 1_024
MAX_NAME = 255
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
PROBLEMS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """One run, one result per line, the worst first and suppressed ones last."""
    del options
    rules = _rules(report)
    results = _results(report)
    driver = {"name": "ftlint", "version": __version__, "rules": list(rules.values())}
    invocation = {"executionSuccessful": True, "workingDirectory": {"uri": folder_uri(Path.cwd())}}
    profile = sanitize(report.target or "any")
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{\n'
    yield f' "tool": {as_json({"driver": driver})},\n'
    yield f' "automationDetails": {as_json({"id": "/".join(("ftlint", profile, ""))})},\n'
    yield f' "columnKind": "unicodeCodePoints", "invocations": [{as_json(invocation)}],\n'
    yield f' "properties": {as_json(_totals(report, len(results)))},\n'
    yield ' "results": ['
    numbers = {code: number for number, code in enumerate(rules)}
    places, counts = PathResolver(), Counter[str]()
    yield from listed(_result(finding, numbers, places, counts) for finding in results)
    yield "]}]}\n"


def _results(report: Report) -> Sequence[Finding]:
    active = list(findings_in_order(report))
    active.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    suppressed = [finding for file in report.files for finding in in_file_order(file.suppressed)]
    return (active + suppressed)[:MAX_RESULTS]


def _totals(report: Report, results: int) -> dict[str, Any]:
    suppressed = suppressed_in(report)
    total = sum(file.tallies.total() for file in report.files)
    return {
        "target": sanitize(report.target) if report.target else None,
        "model": sanitize(report.model) if report.model else None,
        "examples": report.examples,
        "errors": report.total("error"),
        "warnings": report.total("warning"),
        "infos": report.total("info"),
        "suppressed": suppressed,
        "notListed": max(total + suppressed - results, 0),
        "counts": {sanitize(code): count for code, count in sorted(report.counts.items())},
    }


def _rules(report: Report) -> dict[str, dict[str, Any]]:
    """The rules that the results refer to, by code."""
    worst: dict[str, Severity] = {}
    for severity in reversed(SEVERITIES):
        for file in report.files:
            fired = {tally.code for tally, n in file.tallies.items() if n and tally.severity == severity}
            fired |= {f.code for f in (*file.findings, *file.suppressed) if f.severity == severity}
            worst |= dict.fromkeys(fired, severity)
    return {code: _rule(code, worst[code], report) for code in sorted(worst)}


def _rule(code: str, severity: Severity, report: Report) -> dict[str, Any]:
    name = sanitize(report.names.get(code, "")) or sanitize(code)
    page = "\n".join(map(sanitize, report.pages.get(code, "").strip().splitlines())) or name
    first, _, remaining = page.partition("\n")
    why = " ".join(remaining.strip().partition("\n\n")[0].split())
    return {
        "id": sanitize(code),
        "name": _cut(name, MAX_NAME),
        "shortDescription": {"text": _cut(first, MAX_TEXT)},
        "fullDescription": {"text": _cut(f"{first} {why}".strip(), MAX_TEXT)},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"problem.severity": PROBLEMS[severity]},
    }


def _result(
    finding: Finding, numbers: dict[str, int], places: PathResolver, counts: Counter[str]
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": sanitize(finding.code),
        "ruleIndex": numbers[finding.code],
        "level": LEVELS[finding.severity],
        "message": {"text": _unlinked(describe(finding))},
        "locations": [_location(finding, places)],
        "properties": {"scope": finding.scope},
    }
    if finding.fix:
        result["properties"]["fix"] = finding.fix
    if finding.fingerprint:
        counts[finding.fingerprint] += 1
        # The fingerprint key that GitHub reads, and ours: the rule and the content of the record, independent of
        # its location.
        known_by = f"{finding.fingerprint}:{counts[finding.fingerprint]}"
        result["partialFingerprints"] = {"primaryLocationLineHash": known_by, "ftlint/v1": known_by}
    if finding.suppressed is not None:
        why = {"justification": sanitize(finding.suppressed)} if finding.suppressed else {}
        result["suppressions"] = [{"kind": "external", "status": "accepted", **why}]
    return result


def _location(finding: Finding, places: PathResolver) -> dict[str, Any]:
    """One line, because GitHub shows an alert next to a change only if every line of it was changed."""
    line = finding.line or 1
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": places.uri(finding.file)},
            "region": {"startLine": line, "startColumn": 1, "endLine": line},
        }
    }
    row = f"row {finding.row}" if finding.line is None and finding.row is not None else ""
    full_location = " ".join(filter(None, (row, sanitize(finding.path or ""))))
    if full_location:
        location["logicalLocations"] = [{"fullyQualifiedName": full_location}]
    return location


def _unlinked(text: str) -> str:
    """The text with link syntax escaped: SARIF allows [words](address) in plain text, too."""
    return text.replace("](", "] (")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
