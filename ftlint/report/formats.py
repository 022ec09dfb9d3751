"""Output formats by name. A format is one module with a ``render`` function and one entry in ``FORMATS``."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from ftlint import plugins
from ftlint.display import check_known
from ftlint.report import concise, json_report, text
from ftlint.report.terminal import RenderOptions
from ftlint.result import Report

__all__ = ["FORMATS", "Format", "RenderOptions", "format_named", "render"]

Format = Callable[[Report, RenderOptions], Iterator[str]]


def _lazy(module: str) -> Format:
    """A format whose module is imported on first use: most runs need only one."""

    def render(report: Report, options: RenderOptions) -> Iterator[str]:
        return cast(Format, import_module(f"ftlint.{module}").render)(report, options)

    return render


FORMATS: dict[str, Format] = {
    "text": text.render,
    "full": text.render,
    "concise": concise.render,
    "grouped": _lazy("report.grouped"),
    "json": json_report.render,
    "json-lines": _lazy("report.json_lines"),
    "jsonl": _lazy("report.json_lines"),
    "sarif": _lazy("report.sarif"),
    "github": _lazy("report.github"),
    "gitlab": _lazy("report.gitlab"),
    "junit": _lazy("report.junit"),
    "markdown": _lazy("report.markdown"),
    "csv": _lazy("report.csv_report"),
    "pylint": _lazy("report.pylint"),
    "rdjson": _lazy("report.rdjson"),
    "azure": _lazy("report.azure"),
    "html": _lazy("html_report.format"),
}


def format_named(name: str) -> Format:
    """Get the format with this name; called before a long run, so that a typo fails early."""
    offered = plugins.offered(plugins.OUTPUTS, FORMATS)
    if name in offered:
        return cast(Format, offered[name].load())
    check_known(name, (*FORMATS, *offered), "no output format", "known: ")
    return FORMATS[name]


def render(report: Report, format: str, options: RenderOptions) -> Iterator[str]:
    """Render the report in a format, as a stream of text chunks."""
    return format_named(format)(report, options)
