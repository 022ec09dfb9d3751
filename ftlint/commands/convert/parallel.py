"""One file converted in parts by workers: all parts are looked at, the shape is chosen, and each is written alone.

JSON lines are written by the workers. What goes into a table or one JSON array comes back as records, which one writer
takes in the order of the file: it has to know all of them.

What workers do with a part of a file that is converted: look at it, and later write its records in the new shape.
"""

import pickle
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from ftlint.commands.convert.conversion import Account, Conversion, conversion, goal_of
from ftlint.commands.convert.markers import Dress
from ftlint.commands.convert.profile import Glance
from ftlint.commands.convert.run import Converting, Files, Wish, write_part
from ftlint.config.settings import Settings
from ftlint.engine.change_log import Log
from ftlint.engine.columns import check_columns
from ftlint.engine.parallel import broadcast_settings, in_order
from ftlint.engine.passes import Pass
from ftlint.engine.state import ScanState
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.execution.choose import part_bytes, size_of
from ftlint.execution.executor import BlobRef, Executor, TaskResult
from ftlint.execution.part_folder import PartFolder, is_folder
from ftlint.execution.staging import PartWriter, StagedFile, StagingArea, staging_area
from ftlint.io.part import Part
from ftlint.io.reader import Reading, open_reading
from ftlint.io.source import Source
from ftlint.io.write.jsonl import EntryWriter, LineWriter, entries_of
from ftlint.io.write.writer import Writer, container_of
from ftlint.rule.errors import Failures
from ftlint.shapes import SHAPES


@dataclass(frozen=True, slots=True)
class Turning:
    """A part of a file that is converted. What the first pass led to is known on the second one only."""

    source: Source
    settings: BlobRef
    wish: Wish
    part: Part
    sha256: str = ""
    shape: str | None = None
    dress: Dress | None = None
    shelf: StagingArea | None = None
    kinds: Sequence[str] = ()
    """The files to write."""

    def __str__(self) -> str:
        return self.part.named(self.source.name)


@dataclass(slots=True)
class Glanced:
    """What the first pass over a part has told. Places are counted from its own beginning."""

    sha256: str
    partial: bytes
    left_behind: bytes
    glance: Glance


@dataclass(slots=True)
class Turned:
    """What the second pass over a part has told, and where its files lie. Places are those in the whole file."""

    account: Account
    fixed: Counter[str]
    """What was mended, by code: in the source's records, and in those made for the target."""
    fitted: Counter[str]
    failures: Failures
    fields: dict[str, set[str]]
    files: dict[str, StagedFile]


def glance_at_part(piece: Turning) -> TaskResult:
    """Look at a part of a file that is to be converted."""
    seen, glance = _conversion(piece).glance(part=piece.part)
    left = to_bytes(glance.left_behind)
    glance.left_behind = ScanState()
    return TaskResult(_packed(Glanced(seen.sha256, to_bytes(seen.partial), left, glance)))


def turn_part(piece: Turning) -> TaskResult:
    """Write the records of a part in the new shape."""
    begun = _conversion(piece)
    begun.take_on(SHAPES[piece.shape or ""], piece.dress)
    work = Converting(piece.source, begun, piece.wish)
    seen = Pass(piece.source, "", 0, sha256=piece.sha256, part=piece.part)
    assert piece.shelf is not None
    parts = PartWriter(piece.shelf, piece.kinds)
    with parts as out:
        writer: Writer = LineWriter(out["out"]) if in_lines(piece.wish) else EntryWriter(out["out"])
        write_part(work, seen, Files(writer, out.get("rejects"), out.get("lost")))
    fitted = begun.fitting.fixed if begun.fitting is not None else Counter()
    told = Turned(begun.account, begun.log.fixed, fitted, begun.failures, work.seen.fields, parts.staged)
    return TaskResult(_packed(told))


def in_lines(wish: Wish) -> bool:
    """Whether parts of the new file are written as they will stand there. Of other files the records come back."""
    return str(wish.output) == "-" or container_of(wish.output) == "jsonl"


def _conversion(piece: Turning) -> Conversion:
    wish = piece.wish
    begun = _begun(piece.settings, wish.to, wish.system, wish.keep_endings)
    fitting = begun.fitting.afresh() if begun.fitting is not None else None
    return replace(begun, source=piece.source, account=Account(), log=Log(), fitting=fitting)


@lru_cache(maxsize=8)
def _begun(settings: BlobRef, to: str, system: str | None, keep_endings: bool) -> Conversion:
    known: Settings = settings.load()
    shape, target = goal_of(to)
    nothing = Source("", None, b"")
    return conversion(nothing, known, shape, target, system=system, keep_endings=keep_endings)


def _packed(told: object) -> bytes:
    return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)


Advance = Callable[[int], None]


@dataclass(slots=True)
class ConvertingInParts:
    """One file of which parts are out. ``parts`` are numbered as soon as those before them are back."""

    work: Converting
    workers: Executor
    settings: Settings
    given: BlobRef
    reading: Reading
    parts: list[Part]
    hashes: list[str] = field(default_factory=list)

    def look(self, advance: Advance) -> None:
        """The first pass, and what it leads to."""
        begun, whole = self.work.conversion, ScanState()
        found = begun.no_glance()
        wish, source = self.work.wish, self.work.source
        pieces = [Turning(source, self.given, wish, part) for part in self.parts]
        for told in in_order(self.workers.map_unordered(glance_at_part, pieces), _glanced):
            self.parts[len(self.hashes)] = self.parts[len(self.hashes)].after(whole.rows, whole.lines)
            self.hashes.append(told.sha256)
            told.glance.left_behind = from_bytes(told.left_behind)
            begun.join(whole, found, from_bytes(told.partial), told.glance)
            advance(self.reading.bytes // len(self.parts))
        self._check_unchanged()
        begun.learn(whole, found, self.settings)

    def write(self, path: Path, files: Files) -> None:
        """The second pass: parts are written beside the new file at ``path``, and put together in order."""
        begun, work = self.work.conversion, self.work
        kinds = ["out", *(["rejects"] if files.rejects else []), *(["lost"] if files.lost else [])]
        with ExitStack() as stack:
            own = stack.enter_context(
                staging_area(path.resolve().parent, self.workers, stays=is_folder(path))
            )
            manner = begun.manner
            pieces = (
                Turning(
                    work.source,
                    self.given,
                    work.wish,
                    part,
                    sha256,
                    manner.shape.name,
                    manner.dress,
                    own,
                    kinds,
                )
                for part, sha256 in zip(self.parts, self.hashes, strict=True)
            )

            def land(told: bytes) -> Turned:
                turned: Turned = pickle.loads(told)
                turned.files = {kind: own.save(laid) for kind, laid in turned.files.items()}
                return turned

            for turned in in_order(self.workers.map_unordered(turn_part, pieces), land):
                self._add(turned, files)
            self._check_unchanged()

    def _add(self, turned: Turned, files: Files) -> None:
        """Add what was made of the next part."""
        begun = self.work.conversion
        begun.account.join(turned.account)
        begun.log.fixed.update(turned.fixed)
        begun.log.failures.update(turned.failures)
        if begun.fitting is not None:
            begun.fitting.fixed.update(turned.fitted)
        self.work.seen.join(turned.fields)
        for kind, out in (("rejects", files.rejects), ("lost", files.lost)):
            if out is not None:
                turned.files[kind].append_to(out)
        if in_lines(self.work.wish):
            if isinstance(files.raw, PartFolder):
                files.raw.append(turned.files["out"])
            else:
                turned.files["out"].append_to(files.raw)
            return
        with turned.files["out"].opened() as entries:
            for entry in entries_of(entries):
                files.out.add(entry)

    def _check_unchanged(self) -> None:
        self.reading.check_unchanged()


def converting_in_parts(work: Converting, settings: Settings, workers: Executor) -> ConvertingInParts:
    """A file that is about to be converted in parts."""
    begun = work.conversion
    reading = open_reading(work.source, begun.read)
    check_columns(begun.plan, reading.columns)
    step = part_bytes(settings.staff, workers, size_of([work.source]), always_split=True)
    return ConvertingInParts(
        work, workers, settings, broadcast_settings(settings, workers), reading, reading.parts(step)
    )


def _glanced(told: bytes) -> Glanced:
    glanced: Glanced = pickle.loads(told)
    return glanced
