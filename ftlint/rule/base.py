"""What every rule is: code, name, severity, fix, options, cases; and what it says: spots and verdicts.

A rule's examples, which are its tests at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, overload

import msgspec

from ftlint._polars import pl
from ftlint.context import Job

Rows = Sequence[Any] | bytes | str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Rows in, findings out.

    Exactly one of ``wrong`` and ``right`` is given: records, or a whole file as bytes or text.
    ``found`` lists (line, path) of every finding the rule must make in ``wrong``, in file order;
    ``(None, None)`` is a finding about the whole file. ``severity`` is that of every one of them, given where the
    target decides it. ``fixed`` is what the rule's own fix makes of
    ``wrong``: records, or a whole file. ``name`` decides the container, ``why`` titles the case.
    ``held`` are the rows of the file ``held.jsonl`` that the case is held against.
    ``settings`` go to the run as they would on the command line (``target``, ``model``, ``task``,
    ``encoding``, ``sheet`` …), ``options`` to the rule.
    """

    wrong: Rows | None = None
    right: Rows | None = None
    found: Sequence[tuple[int | None, str | None]] = ()
    severity: str | None = None
    fixed: Rows | None = None
    held: Rows | None = None
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
Found = dict[str, Any]
"""One matched row of a frame: the columns a rule asked for, plus ``i`` (the record's place in the batch)."""


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """A rule's options: typed fields with defaults and a ``Meta(description=…)``."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place a rule points at: a path into the record as the file has it, and what is wrong there.

    A record rule leaves row and line to the engine. ``severity`` is given where it differs by find.
    """

    message: str
    path: str | None = None
    row: int | None = None
    line: int | None = None
    fixable: bool = True
    severity: Severity | None = None


class Spots(Sequence[Spot]):
    """Very many spots of one kind, in the order of the file: each is made from a row of a frame when it is asked for.

    All of them are about a row, can be fixed, and are as bad as the rule.
    """

    def __init__(self, frame: pl.DataFrame, make: Callable[..., Spot]) -> None:
        """``make`` gets the values of one row of ``frame``."""
        self._frame, self._make = frame, make

    def __len__(self) -> int:
        return self._frame.height

    @overload
    def __getitem__(self, place: int) -> Spot: ...
    @overload
    def __getitem__(self, place: slice) -> Spots: ...
    def __getitem__(self, place: int | slice) -> Spot | Spots:
        if isinstance(place, slice):
            return Spots(self._frame[place], self._make)
        return self._make(*self._frame.row(place))

    def __iter__(self) -> Iterator[Spot]:
        for row in self._frame.iter_rows():
            yield self._make(*row)


def places(rows: pl.Series) -> Sequence[int]:
    """Numbers of rows, in ascending order, in eight bytes each."""
    numbers = array("Q")
    for some in rows.sort().to_frame().iter_slices(1 << 16):
        numbers.extend(some.to_series().to_list())
    return numbers


@dataclass(slots=True)
class Verdict:
    """What a dataset rule concludes: findings, rows to drop in a fix, and a decision that a fix reads."""

    spots: Sequence[Spot] = field(default_factory=list)
    drop: Sequence[int] = ()
    """They are put in ascending order; very many take less memory as ``places``."""
    decision: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.drop, array):
            self.drop = sorted(self.drop)


@dataclass(frozen=True, slots=True)
class Whole:
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
    offered: ClassVar[bool] = False
    """Opt-in, but ``prepare`` offers its fix, with No as the default answer."""
    offer: ClassVar[str] = ""
    """The question that ``prepare`` asks before it applies an unsafe fix, with fields of the decision and ``{rows}``
    ("12 examples") in braces.
    """
    always: ClassVar[bool] = False
    """Runs whatever was selected, unless it is ignored by its own name."""
    trains: ClassVar[bool] = False
    """Only about what is trained on: does not run for a file that is known to be held out, which is right to break it.
    ``job.held_out`` tells a rule that runs for both.
    """
    cases: ClassVar[Sequence[Case]] = ()
    frame: ClassVar[str] = ""

    class Options(Options):
        """No options unless a rule declares some."""

    def __init__(self, options: msgspec.Struct | None = None) -> None:
        self.options: Any = options if options is not None else self.Options()

    def severity_for(self, job: Job) -> Severity | None:
        """How bad it is for this job's target; None where the target does not mind."""
        del job
        return self.severity

    @classmethod
    def page(cls) -> str:
        """The manual page: the docstring of the rule's module."""
        import sys

        return (sys.modules[cls.__module__].__doc__ or "").strip()
