"""Files fixed in parts by workers: all parts are looked at, the whole is decided on, and each part is mended alone.

What workers do with a part of a file that is fixed: look at it, and later mend it and write what is left.
"""

import pickle
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.commands.fix.output import STDOUT, Goal, path_for
from ftlint.commands.fix.refusal import refused, why_refused
from ftlint.commands.fix.run import check_of, is_same, report_of_diff, tell_all
from ftlint.commands.fix.step import Advance, Outcome, Work, decide, look_at, work_on, write_all
from ftlint.config.settings import Settings
from ftlint.engine.change_log import Log
from ftlint.engine.check import check_sources
from ftlint.engine.columns import check_columns
from ftlint.engine.parallel import (
    Errand,
    Piece,
    Whole,
    about_source,
    broadcast_settings,
    errand,
    hash_whole,
    in_order,
)
from ftlint.engine.passes import Pass, nowhere
from ftlint.engine.scan import Plan, join
from ftlint.engine.state import ScanState
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.execution.choose import part_bytes, size_of
from ftlint.execution.executor import BlobRef, Executor, TaskResult
from ftlint.execution.part_folder import PartFolder, add_part, is_folder
from ftlint.execution.staging import PartWriter, StagedFile, StagingArea, staging_area
from ftlint.io.part import Part
from ftlint.io.reader import Reading, open_reading
from ftlint.io.source import Source
from ftlint.io.write.atomic import NothingToWrite, replacing, to_stdout
from ftlint.result import FileReport
from ftlint.rule import DatasetRule
from ftlint.rule.base import Verdict

if TYPE_CHECKING:
    from polars import Series


@dataclass(frozen=True, slots=True)
class Mending(Piece):
    """A part of a file that is fixed. What was decided of the whole is given for the second pass only.

    ``drop`` and ``healed`` are rows of this part: those that rules, by code, want dropped, and those the reader mended.
    """

    goal: Goal = field(default_factory=Goal)
    decided: BlobRef | None = None
    drop: "Mapping[str, Series]" = field(default_factory=dict)
    healed: "Series | None" = None
    shelf: StagingArea | None = None
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
    files: dict[str, StagedFile]


def look_at_part(piece: Mending) -> TaskResult:
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


def mend_part(piece: Mending) -> TaskResult:
    """Mend a part of a file and write what is left of it, if it is to be written."""
    work = _work(piece)
    if piece.healed is not None:
        work.healed_rows = set(piece.healed.to_list())
    decisions: dict[str, dict[str, Any] | None] = piece.decided.load() if piece.decided else {}
    work.verdicts = {
        rule: Verdict(drop=piece.drop.get(rule.code, pl.Series()).to_list(), decision=decisions[rule.code])
        for rule in work.dataset.of_kind(DatasetRule)
        if rule.code in decisions
    }
    seen = Pass(work.source, "", 0, sha256=piece.sha256, part=piece.part)
    if piece.shelf is None:
        write_all(work, seen, None, None)
        return _done(Mended(work.outcome, _shown(work), {}))
    files = PartWriter(piece.shelf, piece.kinds)
    with files as out:
        write_all(work, seen, out["out"], out.get("rejects"))
    return _done(Mended(work.outcome, _shown(work), files.staged))


def _work(piece: Mending) -> Work:
    settings: Settings = piece.errand.settings.load()
    return work_on(piece.errand.source, piece.errand.plan(), settings, piece.goal)


def _shown(work: Work) -> Log:
    """Of the log what is shown: the rest is counted."""
    log = work.log
    return Log(changes=log.changes, total=log.total, most=log.most, failures=log.failures)


def _done(told: object) -> TaskResult:
    return TaskResult(pickle.dumps(told, pickle.HIGHEST_PROTOCOL))


@dataclass(frozen=True, slots=True)
class Run:
    """What all files of a fixing run have in common."""

    settings: Settings
    goal: Goal
    rejects: IO[bytes] | None
    workers: Executor
    advance: Advance

    @property
    def kinds(self) -> tuple[str, ...]:
        """The files of which workers write parts."""
        return ("out",) if self.rejects is None else ("out", "rejects")


@dataclass(slots=True)
class FileInParts:
    """One file of which parts are out. ``parts`` are numbered as soon as those before them are back."""

    work: Work
    errand: Errand
    reading: Reading
    parts: list[Part]
    hashes: list[str] = field(default_factory=list)
    healed: "list[Series]" = field(default_factory=list)
    """The rows that the reader mended, part by part."""
    whole: ScanState = field(default_factory=ScanState)
    container: str = ""
    sha256: str = ""
    written: bool = False

    def take(self, looked: Looked) -> None:
        """Take what the first pass told of the next part."""
        work, (rows, lines) = self.work, (self.whole.rows, self.whole.lines)
        number = len(self.hashes)
        self.parts[number] = self.parts[number].after(rows, lines)
        self.hashes.append(looked.sha256)
        self.healed.append(looked.healed_rows + rows)
        self.container = self.container or looked.container
        join(self.whole, from_bytes(looked.partial), work.dataset)
        work.left_behind.limit = work.plan.most
        work.left_behind.merge(from_bytes(looked.left_behind), rows, lines)
        work.log.join(looked.log, rows, lines)
        work.healed.update(looked.healed)
        work.unread.update(looked.unread)

    @property
    def seen(self) -> Pass:
        """The file as if it had been read at once."""
        return Pass(
            self.work.source, self.container, self.reading.bytes, sha256=self.sha256, partial=self.whole
        )

    def check_unchanged(self) -> None:
        """Raise SourceChanged where the file is not what it was at the beginning."""
        self.reading.check_unchanged()

    def decided(self) -> dict[str, Any]:
        """What the whole decided, without the rows to drop: of those each part gets its own."""
        return {rule.code: verdict.decision for rule, verdict in self.work.verdicts.items()}


def fix_in_parts(sources: Sequence[Source], plans: Sequence[Plan], run: Run) -> list[FileReport]:
    """Fix files by workers, in parts. What is written and told is what one reading would give."""
    step = part_bytes(run.settings.staff, run.workers, size_of(sources), always_split=True)
    given = broadcast_settings(run.settings, run.workers)
    files = [_begun(source, plan, run, given, step) for source, plan in zip(sources, plans, strict=True)]
    _look(files, run)
    whys = [why_refused(file.work, file.container, file.whole, run.goal) for file in files]
    fixed = iter(_fixed([file for file, why in zip(files, whys, strict=True) if why is None], run))
    return [
        next(fixed) if why is None else _refused(file, why, run)
        for file, why in zip(files, whys, strict=True)
    ]


def _fixed(files: Sequence[FileInParts], run: Run) -> list[FileReport]:
    """The second pass over the files that may be written, and what is left to find in them."""
    if not files:
        return []
    if run.goal.diff:
        return _tried(files, run)
    with ExitStack() as stack:
        paths = list(_written(files, run, stack))
        return _checked(files, paths, run)


def _refused(file: FileInParts, why: str, run: Run) -> FileReport:
    (report,) = check_sources([file.work.source], [file.work.plan], run.settings, run.workers, nowhere)
    return refused(report, why)


def _begun(source: Source, plan: Plan, run: Run, given: BlobRef, step: int) -> FileInParts:
    work = work_on(source, plan, run.settings, run.goal)
    reading = open_reading(source, work.read)
    check_columns(plan, reading.columns)
    own = errand(source, plan, run.settings.read, given, run.workers)
    return FileInParts(work, own, reading, reading.parts(step))


def _look(files: Sequence[FileInParts], run: Run) -> None:
    """The first pass over all files, and what it leads to."""
    pieces = (Mending(file.errand, part, goal=run.goal) for file in files for part in list(file.parts))
    told = in_order(run.workers.map_unordered(look_at_part, pieces), _looked)
    for file in files:
        for _ in file.parts:
            file.take(next(told))
            run.advance(file.reading.bytes // len(file.parts))
        file.check_unchanged()
        decide(file.work, file.whole)


def _pieces(file: FileInParts, run: Run, own: StagingArea | None) -> Iterator[Mending]:
    """The pieces of the second pass over a file. Each part gets its own rows only."""
    decided = run.workers.broadcast(file.decided())
    ends = [part.row for part in file.parts[1:]] + [file.whole.rows + 1]
    drops = {
        rule.code: pl.Series(verdict.drop, dtype=pl.UInt64)
        for rule, verdict in file.work.verdicts.items()
        if len(verdict.drop)
    }
    for part, end, sha256, healed in zip(file.parts, ends, file.hashes, file.healed, strict=True):
        own_rows = {code: _between(rows, part.row, end) for code, rows in drops.items()}
        yield Mending(
            file.errand,
            part,
            sha256,
            goal=run.goal,
            decided=decided,
            drop={code: rows for code, rows in own_rows.items() if len(rows)},
            healed=healed,
            shelf=own,
            kinds=run.kinds if own is not None else (),
        )


def _between(rows: "Series", first: int, end: int) -> "Series":
    """Of ascending numbers of rows those from ``first`` on and before ``end``."""
    begin = int(rows.search_sorted(first, "left"))
    return rows.slice(begin, int(rows.search_sorted(end, "left")) - begin)


def _tried(files: Sequence[FileInParts], run: Run) -> list[FileReport]:
    """The second pass of a run that writes nothing."""
    in_one = [file for file in files if len(file.parts) == 1]
    others = [file for file in files if len(file.parts) > 1]
    for file in in_one:
        file.sha256 = file.hashes[0]
    for number, done in run.workers.map_unordered(hash_whole, (Whole(file.work.source) for file in others)):
        others[number].sha256 = done.value
    pieces = (piece for file in files for piece in _pieces(file, run, None))
    told = in_order(run.workers.map_unordered(mend_part, pieces), _mended)
    reports = []
    for file in files:
        for _ in file.parts:
            _take(file, next(told))
        file.check_unchanged()
        reports.append(report_of_diff(file.work, file.seen))
    return reports


def _written(files: Sequence[FileInParts], run: Run, stack: ExitStack) -> "Iterator[Path | None]":
    """The second pass: the path of each file when it is written, None where there was nothing to write.

    Parts are written in any order, each beside the new file, and put together in that of the files.
    """
    folders = [path_for(file.work.source, run.goal, stack).resolve().parent for file in files]
    stays = run.goal.output is not None and is_folder(run.goal.output)
    shelves = {
        folder: stack.enter_context(staging_area(folder, run.workers, stays=stays))
        for folder in dict.fromkeys(folders)
    }
    pieces = (
        piece
        for file, folder in zip(files, folders, strict=True)
        for piece in _pieces(file, run, shelves[folder])
    )

    def land(told: bytes) -> Mended:
        mended = _mended(told)
        mended.files = {kind: shelves[folders[0]].save(laid) for kind, laid in mended.files.items()}
        return mended

    told = in_order(run.workers.map_unordered(mend_part, pieces), land)
    for file in files:
        # Only now: what was written before may have taken the name.
        path = path_for(file.work.source, run.goal, stack)
        _put_together(file, path, run, told)
        yield path if file.written else None


def _put_together(file: FileInParts, path: Path, run: Run, told: Iterator[Mended]) -> None:
    """Write a file of the parts that come, if there is anything to write."""
    with _new(file, path, run) as out:
        for _ in file.parts:
            mended = next(told)
            _take(file, mended)
            add_part(mended.files["out"], out)
            if run.rejects is not None:
                mended.files["rejects"].append_to(run.rejects)
        file.check_unchanged()
        if is_same(file.work, run.goal):
            raise NothingToWrite
        file.written = True


def _new(file: FileInParts, path: Path, run: Run) -> "AbstractContextManager[IO[bytes] | PartFolder]":
    """The new file, or the folder of its parts."""
    source = file.work.source
    if is_folder(path):
        return PartFolder(path, fixed=source.name, source=about_source(source, run.workers))
    return replacing(path, mode_of=source.local)


def _checked(files: Sequence[FileInParts], paths: "Sequence[Path | None]", run: Run) -> list[FileReport]:
    """The reports of what was written: it is checked anew, in parts, too."""
    checks = [
        check_of(file.work, path if path is not None else file.work.source.path, run.settings)
        for file, path in zip(files, paths, strict=True)
    ]
    sources, plans = [check.source for check in checks], [check.plan for check in checks]
    reports = check_sources(sources, plans, checks[0].settings, run.workers, nowhere)
    for file, path, report in zip(files, paths, reports, strict=True):
        tell_all(file.work, file.seen, report, written=path is not None)
        if run.goal.output == STDOUT and path is not None:
            to_stdout(path)
            report.path = report.written = "-"
    return reports


def _take(file: FileInParts, mended: Mended) -> None:
    file.work.outcome.join(mended.outcome)
    file.work.log.join(mended.log)


def _looked(told: bytes) -> Looked:
    looked: Looked = pickle.loads(told)
    return looked


def _mended(told: bytes) -> Mended:
    mended: Mended = pickle.loads(told)
    return mended
