"""What a worker is told of a file, and what it does with a part of it: scan it, or look at it again."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from ftlint.engine import Plan
from ftlint.in_parts.exchange import take_apart
from ftlint.partial import Partial
from ftlint.partial_bytes import from_bytes, to_bytes
from ftlint.plan import make_plan
from ftlint.read import ReadOptions, Source
from ftlint.read.part import Part
from ftlint.rule import DatasetRule, Verdict
from ftlint.run import Pass, look_again_at, scan_part
from ftlint.settings import Settings
from ftlint.settling import sees_all
from ftlint.staff import Staff
from ftlint.workers import Done, Given, InHand, Workers

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
    plain = replace(
        settings,
        staff=Staff(),
        cache=None,
        rule_folders=tuple(folder.absolute() for folder in settings.rule_folders),
        json_schema=settings.json_schema and settings.json_schema.absolute(),
        tokenizer=settings.tokenizer and settings.tokenizer.absolute(),
    )
    return workers.give(pickle.dumps(plain, pickle.HIGHEST_PROTOCOL))


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
        rule: Verdict(decision=dict(piece.decisions[rule.code]))
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
