"""Files checked in parts by workers: parts go out, partials come back in any order and are joined in the file's.

Files in parts: what workers are told of a part and do with it, and how what they tell becomes one whole again.

What a worker is told of a file, and what it does with a part of it: scan it, or look at it again.

What comes back of the parts of files, in whatever order, taken in that of the files.

What a manifest says of the file that parts were made of.
"""

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from ftlint.config.settings import Settings
from ftlint.engine.passes import Pass, check_columns, judged, look_again_at, scan_part
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan, conclude, conclude_again, join, wants_again
from ftlint.engine.shuffle import add_gathered, buckets_of, put_together, take_apart
from ftlint.engine.state import Partial
from ftlint.engine.suppress import sees_all
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.execution.choose import part_bytes, size_of
from ftlint.execution.executor import Done, Given, InHand, Workers
from ftlint.io.block import ReadOptions
from ftlint.io.part import Part
from ftlint.io.reader import Reading, open_reading
from ftlint.io.source import Source
from ftlint.io.stream import PIECE, open_source
from ftlint.result import FileReport
from ftlint.rule import DatasetRule
from ftlint.rule.base import Conclusion

if TYPE_CHECKING:
    from polars import DataFrame


@dataclass(frozen=True, slots=True)
class Errand:
    """A file and how it is read and checked, for workers anywhere. ``codes`` are the rules that count for it."""

    source: Source
    settings: Given
    read: ReadOptions
    codes: frozenset[str]
    held: Given | None = None

    def plan(self) -> Plan:
        """The plan, made anew where the work is done."""
        plan = _plan(self.settings.open())
        rules = {rule: severity for rule, severity in plan.rules.items() if rule.code in self.codes}
        return replace(plan, rules=rules, held=_held(self.held.open()) if self.held is not None else {})


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file, on an errand. ``decisions`` are those of rules that ask for a second look, by code.

    What belongs together by keys stays with the workers, in so many ``buckets``; 0: it comes back.
    """

    errand: Errand
    part: Part
    sha256: str = ""
    decisions: Mapping[str, Mapping[str, Any]] | None = None
    buckets: int = 0

    def __str__(self) -> str:
        return self.part.named(self.errand.source.name)


class Head(msgspec.Struct):
    """What a worker says of the part itself."""

    container: str
    columns: list[str] | None
    sha256: str


def errand(source: Source, plan: Plan, read: ReadOptions, settings: Given, workers: Workers) -> Errand:
    """The errand for a file whose plan is known here."""
    held = workers.give(pickle.dumps(dict(plan.held), pickle.HIGHEST_PROTOCOL)) if plan.held else None
    # Where the work is done another folder may be the current one.
    path = source.path.absolute() if source.path is not None else None
    pieces = tuple(piece.absolute() for piece in source.pieces)
    return Errand(
        replace(source, path=path, pieces=pieces),
        settings,
        read,
        frozenset(rule.code for rule in plan.rules),
        held,
    )


def given_settings(settings: Settings, workers: Workers) -> Given:
    """The settings where every worker finds them."""
    return workers.give(pickle.dumps(settings.for_workers(), pickle.HIGHEST_PROTOCOL))


def scan(piece: Piece) -> Done:
    """Look at a part with every rule. Places are counted from its own beginning."""
    plan = piece.errand.plan()
    seen = scan_part(piece.errand.source, plan, piece.errand.read, piece.part)
    kept = take_apart(seen.partial, plan, piece.buckets) if piece.buckets else []
    return Done(_told(Head(seen.container, seen.columns, seen.sha256), seen.partial), [*map(InHand, kept)])


def look_again(piece: Piece) -> Done:
    """Look at a part once more with the rules that asked for it. Places are those in the file."""
    errand, partial = piece.errand, Partial()
    plan = errand.plan()
    seen = Pass(errand.source, "", 0, sha256=piece.sha256, part=piece.part)
    verdicts = {
        rule: Conclusion(decision=dict(piece.decisions[rule.code]))
        for rule in plan.of_kind(DatasetRule)
        if piece.decisions is not None and rule.code in piece.decisions
    }
    look_again_at(seen, plan, errand.read, verdicts, partial)
    return Done(_told(Head("", None, ""), partial))


def read_told(data: bytes) -> tuple[Head, Partial]:
    """What ``scan`` and ``look_again`` have told."""
    size = int.from_bytes(data[:8], "little")
    return msgspec.json.decode(data[8 : 8 + size], type=Head), from_bytes(data[8 + size :])


def _told(head: Head, partial: Partial) -> bytes:
    first = msgspec.json.encode(head)
    return b"".join((len(first).to_bytes(8, "little"), first, to_bytes(partial)))


@lru_cache(maxsize=8)
def _plan(settings: bytes) -> Plan:
    known: Settings = pickle.loads(settings)
    return sees_all(make_plan(known), known)


@lru_cache(maxsize=1)
def _held(frames: bytes) -> "dict[str, DataFrame]":
    held: dict[str, DataFrame] = pickle.loads(frames)
    return held


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
    verdicts: Mapping[DatasetRule, Conclusion] = field(default_factory=dict)

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


T = TypeVar("T")


def in_order(coming: Iterable[tuple[int, Done]], land: Callable[[bytes], T]) -> Iterator[T]:
    """What was told of the first piece, the second …: ``land`` is called at once, for what has to wait to lie well."""
    waiting: dict[int, T] = {}
    following = 0
    for number, done in coming:
        waiting[number] = land(done.told)
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def about_source(source: Source, workers: Workers) -> dict[str, Any]:
    """Its name, size and SHA-256; of a file elsewhere the version instead, so that it is not fetched again."""
    if source.remote is not None:
        return {"name": source.name, "bytes": source.remote.size, "version": source.remote.version}
    ((_, done),) = workers.each(hash_whole, [Whole(source)])
    return {"name": source.name, "bytes": source.size, "sha256": done.told.decode()}
