"""``ftlint check``: check files, fix them, and show the changes of fixes."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftlint.cli.baseline import BaselineOptions, with_baseline, write, writes_baseline
from ftlint.cli.command import command, new_app
from ftlint.cli.exit_codes import ERROR
from ftlint.cli.inputs import InputOptions, inputs_from_options
from ftlint.cli.option import option
from ftlint.cli.options import (
    CheckingOptions,
    ExecutionOptions,
    ReportFileOptions,
    SelectOptions,
    WritingOptions,
)
from ftlint.cli.report_output import error_code, exit_code, extra_reports, report_render_options, write_report
from ftlint.cli.settings_from_options import settings_from_options
from ftlint.cli.shards import ShardOptions, save
from ftlint.cli.terminal import echo_err, progress_bar, write_out
from ftlint.commands.check.run import check_files
from ftlint.config.panels import EXECUTION, OUTPUT, READING, REPORT, TARGET
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.result import Report

if TYPE_CHECKING:
    from ftlint.commands.fix.output import OutputOptions

CHANGES_SHOWN = 50

app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class CheckArguments(
    SelectOptions,
    CheckingOptions,
    InputOptions,
    WritingOptions,
    BaselineOptions,
    ExecutionOptions,
    ShardOptions,
    ReportFileOptions,
):
    target: str | None = option("Who the file is for: ftlint target --all.", "NAME", panel=TARGET)
    fix: bool = option("Write a fixed file, with safe fixes.", default=False)
    unsafe_fixes: bool = option("With --fix: also fixes that change texts or drop examples.", default=False)
    fix_only: bool = option("Fix, and do not report what is left.", default=False)
    diff: bool = option("Show what fixes would change; write nothing.", default=False)
    output: str | None = option("The new file; - for standard output.", "FILE", flags="-o", panel=OUTPUT)
    in_place: bool = option("Write over the input (JSON lines only).", panel=OUTPUT, default=False)
    force_exclude: bool = option(
        "Leave out excluded files even if they are named.", panel=READING, default=False
    )
    exit_zero: bool = option("Exit with 0 whatever was found.", panel=REPORT, default=False)
    exit_non_zero_on_fix: bool = option(
        "Exit with 1 if a fix changed something.", panel=REPORT, default=False
    )
    no_cache: bool = option(
        "Check anew what did not change since it was checked.", panel=EXECUTION, default=False
    )
    cache_dir: str | None = option(
        "Keep reports here; else .ftlint_cache beside the configuration.", "FOLDER", panel=EXECUTION
    )


@command(app, "ftlint check train.jsonl --target openai-chat --fix -o fixed.jsonl")
def check(options: CheckArguments) -> int:
    """Find every fault; with --fix write a file without them.

    PATHS are files, folders and globs, here or at s3://, gs://, hf:// or https://; - is standard input. Files that are
    called alike but for train and valid (dev, test …) are compared with one another.
    """
    _validate(options)
    extra = extra_reports(options, inputs=options.paths, taken=(options.output, options.rejects))
    settings = replace(
        with_baseline(options, options, settings_from_options(options)), cache=_cache_folder(options)
    )
    sources, settings = inputs_from_options(options, settings, force_exclude=options.force_exclude)
    if not sources:
        echo_err("ftlint: nothing to check: every file is excluded")
        return 0
    if options.shard is not None or options.save is not None:
        _validate_shard(options)
        return save(options, options, sources, settings)
    output = _fix_output(options)
    size = sum(source.size or 0 for source in sources)
    with progress_bar(size, "checking", options.no_progress, options.quiet) as advance:
        if _for_baseline(options):
            return write(options, sources, settings, advance)
        if output is None:
            report = check_files(sources, settings, advance)
        else:
            from ftlint.commands.fix.run import fix_files

            report = fix_files(sources, settings, output, advance)
    code = _write(report, options, extra, settings)
    for reason in report.refused:
        echo_err(f"ftlint: {reason}")
    return ERROR if report.refused else code


def _write(
    report: Report, options: CheckArguments, extra: Sequence[tuple[str, Path]], settings: Settings
) -> int:
    """Write the report; returns the exit code for the findings."""
    if options.diff:
        differs = _show_difference(report, options)
        return error_code(report) or (0 if options.exit_zero else differs)
    if options.fix_only:
        for file in report.files:
            file.findings, file.tallies = [], type(file.tallies)()
    write_report(report, options, extra, data_on_stdout=Path(options.output or "") == Path("-"))
    return _code(report, options, settings)


def _code(report: Report, options: CheckArguments, settings: Settings) -> int:
    if code := error_code(report):
        return code
    if options.exit_zero:
        return 0
    if options.exit_non_zero_on_fix and any(file.fixed or file.dropped for file in report.files):
        return 1
    return 0 if options.fix_only else exit_code(report, settings)


def _cache_folder(options: CheckArguments) -> Path | None:
    """The folder of the report cache."""
    if options.no_cache or os.environ.get("FTLINT_NO_CACHE", "0") not in ("", "0"):
        return None
    from ftlint.commands.check.cache import folder_for

    return Path(options.cache_dir) if options.cache_dir else folder_for(Path.cwd(), os.environ)


def _fix_output(options: CheckArguments) -> "OutputOptions | None":
    if not (options.fix or options.fix_only or options.diff):
        return None
    from ftlint.commands.fix.output import OutputOptions
    from ftlint.execution.part_folder import output_path

    limit = options.max_per_rule
    return OutputOptions(
        output=output_path(options.output) if options.output else None,
        in_place=options.in_place,
        overwrite=options.overwrite,
        rejects=Path(options.rejects) if options.rejects else None,
        keep_lost=not options.no_lost,
        unsafe=options.unsafe_fixes,
        diff=(limit or (CHANGES_SHOWN if limit is None else sys.maxsize)) if options.diff else 0,
    )


def _validate(options: CheckArguments) -> None:
    fixes = options.fix or options.fix_only
    written = (("-o", options.output), ("--in-place", options.in_place), ("--rejects", options.rejects))
    for name, value in written:
        if value and not fixes and not options.diff:
            raise UsageError(f"{name} goes with --fix (or use ftlint convert)")
    if options.no_lost and not fixes:
        raise UsageError("--no-lost goes with --fix (or use ftlint convert)")
    if options.diff and (options.output or options.in_place or options.rejects):
        raise UsageError("--diff writes nothing; leave out -o, --in-place and --rejects")
    if options.diff and (options.report or options.output_file):
        raise UsageError("--diff shows changes and no findings; leave out --report and --output-file")


def _for_baseline(options: CheckArguments) -> bool:
    """Whether the run writes or prunes a baseline. Raises UsageError for options that cannot be combined with
    it.
    """
    if not writes_baseline(options):
        return False
    for name, is_set in (("--fix", options.fix), ("--fix-only", options.fix_only), ("--diff", options.diff)):
        if is_set:
            raise UsageError(f"a baseline is written of what is found; leave out {name}")
    return True


def _validate_shard(options: CheckArguments) -> None:
    """Raise UsageError for options that a shard does not support."""
    unsupported = {
        "--fix": options.fix,
        "--fix-only": options.fix_only,
        "--diff": options.diff,
        "--report": options.report,
        "--output-file": options.output_file,
        "--statistics": options.statistics,
    }
    for name, is_set in unsupported.items():
        if is_set:
            raise UsageError(f"--shard keeps a part of a report; {name} goes with all of it (ftlint merge)")
    if _for_baseline(options):
        raise UsageError("--shard keeps a part of a report; a baseline is written from all of it")


def _show_difference(report: Report, options: CheckArguments) -> int:
    from ftlint.report.fix_diff import differences

    write_out(differences(report, report_render_options(options)))
    return int(any(file.changes_total or file.fixed or file.dropped for file in report.files))
