"""Rules that raised for a whole file, as findings."""

from ftlint.engine.state import LocatedFinding, ScanState, finding_of_failure
from ftlint.rule.errors import Failure, Failures


def of_whole(partial: ScanState, failures: Failures) -> tuple[dict[str, str], list[LocatedFinding]]:
    """The rules that raised, by code, and the findings about those that did for the file as a whole."""
    failed = {**{one.code: one.trace for one in failures.values()}, **partial.failed}
    words = {**{one.code: one.message for one in failures.values()}, **partial.unjudged}
    return failed, [finding_of_failure(Failure(code, said, "")) for code, said in words.items()]
