"""Write reports to standard output, ``--output-file`` and every ``--report``; and derive the exit code."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ftlint.cli.exit_codes import ERROR, FINDINGS
from ftlint.cli.options import ReportFileOptions, ReportOptions
from ftlint.cli.step_summary import summarise
from ftlint.cli.terminal import echo_err, render_options, write_out
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.io.source import Source
from ftlint.io.write.atomic import replacing, validate_output_path
from ftlint.report.formats import FORMATS, format_named, render
from ftlint.report.terminal import PIPED_WIDTH, RenderOptions, wants_colour, width_of
from ftlint.result import SEVERITIES, Report

# Human formats list a few findings per rule; machine formats list all.
SHOWN_PER_RULE = {"text": 5, "full": 5, "markdown": 10, "junit": 20, "github": 100}


def extra_reports(
    options: ReportOptions, *, inputs: Iterable[str | None], taken: Iterable[str | None] = ()
) -> list[tuple[str, Path]]:
    """The reports of ``--report``: (format, file).

    Raises UsageError for an invalid file, or one that is in ``inputs`` or ``taken``.
    """
    reports: list[tuple[str, Path]] = []
    read = [Path(path) for path in inputs if path is not None]
    written = [Path(path) for path in taken if path]
    for text in options.report:
        name, sign, file = text.partition("=")
        if not sign or not file:
            raise UsageError(
                f"--report {text}: write FORMAT=FILE, e.g. json=report.json ({', '.join(FORMATS)})"
            )
        format_named(name)
        _check_file(f"--report {text}", Path(file), read, [*written, *(path for _, path in reports)])
        reports.append((name, Path(file)))
    format_named(options.output_format)
    if output := _output_file(options):
        _check_file(f"--output-file {output}", output, read, [*written, *(path for _, path in reports)])
    return reports


def report_render_options(options: ReportOptions) -> RenderOptions:
    """The rendering options for standard output, or for the file that replaces it."""
    in_file = _output_file(options) is not None
    colour = wants_colour(options.color, os.environ, sys.stdout)
    limit = options.max_per_rule
    return RenderOptions(
        colour=options.color == "always" if in_file else colour,
        width=PIPED_WIDTH if in_file else width_of(os.environ, sys.stdout),
        statistics=options.statistics,
        quiet=options.quiet,
        most=SHOWN_PER_RULE.get(options.output_format, 0) if limit is None else limit,
    )


def write_report(
    report: Report,
    options: ReportOptions,
    extra: Iterable[tuple[str, Path]] = (),
    *,
    data_on_stdout: bool = False,
) -> None:
    """Write the report to a file or standard output; if data goes to standard output, to standard error."""
    look = report_render_options(options)
    chunks = render(report, options.output_format, look)
    if file := _output_file(options):
        write_file(file, chunks)
    else:
        stream = sys.stderr if data_on_stdout else sys.stdout
        stream.writelines(chunks)
        stream.flush()
    if options.output_format == "github":
        summarise(report, os.environ, look)
    write_extra_reports(report, options, extra)


def write_extra_reports(report: Report, options: ReportOptions, extra: Iterable[tuple[str, Path]]) -> None:
    """Write the report in every additional format to its file."""
    for name, path in extra:
        look = RenderOptions(statistics=options.statistics, most=SHOWN_PER_RULE.get(name, 0))
        write_file(path, render(report, name, look))


def new_file(path: str | None, sources: Iterable[Source], *, overwrite: bool) -> Path | None:
    """The file to write, if any. Raises UsageError for one that exists, unless ``overwrite``, or is read."""
    if not path:
        return None
    inputs = [source.path for source in sources if source.path is not None]
    validate_output_path(Path(path), inputs, overwrite=overwrite)
    return Path(path)


def write_rendered(render: Callable[[RenderOptions], Iterable[str]], file: Path | None, color: str) -> None:
    """Write a text, which ``render`` makes for its width and colour, to a file or to standard output."""
    if file is None:
        write_out(render(render_options(color)))
    else:
        write_file(file, render(RenderOptions(color == "always", PIPED_WIDTH)))


def findings_needed(options: ReportOptions) -> int:
    """The maximum number of findings per rule that the run must keep for its reports; 0 for all."""
    shown = [SHOWN_PER_RULE.get(name, 0) for name in formats_wanted(options)]
    return 0 if 0 in shown else max(shown)


def formats_wanted(options: ReportOptions) -> list[str]:
    """The formats of all reports of a run."""
    return [options.output_format, *(text.partition("=")[0] for text in options.report)]


def error_code(report: Report) -> int:
    """2 if rules raised, which is reported besides the results, else 0."""
    if not report.failed_rules:
        return 0
    from ftlint.cli.crash_report import report_bug
    from ftlint.rule.errors import RuleFailed

    traces = list(report.failed_rules.values())
    error = RuleFailed("\nftlint: ".join(trace.partition("\n")[0] for trace in traces))
    for trace in traces:
        error.add_note(f"\n{trace}")
    echo_err(report_bug(error))
    return ERROR


def exit_code(report: Report, settings: Settings) -> int:
    """1 if a finding at or above ``fail-on`` remains, else 0."""
    failing = SEVERITIES[: SEVERITIES.index(settings.fail_on) + 1]
    return FINDINGS if any(report.total(severity) for severity in failing) else 0


def _output_file(options: ReportOptions) -> Path | None:
    path = options.output_file if isinstance(options, ReportFileOptions) else None
    return Path(path) if path and path != "-" else None


def _check_file(option: str, file: Path, inputs: Sequence[Path], taken: Sequence[Path]) -> None:
    """Reject, before the run, a report file that is invalid, or equal to the data or another output file."""
    if file.absolute() in [other.absolute() for other in taken]:
        raise UsageError(f"{option}: {file} is for something else already")
    try:
        if file.is_dir():
            raise UsageError(f"{option}: {file} is a folder; name a file")
        if not file.absolute().parent.is_dir():
            raise UsageError(f"{option}: there is no folder {file.parent}")
        if file.exists() and any(path.is_file() and file.samefile(path) for path in inputs):
            raise UsageError(f"{option}: {file} is the input itself")
    except OSError as error:
        raise UsageError(f"{option}: it cannot be written: {error.strerror}") from error


def write_file(file: Path, chunks: Iterable[str]) -> None:
    """Write a text to a new file, which takes the place of an old one only when it is complete."""
    try:
        with replacing(file) as out:
            out.writelines(chunk.encode("utf-8", errors="backslashreplace") for chunk in chunks)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
