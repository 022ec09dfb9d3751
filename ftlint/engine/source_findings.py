"""Findings about a source that the file written from it cannot show any more."""

from ftlint.batch.batch import Batch
from ftlint.engine.file_report import file_report
from ftlint.engine.pass_result import PassResult
from ftlint.engine.scan import Plan, RuleMatch, findings_of
from ftlint.engine.state import ScanState
from ftlint.io.source import Source
from ftlint.result import FileReport
from ftlint.rule.errors import Failures
from ftlint.rule.frame import FaultRule


def code_of(plan: Plan, kind: str) -> str:
    """The code of the rule for a kind of fault, or nothing where it is not selected."""
    return next((r.code for r in plan.rules if isinstance(r, FaultRule) and r.fault == kind), "")


def keep_source_findings(
    rule_match: RuleMatch,
    batch: Batch,
    plan: Plan,
    stored: ScanState,
    failures: Failures,
    *,
    notes: bool = False,
) -> None:
    """Store findings about a source; ``notes`` includes those of severity info."""
    if notes or rule_match.severity != "info":
        for entry in findings_of(batch, rule_match, plan.context, failures):
            stored.add_finding(entry, plan.max_per_rule)


def merge_source_findings(report: FileReport, source: Source, stored: ScanState, plan: Plan) -> None:
    """Add the findings about the source to the report of the file written from it."""
    found = file_report(PassResult(source, stored), plan)
    report.findings = [*found.findings, *report.findings]
    report.tallies += found.tallies
