"""``--diff``: what a fix would change, with the context of each change."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from msgspec import Struct

from ftlint.analysis.common_prefix import common_prefix_length
from ftlint.display import sanitize
from ftlint.report.terminal import RenderOptions, columns, line_of_text, styled
from ftlint.report.words import counted
from ftlint.result import Change, FileReport, Report

CONTEXT = 30
"""Characters of context before and after each difference."""
SHORT = 500
"""Differences in longer texts are not matched character by character: that takes quadratic time."""
MAX_DIFFERENCE = 240
MAX_PLACES = 4
FARTHEST_CODES = 110

NOT_ASCII = re.compile(r"[^\x21-\x7e]")
Spelling = Callable[[str], str]


class ChangedSpan(Struct, frozen=True):
    """The replacement for the range ``start`` to ``end`` of the other text."""

    before: tuple[int, int]
    after: tuple[int, int]


def differences(report: Report, options: RenderOptions) -> Iterator[str]:
    """Every change of every file: location, before, after, and the rules that require it."""
    gap = ""
    for file in report.files:
        for place, changes in groupby(file.changes, key=lambda change: (change.line, change.row)):
            yield gap
            yield line_of_text(styled(f"--- {_place(file, *place)}", "strong", options))
            for change in changes:
                yield from map(line_of_text, _change(change, report, options))
            gap = "\n"
        yield from map(line_of_text, _not_shown(file))


def spans(before: str, after: str) -> list[ChangedSpan]:
    """The ranges in which two texts differ, in order. A common prefix and suffix are skipped."""
    start = common_prefix_length(before, after)
    end = common_prefix_length(before[start:][::-1], after[start:][::-1])
    first, second = before[start : len(before) - end], after[start : len(after) - end]
    if not first and not second:
        return []
    if not first or not second or max(len(first), len(second)) > SHORT:
        return [ChangedSpan((start, start + len(first)), (start, start + len(second)))]
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return [
        ChangedSpan((start + b0, start + b1), (start + a0, start + a1))
        for kind, b0, b1, a0, a1 in matcher.get_opcodes()
        if kind != "equal"
    ]


def _place(file: FileReport, line: int | None, row: int | None) -> str:
    path = sanitize(file.path)
    if line is not None:
        return f"{path}:{line}"
    return f"{path} row {row}" if row is not None else path


def _change(change: Change, report: Report, options: RenderOptions) -> Iterator[str]:
    if change.path:
        yield f"  {sanitize(change.path)}"
    codes = " · ".join(
        f"{sanitize(code)} {sanitize(report.names.get(code, ''))}".rstrip() for code in change.codes
    )
    if change.after is None:
        sides = [("removed", f"- {_shortened(change.before, options.room - len('-  (dropped)'))} (dropped)")]
    else:
        before, after = _neighbourhoods(change.before, change.after)
        sides = [("removed", f"- {before}")] if before else []
        sides += [("added", f"+ {after}")] if after else []
    for at, (style, line) in enumerate(sides, start=1):
        yield from _with_codes(line, style, codes if at == len(sides) else "", options)


def _with_codes(line: str, style: str, codes: str, options: RenderOptions) -> Iterator[str]:
    """The line with the codes at the right, or below it if it does not fit."""
    right = min(options.room, FARTHEST_CODES)
    blank = right - columns(line) - columns(codes)
    if not codes or blank >= 2:
        yield styled(line, style, options) + (" " * blank + styled(codes, "faint", options) if codes else "")
        return
    yield styled(line, style, options)
    yield " " * max(right - columns(codes), 2) + styled(codes, "faint", options)


def _not_shown(file: FileReport) -> Iterator[str]:
    more = file.changes_total - len(file.changes)
    if more > 0:
        yield f"… {counted(more, 'more change')} in {sanitize(file.path)} not shown"


def _neighbourhoods(before: str, after: str) -> tuple[str, str]:
    """Both texts around their differences; an invisible difference is escaped."""
    differing = spans(before, after)
    near, remaining = differing[:MAX_PLACES], differing[MAX_PLACES:]
    if remaining:
        before, after = before[: remaining[0].before[0]], after[: remaining[0].after[0]]
    spellings = [_escape_invisible if is_invisible(before, after, span) else sanitize for span in near]
    old = _around(before, [span.before for span in near], spellings)
    new = _around(after, [span.after for span in near], spellings)
    if old == new:
        # A character was replaced by its own escape: show the other one in a different notation.
        old = _around(before, [span.before for span in near], [_escape_by_number] * len(near))
    if not remaining:
        return old, new
    more = f"… (and {counted(len(remaining), 'more place')})"
    return old.removesuffix("…") + more, new.removesuffix("…") + more


def is_invisible(before: str, after: str, span: ChangedSpan) -> bool:
    """Whether the difference is invisible: only whitespace, or another encoding of the same letters."""
    sides = (before[slice(*span.before)], after[slice(*span.after)])
    one, other = (unicodedata.normalize("NFKC", text[:MAX_DIFFERENCE]).strip() for text in sides)
    return one == other


def _around(text: str, places: Sequence[tuple[int, int]], spellings: Sequence[Spelling]) -> str:
    """The text around these ranges, with … for omitted text."""
    segments, done = [], 0
    for at, ((start, end), spelling) in enumerate(zip(places, spellings, strict=True)):
        if start - done > 2 * CONTEXT or (at == 0 and start > CONTEXT):
            segments += [sanitize(text[done : done + CONTEXT]) if at else "", "…"]
            done = start - CONTEXT
        segments += [sanitize(text[done:start]), _shortened(text[start:end], MAX_DIFFERENCE, spelling)]
        done = end
    remaining = text[done : done + CONTEXT]
    # Sanitize the joined text once more: segments that are safe alone may form a build log command together.
    return sanitize("".join([*segments, remaining, "…" if len(text) > done + CONTEXT else ""]))


def _shortened(text: str, limit: int, spelling: Spelling = sanitize) -> str:
    """The text; a long one is reduced to its beginning and end."""
    if len(text) <= limit:
        return spelling(text)
    head = limit * 2 // 3
    return f"{spelling(text[:head])}…{spelling(text[head + 1 - limit :])}"


def _escape_invisible(text: str) -> str:
    """The text with whitespace and non-ASCII characters escaped."""
    return NOT_ASCII.sub(lambda match: _escape_of(match.group()), text)


def _escape_by_number(text: str) -> str:
    """The same, with escape names that do not occur in the data."""
    return NOT_ASCII.sub(lambda match: f"<U+{ord(match.group()):04X}>", text)


def _escape_of(character: str) -> str:
    sanitized = sanitize(character)
    if sanitized != character:
        return sanitized
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
