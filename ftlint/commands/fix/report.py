"""The report of a fixed file: how the output is checked, what was fixed, and why a file was left unchanged."""

from collections import Counter
from pathlib import Path

from msgspec import Struct, field

from ftlint.commands.fix.output import OutputOptions
from ftlint.commands.fix.plan import FixPlan
from ftlint.commands.fix.step import FixCounts, FixState
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.file_report import add_failures, check_whole
from ftlint.engine.inline_check import HashedFile
from ftlint.engine.pipeline import PassResult
from ftlint.engine.source_findings import merge_source_findings
from ftlint.errors import NotReadWhole
from ftlint.execution.part_folder import is_folder, parts_in
from ftlint.io.formats import format_of
from ftlint.io.source import Source
from ftlint.io.write.lost import lost_notes
from ftlint.result import FileReport


class FixedFile(Struct):
    """The fix of one file. ``path`` is the new file, None if there was nothing to write."""

    source: Source
    wanted: FixPlan
    observed: PassResult[FixState]
    counts: FixCounts = field(default_factory=lambda: FixCounts(ChangeLog()))
    path: Path | None = None
    lost: Path | None = None
    """The file of the values that fixes removed, if they are stored."""
    written: HashedFile | None = None
    """What was written, if it was checked meanwhile."""

    def add(self, counts: FixCounts) -> None:
        """Store the result of the second pass."""
        self.counts = counts
        self.observed.state.log.merge(counts.log)

    def report(self) -> FileReport | None:
        """The report of the new file if it was checked while it was written; None if it has to be read again."""
        if self.written is None or self.counts.checker is None:
            return None
        same = self.written.sha256 == self.observed.sha256 and self.observed.container == "jsonl"
        if self.path is None and not same:
            return None
        return self.written.report(recheck_source(self), self.counts.checker, self.wanted.checking)

    def is_unchanged(self, options: OutputOptions) -> bool:
        """Whether the new file would equal the old one: unless its name was given, it is not written then."""
        counts, healed = self.counts, self.observed.state.healed
        did_anything = bool(counts.changed or counts.dropped or healed.total())
        return options.output is None and counts.kept_lines and not did_anything


def why_refused(file: FixedFile, options: OutputOptions) -> str | None:
    """Why nothing is written for a file after the first pass over it; None where it may be."""
    observed = file.observed
    try:
        check_whole(file.source, observed.incomplete)
    except NotReadWhole as error:
        return str(error)
    name, unread = file.source.name, observed.state.unread.total()
    known = format_of(observed.container)
    if options.in_place and known.content == "binary":
        return f"{name} is {known.description}, which JSON lines cannot replace in place; use -o NAME.jsonl"
    if options.in_place and unread and not options.unsafe and options.rejects is None:
        rows = "1 row" if unread == 1 else f"{unread:,} rows"
        return (
            f"{name}: {rows} could not be read and would be lost if it were written over; "
            "use -o NAME.jsonl, or keep them with --rejects FILE"
        )
    return None


def recheck_source(file: FixedFile) -> Source:
    """The new file, or the old one if none was written."""
    path = file.path if file.path is not None else file.source.path
    if path is not None and is_folder(path):
        return parts_in(path)
    if path is None:
        return Source(file.source.name, None, file.source.data)
    return Source(str(path), path, None)


def finish_fix_report(file: FixedFile, report: FileReport) -> FileReport:
    """Make the report of the new file that of the fix."""
    plan, state = file.wanted.whole, file.observed.state
    report.written = report.path if file.path is not None else None
    add_failures(report, file.source, plan, state.log.failures, fixes_only=True)
    merge_source_findings(report, file.source, state.source_findings, plan)
    if file.path is None:
        report.notes.append("nothing to fix, so nothing was written")
    return _count(file, report)


def diff_report(file: FixedFile) -> FileReport:
    """The report of a run that wrote nothing."""
    observed, log = file.observed, file.observed.state.log
    report = FileReport(
        path=file.source.name,
        container=observed.container,
        shape=None,
        task=None,
        rows=observed.rows,
        examples=observed.state.scan.examples,
        bytes=observed.bytes,
        sha256=observed.sha256,
        changes=log.in_order(),
        changes_total=log.total,
    )
    add_failures(report, file.source, file.wanted.whole, log.failures)
    return _count(file, report)


def _count(file: FixedFile, report: FileReport) -> FileReport:
    counts, state = file.counts, file.observed.state
    report.failed = {**state.scan.failed, **report.failed}
    report.fixed = Counter({code: n for code, n in (counts.fixed + state.healed).items() if n})
    report.dropped = counts.dropped + state.unread
    report.changed = counts.changed
    report.kept = file.observed.rows - report.dropped.total()
    report.read = file.observed.rows
    report.notes += lost_notes(counts.log.lost, file.lost)
    return report
