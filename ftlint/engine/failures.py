"""Rules that raised, as findings and in what is known of a file."""

from ftlint.engine.state import Partial, Told
from ftlint.result import Scope
from ftlint.rule.errors import Failure, Failures


def fail(failures: Failures, most: int, partial: Partial) -> None:
    """Tell the partial of rules that raised: of those that did for the file as a whole once, and at its end."""
    for (code, row), failure in sorted(failures.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        partial.failed.setdefault(code, failure.trace)
        if row is None:
            partial.unjudged.setdefault(code, failure.message)
        else:
            partial.tell(told_of_failure(failure), most)


def told_of_failure(failure: Failure) -> Told:
    """A failure as a finding: an error of the rule itself, which no severity of the user's makes less."""
    scope: Scope = "file" if failure.row is None else "row"
    return Told(failure.code, "error", failure.line, failure.row, None, failure.message, None, scope)


def of_whole(partial: Partial, failures: Failures) -> tuple[dict[str, str], list[Told]]:
    """The rules that raised, by code, and the findings about those that did for the file as a whole."""
    failed = {**{one.code: one.trace for one in failures.values()}, **partial.failed}
    words = {**{one.code: one.message for one in failures.values()}, **partial.unjudged}
    return failed, [told_of_failure(Failure(code, said, "")) for code, said in words.items()]
