"""``ftlint check``: checking, fixing and showing differences."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ftlint.cli.baseline import with_baseline, write, writes_baseline
from ftlint.cli.inputs import sources_and_held
from ftlint.cli.main import WRONG, say
from ftlint.cli.settings_from_options import Given, exit_code, failure_code, give, reports_of, settings_of
from ftlint.commands.check.run import check_files
from ftlint.commands.fix.output import STDOUT, Goal
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.execution.part_folder import output_path
from ftlint.report.progress import progress, wanted
from ftlint.report.terminal import Look
from ftlint.result import Report

CHANGES_SHOWN = 50


def run(given: Given) -> int:
    """Do what was asked; the exit code."""
    _check_options(given)
    reports = reports_of(given)
    settings = replace(with_baseline(given, settings_of(given)), cache=_cache(given))
    sources, settings = sources_and_held(given, settings)
    if not sources:
        say("ftlint: nothing to check: every file is excluded")
        return 0
    if given["shard"] is not None or given["save"] is not None:
        from ftlint.cli.shards import save

        return save(given, sources, settings)
    goal = _goal(given)
    size = sum(source.size or 0 for source in sources)
    bar = wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    with progress(size, "checking", bar) as advance:
        if writes_baseline(given):
            return write(given, sources, settings, advance)
        if goal is None:
            report = check_files(sources, settings, advance)
        else:
            from ftlint.commands.fix.run import fix_files

            report = fix_files(sources, settings, goal, advance)
    code = _given(report, goal, given, reports, settings)
    for why in report.refused:
        say(f"ftlint: {why}")
    return WRONG if report.refused else code


def _given(
    report: Report,
    goal: Goal | None,
    given: Given,
    reports: Sequence[tuple[str, Path]],
    settings: Settings,
) -> int:
    """Show what came of it; the exit code as far as the findings go."""
    if given["diff"]:
        differs = _show_difference(report, given)
        return failure_code(report) or (0 if given["exit_zero"] else differs)
    if given["fix_only"]:
        for file in report.files:
            file.findings, file.tallies = [], type(file.tallies)()
    give(report, given, reports, data_on_stdout=goal is not None and goal.output == STDOUT)
    return _code(report, given, settings)


def _code(report: Report, given: Given, settings: Settings) -> int:
    if code := failure_code(report):
        return code
    if given["exit_zero"]:
        return 0
    if given["exit_non_zero_on_fix"] and any(file.fixed or file.dropped for file in report.files):
        return 1
    return 0 if given["fix_only"] else exit_code(report, settings)


def _cache(given: Given) -> Path | None:
    """The folder that keeps reports from run to run."""
    if given["no_cache"] or os.environ.get("FTLINT_NO_CACHE", "0") not in ("", "0"):
        return None
    from ftlint.commands.check.cache import folder_for

    return Path(given["cache_dir"]) if given["cache_dir"] else folder_for(Path.cwd(), os.environ)


def _goal(given: Given) -> Goal | None:
    if not (given["fix"] or given["fix_only"] or given["diff"]):
        return None
    most = given["max_per_rule"]
    return Goal(
        output=output_path(given["output"]) if given["output"] else None,
        in_place=given["in_place"],
        overwrite=given["overwrite"],
        rejects=Path(given["rejects"]) if given["rejects"] else None,
        unsafe=given["unsafe_fixes"],
        diff=(most or (CHANGES_SHOWN if most is None else sys.maxsize)) if given["diff"] else 0,
    )


def _check_options(given: Given) -> None:
    fixes = given["fix"] or given["fix_only"]
    for option, name in (("-o", "output"), ("--in-place", "in_place"), ("--rejects", "rejects")):
        if given[name] and not fixes and not given["diff"]:
            raise UsageError(f"{option} goes with --fix (or use ftlint convert)")
    if given["diff"] and (given["output"] or given["in_place"] or given["rejects"]):
        raise UsageError("--diff writes nothing; leave out -o, --in-place and --rejects")
    if given["diff"] and (given["report"] or given["output_file"]):
        raise UsageError("--diff shows changes and no findings; leave out --report and --output-file")


def _show_difference(report: Report, given: Given) -> int:
    from ftlint.cli.settings_from_options import look_of
    from ftlint.report.fix_diff import differences

    look: Look = look_of(given)
    for chunk in differences(report, look):
        sys.stdout.write(chunk)
    sys.stdout.flush()
    return int(any(file.changes_total or file.fixed or file.dropped for file in report.files))
