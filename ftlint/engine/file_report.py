"""From scan states to file reports, and from file reports to the report of a run."""

from collections import Counter
from typing import Any

from ftlint.batch import task_type
from ftlint.config.settings import Settings
from ftlint.engine.pass_result import PassResult
from ftlint.engine.scan import Plan
from ftlint.engine.state import LocatedFinding, ScanState, finding_of_failure
from ftlint.engine.suppress import apply_max_rates
from ftlint.errors import NotReadWhole
from ftlint.io.source import Source
from ftlint.result import FileReport, Finding, Report
from ftlint.rule.errors import Failures, RuleFailure
from ftlint.secrets import mask
from ftlint.shapes.detect import majority


def report_of(files: list[FileReport], plan: Plan, settings: Settings, seconds: float) -> Report:
    """The report of a run."""
    fired = {tally.code for file in files for tally in file.tallies}
    return Report(
        files=files,
        target=plan.context.target.name if plan.context.target else None,
        model=plan.context.model.name if plan.context.model else None,
        names={rule.code: rule.name for rule in plan.rules},
        pages={rule.code: rule.page() for rule in plan.rules if rule.code in fired},
        seconds=seconds,
        max_per_rule=settings.max_per_rule,
    )


def finish_report(result: PassResult[ScanState], plan: Plan) -> FileReport:
    """The report of a file after its scan, with max-rate applied."""
    report = file_report(result, plan)
    apply_max_rates(report, plan.rates)
    return report


def file_report(result: PassResult[ScanState], plan: Plan, name: str | None = None) -> FileReport:
    """The report of a file from the result of a pass. ``name`` replaces the source's own name."""
    state, path = result.state, name or result.source.name
    findings = [entry for entries in state.findings.values() for entry in entries]
    failed, about_all = _failures_of_file(state, plan.failures)
    findings += about_all
    tallies = state.tallies + Counter(one.tally for one in about_all)
    names = {rule.code: rule.name for rule in plan.rules}
    findings.sort(key=_order)
    report = FileReport(
        path=path,
        container=result.container,
        shape=majority(list(state.shapes.items())),
        task=task_type.of_all(state.answers.partitions, plan.context).name,
        rows=state.rows,
        examples=state.examples,
        bytes=result.bytes,
        # A remote file that is read in parts is not read in full by any process.
        sha256=result.sha256 if result.source.remote is None else "",
        findings=[finding_of(entry, path, names) for entry in findings],
        tallies=Counter({tally: n for tally, n in sorted(tallies.items()) if n}),
        fixable=Counter({code: n for code, n in state.fixable.items() if n}),
        failed=failed,
        notes=list(plan.notes),
    )
    unreadable = state.rows - state.examples
    if unreadable and not report.total("error"):
        report.notes.append(
            f"{unreadable} of {state.rows} rows could not be used; the rules that say why are off"
        )
    return report


def finding_of(found: LocatedFinding, path: str, names: dict[str, str]) -> Finding:
    """A located finding as a finding in the file of that path; ``names`` are rule names by code."""
    fix: Any = found.fix
    # A key of a record may be a secret; most messages quote values and are masked already.
    where = (path, found.line, found.row, found.path and mask(found.path))
    name = names.get(found.code, found.code)
    return Finding(found.code, name, found.severity, *where, mask(found.message), fix, found.scope)


def check_whole(source: Source, incomplete: str) -> None:
    """Raise NotReadWhole if data of the file was not read."""
    if incomplete:
        raise NotReadWhole(
            f"{source.name} was not read whole, so nothing was written for it: {incomplete}. "
            "Put that right, then run this again"
        )


def _order(found: LocatedFinding) -> tuple[int, int, str, str]:
    return (found.line or 0, found.row or 0, found.code, found.path or "")


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


def _failures_of_file(partial: ScanState, failures: Failures) -> tuple[dict[str, str], list[LocatedFinding]]:
    """The rules that raised, by code, and the findings about those that raised for the entire file."""
    failed = {**{failure.code: failure.trace for failure in failures.values()}, **partial.failed}
    messages = {**{failure.code: failure.message for failure in failures.values()}, **partial.unjudged}
    return failed, [finding_of_failure(RuleFailure(code, message, "")) for code, message in messages.items()]
