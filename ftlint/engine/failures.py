"""Rules that raised for an entire file, as findings."""

from ftlint.engine.state import LocatedFinding, ScanState, finding_of_failure
from ftlint.rule.errors import Failures, RuleFailure


def of_whole(partial: ScanState, failures: Failures) -> tuple[dict[str, str], list[LocatedFinding]]:
    """The rules that raised, by code, and the findings about those that raised for the entire file."""
    failed = {**{failure.code: failure.trace for failure in failures.values()}, **partial.failed}
    messages = {**{failure.code: failure.message for failure in failures.values()}, **partial.unjudged}
    return failed, [finding_of_failure(RuleFailure(code, message, "")) for code, message in messages.items()]
