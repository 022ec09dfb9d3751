"""Shards put together: the report of one run over everything, from what N runs have kept."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ftlint.engine import Plan, conclude, conclude_again, join, wants_again
from ftlint.errors import UsageError
from ftlint.in_parts.errand import Piece, errand, given_settings, look_again, read_told
from ftlint.partial import Partial
from ftlint.plan import make_plan
from ftlint.read import Source
from ftlint.read.part import WHOLE, Part
from ftlint.result import FileReport, Report
from ftlint.rule import DatasetRule, Verdict
from ftlint.run import Pass, judged, report_of
from ftlint.settings import Settings
from ftlint.settling import sees_all, settle
from ftlint.shards.complete import complete
from ftlint.shards.kept import Kept, KeptFile, mark_of
from ftlint.staff import Staff
from ftlint.workers import hire
from ftlint.workers.here import Here


@dataclass(slots=True)
class _Joined:
    """One file of the run, joined from its pieces in their order. ``parts`` have the numbers that they have in it."""

    source: Source
    mark: str
    plan: Plan
    whole: Partial = field(default_factory=Partial)
    parts: list[tuple[Part, str]] = field(default_factory=list)
    """Each piece, with its SHA-256 where that is known."""
    container: str = ""
    columns: list[str] | None = None
    bytes: int = 0
    sha256: str = ""
    verdicts: Mapping[DatasetRule, Verdict] = field(default_factory=dict)

    def add(self, kept: KeptFile, partial: Partial, held: Mapping[str, Any]) -> None:
        """Add the next piece."""
        if not self.parts:
            rules = {rule: severity for rule, severity in self.plan.rules.items() if rule.code in kept.codes}
            self.plan = replace(self.plan, rules=rules, held=held, notes=kept.notes)
            self.container, self.columns, self.bytes = kept.container, kept.columns, kept.bytes
            self.sha256 = kept.whole
        part = WHOLE if kept.unit == "whole" else Part(len(self.parts), 0, kept.unit, kept.start, kept.end)
        self.parts.append((part.after(self.whole.rows, self.whole.lines), kept.sha256))
        join(self.whole, partial, self.plan)

    def again(self) -> dict[str, dict[str, Any]]:
        """The decisions of rules that ask for a second look, by code."""
        return {
            rule.code: verdict.decision
            for rule, verdict in self.verdicts.items()
            if wants_again(verdict) and verdict.decision is not None
        }

    def report(self) -> FileReport:
        """The file's report."""
        seen = Pass(self.source, self.container, self.bytes, self.columns, self.sha256, self.whole)
        return judged(seen, self.plan)


def settings_of_shards(folder: Path) -> Settings:
    """The settings with which the shards in a folder were checked. Raises UsageError where they do not fit together."""
    return complete(folder)[0].settings()


def merge_shards(folder: Path, settings: Settings) -> Report:
    """The report of all shards in a folder. ``settings`` are theirs, but for what is to be shown, and by whom.

    Raises UsageError where shards differ, are missing or stand there twice, and where a second look is needed at a file
    that is not here or not the same any more.
    """
    started = time.perf_counter()
    shards = complete(folder)
    plan = sees_all(make_plan(settings), settings)
    sources, marks = shards[0].sources(), shards[0].header.marks
    files = [_Joined(source, mark, plan) for source, mark in zip(sources, marks, strict=True)]
    for kept, partial, held in _pieces(shards):
        files[kept.place].add(kept, partial, held)
    for file in files:
        file.verdicts = conclude(file.whole, file.plan)
    asking = [file for file in files if file.again()]
    _look_again(asking, settings, settings.staff)
    report = report_of([file.report() for file in files], plan, settings, time.perf_counter() - started)
    settle(report, sources, plan, settings)
    return report


def _pieces(shards: Sequence[Kept]) -> Iterator[tuple[KeptFile, Partial, Mapping[str, Any]]]:
    # Shards are in their order, and so are the pieces of a file among them.
    for shard in shards:
        yield from shard.partials()


def _look_again(files: Sequence[_Joined], settings: Settings, staff: Staff) -> None:
    """The second look that rules ask for, at the files themselves."""
    for file in files:
        _check_same(file)
    with hire(staff, sum(file.bytes for file in files)) as hired:
        workers = hired or Here()
        given = given_settings(settings, workers)
        pieces = []
        for file in files:
            told = errand(file.source, file.plan, settings.read, given, workers)
            pieces += [(file, Piece(told, part, sha256, file.again())) for part, sha256 in file.parts]
        found: dict[int, Partial] = {}
        for number, done in workers.each(look_again, (piece for _, piece in pieces)):
            found[number] = read_told(done.told)[1]
    for number, (file, _) in enumerate(pieces):
        join(file.whole, found[number], file.plan, numbered=True)
    for file in files:
        conclude_again(file.whole, file.verdicts, file.plan)


def _check_same(file: _Joined) -> None:
    names = ", ".join(sorted(rule.name for rule in file.verdicts if rule.code in file.again()))
    try:
        mark = mark_of(file.source)
    except UsageError as error:
        raise UsageError(
            f"{error}; {names} asks for a second look at it: merge where it can be read, or check the shards with"
            f" --ignore {names.replace(' ', '')}"
        ) from None
    if mark != file.mark:
        raise UsageError(f"{file.source.name} is not what it was when its shards were checked")
