"""Output formats. A format is one file with a ``render`` and one entry in ``FORMATS``."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from ftlint import plugins
from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.report import concise, json_report, text
from ftlint.report.colour import Look, shown
from ftlint.result import Report

__all__ = ["FORMATS", "Format", "Look", "format_named", "render"]

Format = Callable[[Report, Look], Iterator[str]]


def _later(module: str) -> Format:
    """A format whose module is loaded when somebody asks for it: most runs need one of them."""

    def render(report: Report, look: Look) -> Iterator[str]:
        return cast(Format, import_module(f"ftlint.report.{module}").render)(report, look)

    return render


FORMATS: dict[str, Format] = {
    "text": text.render,
    "full": text.render,
    "concise": concise.render,
    "grouped": _later("grouped"),
    "json": json_report.render,
    "json-lines": _later("json_lines"),
    "jsonl": _later("json_lines"),
    "sarif": _later("sarif"),
    "github": _later("github"),
    "gitlab": _later("gitlab"),
    "junit": _later("junit"),
    "markdown": _later("markdown"),
    "csv": _later("csv_report"),
    "pylint": _later("pylint"),
    "rdjson": _later("rdjson"),
    "azure": _later("azure"),
    "html": _later("html_report"),
}


def format_named(name: str) -> Format:
    """The format of this name; asked before a long run, a mistyped one costs nothing."""
    offered = plugins.offered(plugins.OUTPUTS, FORMATS)
    if name in offered:
        return cast(Format, offered[name].load())
    if name not in FORMATS:
        known = (*FORMATS, *offered)
        raise UsageError(
            f'no output format "{shown(name)}"{did_you_mean(name, known)} (known: {", ".join(known)})'
        )
    return FORMATS[name]


def render(report: Report, format: str, look: Look) -> Iterator[str]:
    """The report in a format, piece by piece."""
    return format_named(format)(report, look)
