"""``--output-format csv``: one finding per row, for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ftlint.display import sanitize
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import findings_in_order
from ftlint.result import Finding, Report

HEADER = ("code", "name", "severity", "file", "line", "row", "path", "message", "fix", "scope")
# A spreadsheet evaluates a cell that begins with one of these; with semicolons as separator, also after each
# semicolon.
FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@\t\r＝＋－＠])")


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """A header, then the findings that are not suppressed."""
    del options
    yield _row(HEADER)
    for finding in findings_in_order(report):
        yield _row(_cells(finding))


def _cells(finding: Finding) -> Sequence[str | int]:
    place = ("" if finding.line is None else finding.line, "" if finding.row is None else finding.row)
    texts = (finding.path or "", finding.message, finding.fix or "", finding.scope)
    return (
        *map(_text, (finding.code, finding.name, finding.severity, finding.file)),
        *place,
        *map(_text, texts),
    )


@lru_cache(maxsize=1024)
def _text(text: str) -> str:
    """The text, protected from being evaluated as a formula."""
    return FORMULA.sub(r"\1'", sanitize(text))


def _row(cells: Sequence[str | int]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
