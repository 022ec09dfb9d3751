"""``--output-format html``: the findings as an HTML page. ``ftlint report`` adds the figures."""

from collections.abc import Iterator

from ftlint.report.terminal import RenderOptions
from ftlint.result import Report


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """Render the page. Raises UsageError if the extra ``report`` is not installed."""
    from ftlint.html_report.collect import of_report
    from ftlint.html_report.page import as_page

    del options
    yield as_page(of_report(report))
