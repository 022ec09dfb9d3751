"""The public rule API: everything a rule file needs, and all it may import from ftlint.

A rule is one class in one file. Its module docstring is the manual page, its cases are the examples and
the tests. Choose the base class by what the rule looks at:

- :class:`FaultRule`: something the reader noticed about the bytes,
- :class:`ExampleRule`, :class:`MessageRule`, :class:`TextRule`, :class:`CallRule`, :class:`ResultRule`,
  :class:`ToolRule`, :class:`MediaRule`, :class:`PairRule`, :class:`MisfitRule`: a polars expression on one
  frame of a batch,
- :class:`RecordRule`: Python over the records that a cheap expression picked,
- :class:`DatasetRule`: what only the whole dataset can tell,
- :class:`AgainstRule`: what only two datasets beside one another can tell,
- :class:`FileRule`: what a file's name, its size and the day it is checked can tell.

``--rules FOLDER`` loads the rule files of a folder, and a package offers rules by the entry point group
``ftlint.rules``; ``fixtures/plugin`` in ftlint's repository is such a package, and its README tells of other groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ftlint import secrets
from ftlint._polars import pl
from ftlint.analysis import (
    code_topic,
    common_prefix,
    legacy_markers,
    mojibake,
    near_duplicates,
    ngrams,
    phrases,
    scripts,
)
from ftlint.analysis.data_url import data_fault, is_data_url, read_data_url
from ftlint.batch import json_types, null_padding, task_type
from ftlint.batch.answers import Spoken
from ftlint.batch.batch import Batch
from ftlint.batch.example import Example, Legacy
from ftlint.batch.tool_calls import why_not_json
from ftlint.batch.tool_pairing import fresh_ids
from ftlint.context import Job
from ftlint.display import escape, quote
from ftlint.io.block import FaultKind
from ftlint.rule import pending
from ftlint.rule.base import Case, Found, Options, Rule, Severity, Spot, Spots, Verdict, Whole, places
from ftlint.rule.frame import (
    BLANK,
    CallRule,
    ExampleRule,
    FaultRule,
    FrameRule,
    MediaRule,
    MessageRule,
    MisfitRule,
    PairRule,
    Piece,
    PieceRule,
    ResultRule,
    TextRule,
    ToldRule,
    ToolRule,
)
from ftlint.shapes import SHAPES

__all__ = [
    "BLANK",
    "KIN",
    "SHAPES",
    "AgainstRule",
    "Annotated",
    "Batch",
    "CallRule",
    "Case",
    "DatasetRule",
    "Example",
    "ExampleRule",
    "FaultRule",
    "FileRule",
    "Found",
    "FrameRule",
    "Job",
    "Legacy",
    "MediaRule",
    "MessageRule",
    "Meta",
    "MisfitRule",
    "Options",
    "PairRule",
    "Piece",
    "PieceRule",
    "RecordRule",
    "ResultRule",
    "Rule",
    "Severity",
    "Spoken",
    "Spot",
    "Spots",
    "TextRule",
    "ToldRule",
    "ToolRule",
    "Verdict",
    "Whole",
    "code_topic",
    "common_prefix",
    "data_fault",
    "escape",
    "fresh_ids",
    "is_data_url",
    "json_types",
    "legacy_markers",
    "mojibake",
    "near_duplicates",
    "ngrams",
    "null_padding",
    "pending",
    "phrases",
    "pl",
    "places",
    "quote",
    "read_data_url",
    "scripts",
    "secrets",
    "task_type",
    "why_not_json",
]

KIN = {shape.name: shape.kin for shape in SHAPES.values() if shape.kin}
"""Shapes that may stand in one dataset with another one, and that other one (see ``Shape.kin``)."""


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
    keys: ClassVar[Sequence[str]] = ()
    """Columns of its frames that are equal in rows that belong together. Frames that outgrow the memory are taken apart
    by them, and each piece is narrowed by itself.
    """
    of_answers: ClassVar[bool] = False
    """It looks at nothing but the answers (``Batch.answers``), which are kept once for all rules: ``observe`` is not
    called, and what is concluded from is what ``tasks.gathered`` makes of them.
    """

    def observe(self, batch: Batch, job: Job) -> pl.DataFrame | None:
        """What this batch has to tell, as a small frame."""
        raise NotImplementedError

    def combine(self, frames: list[pl.DataFrame], job: Job) -> pl.DataFrame:
        """One frame from many; group and add up where that keeps it small."""
        del job
        return pl.concat(frames, how="vertical")

    def narrow(self, seen: pl.DataFrame, job: Job) -> pl.DataFrame:
        """Of combined rows, among which all stand that are equal by ``keys`` to one of them, what ``conclude`` needs.

        Narrowing everything at once, or piece by piece and putting one below the other, must lead to one verdict.
        """
        del job
        return seen

    def conclude(self, seen: pl.DataFrame | None, job: Job) -> Verdict:
        """The verdict. ``seen`` is None when no batch had anything to tell; otherwise it is combined and narrowed."""
        raise NotImplementedError

    def again(self, batch: Batch, decision: dict[str, Any], job: Job) -> list[Spot]:
        """A second look at each batch once the decision is known; called only if the decision says ``again``."""
        raise NotImplementedError

    def observe_again(self, batch: Batch, decision: dict[str, Any], job: Job) -> pl.DataFrame | None:
        """What the second look at a batch has to tell of the whole; called beside ``again``."""
        del batch, decision, job
        return None

    def conclude_again(self, seen: pl.DataFrame | None, decision: dict[str, Any], job: Job) -> Iterable[Spot]:
        """What all second looks together say. ``seen`` holds what ``observe_again`` told, combined."""
        del seen, decision, job
        return ()

    def texts(self, decision: dict[str, Any], job: Job) -> dict[str, pl.Expr] | None:
        """What becomes of ``prompt`` and ``completion`` (columns of ``Batch.pairs``), if columns can say it.

        A decision that can be told so needs neither ``touches`` nor ``apply``.
        """
        del decision, job
        return None

    def touches(self, batch: Batch, decision: dict[str, Any], job: Job) -> Sequence[int] | None:
        """The records of the batch that the decision changes, as columns can tell; None: ask ``apply`` for each."""
        return None

    def apply(self, example: Example, decision: dict[str, Any], job: Job) -> None:
        """Carry the decision out on one example."""
        raise NotImplementedError


class AgainstRule(DatasetRule):
    """What only two datasets beside one another can tell: the one that is checked, and those held against it.

    It is asked only where a dataset is held against the checked one. What is held is read first, so that of the
    checked data only what meets it need be kept. The same law holds as for every dataset rule.
    """

    def hold(self, batch: Batch, job: Job) -> pl.DataFrame | None:
        """What a batch of a held dataset has to tell. The engine adds the column ``file``, its name."""
        raise NotImplementedError

    def meet(self, batch: Batch, held: pl.DataFrame, job: Job) -> pl.DataFrame | None:
        """What a batch of the checked dataset has to tell beside all that is held."""
        raise NotImplementedError

    def compare(self, seen: pl.DataFrame | None, held: pl.DataFrame, job: Job) -> Verdict:
        """The verdict. ``seen`` is None when no batch had anything to tell."""
        raise NotImplementedError


class FileRule(Rule):
    """What a file's name, its size and the day it is checked can tell. It is asked once a file."""

    def judge(self, whole: Whole, job: Job) -> Iterable[Spot]:
        """What is wrong with the file as a whole."""
        raise NotImplementedError
