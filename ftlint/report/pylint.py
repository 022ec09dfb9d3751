"""``--output-format pylint``: ``file:line: [CODE] message``, which many editors and bots can read."""

from collections.abc import Iterator

from ftlint.display import shown
from ftlint.report.paths import told
from ftlint.report.terminal import Look, as_line
from ftlint.report.words import in_file_order
from ftlint.result import Report


def render(report: Report, look: Look) -> Iterator[str]:
    """One finding a line; what is about a whole file stands at its first line."""
    del look
    for file in report.files:
        for finding in in_file_order(file.findings):
            yield as_line(
                f"{shown(finding.file)}:{finding.line or 1}: [{shown(finding.code)}] {told(finding)}"
            )
