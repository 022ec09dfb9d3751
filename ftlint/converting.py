"""Converting: every record is read as a conversation and written in another shape; what is lost is counted."""

import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from ftlint.batch import Batch
from ftlint.choice import goal_of
from ftlint.contents import for_training
from ftlint.conversion import Conversion, Made, conversion
from ftlint.engine import Plan
from ftlint.fixing import code_of, join_source
from ftlint.goal import STDOUT
from ftlint.output import Entry, Writer, container_of, writer_for
from ftlint.plan import make_plan
from ftlint.read import Block, ReadOptions, Source
from ftlint.recipe import FieldKinds, NoRecipe, Written, check_recipe, recipe
from ftlint.result import FileReport, Report
from ftlint.run import Advance, Pass, batches, check_file, report_of
from ftlint.settings import Settings
from ftlint.shapes.shape import Record
from ftlint.target import Target
from ftlint.write import check_goal, encode, reject_line, replacing, to_stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to convert to, and where. ``to`` is a target or a shape."""

    to: str
    output: Path
    overwrite: bool = False
    rejects: Path | None = None
    keep_lost: bool = True
    keep_endings: bool = False
    system: str | None = None
    recipe: bool = False
    """Whether to say how the target's trainer is told of the file."""

    @property
    def lost(self) -> Path | None:
        """The file beside the new one with what was lost."""
        if not self.keep_lost or self.output == STDOUT:
            return None
        return self.output.with_name(f"{self.output.name}.lost.jsonl")


@dataclass(slots=True)
class Converting:
    """One file, how it is converted, and what is known of the new file."""

    source: Source
    conversion: Conversion
    wish: Wish
    seen: FieldKinds = field(default_factory=FieldKinds)
    """What a recipe has to know of what was written."""
    notes: list[str] = field(default_factory=list)
    """What the container has to say."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where things go: the new file, the rows that are left out, and what was lost of the others."""

    out: Writer
    rejects: IO[bytes] | None
    lost: IO[bytes] | None

    def reject(self, source: Source, line: int | None, row: int | None, code: str, record: object) -> None:
        """Keep a row that is left out, if anybody wants it."""
        if self.rejects is not None:
            self.rejects.write(reject_line(source.name, line, row, code, record))


def convert_file(source: Source, settings: Settings, wish: Wish, advance: Advance = lambda _: None) -> Report:
    """Convert one file and check the result. Raises UsageError before anything is written where it cannot be."""
    started = time.perf_counter()
    settings = for_training(settings)
    shape, target = goal_of(wish.to)
    _check(source, target, wish)
    begun = conversion(source, settings, shape, target, system=wish.system, keep_endings=wish.keep_endings)
    work = Converting(source, begun, wish)
    seen = begun.look(settings, advance)
    with ExitStack() as stack:
        path = wish.output
        if path == STDOUT:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ftlint-"))
            path = Path(folder) / "converted.jsonl"
        with ExitStack() as files:
            _write_all(work, seen, _open(wish, path, files))
        report, checked = _checked(work, path, settings)
        if wish.output == STDOUT:
            to_stdout(path)
            report.path = report.written = "-"
    if wish.lost is not None and not +begun.account.lost:
        wish.lost.unlink()
    result = report_of([report], checked, settings, time.perf_counter() - started)
    result.fixing = True
    return result


def _open(wish: Wish, path: Path, stack: ExitStack) -> Files:
    out = stack.enter_context(replacing(path))
    rejects = stack.enter_context(replacing(wish.rejects)) if wish.rejects is not None else None
    lost = stack.enter_context(replacing(wish.lost)) if wish.lost is not None else None
    return Files(writer_for(path, out), rejects, lost)


def _write_all(work: Converting, seen: Pass, files: Files) -> None:
    """The second pass."""
    begun = work.conversion
    for block, batch in batches(seen, begun.plan, begun.read):
        _write(work, block, batch, files)
    for refused in files.out.finish():
        entry = refused.entry
        counted, record = entry.about
        begun.account.not_carried(counted)
        begun.account.refuse(refused.reason, entry.line)
        files.reject(work.source, entry.line, entry.row, "convert", record)
    work.notes = files.out.notes


def _write(work: Converting, block: Block, batch: Batch, files: Files) -> None:
    def refuse(why: str, line: int, row: int, record: Record) -> None:
        del why
        files.reject(work.source, line, row, "convert", record)

    begun = work.conversion
    for made in begun.made_of(block, batch, refuse):
        _carry(work, files, made)
    for fault in block.unread() if files.rejects is not None else ():
        files.reject(work.source, fault.line, fault.row, code_of(begun.whole, fault.kind), fault.text)


def _carry(work: Converting, files: Files, made: Made) -> None:
    new, line, row, record = made
    counted = new.counted(record)
    # What a safe fix has changed is another record than the file's, too.
    counted = counted._replace(changed=counted.changed or row in work.conversion.log.changed)
    work.conversion.account.carried(counted)
    if work.wish.recipe:
        work.seen.see(new.record)
    if files.lost is not None and new.kept:
        files.lost.write(encode({"line": line, "row": row, **new.kept}))
    if files.rejects is None:
        record = {}
    files.out.add(Entry(new.record, line, row, (counted, record)))


def _checked(work: Converting, path: Path, settings: Settings) -> tuple[FileReport, Plan]:
    """The report of the new file, checked for its target, with the account of the conversion as notes."""
    begun = work.conversion
    name = begun.target.name if begun.target else None
    model = settings.model if begun.target else None
    plan = make_plan(replace(settings.for_written(), target=name, model=model))
    report = check_file(Source(str(path), path, None), plan, ReadOptions())
    account = begun.account
    report.written = str(path)
    report.kept, report.changed = account.written.total(), account.changed
    report.dropped = Counter(account.unread)
    if account.refused:
        report.dropped["convert"] = account.refused.total()
    report.read = report.kept + report.dropped.total()
    report.fixed = (
        begun.healed + begun.log.fixed + (begun.fitting.fixed if begun.fitting is not None else Counter())
    )
    join_source(report, work.source, begun.left_behind, begun.whole)
    marks = begun.manner.dress.account() if begun.manner.dress is not None else None
    report.notes += account.notes(
        begun.goal, work.wish.lost, work.source.name, [*([marks] if marks else []), *work.notes]
    )
    if work.wish.recipe:
        try:
            report.recipe = recipe(work.wish.to, Written(path, begun.manner.shape.name, work.seen.fields))
        except NoRecipe as error:
            report.notes.append(f"no recipe: {error}")
    return report, plan


def _check(source: Source, target: Target | None, wish: Wish) -> None:
    inputs = [source.path] if source.path else []
    if wish.recipe:
        check_recipe(wish.to, None if wish.output == STDOUT else wish.output)
    if wish.output != STDOUT:
        container_of(wish.output)
        check_goal(wish.output, inputs, overwrite=wish.overwrite)
    for beside in (wish.rejects, wish.lost):
        if beside is not None:
            check_goal(beside, inputs, overwrite=wish.overwrite)


__all__ = ["Wish", "convert_file"]
