"""A rule that raises is a bug in ftlint or in a plug-in: it becomes a finding about the rule, and all else goes on."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from ftlint.errors import UsageError
from ftlint.rule.base import Rule


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that raised on one record, or, without line and row, for a file as a whole."""

    code: str
    message: str
    trace: str
    """The rule's file and line, what it failed with, and below that the exception as Python prints it."""
    line: int | None = None
    row: int | None = None
    fixing: bool = False
    """Whether its fix raised: the record was left as it was."""

    def after(self, rows: int, lines: int) -> "Failure":
        """The same failure, so many records and lines further on."""
        return replace(self, line=self.line and self.line + lines, row=self.row and self.row + rows)


Failures = dict[tuple[str, int | None], Failure]
"""Failures by the code of the rule and the row: of several on one record the first is kept."""


class Placed(Protocol):
    """What knows rows and lines of records, as a batch does."""

    rows: Any
    lines: Any


class guarding:
    """Turn a rule's own exception into a failure; ``failed`` says whether there was one."""

    def __init__(
        self,
        rule: Rule,
        failures: Failures,
        batch: Placed | None = None,
        i: int | None = None,
        *,
        fixing: bool = False,
    ) -> None:
        """With a batch and the place of a record in it, the failure is that record's; else it is the file's."""
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
        """Keep an exception as a failure."""
        from traceback import format_exception

        what = f"the fix of {self.rule.code}" if self.fixing else f"rule {self.rule.code}"
        where = "on this record" if self.row is not None else "on this file, which it does not judge"
        left = "; the record is left as it was" if self.fixing and self.row is not None else ""
        said = str(error).strip().partition("\n")[0]
        words = f"{type(error).__name__}: {said}" if said else type(error).__name__
        trace = f"{self._place(error)}rule {self.rule.code} failed: {words}\n"
        failure = Failure(
            self.rule.code,
            f"{what} failed {where}: {words}{left}",
            trace + "".join(format_exception(error)),
            self.line,
            self.row,
            self.fixing,
        )
        self.failures.setdefault((self.rule.code, self.row), failure)

    def _place(self, error: BaseException) -> str:
        """The file and the line of the rule where it failed, if it was there."""
        import sys
        from traceback import extract_tb

        file = sys.modules[type(self.rule).__module__].__file__
        lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == file]
        return f"{file}:{lines[-1]}: " if lines else ""


def is_failure(error: BaseException) -> bool:
    """Whether an exception is a rule's own fault, and not that of what the user asked for or of the machine."""
    if type(error).__name__ == "PanicException":  # polars: a BaseException, though no reason to end the run
        return True
    return isinstance(error, Exception) and not isinstance(error, UsageError | MemoryError)


class RuleFailed(Exception):
    """Rules raised: a bug in ftlint or in a plug-in."""
