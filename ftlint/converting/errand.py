"""What workers do with a part of a file that is converted: look at it, and later write its records in the new shape."""

import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ftlint.account import Account
from ftlint.blame import Failures
from ftlint.choice import goal_of
from ftlint.conversion import Conversion, conversion
from ftlint.converting.run import Converting, Files, Wish, write_part
from ftlint.dress import Dress
from ftlint.glance import Glance
from ftlint.in_parts.files import Laid, PartFiles, Shelf
from ftlint.log import Log
from ftlint.output import Writer, container_of
from ftlint.output.lines import LineWriter
from ftlint.output.spool import EntryWriter
from ftlint.partial import Partial
from ftlint.partial_bytes import to_bytes
from ftlint.read import Source
from ftlint.read.part import Part
from ftlint.run import Pass
from ftlint.settings import Settings
from ftlint.shapes import SHAPES
from ftlint.workers import Done, Given


@dataclass(frozen=True, slots=True)
class Turning:
    """A part of a file that is converted. What the first pass led to is known on the second one only."""

    source: Source
    settings: Given
    wish: Wish
    part: Part
    sha256: str = ""
    shape: str | None = None
    dress: Dress | None = None
    shelf: Shelf | None = None
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
    files: dict[str, Laid]


def glance_at_part(piece: Turning) -> Done:
    """Look at a part of a file that is to be converted."""
    seen, glance = _conversion(piece).glance(part=piece.part)
    left = to_bytes(glance.left_behind)
    glance.left_behind = Partial()
    return Done(_packed(Glanced(seen.sha256, to_bytes(seen.partial), left, glance)))


def turn_part(piece: Turning) -> Done:
    """Write the records of a part in the new shape."""
    begun = _conversion(piece)
    begun.take_on(SHAPES[piece.shape or ""], piece.dress)
    work = Converting(piece.source, begun, piece.wish)
    seen = Pass(piece.source, "", 0, sha256=piece.sha256, part=piece.part)
    assert piece.shelf is not None
    parts = PartFiles(piece.shelf, piece.kinds)
    with parts as out:
        writer: Writer = LineWriter(out["out"]) if in_lines(piece.wish) else EntryWriter(out["out"])
        write_part(work, seen, Files(writer, out.get("rejects"), out.get("lost")))
    fitted = begun.fitting.fixed if begun.fitting is not None else Counter()
    told = Turned(begun.account, begun.log.fixed, fitted, begun.failures, work.seen.fields, parts.laid)
    return Done(_packed(told))


def in_lines(wish: Wish) -> bool:
    """Whether parts of the new file are written as they will stand there. Of other files the records come back."""
    return str(wish.output) == "-" or container_of(wish.output) == "jsonl"


def _conversion(piece: Turning) -> Conversion:
    wish = piece.wish
    begun = _begun(piece.settings.open(), wish.to, wish.system, wish.keep_endings)
    fitting = begun.fitting.afresh() if begun.fitting is not None else None
    return replace(begun, source=piece.source, account=Account(), log=Log(), fitting=fitting)


@lru_cache(maxsize=8)
def _begun(settings: bytes, to: str, system: str | None, keep_endings: bool) -> Conversion:
    known: Settings = pickle.loads(settings)
    shape, target = goal_of(to)
    nothing = Source("", None, b"")
    return conversion(nothing, known, shape, target, system=system, keep_endings=keep_endings)


def _packed(told: object) -> bytes:
    return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
