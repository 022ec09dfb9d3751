"""``--output-format rdjson``: the input format of reviewdog."""

from collections.abc import Iterator
from typing import Any

from ftlint.display import shown
from ftlint.report.json_report import listed
from ftlint.report.paths import Places, told
from ftlint.report.terminal import Look
from ftlint.report.words import in_file_order
from ftlint.result import Finding, Report, Severity

SEVERITY: dict[Severity, str] = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report, look: Look) -> Iterator[str]:
    """One diagnostic a line."""
    del look
    places = Places()
    yield '{"source": {"name": "ftlint"}, "diagnostics": ['
    yield from listed(
        _diagnostic(finding, places) for file in report.files for finding in in_file_order(file.findings)
    )
    yield "]}\n"


def _diagnostic(finding: Finding, places: Places) -> dict[str, Any]:
    location: dict[str, Any] = {"path": places.path(finding.file)}
    if finding.line is not None:
        location["range"] = {"start": {"line": finding.line}}
    return {
        "message": told(finding),
        "location": location,
        "severity": SEVERITY[finding.severity],
        "code": {"value": shown(finding.code)},
    }
