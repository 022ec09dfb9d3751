"""``--output-format grouped``: the lines of concise, grouped by file."""

from collections.abc import Iterator

from ftlint.display import sanitize
from ftlint.report.concise import ending, what
from ftlint.report.terminal import RenderOptions, columns, line_of_text, styled
from ftlint.report.words import in_file_order, statistics
from ftlint.result import Finding, Report


def render(report: Report, look: RenderOptions) -> Iterator[str]:
    """The findings file by file, then the totals; no output without findings and notes."""
    if look.statistics:
        yield from map(line_of_text, statistics(report, look))
    else:
        for file, findings in _by_file(report).items():
            yield line_of_text(f"{styled(sanitize(file), 'strong', look)}:")
            places = [_place(finding) for finding in findings]
            width = max(map(columns, places))
            for place, finding in zip(places, findings, strict=True):
                yield line_of_text(f"  {place:>{width}}  {what(finding, look)}")
            yield "\n"
    if not look.quiet:
        yield from map(line_of_text, ending(report, look))


def _by_file(report: Report) -> dict[str, list[Finding]]:
    """The findings by file: those of a fix run may be in the source, too."""
    found: dict[str, list[Finding]] = {}
    for file in report.files:
        for finding in in_file_order(file.findings):
            found.setdefault(finding.file, []).append(finding)
    return found


def _place(finding: Finding) -> str:
    if finding.line is not None:
        return str(finding.line)
    if finding.row is not None:
        return f"row {finding.row}"
    return "dataset" if finding.scope == "dataset" else "file"
