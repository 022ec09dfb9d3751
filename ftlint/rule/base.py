"""What every rule is: code, name, severity, fix, options, cases; and what it finds: violations and conclusions."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, overload

import msgspec

from ftlint._polars import pl
from ftlint.context import RuleContext

Rows = Sequence[Any] | bytes | str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Rows in, findings out.

    Exactly one of ``wrong`` and ``right`` is given: records, or a whole file as bytes or text.
    ``found`` lists (line, path) of every finding the rule must make in ``wrong``, in file order;
    ``(None, None)`` is a finding about the whole file. ``severity`` is that of every one of them, given where the
    target decides it. ``fixed`` is what the rule's own fix makes of
    ``wrong``: records, or a whole file. ``name`` decides the container, ``why`` titles the case.
    ``reference`` are the rows of the file ``held.jsonl`` that the case is held against.
    ``settings`` go to the run as they would on the command line (``target``, ``model``, ``task``,
    ``encoding``, ``sheet`` …), ``options`` to the rule.
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
        """The input, whichever kind of case this is."""
        return self.wrong if self.wrong is not None else (self.right or b"")


Severity = Literal["error", "warning", "info"]
Fix = Literal["safe", "unsafe"]


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """A rule's options: typed fields with defaults and a ``Meta(description=…)``."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a rule finds wrong: a path into the record as the file has it, and the message.

    A record rule leaves row and line to the engine. ``severity`` is given where it is not the rule's.
    """

    message: str
    path: str | None = None
    row: int | None = None
    line: int | None = None
    fixable: bool = True
    severity: Severity | None = None


class LazyViolations(Sequence[Violation]):
    """Very many violations of one kind, in the order of the file: each is made from a row of a frame when asked for.

    All of them are about a row, can be fixed, and are as bad as the rule.
    """

    def __init__(self, frame: pl.DataFrame, make: Callable[..., Violation]) -> None:
        """``make`` gets the values of one row of ``frame``."""
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
    """Numbers of rows, in ascending order, in eight bytes each."""
    numbers = array("Q")
    for some in rows.sort().to_frame().iter_slices(1 << 16):
        numbers.extend(some.to_series().to_list())
    return numbers


@dataclass(slots=True)
class Conclusion:
    """What a dataset rule concludes: violations, rows to drop in a fix, and a decision that a fix reads."""

    violations: Sequence[Violation] = field(default_factory=list)
    drop: Sequence[int] = ()
    """They are put in ascending order; very many take less memory as ``sorted_rows``."""
    decision: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.drop, array):
            self.drop = sorted(self.drop)


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file as a whole: its name, its size in bytes as it lies there, packed or not, and how many good examples."""

    name: str
    bytes: int
    examples: int


class Rule:
    """One fault that ftlint can find."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    fix: ClassVar[Fix | None] = None
    opt_in: ClassVar[bool] = False
    opt_in_fix: ClassVar[bool] = False
    """Opt-in, but ``prepare`` offers its fix, with No as the default answer."""
    fix_prompt: ClassVar[str] = ""
    """The question that ``prepare`` asks before it applies an unsafe fix, with fields of the decision and ``{rows}``
    ("12 examples") in braces.
    """
    always: ClassVar[bool] = False
    """Runs whatever was selected, unless it is ignored by its own name."""
    training_only: ClassVar[bool] = False
    """Only about what is trained on: does not run for a file that is known to be held out, which is right to break it.
    ``context.held_out`` tells a rule that runs for both.
    """
    cases: ClassVar[Sequence[Case]] = ()
    frame: ClassVar[str] = ""

    class Options(Options):
        """No options unless a rule declares some."""

    def __init__(self, options: msgspec.Struct | None = None) -> None:
        self.options: Any = options if options is not None else self.Options()

    def severity_for(self, context: RuleContext) -> Severity | None:
        """How bad it is for the target of this run; None where the target does not mind."""
        del context
        return self.severity

    @classmethod
    def page(cls) -> str:
        """The manual page: the docstring of the rule's module."""
        import sys

        return (sys.modules[cls.__module__].__doc__ or "").strip()
