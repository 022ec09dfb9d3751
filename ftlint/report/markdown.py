"""``--output-format markdown``: tables for a comment on a pull request, and for a step summary in GitHub.

A comment may have 65,536 characters; findings that do not fit are counted. Text from data is escaped so that it
cannot form a table, link, mention or tag.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from msgspec import Struct

from ftlint.display import sanitize
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import (
    NOUNS,
    RuleTotal,
    by_rule,
    counted,
    fixed_in_words,
    found_in_words,
    rule_totals,
    size_in_words,
    suppressed_in,
)
from ftlint.result import SEVERITIES, FileReport, Finding, Report

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "\\": "&#92;", "`": "&#96;"}
ESCAPES = str.maketrans(ENTITIES | {mark: f"\\{mark}" for mark in "*_{}[]#!~$^"})
# Code hosts link these after the Markdown is parsed, so that a backslash does not help: mentions, issue numbers,
# addresses. A zero-width space breaks them up.
REFERENCE = re.compile(
    r"(?<=[@#!~%$^&])(?=[\w\"])|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bGH)(?=-\d)", re.IGNORECASE | re.ASCII
)
ZERO_WIDTH_SPACE = "&#8203;"


def plain(text: str, limit: int = 300) -> str:
    """At most ``most`` characters of the text, on one line, escaped to be displayed literally.

    ``a|b`` is ``a&#124;b``, ``@ann`` is ``@&#8203;ann``.
    """
    text = sanitize(text)
    if len(text) > limit:
        text = f"{text[: limit - 1]}…"
    segments = []
    done = 0
    for gap in REFERENCE.finditer(text):
        segments.append(text[done : gap.start()].translate(ESCAPES))
        done = gap.start()
    return ZERO_WIDTH_SPACE.join([*segments, text[done:].translate(ESCAPES)])


MAX_CHARACTERS = 60_000
MAX_PER_RULE = 10
TOP_RULES = 20
MAX_NOTES = 10
ENDING = 400
"""Reserved for the line that states what was left out."""


class MarkdownRow(Struct, frozen=True):
    """A row of a table, and the number of findings it lists."""

    text: str
    listed: int


class ListedRule(NamedTuple):
    """A rule that fired in a file, and its findings there."""

    file: FileReport
    total: RuleTotal
    findings: Sequence[Finding]


class MarkdownSection(Struct, frozen=True):
    """A heading, the header of a table, and its rows, which may not all fit."""

    opening: str
    rows: Iterable[MarkdownRow]


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """The report in at most 60,000 characters."""
    return within(MAX_CHARACTERS, report, options)


def within(
    limit: int, report: Report, options: RenderOptions, size: Callable[[str], int] = len
) -> Iterator[str]:
    """The report limited to a number of characters, or of units that ``size`` measures; at least 8,000 are
    needed.
    """
    head = "".join(f"{line}\n" for line in _head(report, options))
    yield head
    room, listed, full = limit - ENDING - size(head), 0, False
    for section in () if options.statistics else _sections(report, options):
        opening = section.opening
        for row in section.rows:
            text = f"{opening}{row.text}\n"
            full = size(text) > room
            if full:
                break
            yield text
            opening, room, listed = "", room - size(text), listed + row.listed
        if full:
            break
    total = sum(file.tallies.total() for file in report.files)
    if listed < total and not options.statistics:
        why = " More would be too long." if full else ""
        yield f"\n{listed:,} of {counted(total, 'finding')} listed.{why} `--report json=FILE` has all.\n"


def _head(report: Report, options: RenderOptions) -> Iterator[str]:
    summary, mended = found_in_words(report), fixed_in_words(report)
    yield f"## ftlint: {summary or 'nothing found'}"
    yield ""
    dirty, files = sum(file.tallies.total() > 0 for file in report.files), len(report.files)
    among = f"{dirty:,} of {counted(files, 'file')}" if 0 < dirty < files else counted(files, "file")
    facts = [f"{counted(report.examples, 'example')} in {counted(files, 'file')}"]
    facts += [f"findings in {among}"] if 0 < dirty < files else []
    facts += [f"for {plain(report.target, 80)}" if report.target else "no target named"]
    facts += [mended] if mended else []
    suppressed = suppressed_in(report)
    facts += [f"{suppressed:,} suppressed"] if suppressed else []
    yield " · ".join(facts)
    totals = rule_totals(report, report.files)
    if totals:
        yield ""
        yield from _table("rule", "severity", "findings", "fix", align="llrl")
        yield from map(_total, totals[:TOP_RULES])
    if others := totals[TOP_RULES:]:
        yield _line(
            f"{counted(len(others), 'more rule')}", "", f"{sum(total.count for total in others):,}", ""
        )
    notes = [] if options.quiet else [*report.notes, *(note for file in report.files for note in file.notes)]
    different = list(dict.fromkeys(notes))
    if different:
        yield ""
        yield from (f"- note: {plain(note)}" for note in different[:MAX_NOTES])
    if len(different) > MAX_NOTES:
        yield f"- {counted(len(different) - MAX_NOTES, 'more note')}"


def _sections(report: Report, options: RenderOptions) -> Iterator[MarkdownSection]:
    """A table for each file, the worst first, and one for dataset-level findings."""
    about_dataset: list[ListedRule] = []
    dirty = [file for file in report.files if file.tallies.total()]
    for file in sorted(dirty, key=lambda file: SEVERITIES.index(file.worst() or "info")):
        found = by_rule(file.findings)
        totals = rule_totals(report, [file], by_scope=True)
        listed = [ListedRule(file, total, found.get(total.key, ())) for total in totals]
        about_dataset += [one for one in listed if one.total.about_dataset]
        file_totals = [one for one in listed if not one.total.about_dataset]
        if file_totals:
            head = [f"### {plain(file.path)}", "", _facts(file), ""]
            head += _table("line", "severity", "rule", "what", align="rlll")
            yield MarkdownSection(
                "".join(f"{line}\n" for line in ("", *head)), _rows(file_totals, options, whole=False)
            )
    if about_dataset:
        head = ["### About the dataset as a whole", ""]
        head += _table("file", "severity", "rule", "what", align="llll")
        yield MarkdownSection(
            "".join(f"{line}\n" for line in ("", *head)), _rows(about_dataset, options, whole=True)
        )


def _facts(file: FileReport) -> str:
    words = ", ".join(counted(n, NOUNS[s]) for s in SEVERITIES if (n := file.total(s)))
    shape = plain(file.shape or file.container, 80)
    return f"{counted(file.examples, 'example')} · {shape} · {size_in_words(file.bytes)} · {words}"


def _rows(rules: Iterable[ListedRule], options: RenderOptions, *, whole: bool) -> Iterator[MarkdownRow]:
    """The first findings of each rule, then the number of the others."""
    for file, total, findings in rules:
        first = findings[: options.most or MAX_PER_RULE]
        rule = _rule(total)
        for finding in first:
            place = plain(file.path) if whole else _place(finding, file.path)
            yield MarkdownRow(_line(place, total.severity, rule, _what(finding)), 1)
        if total.count > len(first):
            place = plain(file.path) if whole else ""
            yield MarkdownRow(_line(place, total.severity, rule, f"… {total.count - len(first):,} more"), 0)


def _place(finding: Finding, here: str) -> str:
    """The line; with the file name if the finding is in another file (the source of a fix)."""
    name = "" if finding.file == here else f"{plain(PurePath(finding.file).name, 80)} "
    if finding.line is not None:
        return f"{name}{finding.line}"
    return f"{name}row {finding.row}" if finding.row is not None else name.rstrip()


def _what(finding: Finding) -> str:
    path = f" ({plain(finding.path, 120)})" if finding.path else ""
    return plain(finding.message) + path


def _rule(total: RuleTotal) -> str:
    return f"{plain(total.code, 40)} {plain(total.name, 80)}".rstrip()


def _total(total: RuleTotal) -> str:
    return _line(_rule(total), total.severity, f"{total.count:,}", ", ".join(total.fixes))


def _table(*heads: str, align: str) -> Iterator[str]:
    yield _line(*heads)
    yield _line(*("--:" if side == "r" else ":--" for side in align))


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    texts: Collection[int] = (0,),
    limit: int | None = None,
) -> str:
    """A table whose columns at ``texts`` hold text, the others numbers; of more rows than the limit, their number."""
    every = list(rows)
    lines = [heads, ["---" if n in texts else "--:" for n in range(len(heads))], *every[:limit]]
    if limit is not None and len(every) > limit:
        lines.append([f"{len(every) - limit:,} more", *[""] * (len(heads) - 1)])
    return "".join(f"{_line(*cells)}\n" for cells in lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
