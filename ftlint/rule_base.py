"""What every rule is: code, name, severity, fix, options, cases; and what it says: spots and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import msgspec

from ftlint.case import Case
from ftlint.job import Job

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


@dataclass(slots=True)
class Verdict:
    """What a dataset rule concludes: findings, rows to drop in a fix, and a decision that a fix reads."""

    spots: list[Spot] = field(default_factory=list)
    drop: Sequence[int] = ()
    decision: dict[str, Any] | None = None


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
