"""Output formats. A format is one file with a ``render`` and one entry in ``FORMATS``."""

from collections.abc import Callable, Iterator

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.report import concise, json_report, text
from ftlint.report.colour import Look, shown
from ftlint.result import Report

__all__ = ["FORMATS", "Format", "Look", "format_named", "render"]

Format = Callable[[Report, Look], Iterator[str]]

FORMATS: dict[str, Format] = {
    "text": text.render,
    "full": text.render,
    "concise": concise.render,
    "json": json_report.render,
}


def format_named(name: str) -> Format:
    """The format of this name; asked before a long run, a mistyped one costs nothing."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(f'no output format "{shown(name)}"{did_you_mean(name, FORMATS)} (known: {known})')
    return FORMATS[name]


def render(report: Report, format: str, look: Look) -> Iterator[str]:
    """The report in a format, piece by piece."""
    return format_named(format)(report, look)
