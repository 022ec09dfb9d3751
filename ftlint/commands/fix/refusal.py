"""Whether a file may be written at all: never where data that was not read would be lost."""

from ftlint.commands.fix.output import Goal
from ftlint.commands.fix.step import Work
from ftlint.engine.file_report import check_whole
from ftlint.engine.state import ScanState
from ftlint.errors import NotReadWhole
from ftlint.io.container import BINARY
from ftlint.io.detect import WORDS
from ftlint.result import FileReport


def why_refused(work: Work, container: str, seen: ScanState, goal: Goal) -> str | None:
    """Why nothing is written for a file after the first pass over it; None where it may be."""
    try:
        check_whole(work.source, seen.incomplete)
    except NotReadWhole as error:
        return str(error)
    name, unread = work.source.name, work.unread.total()
    if goal.in_place and container in BINARY:
        return f"{name} is {WORDS[container]}, which JSON lines cannot replace in place; use -o NAME.jsonl"
    if goal.in_place and unread and not goal.unsafe and goal.rejects is None:
        rows = "1 row" if unread == 1 else f"{unread:,} rows"
        return (
            f"{name}: {rows} could not be read and would be lost if it were written over; "
            "use -o NAME.jsonl, or keep them with --rejects FILE"
        )
    return None


def refused(report: FileReport, why: str) -> FileReport:
    """The report of the file as it is, with the reason why it was left so."""
    report.refused = why
    report.notes.append(why)
    return report
