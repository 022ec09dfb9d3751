"""The public rule API: everything a rule file needs, and all it may import from ftlint.

A rule is one class in one file. Its module docstring is the manual page, its cases are the examples and
the tests. Choose the base class by what the rule looks at:

- :class:`FaultRule`: something the reader noticed about the bytes,
- :class:`ExampleRule`, :class:`MessageRule`, :class:`TextRule`, :class:`MisfitRule`: a polars expression on
  one frame of a batch,
- :class:`RecordRule`: Python over the records that a cheap expression picked,
- :class:`DatasetRule`: what only the whole dataset can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from ftlint import endings
from ftlint import task as tasks
from ftlint.batch import Batch
from ftlint.case import Case
from ftlint.example import Example
from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.quote import escape, quote
from ftlint.read.fault import FaultKind

__all__ = [
    "BLANK",
    "Annotated",
    "Batch",
    "Case",
    "DatasetRule",
    "Example",
    "ExampleRule",
    "FaultRule",
    "Found",
    "Job",
    "MessageRule",
    "Meta",
    "MisfitRule",
    "Options",
    "RecordRule",
    "Rule",
    "Severity",
    "Spot",
    "TextRule",
    "Verdict",
    "endings",
    "escape",
    "pl",
    "quote",
    "tasks",
]

Severity = Literal["error", "warning", "info"]
BLANK = r"^[\s\p{Cf}\x{115F}\x{1160}\x{3164}\x{2800}\x{180E}\x{FE0F}]*$"
"""A regular expression for a text that says nothing: white space, invisible and blank-looking characters."""
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


class Rule:
    """One fault that ftlint can find."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    fix: ClassVar[Fix | None] = None
    opt_in: ClassVar[bool] = False
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


class FrameRule(Rule):
    """A rule that is a polars expression on one frame of a batch."""

    columns: ClassVar[Sequence[str]] = ()
    """Columns of the frame that ``say``, ``spot_path`` or ``mend`` read, beside ``i`` and the place columns."""
    message: ClassVar[str] = ""
    field: ClassVar[str] = "content"
    """The field of a message that the finding's path ends in."""
    drops: ClassVar[bool] = False
    """The fix drops every record that the rule found."""

    def when(self, job: Job) -> pl.Expr:
        """A boolean expression: true where the fault is."""
        raise NotImplementedError

    def say(self, found: Found, job: Job) -> str:
        """The finding's message for one matched row."""
        del found, job
        return self.message

    def can_mend(self, found: Found, job: Job) -> bool:
        """Whether the fix applies to this very place."""
        del found, job
        return self.fix is not None

    def mend(self, example: Example, found: Sequence[Found], job: Job) -> None:
        """Change the example so that none of the found places is left. Not called where ``drops``."""
        raise NotImplementedError


class ExampleRule(FrameRule):
    """Looks at whole examples: row, roles (a signature, one letter a message), n_messages, text_bytes …"""

    frame = "examples"


class MessageRule(FrameRule):
    """Looks at messages: at, role, written_role, name, weight, content, says, kind, n_calls …"""

    frame = "messages"


class TextRule(FrameRule):
    """Looks at pieces of text: at, part, role, field (content, part, arguments, reasoning, refusal), text.

    A rule that can only find texts with a rare character says ``frame = "unusual_texts"`` and is spared the
    others: those of letters, digits and punctuation alone (see ``ftlint.frames.UNUSUAL``).
    """

    frame = "texts"
    columns = ("text",)

    def mend_text(self, text: str, found: Found, job: Job) -> str:
        """The text without the fault."""
        raise NotImplementedError

    def mend(self, example: Example, found: Sequence[Found], job: Job) -> None:
        """Put every mended text back where the file has it."""
        for place in found:
            text = example.text(place)
            if text is not None:
                example.put(place, self.mend_text(text, place, job))


class MisfitRule(FrameRule):
    """Looks at what a record's JSON Schema forbids: kind (missing, wrong, unknown), path, message."""

    frame = "misfits"
    columns = ("message", "pointer")
    misfit: ClassVar[str]

    def when(self, job: Job) -> pl.Expr:
        """Every misfit of this rule's kind."""
        del job
        return pl.col("kind") == self.misfit

    def say(self, found: Found, job: Job) -> str:
        """The words were found when the schema was read."""
        del job
        return str(found["message"])


class FaultRule(FrameRule):
    """Something the reader noticed about the bytes. A fix of this kind is made by the reader itself."""

    frame = "faults"
    columns = ("message",)
    fault: ClassVar[FaultKind]

    def when(self, job: Job) -> pl.Expr:
        """Every fault of this rule's kind."""
        del job
        return pl.col("kind") == self.fault

    def say(self, found: Found, job: Job) -> str:
        """The reader found the words."""
        del job
        return str(found["message"])


class RecordRule(Rule):
    """Python over the records that a cheap expression picked."""

    def picks(self, job: Job) -> pl.Expr:
        """An expression on ``examples``: the records worth a look."""
        raise NotImplementedError

    def look(self, example: Example, job: Job) -> Iterable[Spot]:
        """The faults of one record."""
        raise NotImplementedError

    def mend(self, example: Example, spots: Sequence[Spot], job: Job) -> None:
        """Change the example so that none of the spots is left; ``example.drop()`` drops it."""
        raise NotImplementedError


class DatasetRule(Rule):
    """What only the whole dataset can tell: observe each batch, combine, conclude.

    The law: cutting the rows anywhere, in any order, changes no conclusion. Frames with the columns
    ``row`` and ``line`` hold places; the engine makes them absolute when parts are merged.
    """

    heals: ClassVar[Sequence[FaultKind]] = ()
    """Kinds of fault that the reader heals as this rule's fix."""

    def observe(self, batch: Batch, job: Job) -> pl.DataFrame | None:
        """What this batch has to tell, as a small frame."""
        raise NotImplementedError

    def combine(self, frames: list[pl.DataFrame], job: Job) -> pl.DataFrame:
        """One frame from many; group and add up where that keeps it small."""
        del job
        return pl.concat(frames, how="vertical")

    def conclude(self, seen: pl.DataFrame | None, job: Job) -> Verdict:
        """The verdict. ``seen`` is None when no batch had anything to tell."""
        raise NotImplementedError

    def again(self, batch: Batch, decision: dict[str, Any], job: Job) -> list[Spot]:
        """A second look at each batch once the decision is known; called only if the decision says ``again``."""
        raise NotImplementedError

    def touches(self, batch: Batch, decision: dict[str, Any], job: Job) -> Sequence[int] | None:
        """The records of the batch that the decision changes, as columns can tell; None: ask ``apply`` for each."""
        return None

    def apply(self, example: Example, decision: dict[str, Any], job: Job) -> None:
        """Carry the decision out on one example."""
        raise NotImplementedError
