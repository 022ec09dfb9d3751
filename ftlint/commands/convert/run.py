"""Converting: every record is read as a conversation and written in another shape; what is lost is counted.

Converting one file: a pass that looks, a pass that writes, then a check; at once or in parts.
"""

import io
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from ftlint.batch.batch import Batch
from ftlint.commands.convert.conversion import Conversion, Made, conversion, goal_of
from ftlint.commands.fix.output import STDOUT
from ftlint.config.settings import Settings
from ftlint.engine.check import check_file
from ftlint.engine.failure_report import add_failures
from ftlint.engine.file_report import report_of
from ftlint.engine.passes import Advance, Pass, batches, nowhere
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.engine.source_findings import code_of, merge_source_findings
from ftlint.engine.suppress import for_training
from ftlint.errors import UsageError
from ftlint.execution.choose import make_executor, size_of
from ftlint.execution.executor import Executor
from ftlint.execution.part_folder import PartFolder, check_folder, is_folder, parts_in
from ftlint.io.block import Block, ReadOptions
from ftlint.io.source import Source
from ftlint.io.write.atomic import check_goal, encode, reject_line, replacing, to_stdout
from ftlint.io.write.writer import Entry, Writer, container_of, writer_for
from ftlint.result import FileReport, Report
from ftlint.shapes.shape import Record
from ftlint.targets.target import Target
from ftlint.targets.trainer_config import FieldKinds, NoRecipe, Written, check_recipe, recipe

# Measured: every record is made anew as a Python object, so that a byte takes so much longer than when it is checked.
HARDER = 3


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
        beside = self.output.parent if is_folder(self.output) else self.output
        return beside.with_name(f"{beside.name}.lost.jsonl")


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
    raw: IO[bytes] | PartFolder = field(default_factory=io.BytesIO)
    """The file that the writer writes to, or the folder of its parts."""

    def reject(self, source: Source, line: int | None, row: int | None, code: str, record: object) -> None:
        """Keep a row that is left out, if anybody wants it."""
        if self.rejects is not None:
            self.rejects.write(reject_line(source.name, line, row, code, record))


Write = Callable[[Path, Files], None]
Check = Callable[[Source, Plan, Settings], FileReport]


def convert_file(source: Source, settings: Settings, wish: Wish, advance: Advance = lambda _: None) -> Report:
    """Convert one file and check the result. Raises UsageError before anything is written where it cannot be."""
    started = time.perf_counter()
    settings = for_training(settings)
    shape, target = goal_of(wish.to)
    _check(source, target, wish)
    begun = conversion(source, settings, shape, target, system=wish.system, keep_endings=wish.keep_endings)
    work = Converting(source, begun, wish)
    with ExitStack() as stack:
        size = HARDER * size_of([source])
        workers = stack.enter_context(make_executor(settings.staff, size))
        if workers.in_process and settings.staff.part_bytes is None and not is_folder(wish.output):
            workers = None  # type: ignore[assignment]
        write, check = _ways(work, settings, advance, workers)
        path = wish.output
        if path == STDOUT:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ftlint-"))
            path = Path(folder) / "converted.jsonl"
        with ExitStack() as files:
            goal = _open(work, path, files, workers)
            write(path, goal)
            _finish(work, goal)
        report, checked = _checked(work, path, settings, check)
        if wish.output == STDOUT:
            to_stdout(path)
            report.path = report.written = "-"
    if wish.lost is not None and not +begun.account.lost:
        wish.lost.unlink()
    result = report_of([report], checked, settings, time.perf_counter() - started)
    result.fixing = True
    return result


def _open(work: Converting, path: Path, stack: ExitStack, workers: Executor | None) -> Files:
    wish, source = work.wish, work.source
    out: IO[bytes] | PartFolder
    if workers is not None and is_folder(path):
        from ftlint.engine.parallel import about_source

        path.parent.mkdir(exist_ok=True)
        about = about_source(source, workers)
        out = stack.enter_context(PartFolder(path, converted=source.name, to=wish.to, source=about))
        # What the workers write is put together as it is.
        writer: Writer = writer_for(path, io.BytesIO())
    else:
        out = stack.enter_context(replacing(path))
        writer = writer_for(path, out)
    rejects = stack.enter_context(replacing(wish.rejects)) if wish.rejects is not None else None
    lost = stack.enter_context(replacing(wish.lost)) if wish.lost is not None else None
    return Files(writer, rejects, lost, out)


def _ways(
    work: Converting, settings: Settings, advance: Advance, workers: Executor | None
) -> "tuple[Write, Check]":
    """The first pass; how the second one is done, and how the new file is checked: at once, or in parts by workers."""
    if workers is None:
        seen = work.conversion.look(settings, advance)
        return (
            lambda path, files: write_part(work, seen, files),
            lambda source, plan, checking: check_file(source, plan, checking.read),
        )
    from ftlint.commands.convert.parallel import converting_in_parts
    from ftlint.engine.check import check_sources

    parts = converting_in_parts(work, settings, workers)
    parts.look(advance)
    return (
        parts.write,
        lambda source, plan, checking: check_sources([source], [plan], checking, workers, nowhere)[0],
    )


def write_part(work: Converting, seen: Pass, files: Files) -> None:
    """The second pass over a file, or over a part of it."""
    begun = work.conversion
    for block, batch in batches(seen, begun.plan, begun.read):
        _write(work, block, batch, files)


def _finish(work: Converting, files: Files) -> None:
    """Write what is written last, and count what has no place there."""
    begun = work.conversion
    for refused in files.out.finish():
        entry = refused.entry
        counted, record = entry.about
        begun.account.not_carried(counted)
        begun.account.refuse(refused.reason, entry.line)
        files.reject(work.source, entry.line, entry.row, "convert", record)
    work.notes = files.out.notes


def _write(work: Converting, block: Block, batch: Batch, files: Files) -> None:
    rejected: list[tuple[int | None, int | None, str, object]] = []

    def refuse(why: str, line: int, row: int, record: Record) -> None:
        del why
        rejected.append((row, line, "convert", record))

    begun = work.conversion
    for made in begun.made_of(block, batch, refuse):
        _carry(work, files, made)
    if files.rejects is not None:
        rejected += [(f.row, f.line, code_of(begun.whole, f.kind), f.text) for f in block.unread()]
        for row, line, code, record in sorted(rejected, key=lambda one: one[0] or 0):
            files.reject(work.source, line, row, code, record)


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


def _checked(
    work: Converting,
    path: Path,
    settings: Settings,
    check: Check,
) -> tuple[FileReport, Plan]:
    """The report of the new file, checked for its target, with the account of the conversion as notes."""
    begun = work.conversion
    name = begun.target.name if begun.target else None
    model = settings.model if begun.target else None
    written = replace(settings.for_written(), target=name, model=model, read=ReadOptions())
    plan = make_plan(written)
    source = parts_in(path) if is_folder(path) else Source(str(path), path, None)
    report = check(source, plan, written)
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
    merge_source_findings(report, work.source, begun.left_behind, begun.whole)
    add_failures(report, work.source, begun.whole, begun.failures)
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
    if wish.recipe and not is_folder(wish.output):
        check_recipe(wish.to, None if wish.output == STDOUT else wish.output)
    if is_folder(wish.output):
        check_folder(wish.output, overwrite=wish.overwrite)
        if wish.recipe:
            raise UsageError("--recipe is for one file; name one with -o")
    elif wish.output != STDOUT:
        container_of(wish.output)
        check_goal(wish.output, inputs, overwrite=wish.overwrite)
    for beside in (wish.rejects, wish.lost):
        if beside is not None:
            check_goal(beside, inputs, overwrite=wish.overwrite)
