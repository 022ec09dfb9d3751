"""Rules that raised while an output was produced, in the report of that output."""

from ftlint.engine.file_report import finding_of
from ftlint.engine.scan import Plan
from ftlint.engine.state import finding_of_failure
from ftlint.io.source import Source
from ftlint.result import FileReport
from ftlint.rule.errors import Failures


def add_failures(
    report: FileReport, source: Source, plan: Plan, failures: Failures, *, fixes_only: bool = False
) -> None:
    """Add rules that raised while a file was produced from the source.

    ``fixes_only``: the others are already reported.
    """
    names = {rule.code: rule.name for rule in plan.rules}
    report.failed = {**{failure.code: failure.trace for failure in failures.values()}, **report.failed}
    reported = (failure for failure in failures.values() if failure.fixing or not fixes_only)
    for finding in map(finding_of_failure, reported):
        report.findings.append(finding_of(finding, source.name, names))
        report.tallies[finding.tally] += 1
