"""Findings, records and changes as JSON that is safe inside a script element."""

import re
from collections.abc import Sequence
from typing import Any

from ftlint.display import escape, sanitize
from ftlint.engine.excerpts import readable
from ftlint.html_report.collect import DatasetReport
from ftlint.report.fix_diff import is_invisible, spans
from ftlint.report.json_report import as_json
from ftlint.result import Change

CONTEXT = 48
MAX_DIFFERENCE = 240
MAX_DROPPED = 400
MAX_PLACES = 6
MAX_MESSAGE = 600
NOT_PLAIN = re.compile(r"[^\x21-\x7e]")
# Sequences that would end the element, begin a comment in it, or end a line of a script.
UNSAFE = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})

Piece = tuple[str, int]
"""A text, and whether it differs from the other side."""


def embedded_script(value: Any) -> str:
    """A value as JSON that is safe inside a script element."""
    return as_json(value).translate(UNSAFE)


def data_of(report: DatasetReport) -> dict[str, Any]:
    """All data that can be filtered. Keys are short, since they occur thousands of times.

    ``findings``: g (index of the group), f (of the file), l (line), r (row), p (path), m (message), x (fix), e
    (index of the record). ``records``: lists of [who, text, path]. ``changes``: f, l, r, p, c (codes), b and a
    (before and after as [text, differs]; a null if the record is dropped), e (the dropped record).
    """
    files: dict[str, int] = {}
    places = {key: at for at, key in enumerate(report.records)}
    findings = [
        {
            "g": nth,
            "f": files.setdefault(finding.file, len(files)),
            "l": finding.line,
            "r": finding.row,
            "p": sanitize(escape(finding.path, 160)) if finding.path is not None else None,
            "m": sanitize(escape(finding.message, MAX_MESSAGE)),
            "x": finding.fix,
            "e": places.get((finding.file, finding.row)) if finding.row is not None else None,
        }
        for nth, group in enumerate(report.groups)
        for finding in group.listed
    ]
    changes = [
        _change(change, files.setdefault(file, len(files)), places.get((file, change.row or 0)))
        for file, change in (report.mended.listed if report.mended is not None else ())
    ]
    return {
        "files": [report.name(path) for path in files],
        "findings": findings,
        "records": list(report.records.values()),
        "changes": changes,
    }


def _change(change: Change, file: int, record: int | None) -> dict[str, Any]:
    before, after = compared(change)
    return {
        "f": file,
        "l": change.line,
        "r": change.row,
        "p": sanitize(escape(change.path, 160)) if change.path is not None else None,
        "c": [sanitize(code) for code in change.codes],
        "b": before,
        "a": after,
        "e": record if after is None else None,
    }


def compared(change: Change) -> tuple[list[Piece], list[Piece] | None]:
    """Both texts around their differences, in segments; the second is None if the record is dropped."""
    if change.after is None:
        return [(readable(change.before, MAX_DROPPED), 0)], None
    differing = spans(change.before, change.after)[:MAX_PLACES]
    equal = [is_invisible(change.before, change.after, span) for span in differing]
    return (
        _segments(change.before, [span.before for span in differing], equal),
        _segments(change.after, [span.after for span in differing], equal),
    )


def _segments(text: str, places: Sequence[tuple[int, int]], equal: Sequence[bool]) -> list[Piece]:
    segments: list[Piece] = []
    done = 0
    for (start, end), hidden in zip(places, equal, strict=True):
        if start - done > 2 * CONTEXT:
            head = f"{text[done : done + CONTEXT]} " if done else ""
            segments.append((sanitize(f"{head}… {text[start - CONTEXT : start]}"), 0))
        elif start > done:
            segments.append((sanitize(text[done:start]), 0))
        if end > start:
            segments.append((_shown(text[start:end], hidden), 1))
        done = end
    remaining = text[done : done + CONTEXT]
    if remaining:
        segments.append((sanitize(remaining) + (" …" if len(text) > done + CONTEXT else ""), 0))
    return segments


def _shown(text: str, hidden: bool) -> str:
    """The text of a difference; an invisible one is escaped."""
    if len(text) > MAX_DIFFERENCE:
        text = f"{text[: MAX_DIFFERENCE * 2 // 3]} … {text[-MAX_DIFFERENCE // 3 :]}"
    if not hidden:
        return sanitize(text)
    return NOT_PLAIN.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    sanitized = sanitize(character)
    if sanitized != character:
        return sanitized
    return "␣" if character == " " else f"\\u{ord(character):04x}"
