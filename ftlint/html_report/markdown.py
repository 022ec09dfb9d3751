"""The report as Markdown for a pull request: the same figures in a few tables, within the length limit of a comment."""

from collections.abc import Iterator

from ftlint.display import escape, sanitize
from ftlint.html_report.collect import DatasetReport
from ftlint.html_report.page import tiles, title, verdict
from ftlint.html_report.tables import (
    ReportTable,
    costs_table,
    counts_table,
    cuts_table,
    files_table,
    sides_table,
    spreads_table,
)
from ftlint.report.markdown import plain, table
from ftlint.report.words import NOUNS, counted, found_in_words

MAX_CHARACTERS = 60_000
MAX_RULES = 100
MAX_EXAMPLES = 3
MAX_ROWS = 40
MAX_MESSAGE = 200
MARK = "<!-- ftlint report -->"
"""The first line: a later run finds the comment to update by it."""
CUT = "\n_Cut off here: a comment holds no more._\n"


def as_markdown(dataset: DatasetReport) -> str:
    """The summary, numbers and tables as GitHub's Markdown, at most ``MAX_CHARACTERS`` characters.

    Longer text is truncated between blocks, with a note.
    """
    text, room = "", MAX_CHARACTERS - len(CUT)
    for block in _blocks(dataset):
        if len(text) + len(block) + 1 > room:
            return text + CUT
        text += block + "\n"
    return text


def _blocks(dataset: DatasetReport) -> Iterator[str]:
    report = dataset.report
    yield f"{MARK}\n## {plain(title(dataset))}\n"
    summary = found_in_words(report) or "nothing was found"
    yield f"**{plain(verdict(report)[1])}**: {summary}.\n"
    numbers = [f"{number} {what}" + (f" ({more})" if more else "") for number, what, more in tiles(dataset)]
    yield plain(" · ".join(numbers)) + "\n"
    if len(report.files) > 1:
        yield from _table("", files_table(dataset))
    yield from _findings(dataset)
    if dataset.mended is not None and dataset.mended.total:
        fixed, dropped = sum(dataset.mended.fixed.values()), sum(dataset.mended.dropped.values())
        yield f"Fixes would mend {counted(fixed, 'place')} and drop {counted(dropped, 'example')}.\n"
    yield from _figures(dataset)


def _findings(dataset: DatasetReport) -> Iterator[str]:
    for about_dataset in (False, True):
        some = [group for group in dataset.groups if group.total.about_dataset is about_dataset]
        if not some:
            continue
        rows = [
            (total.severity, f"{total.code} {total.name}", f"{total.count:,}", ", ".join(total.fixes))
            for total in (group.total for group in some[:MAX_RULES])
        ]
        heading = "About the dataset as a whole" if about_dataset else "Findings"
        listed = [(NOUNS[severity], *others) for severity, *others in rows]
        yield from _table(heading, ReportTable(("", "rule", "findings", "fix"), listed, (0, 1, 3)))
        if not about_dataset:
            yield from _examples(dataset)


def _examples(dataset: DatasetReport) -> Iterator[str]:
    """Some locations of each rule, folded."""
    yield "<details><summary>Where</summary>\n"
    for group in dataset.groups[:MAX_RULES]:
        lines = [f"- {plain(f'{group.total.code} {group.total.name}')}"]
        for finding in group.listed[:MAX_EXAMPLES]:
            at = f":{finding.line}" if finding.line is not None else ""
            path = f" {sanitize(escape(finding.path, 80))}" if finding.path else ""
            message = sanitize(escape(finding.message, MAX_MESSAGE))
            lines.append(f"  - {plain(f'{dataset.name(finding.file)}{at}{path}: {message}')}")
        if group.total.count > MAX_EXAMPLES:
            lines.append(f"  - … {group.total.count - MAX_EXAMPLES:,} more")
        yield "\n".join(lines)
    yield "\n</details>\n"


def _figures(dataset: DatasetReport) -> Iterator[str]:
    measured = dataset.measured
    if measured is None or not measured.whole.figures.examples:
        return
    figures = measured.whole.figures
    yield from _table("Tokens", spreads_table(figures))
    yield from _table("", cuts_table(figures))
    if figures.classes:
        yield from _table("Classes", counts_table(("class", "examples"), figures.classes, MAX_ROWS))
    yield from _table("Roles", counts_table(("role", "messages"), list(figures.roles.items()), MAX_ROWS))
    scripts = measured.whole.scripts.rows
    if len(scripts) > 1:
        rows = [(name, f"{questions:,}", f"{answered:,}") for name, questions, answered in scripts]
        yield from _table("Scripts", ReportTable(("script", "asked", "answered"), rows))
    yield f"Duplicates: {measured.exact.extra:,} in {counted(measured.exact.total, 'cluster')}.\n"
    if measured.nearly is not None:
        nearly = measured.nearly
        yield f"Nearly the same: {nearly.extra:,} in {counted(nearly.total, 'cluster')}.\n"
    if figures.training.costs:
        yield from _table("Cost", costs_table(figures))
    if measured.sides is not None:
        training, held_out = measured.sides
        yield from _table("Train and validation", sides_table(training.figures, held_out.figures))
        if dataset.between:
            yield plain(", ".join(f"{n:,} × {code} {name}" for code, name, n in dataset.between)) + "\n"


def _table(heading: str, content: ReportTable) -> Iterator[str]:
    if content.rows:
        rows = [[plain(cell) for cell in row] for row in content.rows]
        text = table(content.heads, rows, content.texts, MAX_ROWS)
        yield f"### {heading}\n\n{text}" if heading else text
