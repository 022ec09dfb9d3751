"""A file prepared in parts by workers: what comes back of the parts is joined in the order of the file.

What workers do with a part of a file that is prepared: try all fixes on it, and later mend and write it.
"""

import pickle
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

from ftlint.commands.convert.conversion import Account, Conversion
from ftlint.commands.convert.markers import Dress
from ftlint.commands.convert.profile import Glance
from ftlint.commands.prepare.holdout import Division
from ftlint.commands.prepare.options import Intent
from ftlint.commands.prepare.proposals import EXAMPLES, Deeds, Sample
from ftlint.commands.prepare.session import conversion_for, plan_for
from ftlint.commands.prepare.step import Read, Trial, Verdicts, Work, begin
from ftlint.commands.prepare.summary import Marks, ScriptSample
from ftlint.commands.prepare.write import Outputs, Watch, Written, watches_for
from ftlint.commands.stats.survey import Survey
from ftlint.config.settings import Settings
from ftlint.engine.change_log import Log
from ftlint.engine.parallel import Whole, broadcast_settings, errand, hash_whole, in_order
from ftlint.engine.passes import Advance, Pass, nowhere
from ftlint.engine.scan import Plan, join
from ftlint.engine.state import ScanState
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.execution.choose import part_bytes, size_of
from ftlint.execution.executor import BlobRef, Executor, TaskResult
from ftlint.execution.staging import PartWriter, StagedFile, StagingArea, staging_area
from ftlint.io.block import ReadOptions
from ftlint.io.part import Part
from ftlint.io.reader import Reading, open_reading
from ftlint.io.source import Source
from ftlint.rule import DatasetRule
from ftlint.rule.base import Verdict
from ftlint.shapes import SHAPES

REJECTS = "rejects"


@dataclass(slots=True)
class Glanced:
    """What the first pass over a part has told."""

    sha256: str
    partial: bytes
    left_behind: bytes
    glance: Glance


@dataclass(frozen=True, slots=True)
class Looking:
    """A piece of work: a first look at a part. Its places are counted from its own beginning."""

    source: Source
    settings: BlobRef
    intent: Intent
    read: ReadOptions
    part: Part

    def __str__(self) -> str:
        return self.part.named(self.source.name)

    def conversion(self) -> Conversion:
        """The conversion, made anew where the work is done."""
        _, first = _begun(self.settings, self.intent)
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
        plan, _ = _begun(self.looking.settings, intent)
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
    survey: Survey | None
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
    shelf: StagingArea
    decided: BlobRef
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
    survey: Survey | None
    watched: dict[str, bytes | None]
    """What is found in each of them where they are checked as they are written."""
    files: dict[str, StagedFile]


def look_at_part(piece: Looking | Whole) -> TaskResult:
    """Look at a part for the first time, or hash the whole file."""
    if isinstance(piece, Whole):
        return hash_whole(piece)
    seen, glance = piece.conversion().glance(part=piece.part)
    left = to_bytes(glance.left_behind)
    glance.left_behind = ScanState()
    return _done(Glanced(seen.sha256, to_bytes(seen.partial), left, glance))


def try_part(piece: Trying) -> TaskResult:
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
            survey,
            trial.deeds,
            trial.sample.plain(),
            trial.scripts,
            trial.examples,
        )
    )


def write_part(piece: Writing) -> TaskResult:
    """Mend a part for good and write what is left of it."""
    work = piece.orders.work(piece.part, piece.sha256)
    work.before, work.rejecting = piece.before, piece.rejecting
    decisions: dict[str, dict[str, Any] | None] = piece.decided.load()
    verdicts = {
        rule: Verdict(drop=list(piece.drop.get(rule.code, ())), decision=decisions[rule.code])
        for rule in work.dataset.of_kind(DatasetRule)
        if rule.code in decisions
    }
    written = Written(Marks(piece.labelled), Survey(work.job) if piece.orders.surveyed else None)
    settings: Settings = piece.orders.looking.settings.load()
    watches = watches_for(piece.kinds, settings, work.job)
    files = PartWriter(piece.shelf, [*piece.kinds, *([REJECTS] if piece.rejecting else [])])
    with files as out:
        own = {kind: out[kind] for kind in piece.kinds}
        outputs = Outputs(work, own, out.get(REJECTS), written, watches)
        outputs.write_all(verdicts, piece.part_of if piece.sides is not None else None)
    left, survey = to_bytes(written.left), written.survey
    written.left, written.survey = ScanState(), None
    watched = {kind: watch.told() for kind, watch in watches.items()}
    data = survey
    return _done(Wrote(written, left, data, watched, files.staged))


def _done(told: object) -> TaskResult:
    return TaskResult(pickle.dumps(told, pickle.HIGHEST_PROTOCOL))


@lru_cache(maxsize=4)
def _begun(settings: BlobRef, intent: Intent) -> tuple[Plan, Conversion]:
    known: Settings = settings.load()
    return plan_for(known, intent), conversion_for(Source("", None, None), known, intent)


@dataclass(frozen=True, slots=True)
class Files:
    """The new files by part of the data, where they are going to be, and the file for what is left out."""

    wanted: Path
    parts: Mapping[str, IO[bytes]]
    rejects: IO[bytes] | None
    watches: Mapping[str, Watch]


@dataclass(slots=True)
class Sharing:
    """A file whose parts workers prepare. ``before`` says how many examples stand before each part, and after all."""

    workers: Executor
    reading: Reading
    given: BlobRef
    intent: Intent
    parts: list[Part]
    hashes: list[str] = field(default_factory=list)
    before: list[int] = field(default_factory=list)

    def look(self, begun: Conversion, settings: Settings, advance: Advance = nowhere) -> Pass:
        """What ``Conversion.look`` does, in parts."""
        looking = self._looking(begun, self.parts[0])
        pieces: list[Looking | Whole] = [Whole(looking.source)]
        pieces += [replace(looking, part=replace(part, row=1, line=1)) for part in self.parts]
        coming = in_order(self.workers.map_unordered(look_at_part, pieces), lambda value: value)
        seen = Pass(
            begun.source,
            self.reading.container,
            self.reading.bytes,
            self.reading.columns,
            next(coming),
        )
        whole, found, self.hashes = seen.partial, begun.no_glance(), []
        for number, told in enumerate(coming):
            glanced: Glanced = pickle.loads(told)
            self.parts[number] = self.parts[number].after(whole.rows, whole.lines)
            self.hashes.append(glanced.sha256)
            glanced.glance.left_behind = from_bytes(glanced.left_behind)
            begun.join(whole, found, from_bytes(glanced.partial), glanced.glance)
            advance(self.reading.bytes // len(self.parts))
        self._check_unchanged(begun)
        begun.learn(whole, found, settings)
        return seen

    def trial(self, work: Work, *, survey: Survey | None = None) -> Trial:
        """What ``Work.trial`` does, in parts."""
        orders = self._orders(work, surveyed=survey is not None)
        pieces = (
            Trying(orders, replace(part, row=1, line=1), sha256)
            for part, sha256 in zip(self.parts, self.hashes, strict=True)
        )
        trial, whole, self.before = Trial(), ScanState(), [0]
        for tried in in_order(self.workers.map_unordered(try_part, pieces), _tried):
            self.before.append(self.before[-1] + tried.read.examples)
            if survey is not None and tried.survey is not None:
                survey.merge(tried.survey, whole.rows, whole.lines)
            trial.deeds.join(tried.deeds, whole.rows, whole.lines, EXAMPLES)
            trial.sample.join(tried.sample, whole.rows, whole.lines)
            trial.scripts.join(tried.scripts)
            trial.examples += tried.examples
            join(whole, from_bytes(tried.partial), work.dataset)
        self._check_unchanged(work.conversion)
        trial.conclude(whole, work)
        return trial

    def write(
        self,
        work: Work,
        verdicts: Verdicts,
        files: Files,
        written: Written,
        division: Division | None,
    ) -> None:
        """Write the files in parts, each part beside the new file, and put them together in order."""
        with staging_area(files.wanted.resolve().parent, self.workers) as own:
            pieces = self._pieces(work, verdicts, own, written, division)

            def land(told: bytes) -> Wrote:
                wrote: Wrote = pickle.loads(told)
                wrote.files = {kind: own.save(laid) for kind, laid in wrote.files.items()}
                return wrote

            for wrote in in_order(self.workers.map_unordered(write_part, pieces), land):
                _pour(wrote, files)
                part = wrote.written
                part.left = from_bytes(wrote.left)
                part.survey = wrote.survey
                written.join(part, work)
        self._check_unchanged(work.conversion)
        # What cannot be read was counted when the file was looked at.
        written.account.unread = work.conversion.account.unread
        work.conversion.account = written.account

    def _pieces(
        self, work: Work, verdicts: Verdicts, own: StagingArea, written: Written, division: Division | None
    ) -> Iterator[Writing]:
        orders = self._orders(work, surveyed=written.survey is not None)
        decisions = {rule.code: verdict.decision for rule, verdict in verdicts.items()}
        decided = self.workers.broadcast(decisions)
        drops = {
            rule.code: array("Q", sorted(verdict.drop)) for rule, verdict in verdicts.items() if verdict.drop
        }
        kinds = tuple(division.parts) if division is not None else ("",)
        for number, (part, sha256) in enumerate(zip(self.parts, self.hashes, strict=True)):
            first, end = self._examples(number, work)
            yield Writing(
                orders,
                part,
                sha256,
                own,
                decided,
                before=self.before[number],
                drop={code: _between(rows, first, end) for code, rows in drops.items()},
                first=first,
                sides=_sides(division, kinds, first, end) if division is not None else None,
                kinds=kinds,
                rejecting=work.rejecting,
                labelled=written.marks.labelled,
            )

    def _examples(self, number: int, work: Work) -> tuple[int, int]:
        """The number of a part's first example, and that of the first one behind it."""
        if work.numbered:
            return self.before[number] + 1, self.before[number + 1] + 1
        following = self.parts[number + 1 :]
        return self.parts[number].row, following[0].row if following else work.seen.partial.rows + 1

    def _looking(self, begun: Conversion, part: Part) -> Looking:
        source = errand(begun.source, begun.plan, begun.read, self.given, self.workers).source
        return Looking(source, self.given, self.intent, begun.read, part)

    def _orders(self, work: Work, *, surveyed: bool) -> Orders:
        begun = work.conversion
        codes = frozenset(rule.code for rule in work.rules)
        looking = self._looking(begun, self.parts[0])
        return Orders(looking, begun.manner.shape.name, begun.manner.dress, codes, surveyed)

    def _check_unchanged(self, begun: Conversion) -> None:
        self.reading.check_unchanged()


def _pour(wrote: Wrote, files: Files) -> None:
    """Add what was written of a part to the new files."""
    for kind, laid in wrote.files.items():
        if kind == REJECTS:
            if files.rejects is not None:
                laid.append_to(files.rejects)
            continue
        watch = files.watches[kind]
        watch.join(wrote.watched[kind])
        laid.append_to(cast(IO[bytes], Both(files.parts[kind], watch)))


@dataclass(frozen=True, slots=True)
class Both:
    """A file, and who takes note of all that is written into it."""

    file: IO[bytes]
    watch: Watch

    def write(self, data: bytes) -> int:
        """Write, and take note."""
        self.watch.write(data)
        return self.file.write(data)


def sharing(source: Source, settings: Settings, intent: Intent, workers: Executor) -> Sharing | None:
    """How the file is shared out; None where there is nobody to share it with, or it is read as a whole."""
    if workers.in_process and settings.staff.part_bytes is None:
        return None
    reading = open_reading(source, settings.read)
    parts = reading.parts(part_bytes(settings.staff, workers, size_of([source])))
    if len(parts) < 2:
        return None
    return Sharing(workers, reading, broadcast_settings(settings, workers), intent, parts)


def _between(rows: "array[int]", first: int, end: int) -> "array[int]":
    """Of ascending numbers those from ``first`` on and before ``end``."""
    return rows[bisect_left(rows, first) : bisect_left(rows, end)]


def _sides(division: Division, kinds: Sequence[str], first: int, end: int) -> bytes:
    """The place among ``kinds`` of the part that each example belongs to; 0 for one that is left out."""
    places = {kind: place for place, kind in enumerate(kinds)}

    def place(row: int) -> int:
        try:
            return places[division.part_of(row)]
        except KeyError:
            return 0

    return bytes(map(place, range(first, end)))


def _tried(told: bytes) -> Tried:
    tried: Tried = pickle.loads(told)
    return tried
