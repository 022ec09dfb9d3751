"""``--output-format grouped``: the lines of concise, grouped by file."""

from collections.abc import Iterator

from ftlint.display import sanitize
from ftlint.report.concise import ending, what
from ftlint.report.terminal import RenderOptions, columns, line_of_text, styled
from ftlint.report.words import findings_in_order, statistics
from ftlint.result import Finding, Report


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """The findings file by file, then the totals; no output without findings and notes."""
    if options.statistics:
        yield from map(line_of_text, statistics(report, options))
    else:
        for file, findings in _by_file(report).items():
            yield line_of_text(f"{styled(sanitize(file), 'strong', options)}:")
            places = [_place(finding) for finding in findings]
            width = max(map(columns, places))
            for place, finding in zip(places, findings, strict=True):
                yield line_of_text(f"  {place:>{width}}  {what(finding, options)}")
            yield "\n"
    if not options.quiet:
        yield from map(line_of_text, ending(report, options))


def _by_file(report: Report) -> dict[str, list[Finding]]:
    """The findings by file: those of a fix run may be in the source, too."""
    findings_by_file: dict[str, list[Finding]] = {}
    for finding in findings_in_order(report):
        findings_by_file.setdefault(finding.file, []).append(finding)
    return findings_by_file


def _place(finding: Finding) -> str:
    if finding.line is not None:
        return str(finding.line)
    if finding.row is not None:
        return f"row {finding.row}"
    return "dataset" if finding.scope == "dataset" else "file"
