"""Write the full report to the step summary of GitHub Actions, which shows only ten annotations of each level."""

from collections.abc import Mapping
from pathlib import Path

from ftlint.cli.terminal import echo_err
from ftlint.report.terminal import RenderOptions
from ftlint.result import Report

MAX_BYTES = 1 << 20
"""The maximum size in bytes that GitHub accepts; all commands of a step share it."""
LEAST = 50_000


def summarise(report: Report, environ: Mapping[str, str], options: RenderOptions) -> None:
    """Append the report to the summary, if there is one. A failure to write it is only reported."""
    summary_path = environ.get("GITHUB_STEP_SUMMARY")
    if not summary_path:
        return
    from ftlint.report.markdown import within

    path = Path(summary_path)
    try:
        taken = path.stat().st_size if path.exists() else 0
        if MAX_BYTES - taken < LEAST:
            echo_err("ftlint: the summary of this step is full; the report is not in it")
            return
        with path.open("ab") as out:
            if taken:
                out.write(b"\n")
            for chunk in within(MAX_BYTES - taken - 1, report, options, size=_bytes):
                out.write(_encoded(chunk))
    except OSError as error:
        echo_err(f"ftlint: the summary of this step cannot be written: {error.strerror}")


def _bytes(text: str) -> int:
    return len(_encoded(text))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="backslashreplace")
