"""``--output-format rdjson``: the input format of reviewdog."""

from collections.abc import Iterator
from typing import Any

from ftlint.display import sanitize
from ftlint.report.json_report import listed
from ftlint.report.paths import PathResolver, describe
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import findings_in_order
from ftlint.result import Finding, Report, Severity

SEVERITY: dict[Severity, str] = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """One diagnostic per line."""
    del options
    places = PathResolver()
    yield '{"source": {"name": "ftlint"}, "diagnostics": ['
    yield from listed(_diagnostic(finding, places) for finding in findings_in_order(report))
    yield "]}\n"


def _diagnostic(finding: Finding, places: PathResolver) -> dict[str, Any]:
    location: dict[str, Any] = {"path": places.path(finding.file)}
    if finding.line is not None:
        location["range"] = {"start": {"line": finding.line}}
    return {
        "message": describe(finding),
        "location": location,
        "severity": SEVERITY[finding.severity],
        "code": {"value": sanitize(finding.code)},
    }
