"""``--output-format gitlab``: a code quality report, which GitLab shows in merge requests."""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from ftlint.display import sanitize
from ftlint.report.json_report import as_json
from ftlint.report.paths import PathResolver, describe, title_of
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import findings_in_order
from ftlint.result import Finding, Report, Severity

SEVERITY: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """A JSON array, one finding per line; empty without findings."""
    del options
    places, counts = PathResolver(), Counter[str]()
    comma = ""
    yield "["
    for finding in findings_in_order(report):
        yield f"{comma}\n {as_json(_violation(finding, places, counts))}"
        comma = ","
    yield "\n]\n" if comma else "]\n"


def _violation(finding: Finding, places: PathResolver, counts: Counter[str]) -> dict[str, Any]:
    path = places.path(finding.file)
    fingerprint = finding.fingerprint or _digest(
        path, finding.code, finding.path or "", finding.row or "", finding.message
    )
    counts[fingerprint] += 1
    if counts[fingerprint] > 1:
        # GitLab shows only one of several findings with the same fingerprint.
        fingerprint = _digest(fingerprint, counts[fingerprint])
    return {
        # GitLab does not show the name of the check.
        "description": f"{title_of(finding.code, finding.name)}: {describe(finding)}",
        "check_name": sanitize(finding.code),
        "fingerprint": fingerprint,
        "severity": _severity(finding),
        "location": {"path": path, "lines": {"begin": finding.line or 1}},
    }


def _severity(finding: Finding) -> str:
    """Unreadable records are more severe than faults in readable ones."""
    if finding.code.startswith("F") and finding.severity == "error":
        return "critical"
    return SEVERITY[finding.severity]


def _digest(*parts: str | int) -> str:
    text = "\0".join(map(str, parts))
    return blake2b(text.encode("utf-8", errors="backslashreplace"), digest_size=16).hexdigest()
