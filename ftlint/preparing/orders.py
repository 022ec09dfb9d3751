"""What workers do with a part of a file that is prepared: try all fixes on it, and later mend and write it."""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ftlint.account import Account
from ftlint.conversion import Conversion
from ftlint.converting.errand import Glanced
from ftlint.dress import Dress
from ftlint.engine import Plan
from ftlint.in_parts.checking import Whole, hash_whole
from ftlint.in_parts.files import Laid, PartFiles, Shelf
from ftlint.measuring import Survey
from ftlint.measuring.survey_bytes import to_bytes as survey_bytes
from ftlint.mend import Log
from ftlint.partial import Partial
from ftlint.partial_bytes import to_bytes
from ftlint.preparing.beginning import conversion_for, plan_for
from ftlint.preparing.intent import Intent
from ftlint.preparing.marks import Marks
from ftlint.preparing.outlook import ScriptSample
from ftlint.preparing.remedy import EXAMPLES
from ftlint.preparing.sample import Deeds, Sample
from ftlint.preparing.watch import watches_for
from ftlint.preparing.work import Read, Work, begin
from ftlint.preparing.written import Outputs, Written
from ftlint.read import ReadOptions, Source
from ftlint.read.part import Part
from ftlint.rule import DatasetRule, Verdict
from ftlint.run import Pass
from ftlint.settings import Settings
from ftlint.shapes import SHAPES
from ftlint.workers import Done, Given

REJECTS = "rejects"


@dataclass(frozen=True, slots=True)
class Looking:
    """A piece of work: a first look at a part. Its places are counted from its own beginning."""

    source: Source
    settings: Given
    intent: Intent
    read: ReadOptions
    part: Part

    def __str__(self) -> str:
        return self.part.named(self.source.name)

    def conversion(self) -> Conversion:
        """The conversion, made anew where the work is done."""
        _, first = _begun(self.settings.open(), self.intent)
        fitting = first.fitting.afresh() if first.fitting is not None else None
        return replace(
            first, source=self.source, read=self.read, fitting=fitting, account=Account(), log=Log()
        )


@dataclass(frozen=True, slots=True)
class Orders:
    """A file as it was looked at, and how it is prepared. ``codes`` are the rules about records whose fix is made."""

    looking: Looking
    shape: str
    dress: Dress | None
    codes: frozenset[str]
    surveyed: bool

    def work(self, part: Part, sha256: str) -> Work:
        """The work on one part, made anew where it is done."""
        begun, intent = self.looking.conversion(), self.looking.intent
        plan, _ = _begun(self.looking.settings.open(), intent)
        begun.take_on(SHAPES[self.shape], self.dress)
        work = begin(begun, Pass(begun.source, "", 0, sha256=sha256, part=part), plan, intent)
        work.rules = {rule: s for rule, s in work.rules.items() if rule.code in self.codes}
        return work

    def named(self, part: Part) -> str:
        """A part in words."""
        return part.named(self.looking.source.name)


@dataclass(frozen=True, slots=True)
class Trying:
    """A piece of work: all fixes on a part, on trial. Its places are counted from its own beginning."""

    orders: Orders
    part: Part
    sha256: str

    def __str__(self) -> str:
        return self.orders.named(self.part)


@dataclass(slots=True)
class Tried:
    """What a trial of a part has told."""

    read: Read
    partial: bytes
    survey: bytes | None
    deeds: Deeds
    sample: Sample
    scripts: ScriptSample
    examples: int


@dataclass(frozen=True, slots=True)
class Writing:
    """A piece of work: mend a part, carry out what was decided, and write it. Its places are those in the file.

    ``drop`` are the examples of this part that rules, by code, want dropped. ``before`` examples stand before it.
    ``sides`` has a byte for each example from ``first`` on: the place of its part of the data among ``kinds``.
    """

    orders: Orders
    part: Part
    sha256: str
    shelf: Shelf
    decided: Given
    before: int = 0
    drop: Mapping[str, Sequence[int]] = field(default_factory=dict)
    first: int = 0
    sides: bytes | None = None
    kinds: Sequence[str] = ("",)
    rejecting: bool = False
    labelled: bool = True

    def __str__(self) -> str:
        return self.orders.named(self.part)

    def part_of(self, row: int) -> str:
        """The part of the data that an example belongs to."""
        return self.kinds[self.sides[row - self.first]] if self.sides is not None else ""


@dataclass(slots=True)
class Wrote:
    """What was written of a part, and where its files lie."""

    written: Written
    left: bytes
    survey: bytes | None
    watched: dict[str, bytes | None]
    """What is found in each of them where they are checked as they are written."""
    files: dict[str, Laid]


def look_at_part(piece: Looking | Whole) -> Done:
    """Look at a part for the first time, or hash the whole file."""
    if isinstance(piece, Whole):
        return hash_whole(piece)
    seen, glance = piece.conversion().glance(part=piece.part)
    left = to_bytes(glance.left_behind)
    glance.left_behind = Partial()
    return _done(Glanced(seen.sha256, to_bytes(seen.partial), left, glance))


def try_part(piece: Trying) -> Done:
    """Try all fixes on a part."""
    work = piece.orders.work(piece.part, piece.sha256)
    survey = Survey(work.job) if piece.orders.surveyed else None
    trial, partial = work.tried(EXAMPLES, survey)
    # Examples with numbers of their own are further on by what was made of the parts before.
    partial.rows = work.read.examples if work.numbered else work.read.rows
    partial.lines = work.read.lines
    return _done(
        Tried(
            work.read,
            to_bytes(partial),
            survey_bytes(survey) if survey is not None else None,
            trial.deeds,
            trial.sample.plain(),
            trial.scripts,
            trial.examples,
        )
    )


def write_part(piece: Writing) -> Done:
    """Mend a part for good and write what is left of it."""
    work = piece.orders.work(piece.part, piece.sha256)
    work.before, work.rejecting = piece.before, piece.rejecting
    decisions: dict[str, dict[str, Any] | None] = pickle.loads(piece.decided.open())
    verdicts = {
        rule: Verdict(drop=list(piece.drop.get(rule.code, ())), decision=decisions[rule.code])
        for rule in work.dataset.of_kind(DatasetRule)
        if rule.code in decisions
    }
    written = Written(Marks(piece.labelled), Survey(work.job) if piece.orders.surveyed else None)
    settings: Settings = pickle.loads(piece.orders.looking.settings.open())
    watches = watches_for(piece.kinds, settings, work.job)
    files = PartFiles(piece.shelf, [*piece.kinds, *([REJECTS] if piece.rejecting else [])])
    with files as out:
        own = {kind: out[kind] for kind in piece.kinds}
        outputs = Outputs(work, own, out.get(REJECTS), written, watches)
        outputs.write_all(verdicts, piece.part_of if piece.sides is not None else None)
    left, survey = to_bytes(written.left), written.survey
    written.left, written.survey = Partial(), None
    watched = {kind: watch.told() for kind, watch in watches.items()}
    data = survey_bytes(survey) if survey is not None else None
    return _done(Wrote(written, left, data, watched, files.laid))


def _done(told: object) -> Done:
    return Done(pickle.dumps(told, pickle.HIGHEST_PROTOCOL))


@lru_cache(maxsize=4)
def _begun(settings: bytes, intent: Intent) -> tuple[Plan, Conversion]:
    known: Settings = pickle.loads(settings)
    return plan_for(known, intent), conversion_for(Source("", None, None), known, intent)
