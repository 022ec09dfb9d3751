"""Passes over one file: the scan of a check, and going through the file once more."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from threading import local
from typing import Any

from ftlint.batch.batch import Batch, batch_of
from ftlint.batch.record_makers import lacking_text, unknown_column
from ftlint.config.settings import Settings
from ftlint.engine.failures import of_whole
from ftlint.engine.scan import Plan, conclude, conclude_again, look_again, scan, wants_again
from ftlint.engine.state import Partial, Told
from ftlint.engine.suppress import tolerate
from ftlint.errors import NotReadWhole, SourceChanged, UsageError
from ftlint.io.block import Block, ReadOptions
from ftlint.io.json.columnar import Lines
from ftlint.io.part import WHOLE, Part
from ftlint.io.reader import Reading, open_reading
from ftlint.io.source import Source
from ftlint.result import FileReport, Finding, Report
from ftlint.rule import DatasetRule
from ftlint.rule.base import Conclusion
from ftlint.secrets import mask
from ftlint.shapes.detect import majority

Advance = Callable[[int], None]
# Files up to this size, as columns, are kept in memory where they are gone through more than once.
MOST_KEPT = 96 << 20
NOTHING = Block([], (), ())
_here = local()
Visit = Callable[[Block, Batch, Partial], None]

__all__ = [
    "Pass",
    "Report",
    "batches",
    "blocks",
    "check_columns",
    "check_file",
    "check_whole",
    "concluded",
    "finding_of",
    "first_pass",
    "judged",
    "look_again_at",
    "nowhere",
    "report_of",
    "scan_part",
    "told_of",
]


def nowhere(size: int) -> None:
    """For who does not want to know how far a pass has come."""
    del size


@dataclass(slots=True)
class Pass:
    """One reading of one file: what the reader said of it, and what the scan found."""

    source: Source
    container: str
    bytes: int
    columns: list[str] | None = None
    """The header of a table."""
    sha256: str = ""
    partial: Partial = field(default_factory=Partial)
    reading: Reading | None = None
    kept: list[Block] | None = None
    """The blocks, where they were to be kept and are small enough: they need not be read again."""
    part: Part = WHOLE


def report_of(files: list[FileReport], plan: Plan, settings: Settings, seconds: float) -> Report:
    """The report of a run."""
    fired = {tally.code for file in files for tally in file.tallies}
    return Report(
        files=files,
        target=plan.job.target.name if plan.job.target else None,
        model=plan.job.model.name if plan.job.model else None,
        names={rule.code: rule.name for rule in plan.rules},
        pages={rule.code: rule.page() for rule in plan.rules if rule.code in fired},
        seconds=seconds,
        max_per_rule=settings.max_per_rule,
    )


def check_file(source: Source, plan: Plan, read: ReadOptions, advance: Advance = nowhere) -> FileReport:
    """Everything that is wrong with one file."""
    return concluded(scan_part(source, plan, read, advance=advance), plan, read)


def concluded(seen: Pass, plan: Plan, read: ReadOptions) -> FileReport:
    """The report of a file that every rule has seen once."""
    verdicts = conclude(seen.partial, plan)
    if any(wants_again(verdict) for verdict in verdicts.values()):
        look_again_at(seen, plan, read, verdicts, seen.partial)
        conclude_again(seen.partial, verdicts, plan)
    return judged(seen, plan)


def scan_part(
    source: Source, plan: Plan, read: ReadOptions, part: Part = WHOLE, advance: Advance = nowhere
) -> Pass:
    """What every rule says of the batches of a file, or of a part of it."""

    def visit(block: Block, batch: Batch, partial: Partial) -> None:
        del block
        scan(batch, plan, partial)

    return first_pass(source, plan, read, visit, advance, part=part)


def look_again_at(
    seen: Pass, plan: Plan, read: ReadOptions, verdicts: Mapping[DatasetRule, Conclusion], partial: Partial
) -> None:
    """The second look at what a pass has seen; what it finds is told to the partial."""
    for _, batch in batches(seen, plan, read):
        look_again(batch, verdicts, plan, partial)


def judged(seen: Pass, plan: Plan) -> FileReport:
    """The report of a file that was seen as a whole, with what is tolerated."""
    report = told_of(seen, plan)
    tolerate(report, plan.rates)
    return report


def first_pass(
    source: Source,
    plan: Plan,
    read: ReadOptions,
    visit: Visit,
    advance: Advance = nowhere,
    *,
    keep: bool = False,
    part: Part = WHOLE,
) -> Pass:
    """Read a file, or a part of it, and visit every batch of it; the visits fill the pass's partial.

    ``keep`` asks for blocks of columns to be kept for the passes to come, unless they are too large.
    """
    reading = open_reading(source, read, part)
    check_columns(plan, reading.columns)
    seen = Pass(source, reading.container, reading.bytes, reading.columns, part=part)
    seen.partial.name, seen.partial.bytes = source.name, reading.bytes
    seen.reading, seen.kept = reading, [] if keep and reading.bytes <= MOST_KEPT else None
    done = 0
    # While one batch is visited, mostly in polars' own threads, the next one is read.
    visitor = _visitor()
    visited: Future[None] | None = None
    try:
        for block in reading.blocks():
            if part.is_first:
                _check_first(plan, block)
            if seen.kept is not None:
                seen.kept = [*seen.kept, block] if isinstance(block.records, Lines) else None
            batch = batch_of(block, plan.seer, plan.job)
            if visited is not None:
                visited.result()
            visited = visitor.submit(visit, block, batch, seen.partial)
            seen.partial.incomplete = seen.partial.incomplete or block.why_incomplete()
            seen.partial.rows += block.seen_rows
            seen.partial.lines += block.seen_lines
            advance(reading.position - done)
            done = reading.position
        if visited is not None:
            visited.result()
    finally:
        if visited is not None:
            wait([visited])
    seen.sha256 = reading.sha256
    return seen


def check_whole(source: Source, seen: Partial) -> None:
    """Raise NotReadWhole where data of the file is missing from what was seen of it."""
    if seen.incomplete:
        raise NotReadWhole(
            f"{source.name} was not read whole, so nothing was written for it: {seen.incomplete}. "
            "Put that right, then run this again"
        )


def _visitor() -> ThreadPoolExecutor:
    """The thread beside this one that visits batches. It is kept: patterns are compiled for each thread anew."""
    visitor: ThreadPoolExecutor | None = getattr(_here, "visitor", None)
    if visitor is None:
        visitor = _here.visitor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ftlint-visit")
    return visitor


def batches(
    seen: Pass, plan: Plan, read: ReadOptions, *, last: bool = False
) -> Iterator[tuple[Block, Batch]]:
    """The file once more, as blocks and batches. After the ``last`` time nothing of it is kept.

    Raises SourceChanged at the end where it is not, byte for byte, what the first pass has seen.
    """
    for block in blocks(seen, read, last=last):
        yield block, batch_of(block, plan.seer, plan.job)


def blocks(seen: Pass, read: ReadOptions, *, last: bool = False) -> Iterator[Block]:
    """The same as blocks only, for who does not look at the records. Raises SourceChanged likewise."""
    source, reading = seen.source, seen.reading
    if seen.kept is not None and reading is not None:
        kept = seen.kept
        seen.kept = None if last else kept
        for place, block in enumerate(kept):
            if last:
                kept[place] = NOTHING
            # What a pass changes of a record must not be seen on the next one.
            yield replace(block, records=block.records.fresh()) if isinstance(block.records, Lines) else block
        reading.check_unchanged()
        return
    reading = open_reading(source, read, seen.part)
    yield from reading.blocks()
    # A part whose first pass this is has no hash yet.
    seen.sha256 = seen.sha256 or reading.sha256
    if reading.changed() or reading.sha256 != seen.sha256:
        raise SourceChanged(f"{source.name} changed while it was read")


def told_of(seen: Pass, plan: Plan, name: str | None = None) -> FileReport:
    """The file's report from what a pass found. ``name`` replaces the source's own name."""
    partial, path = seen.partial, name or seen.source.name
    told = [entry for entries in partial.told.values() for entry in entries]
    failed, about_all = of_whole(partial, plan.failures)
    told += about_all
    tallies = partial.tallies + Counter(one.tally for one in about_all)
    names = {rule.code: rule.name for rule in plan.rules}
    told.sort(key=_order)
    report = FileReport(
        path=path,
        container=seen.container,
        shape=majority(list(partial.shapes.items())),
        task=_task(seen, plan),
        rows=partial.rows,
        examples=partial.examples,
        bytes=seen.bytes,
        # In parts nobody reads all of a file that lies elsewhere.
        sha256=seen.sha256 if seen.source.remote is None else "",
        findings=[finding_of(entry, path, names) for entry in told],
        tallies=Counter({tally: n for tally, n in sorted(tallies.items()) if n}),
        fixable=Counter({code: n for code, n in partial.fixable.items() if n}),
        failed=failed,
        notes=list(plan.notes),
    )
    unreadable = partial.rows - partial.examples
    if unreadable and not report.total("error"):
        report.notes.append(
            f"{unreadable} of {partial.rows} rows could not be used; the rules that say why are off"
        )
    return report


def _order(told: Told) -> tuple[int, int, str, str]:
    return (told.line or 0, told.row or 0, told.code, told.path or "")


def finding_of(told: Told, path: str, names: dict[str, str]) -> Finding:
    """The finding in a file of that path; ``names`` are those of rules by code."""
    fix: Any = told.fix
    # A key of a record may be a secret; most messages quote, and so have masked already.
    where = (path, told.line, told.row, told.path and mask(told.path))
    return Finding(
        told.code, names.get(told.code, told.code), told.severity, *where, mask(told.message), fix, told.scope
    )


def _task(seen: Pass, plan: Plan) -> str | None:
    from ftlint.batch import task_type

    return task_type.of_all(seen.partial.answers.pieces, plan.job).name


def check_columns(plan: Plan, columns: list[str] | None) -> None:
    """A template or a map that names no column of a table is a mistake in the command, not in the data."""
    if columns is None:
        return
    if plan.seer.templates and (wrong := unknown_column(plan.seer.templates, columns)):
        raise UsageError(wrong)
    if plan.seer.turns and (wrong := lacking_text(columns, plan.seer.eye.wanted.get("text"))):
        raise UsageError(wrong)
    for name, column in plan.seer.eye.wanted.items():
        if column not in columns and not plan.seer.templates:
            from ftlint.display import did_you_mean

            listed = ", ".join(columns)
            raise UsageError(
                f'--map {name}={column}: no column "{column}"{did_you_mean(column, columns)} (columns: {listed})'
            )


def _check_first(plan: Plan, block: Block) -> None:
    """The same for JSON records: what none of the first records has is a mistake in the command."""
    if not block.records or not (plan.seer.makes_records or plan.seer.eye.wanted):
        return
    columns = list(dict.fromkeys(key for record in block.records[:100] for key in record))
    if block.rows[0] == 1 or block.lines[0] <= 2:
        check_columns(plan, columns)
