"""Converting: every record is read as a conversation and written in another shape; what is lost is counted."""

import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from ftlint import task as tasks
from ftlint.account import Account
from ftlint.batch import Batch
from ftlint.choice import goal_of, shape_for
from ftlint.dress import Looks
from ftlint.engine import Partial, Plan, can_fix, look
from ftlint.fit import Fitting, row_rules
from ftlint.fixing import code_of, join_source, leave_behind
from ftlint.goal import STDOUT
from ftlint.job import Job
from ftlint.known import known_fields
from ftlint.mend import Log, mend
from ftlint.output import Entry, Writer, container_of, writer_for
from ftlint.plan import fixing, healing, make_plan
from ftlint.read import Block, ReadOptions, Source
from ftlint.recipe import FieldKinds, NoRecipe, Written, check_recipe, recipe
from ftlint.result import FileReport, Report, Severity
from ftlint.rewrite import Manner, Rewritten, rewrite
from ftlint.rule import FaultRule, Rule
from ftlint.run import Advance, Pass, batches, check_file, first_pass, report_of
from ftlint.settings import Settings
from ftlint.shapes import SHAPES, CannotHold
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
    """One file on its way into another shape."""

    source: Source
    whole: Plan
    """All rules, for what is wrong with the source itself."""
    plan: Plan
    read: ReadOptions
    target: Target | None
    manner: Manner
    wish: Wish
    fitting: Fitting | None
    account: Account = field(default_factory=Account)
    left_behind: Partial = field(default_factory=Partial)
    log: Log = field(default_factory=Log)
    seen: FieldKinds = field(default_factory=FieldKinds)
    """What a recipe has to know of what was written."""
    notes: list[str] = field(default_factory=list)
    """What the container has to say."""

    @property
    def goal(self) -> str:
        """The new shape and the target in words."""
        return self.manner.shape.name + (f" ({self.target.name})" if self.target else "")


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
    shape, target = goal_of(wish.to)
    _check(source, target, wish)
    whole = make_plan(replace(settings, target=None, model=None, select=(), ignore=()))
    plan = fixing(whole, unsafe=False)
    fitting = Fitting(settings, target.name) if target is not None else None
    manner = Manner(shape, wish.system)
    work = Converting(source, whole, plan, healing(plan, settings.read), target, manner, wish, fitting)
    seen = _look(work, settings, advance)
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
    if wish.lost is not None and not +work.account.lost:
        wish.lost.unlink()
    result = report_of([report], checked, settings, time.perf_counter() - started)
    result.fixing = True
    return result


def _look(work: Converting, settings: Settings, advance: Advance) -> Pass:
    """The first pass: which shapes there are, what the marks of the legacy format are, whether answers are classes."""
    bare, legacy = Looks(), Looks()
    shapes: Counter[str] = Counter()
    # Only a target can ask for marks, and only in prompts and completions.
    marked = work.target is not None and "completion" in work.target.shapes and Job(work.target).wants_marks
    as_pairs = replace(work.manner, shape=SHAPES["completion"])

    def visit(block: Block, batch: Batch, partial: Partial) -> None:
        _note_faults(work, block, batch)
        batch = mend(batch, row_rules(work.plan), work.plan.job, Log())
        partial.answers.append(batch.answers)
        shapes.update(sighting.shape.name for sighting in batch.sightings if sighting is not None)
        bare.see(batch)
        if marked:
            legacy.see_written([_exchange(as_pairs, batch, i) for i in range(len(batch))])

    seen = first_pass(work.source, work.plan, work.read, visit, advance)
    shape = work.manner.shape if work.target is None else shape_for(work.target, shapes)
    dress = None
    if marked and shape.name == "completion":
        job = replace(work.plan.job, task=settings.task)
        task = tasks.conclude(tasks.combine(seen.partial.answers) if seen.partial.answers else None, job)
        dress = legacy.put_on(settings.separator, settings.stop, classes=task.is_classification)
    elif shape.name != "completion" and not work.wish.keep_endings:
        dress = bare.take_off(settings.separator, settings.stop)
    work.manner = replace(work.manner, shape=shape, dress=dress, known=known_fields(work.target, shape))
    return seen


def _note_faults(work: Converting, block: Block, batch: Batch) -> None:
    """Count the rows that cannot be read, and keep what is wrong with the source."""
    work.account.unread.update(code_of(work.whole, fault.kind) for fault in block.unread())
    faults: dict[Rule, Severity] = {r: s for r, s in work.whole.rules.items() if isinstance(r, FaultRule)}
    for hit in look(batch, faults, work.whole.job):
        kind = hit.rule.fault if isinstance(hit.rule, FaultRule) else None
        left = [
            f for f in hit.found if kind not in work.read.heal or not can_fix(hit.rule, f, work.whole.job)
        ]
        leave_behind(replace(hit, found=left), batch, work.whole, work.left_behind)


def _exchange(manner: Manner, batch: Batch, i: int) -> tuple[str, str] | None:
    sighting = batch.sightings[i]
    if sighting is None:
        return None
    try:
        written = rewrite(batch.records[i], sighting, manner).record
    except CannotHold:
        return None
    return str(written["prompt"]), str(written["completion"])


def _open(wish: Wish, path: Path, stack: ExitStack) -> Files:
    out = stack.enter_context(replacing(path))
    rejects = stack.enter_context(replacing(wish.rejects)) if wish.rejects is not None else None
    lost = stack.enter_context(replacing(wish.lost)) if wish.lost is not None else None
    return Files(writer_for(path, out), rejects, lost)


def _write_all(work: Converting, seen: Pass, files: Files) -> None:
    """The second pass."""
    for block, batch in batches(seen, work.plan, work.read):
        _write(work, block, batch, files)
    for refused in files.out.finish():
        entry = refused.entry
        counted, record = entry.about
        work.account.not_carried(counted)
        work.account.refuse(refused.reason, entry.line)
        files.reject(work.source, entry.line, entry.row, "convert", record)
    work.notes = files.out.notes


def _write(work: Converting, block: Block, batch: Batch, files: Files) -> None:
    left_out = {batch.rows[i]: (why, block.records[i]) for i, why in batch.unfilled.items()}
    mended = mend(batch, row_rules(work.plan), work.plan.job, work.log)
    made: list[tuple[Rewritten, int, int, Record]] = []
    for i, (record, sighting) in enumerate(zip(mended.records, mended.sightings, strict=True)):
        line, row = mended.lines[i], mended.rows[i]
        try:
            if sighting is None:
                why, record = left_out.get(row, ("fits no shape", record))
                raise CannotHold(why)
            made.append((rewrite(record, sighting, work.manner), line, row, record))
        except CannotHold as error:
            _refuse(work, files, error, line, row, record)
    if work.fitting is not None:
        work.fitting.fit([new.record for new, *_ in made], [m[2] for m in made], [m[1] for m in made])
    for new, line, row, record in made:
        try:
            new.take_off(work.manner.known)
        except CannotHold as error:
            _refuse(work, files, error, line, row, record)
            continue
        _carry(work, files, new, line, row, record)
    for fault in block.unread() if files.rejects is not None else ():
        files.reject(work.source, fault.line, fault.row, code_of(work.whole, fault.kind), fault.text)


def _refuse(work: Converting, files: Files, error: CannotHold, line: int, row: int, record: Record) -> None:
    work.account.refuse(f"{work.goal} {error}", line)
    files.reject(work.source, line, row, "convert", record)


def _carry(work: Converting, files: Files, new: Rewritten, line: int, row: int, record: Record) -> None:
    counted = new.counted(record)
    # What a safe fix has changed is another record than the file's, too.
    counted = counted._replace(changed=counted.changed or row in work.log.changed)
    work.account.carried(counted)
    if work.wish.recipe:
        work.seen.see(new.record)
    if files.lost is not None and new.kept:
        files.lost.write(encode({"line": line, "row": row, **new.kept}))
    if files.rejects is None:
        record = {}
    files.out.add(Entry(new.record, line, row, (counted, record)))


def _checked(work: Converting, path: Path, settings: Settings) -> tuple[FileReport, Plan]:
    """The report of the new file, checked for its target, with the account of the conversion as notes."""
    name = work.target.name if work.target else None
    model = settings.model if work.target else None
    plan = make_plan(replace(settings.for_written(), target=name, model=model))
    report = check_file(Source(str(path), path, None), plan, ReadOptions())
    account = work.account
    report.written = str(path)
    report.kept, report.changed = account.written.total(), account.changed
    report.dropped = Counter(account.unread)
    if account.refused:
        report.dropped["convert"] = account.refused.total()
    report.read = report.kept + report.dropped.total()
    report.fixed = work.log.fixed + (work.fitting.fixed if work.fitting is not None else Counter())
    join_source(report, work.source, work.left_behind, work.whole)
    marks = work.manner.dress.account() if work.manner.dress is not None else None
    report.notes += account.notes(
        work.goal, work.wish.lost, work.source.name, [*([marks] if marks else []), *work.notes]
    )
    if work.wish.recipe:
        try:
            report.recipe = recipe(work.wish.to, Written(path, work.manner.shape.name, work.seen.fields))
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
