"""``--output-format html``: the findings as one page; ``ftlint report`` makes one that has the figures, too."""

from collections.abc import Iterator

from ftlint.report.colour import Look
from ftlint.result import Report


def render(report: Report, look: Look) -> Iterator[str]:
    """The whole page. Raises UsageError where the extra ``report`` is not installed."""
    from ftlint.picture import as_page, of_report

    del look
    yield as_page(of_report(report))
