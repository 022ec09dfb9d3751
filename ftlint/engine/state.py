"""What is known of a file after some of its batches: findings, true totals, and what dataset rules have seen.

What dataset rules took from batches, combined, and narrowed for their verdict: at once, or piece by piece.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.context import RuleContext
from ftlint.engine.spill import Spill
from ftlint.result import Scope, Severity, Tally
from ftlint.rule import DatasetRule
from ftlint.rule.errors import Failures, guarding

if TYPE_CHECKING:
    from polars import DataFrame

Combine = Callable[[list["DataFrame"]], "DataFrame"]
# Frames are combined once they have so many rows, and again when they have twice as many as were left then: what
# adds up stays small, and nothing is added up more than twice.
MANY = 1 << 18
# So many bytes of frames of one rule are held in memory, if they can be put aside.
MOST_HELD = 32 << 20
ANSWERS = "answers"
PLACES = ("row", "line")
"""Columns of the frames of dataset rules that hold places in the file."""


@dataclass(frozen=True, slots=True)
class Told:
    """One finding before it knows its file: code, severity, place, words, the fix that would apply, and the scope."""

    code: str
    severity: Severity
    line: int | None
    row: int | None
    path: str | None
    message: str
    fix: str | None
    scope: Scope = "row"

    @property
    def tally(self) -> Tally:
        """What it is counted by."""
        return Tally(self.code, self.severity, self.scope)

    def after(self, rows: int, lines: int) -> "Told":
        """The same finding, so many records and lines further on."""
        line, row = self.line and self.line + lines, self.row and self.row + rows
        return replace(self, line=line, row=row)


@dataclass(slots=True)
class Seen:
    """What one dataset rule took from some batches, combined from time to time so that it stays small.

    Where there are ``keys`` (see ``DatasetRule.keys``) and the frames outgrow the memory, they go to the disk.
    """

    frames: list["DataFrame"] = field(default_factory=list)
    rows: int = 0
    combined: int = 0
    keys: Sequence[str] = ()
    size: int = 0
    shrinks: bool = True
    """Whether combining made them half as many or fewer, the last time."""
    spill: Spill | None = None
    narrowed: bool = False
    """The frames were combined and narrowed elsewhere; they only come one after the other."""
    columns: Sequence[str] = ()
    """The columns of the first frame: the others have theirs in the same order, so that they can be concatenated."""

    def add(self, frame: "DataFrame", combine: Combine | None) -> None:
        """Add a frame; None for ``combine`` where combining would make it no smaller."""
        self.frames.append(self._ordered(frame))
        self.rows += frame.height
        self.size += int(frame.estimated_size())
        goes_to_disk = bool(self.keys) and self.size > MOST_HELD
        many = self.rows > MANY + 2 * self.combined
        # What did not become fewer goes to the disk as it is: it is combined piece by piece in the end.
        if combine is not None and (many or goes_to_disk) and (self.shrinks or not self.keys):
            self._combine(combine)
            goes_to_disk = goes_to_disk and self.size > MOST_HELD // 2
        if goes_to_disk:
            self._put_aside()

    def join(self, more: "Seen", combine: Combine | None, rows: int = 0, lines: int = 0) -> None:
        """Add what the same rule took from other batches, so many records and lines further on."""
        for frame in more.all_frames():
            self.add(moved(frame, rows, lines), combine)

    def all_frames(self) -> "Iterator[DataFrame]":
        """Everything, one frame at a time."""
        if self.spill is not None:
            yield from self.spill.frames()
        yield from self.frames

    def pieces(self) -> "Iterator[list[DataFrame]]":
        """Everything: in one piece while it is in memory, else in pieces that have all rows with equal keys."""
        if self.spill is None:
            yield from [list(self.frames)] if self.frames else []
            return
        if self.frames:
            self._put_aside()
        yield from self.spill.pieces()

    def _combine(self, combine: Combine) -> None:
        before = self.rows
        self.frames = [self._ordered(combine(self.frames))]
        self.rows = self.combined = self.frames[0].height
        self.shrinks = self.rows * 2 <= before
        self.size = int(self.frames[0].estimated_size())

    def _put_aside(self) -> None:
        if self.spill is None:
            self.spill = Spill(self.keys)
        # What a rule's ``combine`` takes in memory it is given from the disk, too: frames that differ stay apart.
        for _, alike in groupby(self.frames, key=lambda frame: frame.schema):
            self.spill.add(pl.concat(alike))
        self.frames, self.rows, self.combined, self.size, self.shrinks = [], 0, 0, 0, True

    def _ordered(self, frame: "DataFrame") -> "DataFrame":
        if not self.columns:
            self.columns = frame.columns
        same = sorted(frame.columns) == sorted(self.columns)
        return frame.select(self.columns) if same else frame


@dataclass(slots=True)
class Partial:
    """What is known after some batches. ``told`` is capped a tally, the counters never are.

    ``name`` and ``bytes`` are the whole file's. ``incomplete`` says why not all of it was read.
    """

    name: str = ""
    bytes: int = 0
    rows: int = 0
    lines: int = 0
    examples: int = 0
    incomplete: str = ""
    tallies: Counter[Tally] = field(default_factory=Counter)
    fixable: Counter[str] = field(default_factory=Counter)
    told: dict[Tally, list[Told]] = field(default_factory=dict)
    shapes: Counter[str] = field(default_factory=Counter)
    seen: dict[str, Seen] = field(default_factory=dict)
    seen_again: dict[str, Seen] = field(default_factory=dict)
    answers: Seen = field(default_factory=lambda: Seen(keys=("label",)))
    failed: dict[str, str] = field(default_factory=dict)
    """Rules that raised, by code, each with the exception of the first time as Python prints it."""
    unjudged: dict[str, str] = field(default_factory=dict)
    """Rules that raised for the file as a whole, by code, each with the words of its finding."""

    @property
    def counts(self) -> Counter[str]:
        """True totals by code."""
        counts: Counter[str] = Counter()
        for tally, n in self.tallies.items():
            counts[tally.code] += n
        return counts

    def tell(self, told: Told, most: int) -> None:
        """Count a finding and keep it unless there are ``most`` of its tally already (0: keep all)."""
        self.tallies[told.tally] += 1
        if told.fix:
            self.fixable[told.code] += 1
        kept = self.told.setdefault(told.tally, [])
        if not most or len(kept) < most:
            kept.append(told)

    def join(
        self, part: "Partial", most: int, combines: Mapping[str, Combine], *, numbered: bool = False
    ) -> None:
        """Add what the next part of the file has told. Its places are counted from 1, unless they are ``numbered``.

        ``combines`` says by the code of a rule how its frames are combined, and by ``ANSWERS`` how the answers are.
        """
        rows, lines = (0, 0) if numbered else (self.rows, self.lines)
        for tally, told in part.told.items():
            kept = self.told.setdefault(tally, [])
            room = max(0, most - len(kept)) if most else len(told)
            kept.extend(one.after(rows, lines) for one in told[:room])
        for mine, others in ((self.seen, part.seen), (self.seen_again, part.seen_again)):
            for code, seen in others.items():
                mine.setdefault(code, Seen()).join(seen, combines.get(code), rows, lines)
        self.answers.join(part.answers, combines.get(ANSWERS), rows, lines)
        self.failed = {**part.failed, **self.failed}
        self.unjudged = {**part.unjudged, **self.unjudged}
        self.tallies += part.tallies
        self.fixable += part.fixable
        self.shapes += part.shapes
        self.incomplete = self.incomplete or part.incomplete
        self.rows += part.rows
        self.lines += part.lines
        self.examples += part.examples


def moved(frame: "DataFrame", rows: int, lines: int) -> "DataFrame":
    """The frame with its places so many records and lines further on."""
    by = {"row": rows, "line": lines}
    places = [name for name in PLACES if name in frame.columns and by[name]]
    return frame.with_columns(pl.col(name) + by[name] for name in places) if places else frame


def combining(rule: DatasetRule, job: RuleContext, failures: Failures) -> Combine | None:
    """How the rule's frames become fewer; None where they only come one after the other.

    Where the rule raises, that is put among the ``failures``, and nothing is left of its frames.
    """
    if type(rule).combine is DatasetRule.combine:
        return None

    def combine(frames: list["DataFrame"]) -> "DataFrame":
        with guarding(rule, failures):
            return rule.combine(frames, job)
        return frames[0].clear()

    return combine


def narrowed(all_seen: Mapping[str, Seen], rule: DatasetRule, job: RuleContext) -> "DataFrame | None":
    """What a rule took from all batches. Of frames on the disk there is never more than one piece in memory."""
    if rule.code not in all_seen:
        return None
    seen = all_seen[rule.code]
    if seen.narrowed:
        return pl.concat(seen.frames)
    kept: list[DataFrame] = []
    for frames in seen.pieces():
        one = rule.reduce(rule.combine(frames, job), job)
        # Joined to nothing texts are copies: as they are they would keep all texts of the piece in memory.
        kept.append(one if seen.spill is None else one.with_columns(pl.col(pl.String) + pl.lit("")))
    return pl.concat(kept) if kept else None
