"""Files checked in parts by workers: parts go out, partials come back in any order and are joined in the file's."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ftlint.engine import Plan, conclude, conclude_again, join, wants_again
from ftlint.in_parts.errand import Errand, Piece, errand, given_settings, look_again, read_told, scan
from ftlint.in_parts.gathering import add_gathered, buckets_of, put_together
from ftlint.partial import Partial
from ftlint.read import Reading, ReadOptions, Source, open_reading
from ftlint.read.part import Part
from ftlint.read.stream import PIECE, open_source
from ftlint.result import FileReport
from ftlint.rule import DatasetRule, Verdict
from ftlint.run import Pass, check_columns, judged
from ftlint.settings import Settings
from ftlint.workers import Done, Given, Workers, part_bytes, size_of

Advance = Callable[[int], None]


@dataclass(slots=True)
class FileInParts:
    """One file of which parts are out. ``parts`` are numbered as soon as those before them are back."""

    source: Source
    plan: Plan
    errand: Errand
    reading: Reading
    parts: list[Part]
    hashing: bool = False
    """Whether its hash is worked out apart, since no part has it."""
    waiting: dict[int, Partial] = field(default_factory=dict)
    whole: Partial = field(default_factory=Partial)
    hashes: dict[int, str] = field(default_factory=dict)
    buckets: int = 0
    """What belongs together by keys stays with the workers, in so many buckets."""
    kept: dict[int, Sequence[Given]] = field(default_factory=dict)
    """What the workers keep of each part, a bucket each."""
    container: str = ""
    columns: list[str] | None = None
    sha256: str = ""
    back: int = 0
    verdicts: Mapping[DatasetRule, Verdict] = field(default_factory=dict)

    def take(self, number: int, done: Done) -> None:
        """Take what came back of a part."""
        head, self.waiting[number] = read_told(done.told)
        if self.buckets:
            self.kept[number] = done.kept
        self.hashes[number] = head.sha256
        if number == 0:
            self.container, self.columns = head.container, head.columns
        while self.back in self.waiting:
            self.parts[self.back] = self.parts[self.back].after(self.whole.rows, self.whole.lines)
            join(self.whole, self.waiting.pop(self.back), self.plan)
            self.back += 1

    @property
    def is_complete(self) -> bool:
        """Whether all parts are back, and the whole is known by its hash."""
        return self.back == len(self.parts) and (bool(self.sha256) or not self.hashing)

    @property
    def seen(self) -> Pass:
        """The file as if it had been read at once."""
        return Pass(self.source, self.container, self.reading.bytes, self.columns, self.sha256, self.whole)

    def conclude(self) -> bool:
        """Conclude from the whole; whether a rule asks for a second look."""
        self.reading.check_unchanged()
        self.verdicts = conclude(self.whole, self.plan)
        return any(wants_again(verdict) for verdict in self.verdicts.values())

    def again(self) -> Iterator[Piece]:
        """The pieces of a second look."""
        decisions: dict[str, Mapping[str, Any]] = {
            rule.code: verdict.decision
            for rule, verdict in self.verdicts.items()
            if wants_again(verdict) and verdict.decision is not None
        }
        for part in self.parts:
            yield Piece(self.errand, part, self.hashes[part.number], decisions)


def check_in_parts(
    sources: Sequence[Source],
    plans: Sequence[Plan],
    settings: Settings,
    workers: Workers,
    advance: Advance,
) -> list[FileReport]:
    """Check files by workers, in parts. What comes out is what one reading would give."""
    step = part_bytes(settings.staff, workers, size_of(sources))
    given = given_settings(settings, workers)
    files = [
        _begun(source, plan, settings.read, given, workers, step)
        for source, plan in zip(sources, plans, strict=True)
    ]
    again = []
    for file in scanned(files, workers, advance):
        _gather(file, workers)
        if file.conclude():
            again.append(file)
    _look_again(again, workers)
    return [judged(file.seen, file.plan) for file in files]


def _gather(file: FileInParts, workers: Workers) -> None:
    """Have put together what the workers keep of the parts of a file."""
    if not file.buckets:
        return
    buckets = buckets_of(file.errand, file.parts, file.kept, file.buckets)
    left = dict(workers.each(put_together, buckets))
    add_gathered(file.whole, [left[number] for number in sorted(left)], file.plan)
    file.kept.clear()


def sha256_of(source: Source) -> str:
    """The SHA-256 of a file as it lies there. Raises OSError."""
    hashed = hashlib.sha256()
    with open_source(source) as file:
        while piece := file.read(PIECE):
            hashed.update(piece)
    return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class Whole:
    """A file to be hashed as a whole."""

    source: Source

    def __str__(self) -> str:
        return f"{self.source.name}, its hash"


def hash_whole(whole: Whole) -> Done:
    """The SHA-256 of a file, as text."""
    return Done(sha256_of(whole.source).encode())


def work_on(piece: Piece | Whole) -> Done:
    """Scan a part, or hash a file."""
    return hash_whole(piece) if isinstance(piece, Whole) else scan(piece)


def _begun(
    source: Source, plan: Plan, read: ReadOptions, given: Given, workers: Workers, step: int
) -> FileInParts:
    reading = open_reading(source, read)
    check_columns(plan, reading.columns)
    own = errand(source, plan, read, given, workers)
    parts = reading.parts(step)
    buckets = workers.buckets(reading.bytes) if len(parts) > 1 else 0
    # What lies elsewhere would have to be fetched once more.
    hashing = len(parts) > 1 and source.remote is None
    return FileInParts(source, plan, own, reading, parts, hashing, buckets=buckets)


def scanned(files: Sequence[FileInParts], workers: Workers, advance: Advance) -> Iterator[FileInParts]:
    """Files, as all their parts are back."""
    pieces: list[tuple[FileInParts, Piece | Whole]] = []
    for file in files:
        pieces += [(file, Piece(file.errand, part, buckets=file.buckets)) for part in file.parts]
        if file.hashing:
            pieces.append((file, Whole(file.source)))
    for number, done in workers.each(work_on, (piece for _, piece in pieces)):
        file, piece = pieces[number]
        if isinstance(piece, Whole):
            file.sha256 = done.told.decode()
        else:
            file.take(piece.part.number, done)
            if len(file.parts) == 1 and not file.hashing:
                file.sha256 = file.hashes[0]
            advance(file.reading.bytes // len(file.parts))
        if file.is_complete:
            yield file


def _look_again(files: Sequence[FileInParts], workers: Workers) -> None:
    """The second look at files that need one, and what it says of the whole."""
    pieces = [(file, piece) for file in files for piece in file.again()]
    told: dict[tuple[str, int], Partial] = {}
    for number, done in workers.each(look_again, (piece for _, piece in pieces)):
        file, piece = pieces[number]
        told[file.source.identity, piece.part.number] = read_told(done.told)[1]
    for file in files:
        for part in file.parts:
            join(file.whole, told.pop((file.source.identity, part.number)), file.plan, numbered=True)
        conclude_again(file.whole, file.verdicts, file.plan)
