"""Base class of all rules, with their cases, options and results (violations and conclusions)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, overload

import msgspec
from msgspec import Struct, field

from ftlint._polars import pl
from ftlint.context import RuleContext

Rows = Sequence[Any] | bytes | str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An example and test of a rule: input rows and the expected findings.

    Exactly one of ``wrong`` and ``right`` is given: records, or an entire file as bytes or text.
    ``found`` lists (line, path) of every finding that the rule must report in ``wrong``, in file order;
    ``(None, None)`` is a finding about the entire file. ``severity`` is the severity of all of them, given where the
    target decides it. ``fixed`` is the result of the rule's fix on ``wrong``: records, or an entire file.
    ``name`` decides the container, ``why`` is the title of the case.
    ``reference`` are the rows of the reference file ``held.jsonl`` that the case is compared with.
    ``settings`` are settings of the run, as on the command line (``target``, ``model``, ``task``,
    ``encoding``, ``sheet`` …), ``options`` are options of the rule.
    """

    wrong: Rows | None = None
    right: Rows | None = None
    found: Sequence[tuple[int | None, str | None]] = ()
    severity: str | None = None
    fixed: Rows | None = None
    reference: Rows | None = None
    name: str = "case.jsonl"
    why: str = ""
    options: Mapping[str, Any] = {}
    settings: Mapping[str, Any] = {}

    @property
    def rows(self) -> Rows:
        """The input of the case, wrong or right."""
        return self.wrong if self.wrong is not None else (self.right or b"")


Severity = Literal["error", "warning", "info"]
Near = Literal["message", "before", "after", "earlier", "later", "record", "tools"]
"""How near a fault is that explains another: in the same message; in it or in one before or after it, with nothing but
calls and results between; in it or anywhere earlier or later; anywhere in the record but in its tools; in its tools.
"""
Fix = Literal["safe", "unsafe"]


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """A rule's options: typed fields with defaults and a ``Meta(description=…)``."""


class Violation(Struct, frozen=True):
    """One violation of a rule: the path in the record as written in the file, and the message.

    A record rule leaves row and line to the engine. ``severity`` is given where it differs from the rule's.
    """

    message: str
    path: str | None = None
    row: int | None = None
    line: int | None = None
    fixable: bool = True
    severity: Severity | None = None


class LazyViolations(Sequence[Violation]):
    """A lazy sequence of violations in file order: each is built from a row of a frame on access, to save memory.

    All of them belong to a row, are fixable and have the rule's severity.
    """

    def __init__(self, frame: pl.DataFrame, make: Callable[..., Violation]) -> None:
        """``make`` is called with the values of one row of ``frame``."""
        self._frame, self._make = frame, make

    def __len__(self) -> int:
        return self._frame.height

    @overload
    def __getitem__(self, index: int) -> Violation: ...
    @overload
    def __getitem__(self, index: slice) -> LazyViolations: ...
    def __getitem__(self, index: int | slice) -> Violation | LazyViolations:
        if isinstance(index, slice):
            return LazyViolations(self._frame[index], self._make)
        return self._make(*self._frame.row(index))

    def __iter__(self) -> Iterator[Violation]:
        for row in self._frame.iter_rows():
            yield self._make(*row)


def sorted_rows(rows: pl.Series) -> Sequence[int]:
    """Row numbers in ascending order, in an array of eight bytes each."""
    numbers = array("Q")
    for chunk in rows.sort().to_frame().iter_slices(1 << 16):
        numbers.extend(chunk.to_series().to_list())
    return numbers


class Conclusion(Struct):
    """The result of a dataset rule: violations, rows that a fix drops, and a decision that a fix applies."""

    violations: Sequence[Violation] = field(default_factory=list)
    drop: Sequence[int] = ()
    """Sorted on construction; large numbers of rows take less memory as ``sorted_rows``."""
    decision: dict[str, Any] | None = None
    summary: str = ""
    """What is wrong, in a clause, if only the second pass lists the violations."""

    def __post_init__(self) -> None:
        if not isinstance(self.drop, array):
            self.drop = sorted(self.drop)


class FileInfo(Struct, frozen=True):
    """A file: its name, its size on disk in bytes (compressed, if it is), its valid examples, its container."""

    name: str
    bytes: int
    examples: int
    container: str = ""


class Rule:
    """One kind of fault that ftlint detects."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    fix: ClassVar[Fix | None] = None
    opt_in: ClassVar[bool] = False
    opt_in_fix: ClassVar[bool] = False
    """An opt-in rule whose fix ``prepare`` offers, with No as the default answer."""
    fix_prompt: ClassVar[str] = ""
    """The question that ``prepare`` asks before it applies an unsafe fix: a format string with fields of the decision
    and ``{rows}`` ("12 examples").
    """
    always: ClassVar[bool] = False
    """Runs for every selection, unless it is ignored by its own name."""
    training_only: ClassVar[bool] = False
    """Applies to training data only: does not run for a file that is known to be held out, where the fault is normal.
    A rule that runs for both reads ``context.held_out``.
    """
    cases: ClassVar[Sequence[Case]] = ()
    explained_by: ClassVar[Mapping[Near, Sequence[str]]] = {}
    """The rules, by name, whose findings explain one of this rule, by how near they are. Where one of these is at least
    as severe, this rule's finding is not reported: a call has no result because the result has no role.
    """
    frame: ClassVar[str] = ""

    class Options(Options):
        """No options; a rule with options overrides this class."""

    def __init__(self, options: msgspec.Struct | None = None) -> None:
        self.options: Any = options if options is not None else self.Options()

    def severity_for(self, context: RuleContext) -> Severity | None:
        """The severity for the target of this run; None where the fault does not matter to the target."""
        del context
        return self.severity

    def explains(self, match: Any, context: RuleContext) -> bool:
        """Whether a match, a row of the frame or a violation in a record, can explain findings of other rules."""
        del match, context
        return True

    @classmethod
    def page(cls) -> str:
        """The manual page: the docstring of the rule's module."""
        import sys

        return (sys.modules[cls.__module__].__doc__ or "").strip()
