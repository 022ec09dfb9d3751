"""A file prepared in parts by workers: what comes back of the parts is joined in the order of the file."""

import pickle
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, cast

from ftlint.conversion import Conversion
from ftlint.converting.errand import Glanced
from ftlint.engine import join
from ftlint.in_parts.checking import Whole
from ftlint.in_parts.errand import errand, given_settings
from ftlint.in_parts.files import Shelf, shelf
from ftlint.in_parts.in_order import in_order
from ftlint.measuring import Survey
from ftlint.measuring.survey_bytes import from_bytes as survey_from
from ftlint.partial import Partial
from ftlint.partial_bytes import from_bytes
from ftlint.preparing.division import Division
from ftlint.preparing.intent import Intent
from ftlint.preparing.orders import (
    REJECTS,
    Looking,
    Orders,
    Tried,
    Trying,
    Writing,
    Wrote,
    look_at_part,
    try_part,
    write_part,
)
from ftlint.preparing.remedy import EXAMPLES
from ftlint.preparing.watch import Watch
from ftlint.preparing.work import Trial, Verdicts, Work
from ftlint.preparing.written import Written
from ftlint.read import Reading, Source, open_reading
from ftlint.read.part import Part
from ftlint.run import Advance, Pass, nowhere
from ftlint.settings import Settings
from ftlint.workers import Given, Workers, part_bytes, size_of


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

    workers: Workers
    reading: Reading
    given: Given
    intent: Intent
    parts: list[Part]
    hashes: list[str] = field(default_factory=list)
    before: list[int] = field(default_factory=list)

    def look(self, begun: Conversion, settings: Settings, advance: Advance = nowhere) -> Pass:
        """What ``Conversion.look`` does, in parts."""
        looking = self._looking(begun, self.parts[0])
        pieces: list[Looking | Whole] = [Whole(looking.source)]
        pieces += [replace(looking, part=replace(part, row=1, line=1)) for part in self.parts]
        coming = in_order(self.workers.each(look_at_part, pieces), bytes)
        seen = Pass(
            begun.source,
            self.reading.container,
            self.reading.bytes,
            self.reading.columns,
            next(coming).decode(),
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
        trial, whole, self.before = Trial(), Partial(), [0]
        for tried in in_order(self.workers.each(try_part, pieces), _tried):
            self.before.append(self.before[-1] + tried.read.examples)
            if survey is not None and tried.survey is not None:
                survey.add(survey_from(tried.survey, work.job).after(whole.rows, whole.lines))
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
        with shelf(files.wanted.resolve().parent, self.workers) as own:
            pieces = self._pieces(work, verdicts, own, written, division)

            def land(told: bytes) -> Wrote:
                wrote: Wrote = pickle.loads(told)
                wrote.files = {kind: own.keep(laid) for kind, laid in wrote.files.items()}
                return wrote

            for wrote in in_order(self.workers.each(write_part, pieces), land):
                _pour(wrote, files)
                part = wrote.written
                part.left = from_bytes(wrote.left)
                part.survey = survey_from(wrote.survey, work.job) if wrote.survey is not None else None
                written.join(part, work)
        self._check_unchanged(work.conversion)
        # What cannot be read was counted when the file was looked at.
        written.account.unread = work.conversion.account.unread
        work.conversion.account = written.account

    def _pieces(
        self, work: Work, verdicts: Verdicts, own: Shelf, written: Written, division: Division | None
    ) -> Iterator[Writing]:
        orders = self._orders(work, surveyed=written.survey is not None)
        decisions = {rule.code: verdict.decision for rule, verdict in verdicts.items()}
        decided = self.workers.give(pickle.dumps(decisions, pickle.HIGHEST_PROTOCOL))
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
                laid.pour(files.rejects)
            continue
        watch = files.watches[kind]
        watch.join(wrote.watched[kind])
        laid.pour(cast(IO[bytes], Both(files.parts[kind], watch)))


@dataclass(frozen=True, slots=True)
class Both:
    """A file, and who takes note of all that is written into it."""

    file: IO[bytes]
    watch: Watch

    def write(self, data: bytes) -> int:
        """Write, and take note."""
        self.watch.write(data)
        return self.file.write(data)


def sharing(source: Source, settings: Settings, intent: Intent, workers: Workers | None) -> Sharing | None:
    """How the file is shared out; None where there is nobody to share it with, or it is read as a whole."""
    if workers is None:
        return None
    reading = open_reading(source, settings.read)
    parts = reading.parts(part_bytes(settings.staff, workers, size_of([source])))
    if len(parts) < 2:
        return None
    return Sharing(workers, reading, given_settings(settings, workers), intent, parts)


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
