"""``ftlint check``: checking, fixing and showing differences."""

import os
import sys
from pathlib import Path

from ftlint.cli.given import Given, exit_code, give, reports_of, settings_of, sources_of
from ftlint.errors import UsageError
from ftlint.fixing import fix_files
from ftlint.goal import STDOUT, Goal
from ftlint.report.colour import Look
from ftlint.report.progress import progress, wanted
from ftlint.result import Report
from ftlint.run import check_files

CHANGES_SHOWN = 50


def run(given: Given) -> int:
    """Do what was asked; the exit code."""
    _check_options(given)
    reports = reports_of(given)
    settings = settings_of(given)
    sources = sources_of(given["paths"], given)
    goal = _goal(given)
    size = sum(source.path.stat().st_size for source in sources if source.path is not None)
    bar = wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    with progress(size, "checking", bar) as advance:
        if goal is None:
            report = check_files(sources, settings, advance)
        else:
            report = fix_files(sources, settings, goal, advance)
    if given["diff"]:
        return _show_difference(report, given)
    if given["fix_only"]:
        for file in report.files:
            file.findings, file.counts = [], type(file.counts)()
    give(report, given, reports, data_on_stdout=goal is not None and goal.output == STDOUT)
    return 0 if given["fix_only"] else exit_code(report, settings)


def _goal(given: Given) -> Goal | None:
    if not (given["fix"] or given["fix_only"] or given["diff"]):
        return None
    most = given["max_per_rule"]
    return Goal(
        output=Path(given["output"]) if given["output"] else None,
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


def _show_difference(report: Report, given: Given) -> int:
    from ftlint.cli.given import look_of
    from ftlint.report.difference import differences

    look: Look = look_of(given)
    for chunk in differences(report, look):
        sys.stdout.write(chunk)
    sys.stdout.flush()
    return int(any(file.changes_total or file.fixed or file.dropped for file in report.files))
