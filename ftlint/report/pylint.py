"""``--output-format pylint``: ``file:line: [CODE] message``, which many editors and bots can read."""

from collections.abc import Iterator

from ftlint.display import sanitize
from ftlint.report.paths import describe
from ftlint.report.terminal import RenderOptions, line_of_text
from ftlint.report.words import findings_in_order
from ftlint.result import Report


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """One finding per line; those about an entire file are reported at its first line."""
    del options
    for finding in findings_in_order(report):
        yield line_of_text(
            f"{sanitize(finding.file)}:{finding.line or 1}: [{sanitize(finding.code)}] {describe(finding)}"
        )
