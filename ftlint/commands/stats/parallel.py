"""Files surveyed in parts by workers: surveys come back in any order and are joined in that of the file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pickle import loads

import msgspec

from ftlint.commands.stats.run import plan_of, survey_part
from ftlint.commands.stats.survey import Survey, from_bytes, to_bytes
from ftlint.config.settings import Settings
from ftlint.engine.parallel import Piece, errand, given_settings
from ftlint.engine.passes import Pass, check_columns
from ftlint.engine.scan import Plan
from ftlint.execution.choose import part_bytes, size_of
from ftlint.execution.executor import Done, Workers
from ftlint.io.block import ReadOptions
from ftlint.io.part import Part
from ftlint.io.reader import Reading, open_reading
from ftlint.io.source import Source
from ftlint.tokens.pool import begin

Advance = Callable[[int], None]


class Head(msgspec.Struct):
    """What a worker says of the part itself."""

    container: str
    rows: int
    lines: int


@dataclass(slots=True)
class FileInParts:
    """One file of which parts are out."""

    source: Source
    reading: Reading
    parts: list[Part]
    survey: Survey
    waiting: dict[int, tuple[Head, Survey]] = field(default_factory=dict)
    head: Head | None = None
    """What is known of the parts that are back, from the first one on."""
    back: int = 0

    def take(self, number: int, told: bytes) -> None:
        """Take what came back of a part."""
        size = int.from_bytes(told[:8], "little")
        head = msgspec.json.decode(told[8 : 8 + size], type=Head)
        self.waiting[number] = (head, from_bytes(told[8 + size :], self.survey.job))
        while self.back in self.waiting:
            self._join(*self.waiting.pop(self.back))
            self.back += 1

    def _join(self, head: Head, survey: Survey) -> None:
        if self.head is None:
            self.head = Head(head.container, 0, 0)
        self.survey.add(survey.after(self.head.rows, self.head.lines))
        self.head.rows += head.rows
        self.head.lines += head.lines

    @property
    def seen(self) -> Pass:
        """The file as if it had been read at once. Raises SourceChanged where it was not all the time the same."""
        self.reading.check_unchanged()
        head = self.head or Head(self.reading.container, 0, 0)
        seen = Pass(self.source, head.container, self.reading.bytes)
        seen.partial.rows = head.rows
        return seen


def surveys_in_parts(
    sources: Sequence[Source],
    plan: Plan,
    settings: Settings,
    read: ReadOptions,
    workers: Workers,
    advance: Advance,
) -> Iterator[tuple[Survey, Pass]]:
    """The survey of every file, in their order. What comes out is what one reading of each would give."""
    step = part_bytes(settings.staff, workers, size_of(sources))
    given = given_settings(settings, workers)
    files = [_begun(source, plan, read, step) for source in sources]
    pieces = [
        (file, Piece(errand(file.source, plan, read, given, workers), part))
        for file in files
        for part in file.parts
    ]
    waiting = iter(files)
    following = next(waiting, None)
    for number, done in workers.each(survey_piece, (piece for _, piece in pieces)):
        file, piece = pieces[number]
        file.take(piece.part.number, done.told)
        advance(file.reading.bytes // len(file.parts))
        while following is not None and following.back == len(following.parts):
            yield following.survey, following.seen
            following = next(waiting, None)


def survey_piece(piece: Piece) -> Done:
    """Survey a part. Places are counted from its own beginning."""
    plan = _plan(piece.errand.settings.open())
    survey, seen = survey_part(piece.errand.source, plan, piece.errand.read, part=piece.part)
    head = msgspec.json.encode(Head(seen.container, seen.partial.rows, seen.partial.lines))
    return Done(b"".join((len(head).to_bytes(8, "little"), head, to_bytes(survey))))


def _begun(source: Source, plan: Plan, read: ReadOptions, step: int) -> FileInParts:
    reading = open_reading(source, read)
    check_columns(plan, reading.columns)
    return FileInParts(source, reading, reading.parts(step), Survey(plan.job))


@lru_cache(maxsize=8)
def _plan(settings: bytes) -> Plan:
    known: Settings = loads(settings)
    plan = plan_of(known)
    begin(plan.job.encoding)
    return plan
