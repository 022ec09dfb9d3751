"""``--output-format concise``: one finding per line, ``file:line: CODE message``, for editors and grep."""

from collections.abc import Iterator

from ftlint.display import sanitize
from ftlint.report.terminal import RenderOptions, line_of_text, styled
from ftlint.report.words import (
    counted,
    findings_in_order,
    fixable,
    fixed_in_words,
    found_in_words,
    statistics,
    suppressed_in,
)
from ftlint.result import Finding, Report


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """The findings file by file, then the totals; no output without findings and notes."""
    if options.statistics:
        yield from map(line_of_text, statistics(report, options))
    else:
        for finding in findings_in_order(report):
            yield line_of_text(f"{_place(finding, options)} {what(finding, options)}")
    if not options.quiet:
        yield from map(line_of_text, ending(report, options))


def _place(finding: Finding, options: RenderOptions) -> str:
    file = styled(sanitize(finding.file), "strong", options)
    if finding.line is not None:
        return f"{file}:{finding.line}:"
    if finding.row is not None:
        return f"{file}[row {finding.row}]:"
    return f"{file}[dataset]:" if finding.scope == "dataset" else f"{file}:"


def what(finding: Finding, options: RenderOptions) -> str:
    """Code, marker of a safe fix, message and path."""
    code = styled(sanitize(finding.code), finding.severity, options)
    mark = " [*]" if finding.fix == "safe" else ""
    where = f" ({sanitize(finding.path)})" if finding.path else ""
    return f"{code}{mark} {sanitize(finding.message)}{where}"


def ending(report: Report, options: RenderOptions) -> Iterator[str]:
    """Notes, written files, the totals, and what --fix would do."""
    for file in report.files:
        yield from (f"{sanitize(file.path)}: note: {sanitize(note)}" for note in file.notes)
        if file.written:
            rejects = f" Dropped rows are kept in {sanitize(file.rejects)}." if file.rejects else ""
            yield f"Wrote {sanitize(file.written)}.{rejects}"
    yield from (f"note: {sanitize(note)}" for note in report.notes)
    unlisted = sum(max(file.tallies.total() - len(file.findings), 0) for file in report.files)
    if unlisted and not options.statistics:
        yield f"{counted(unlisted, 'more finding')} not listed (--max-per-rule 0 shows all)."
    mended, summary, fixes = fixed_in_words(report), found_in_words(report), fixable(report)
    if mended:
        yield f"Done: {mended}."
    if summary:
        yield f"Found {summary}."
    if suppressed := suppressed_in(report):
        yield f"{suppressed:,} suppressed."
    if fixes["safe"]:
        yield f"[*] {fixes['safe']:,} fixable with `--fix`."
    if fixes["unsafe"]:
        more = "more " if fixes["safe"] else ""
        yield f"{fixes['unsafe']:,} {more}fixable with `--fix --unsafe-fixes`."
