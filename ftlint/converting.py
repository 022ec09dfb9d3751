"""Converting: every record is read as a conversation and written in another shape; what is lost is counted."""

import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from ftlint import task as tasks
from ftlint.batch import Batch
from ftlint.dress import Dress, Looks
from ftlint.engine import Partial, Plan, can_fix, look
from ftlint.errors import UsageError
from ftlint.fixing import code_of, join_source, leave_behind
from ftlint.goal import STDOUT
from ftlint.mend import Log, mend
from ftlint.nearest import did_you_mean
from ftlint.plan import fixing, healing, make_plan
from ftlint.read import Block, ReadOptions, Source
from ftlint.result import FileReport, Report, Severity
from ftlint.rewrite import rewrite
from ftlint.rule import DatasetRule, FaultRule, Rule
from ftlint.run import Advance, Pass, batches, check_file, first_pass, report_of
from ftlint.settings import Settings
from ftlint.shapes import SHAPES, CannotHold, Shape
from ftlint.target import Target, load_target, target_names
from ftlint.template import Templates
from ftlint.write import check_goal, encode, is_line_name, reject_line, replacing, to_stdout

# Fields of preference data by which false marks an answer as a bad one.
UNWANTED = ("label", "kto_tag")


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


@dataclass(slots=True)
class Converting:
    """One file on its way into another shape, and the counts of what happened."""

    source: Source
    whole: Plan
    """All rules, for what is wrong with the source itself."""
    plan: Plan
    read: ReadOptions
    shape: Shape
    target: Target | None
    wish: Wish
    dress: Dress | None = None
    written: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    first_refused: dict[str, int] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    left_behind: Partial = field(default_factory=Partial)
    unwanted: int = 0
    """Records that say by a label that their answer is not wanted."""
    log: Log = field(default_factory=Log)


def convert_file(source: Source, settings: Settings, wish: Wish, advance: Advance = lambda _: None) -> Report:
    """Convert one file and check the result. Raises UsageError before anything is written where it cannot be."""
    started = time.perf_counter()
    shape, target = goal_of(wish.to)
    _check(source, wish)
    whole = make_plan(replace(settings, target=None, model=None, select=(), ignore=()))
    plan = fixing(whole, unsafe=False)
    work = Converting(source, whole, plan, healing(plan, settings.read), shape, target, wish)
    seen = _look(work, settings, advance)
    with ExitStack() as stack:
        path = wish.output
        if path == STDOUT:
            path = (
                Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftlint-"))) / "converted.jsonl"
            )
        with ExitStack() as files:
            out = files.enter_context(replacing(path))
            rejects = files.enter_context(replacing(wish.rejects)) if wish.rejects else None
            lost = files.enter_context(replacing(_lost_path(wish))) if _wants_lost(wish) else None
            for block, batch in batches(seen, plan, work.read):
                _write(work, block, batch, out, rejects, lost)
        report, checked = _checked(work, path, settings)
        if wish.output == STDOUT:
            to_stdout(path)
            report.path = report.written = "-"
    if _wants_lost(wish) and not work.lost:
        _lost_path(wish).unlink()
    result = report_of([report], checked, settings, time.perf_counter() - started)
    result.fixing = True
    return result


def goal_of(to: str) -> tuple[Shape, Target | None]:
    """The shape to write, and the target if one was named."""
    if to in target_names():
        target = load_target(to)
        return SHAPES[target.shape], target
    if to in SHAPES:
        return SHAPES[to], None
    known = [*target_names(), *SHAPES]
    raise UsageError(f'--to: no target or shape "{to}"{did_you_mean(to, known)} ({", ".join(known)})')


def _look(work: Converting, settings: Settings, advance: Advance) -> Pass:
    """The first pass: what the marks of the legacy format are, and whether the answers are classes."""
    looks = Looks()
    to_legacy = work.target is not None and work.shape.name == "completion"

    def visit(block: Block, batch: Batch, partial: Partial) -> None:
        _note_faults(work, block, batch)
        batch = mend(batch, _row_rules(work.plan), work.plan.job, Log())
        partial.answers.append(batch.answers)
        if to_legacy:
            looks.see_written([_exchange(work, batch, i) for i in range(len(batch))])
        else:
            looks.see(batch)

    seen = first_pass(work.source, work.plan, work.read, visit, advance)
    job = replace(work.plan.job, task=settings.task)
    task = tasks.conclude(tasks.combine(seen.partial.answers) if seen.partial.answers else None, job)
    if to_legacy:
        work.dress = looks.put_on(settings.separator, settings.stop, classes=task.is_classification)
    elif work.shape.name != "completion" and not work.wish.keep_endings:
        work.dress = looks.take_off(settings.separator, settings.stop)
    return seen


def _note_faults(work: Converting, block: Block, batch: Batch) -> None:
    """Count the rows that cannot be read, and keep what is wrong with the source."""
    work.unread.update(code_of(work.whole, fault.kind) for fault in block.unread())
    faults: dict[Rule, Severity] = {r: s for r, s in work.whole.rules.items() if isinstance(r, FaultRule)}
    for hit in look(batch, faults, work.whole.job):
        kind = hit.rule.fault if isinstance(hit.rule, FaultRule) else None
        left = [
            f for f in hit.found if kind not in work.read.heal or not can_fix(hit.rule, f, work.whole.job)
        ]
        leave_behind(replace(hit, found=left), batch, work.whole, work.left_behind)


def _exchange(work: Converting, batch: Batch, i: int) -> tuple[str, str] | None:
    sighting = batch.sightings[i]
    if sighting is None:
        return None
    try:
        written, _ = rewrite(batch.records[i], sighting, work.shape, work.target, work.wish.system)
    except CannotHold:
        return None
    return str(written["prompt"]), str(written["completion"])


def _write(
    work: Converting,
    block: Block,
    batch: Batch,
    out: IO[bytes],
    rejects: IO[bytes] | None,
    lost: IO[bytes] | None,
) -> None:
    mended = mend(batch, _row_rules(work.plan), work.plan.job, work.log)
    for i, (record, sighting) in enumerate(zip(mended.records, mended.sightings, strict=True)):
        line, row = mended.lines[i], mended.rows[i]
        try:
            if sighting is None:
                raise CannotHold("fits no shape")
            written, conversation = rewrite(record, sighting, work.shape, work.target, work.wish.system)
        except CannotHold as error:
            work.refused[str(error)] += 1
            work.first_refused.setdefault(str(error), line)
            if rejects is not None:
                rejects.write(reject_line(work.source.name, line, row, "convert", record))
            continue
        if work.dress is not None:
            work.dress.wear(written, sighting.shape.name)
        out.write(encode(written))
        work.written[sighting.shape.name] += 1
        work.lost.update(set(conversation.lost) | set(conversation.extra))
        work.unwanted += any(conversation.extra.get(key) is False for key in UNWANTED)
        if lost is not None and conversation.extra:
            lost.write(encode({"line": line, "row": row, **conversation.extra}))
    for fault in block.unread() if rejects is not None else ():
        code = code_of(work.whole, fault.kind)
        rejects.write(reject_line(work.source.name, fault.line, fault.row, code, fault.text))  # type: ignore[union-attr]


def _checked(work: Converting, path: Path, settings: Settings) -> tuple[FileReport, Plan]:
    """The report of the new file, checked for its target, with the account of the conversion as notes."""
    name = work.target.name if work.target else None
    model = settings.model if work.target else None
    plan = make_plan(replace(settings, target=name, model=model, map={}, templates=Templates()))
    report = check_file(Source(str(path), path, None), plan, ReadOptions())
    report.written = str(path)
    report.changed = report.kept = work.written.total()
    report.dropped = Counter(work.unread)
    if work.refused:
        report.dropped["convert"] = work.refused.total()
    report.read = report.kept + report.dropped.total()
    report.fixed = work.log.fixed
    join_source(report, work.source, work.left_behind, work.whole)
    report.notes.extend(_account(work))
    return report, plan


def _account(work: Converting) -> list[str]:
    goal = work.shape.name + (f" ({work.target.name})" if work.target else "")
    notes = [f"{n:,} {shape} → {n:,} {goal}" for shape, n in work.written.most_common()]
    if work.dress is not None and (said := work.dress.account()):
        notes.append(said)
    for field_name, n in work.lost.most_common():
        where = f" · kept in {_lost_path(work.wish)} (--no-lost to skip)" if _wants_lost(work.wish) else ""
        notes.append(f'lost: "{field_name}" in {n:,} records{where}')
    if work.unwanted:
        notes.append(
            f"{work.unwanted:,} of these records are labelled as answers that are not wanted (false); "
            f"{work.shape.name} cannot say so and trains on them: take them out first"
        )
    for reason, n in work.refused.most_common():
        notes.append(
            f"not carried: {n:,} records, first at line {work.first_refused[reason]}: {goal} {reason}"
        )
    if work.unread:
        n = work.unread.total()
        notes.append(
            f"not carried: {n:,} rows that could not be read (ftlint check {work.source.name} says why)"
        )
    return notes


def _row_rules(plan: Plan) -> dict[Any, Any]:
    return {r: s for r, s in plan.rules.items() if not isinstance(r, DatasetRule | FaultRule)}


def _wants_lost(wish: Wish) -> bool:
    return wish.keep_lost and wish.output != STDOUT


def _lost_path(wish: Wish) -> Path:
    return wish.output.with_name(f"{wish.output.name}.lost.jsonl")


def _check(source: Source, wish: Wish) -> None:
    inputs = [source.path] if source.path else []
    if wish.output != STDOUT:
        if not is_line_name(wish.output):
            raise UsageError(
                f"-o {wish.output}: ftlint writes JSON lines; name it .jsonl (.jsonl.gz, .jsonl.zst)"
            )
        check_goal(wish.output, inputs, overwrite=wish.overwrite)
    if wish.rejects is not None:
        check_goal(wish.rejects, inputs, overwrite=wish.overwrite)


__all__ = ["Wish", "convert_file", "goal_of"]
