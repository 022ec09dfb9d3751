"""Exceptions of rules: a bug in ftlint or in a plug-in becomes a finding about the rule, and the run continues."""

from typing import Any, Protocol

from msgspec import Struct, structs

from ftlint.errors import UsageError
from ftlint.rule.base import Rule


class RuleFailure(Struct, frozen=True):
    """An exception that a rule raised on one record or, without line and row, on the file."""

    code: str
    message: str
    trace: str
    """The rule's file and line and its error, followed by the Python traceback."""
    line: int | None = None
    row: int | None = None
    fixing: bool = False
    """Whether the rule's fix raised: the record is unchanged."""

    def after(self, rows: int, lines: int) -> "RuleFailure":
        """The same failure, shifted by ``rows`` and ``lines``."""
        return structs.replace(self, line=self.line and self.line + lines, row=self.row and self.row + rows)


Failures = dict[tuple[str, int | None], RuleFailure]
"""Failures by rule code and row: the first one of a rule on a record is stored."""


class Placed(Protocol):
    """Something with the rows and lines of records, such as a batch."""

    rows: Any
    lines: Any


class guarding:
    """Context manager that records an exception of a rule as a failure; ``failed`` says whether there was one."""

    def __init__(
        self,
        rule: Rule,
        failures: Failures,
        batch: Placed | None = None,
        i: int | None = None,
        *,
        fixing: bool = False,
    ) -> None:
        """With a batch and the index of a record in it, the failure belongs to that record, else to the file."""
        self.rule, self.failures, self.fixing, self.failed = rule, failures, fixing, False
        self.row = batch.rows[i] if batch is not None and i is not None else None
        self.line = batch.lines[i] if batch is not None and i is not None else None

    def __enter__(self) -> "guarding":
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if error is None or not is_failure(error):
            return False
        self.failed = True
        self.note(error)
        return True

    def note(self, error: BaseException) -> None:
        """Record an exception as a failure."""
        from traceback import format_exception

        what = f"the fix of {self.rule.code}" if self.fixing else f"rule {self.rule.code}"
        where = "on this record" if self.row is not None else "on this file, which it does not judge"
        consequence = "; the record is left as it was" if self.fixing and self.row is not None else ""
        reason = str(error).strip().partition("\n")[0]
        words = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
        trace = f"{self._place(error)}rule {self.rule.code} failed: {words}\n"
        failure = RuleFailure(
            self.rule.code,
            f"{what} failed {where}: {words}{consequence}",
            trace + "".join(format_exception(error)),
            self.line,
            self.row,
            self.fixing,
        )
        self.failures.setdefault((self.rule.code, self.row), failure)

    def _place(self, error: BaseException) -> str:
        """The file and line in the rule's own module where it failed, if any."""
        import sys
        from traceback import extract_tb

        file = sys.modules[type(self.rule).__module__].__file__
        lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == file]
        return f"{file}:{lines[-1]}: " if lines else ""


def is_failure(error: BaseException) -> bool:
    """Whether an exception is a bug in the rule, and not a usage error or a lack of memory."""
    if type(error).__name__ == "PanicException":  # polars: a BaseException, though no reason to end the run
        return True
    return isinstance(error, Exception) and not isinstance(error, UsageError | MemoryError)


class RuleFailed(Exception):
    """Rules raised: a bug in ftlint or in a plug-in."""
