"""``--output-format json-lines``: one finding per line, with the keys it has in JSON."""

from collections.abc import Iterator

from ftlint.report.json_report import as_json, record_of
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import findings_in_order
from ftlint.result import Report


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """The findings that are not suppressed, one per line; no output without findings."""
    del options
    for finding in findings_in_order(report):
        yield f"{as_json(record_of(finding))}\n"
