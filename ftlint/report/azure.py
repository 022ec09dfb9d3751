"""``--output-format azure``: logging commands of Azure Pipelines; it lists the findings in the summary of a run."""

from collections.abc import Iterator
from pathlib import Path

from ftlint.display import sanitize
from ftlint.io.address import is_remote
from ftlint.report.paths import describe
from ftlint.report.terminal import RenderOptions, line_of_text
from ftlint.report.words import findings_in_order
from ftlint.result import Finding, Report


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """A command for each error and warning. Notes have no command: they are plain lines of the log."""
    del options
    for finding in findings_in_order(report):
        yield _line(finding)


def _line(finding: Finding) -> str:
    code, message = sanitize(finding.code), describe(finding)
    if finding.severity == "info":
        return line_of_text(f"{sanitize(finding.file)}:{finding.line or 1}: {code} {message}")
    # Azure requires absolute paths.
    file = finding.file if is_remote(finding.file) else str(Path(finding.file).absolute())
    place = {"sourcepath": sanitize(file), "linenumber": str(finding.line or 1)}
    words = {"type": finding.severity, **place, "columnnumber": "1", "code": code}
    properties = "".join(f"{name}={_property(word)};" for name, word in words.items())
    return f"##vso[task.logissue {properties}]{_data(message)}\n"


def _data(text: str) -> str:
    """Escape the text of a command. Line breaks are sanitized already; a percent sign begins an escape."""
    return text.replace("%", "%AZP25")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
