"""What workers do with a part of a file that is fixed: look at it, and later mend it and write what is left."""

import pickle
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ftlint.fixing.work import Outcome, Work, look_at, work_on, write_all
from ftlint.goal import Goal
from ftlint.in_parts.errand import Piece
from ftlint.in_parts.files import Laid, PartFiles, Shelf
from ftlint.lazy import pl
from ftlint.log import Log
from ftlint.partial_bytes import to_bytes
from ftlint.rule import DatasetRule, Verdict
from ftlint.run import Pass
from ftlint.settings import Settings
from ftlint.workers import Done, Given

if TYPE_CHECKING:
    from polars import Series


@dataclass(frozen=True, slots=True)
class Mending(Piece):
    """A part of a file that is fixed. What was decided of the whole is given for the second pass only.

    ``drop`` and ``healed`` are rows of this part: those that rules, by code, want dropped, and those the reader mended.
    """

    goal: Goal = field(default_factory=Goal)
    decided: Given | None = None
    drop: "Mapping[str, Series]" = field(default_factory=dict)
    healed: "Series | None" = None
    shelf: Shelf | None = None
    kinds: Sequence[str] = ()
    """The files to write."""


@dataclass(slots=True)
class Looked:
    """What the first pass over a part has told. Places are counted from its own beginning."""

    container: str
    sha256: str
    partial: bytes
    left_behind: bytes
    healed: Counter[str]
    unread: Counter[str]
    healed_rows: "Series"
    log: Log


@dataclass(slots=True)
class Mended:
    """What the second pass over a part has told, and where its files lie. Places are those in the whole file."""

    outcome: Outcome
    log: Log
    files: dict[str, Laid]


def look_at_part(piece: Mending) -> Done:
    """Look at a part of a file that is to be fixed."""
    work = _work(piece)
    seen = look_at(work, piece.part)
    # Findings have no places of their own to go by, when those of the next part are put behind them.
    work.left_behind.rows, work.left_behind.lines = seen.partial.rows, seen.partial.lines
    return _done(
        Looked(
            seen.container,
            seen.sha256,
            to_bytes(seen.partial),
            to_bytes(work.left_behind),
            work.healed,
            work.unread,
            pl.Series(sorted(work.healed_rows), dtype=pl.UInt64),
            work.log,
        )
    )


def mend_part(piece: Mending) -> Done:
    """Mend a part of a file and write what is left of it, if it is to be written."""
    work = _work(piece)
    if piece.healed is not None:
        work.healed_rows = set(piece.healed.to_list())
    decisions: dict[str, dict[str, Any] | None] = pickle.loads(piece.decided.open()) if piece.decided else {}
    work.verdicts = {
        rule: Verdict(drop=piece.drop.get(rule.code, pl.Series()).to_list(), decision=decisions[rule.code])
        for rule in work.dataset.of_kind(DatasetRule)
        if rule.code in decisions
    }
    seen = Pass(work.source, "", 0, sha256=piece.sha256, part=piece.part)
    if piece.shelf is None:
        write_all(work, seen, None, None)
        return _done(Mended(work.outcome, _shown(work), {}))
    files = PartFiles(piece.shelf, piece.kinds)
    with files as out:
        write_all(work, seen, out["out"], out.get("rejects"))
    return _done(Mended(work.outcome, _shown(work), files.laid))


def _work(piece: Mending) -> Work:
    settings: Settings = pickle.loads(piece.errand.settings.open())
    return work_on(piece.errand.source, piece.errand.plan(), settings, piece.goal)


def _shown(work: Work) -> Log:
    """Of the log what is shown: the rest is counted."""
    log = work.log
    return Log(changes=log.changes, total=log.total, most=log.most, failures=log.failures)


def _done(told: object) -> Done:
    return Done(pickle.dumps(told, pickle.HIGHEST_PROTOCOL))
