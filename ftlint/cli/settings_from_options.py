"""From the options as typed to settings, sources and a look; shared by the commands that read data."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ftlint.config.convert import split_codes
from ftlint.config.execution import Staff
from ftlint.config.file import load_config
from ftlint.config.settings import Settings, settings_from
from ftlint.errors import UsageError
from ftlint.io.find import find_sources
from ftlint.io.source import Source
from ftlint.io.write.atomic import replacing
from ftlint.report.formats import FORMATS, format_named, render
from ftlint.report.terminal import PIPED_WIDTH, Look, wants_colour, width_of
from ftlint.result import SEVERITIES, Report

# Human formats show a few findings a rule; machines get all of them.
SHOWN_PER_RULE = {"text": 5, "full": 5, "markdown": 10, "junit": 20, "github": 100}

Given = dict[str, Any]


def settings_of(given: Given) -> Settings:
    """The settings typed, completed by the configuration file unless ``--isolated``."""
    config = given.get("config") or ()
    values = load_config(
        (config,) if isinstance(config, str) else config, isolated=bool(given.get("isolated"))
    )
    if given["max_per_rule"] is None and "max-per-rule" in values:
        given["max_per_rule"] = values["max-per-rule"].value
    most = given["max_per_rule"]
    _quiet_ray(given)
    return settings_from({**given, "max_per_rule": most_kept(given) if most is None else most}, values)


def staff_of(given: Given) -> Staff:
    """Who does the work."""
    _quiet_ray(given)
    return settings_from({name: given.get(name) for name in ("jobs", "engine", "address")}, {}).staff


def _quiet_ray(given: Given) -> None:
    if given.get("engine") == "ray":
        # Standard output is for the result: Ray would print there what it remarks on workers that it loses.
        os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")


def sources_of(paths: Iterable[str], given: Given, excludes: Sequence[str] = ()) -> list[Source]:
    """The files that the paths name, without what folders leave out."""
    return find_sources(
        list(paths),
        stdin_name=given["stdin_name"],
        excludes=excludes,
        force_exclude=bool(given.get("force_exclude")),
    )


def look_of(given: Given) -> Look:
    """How the report is to look on standard output, or in the file that takes its place."""
    in_file = _output_file(given) is not None
    colour = wants_colour(given["color"], os.environ, sys.stdout)
    return Look(
        colour=given["color"] == "always" if in_file else colour,
        width=PIPED_WIDTH if in_file else width_of(os.environ, sys.stdout),
        statistics=bool(given.get("statistics")),
        quiet=given["quiet"],
        most=_most_listed(given),
    )


def reports_of(given: Given) -> list[tuple[str, Path]]:
    """The extra reports: (format, file)."""
    wanted: list[tuple[str, Path]] = []
    for text in given.get("report") or ():
        name, sign, file = text.partition("=")
        if not sign or not file:
            raise UsageError(
                f"--report {text}: write FORMAT=FILE, e.g. json=report.json ({', '.join(FORMATS)})"
            )
        format_named(name)
        _check_goal(f"--report {text}", Path(file), given, [path for _, path in wanted])
        wanted.append((name, Path(file)))
    format_named(given["output_format"])
    if goal := _output_file(given):
        _check_goal(f"--output-file {goal}", goal, given, [path for _, path in wanted])
    return wanted


def give(
    report: Report, given: Given, reports: Iterable[tuple[str, Path]], *, data_on_stdout: bool = False
) -> None:
    """Write the report where it belongs: to a file or standard output, or beside data to standard error."""
    chunks = render(report, given["output_format"], look_of(given))
    if goal := _output_file(given):
        _write(goal, chunks)
    else:
        stream = sys.stderr if data_on_stdout else sys.stdout
        stream.writelines(chunks)
        stream.flush()
    if given["output_format"] == "github":
        from ftlint.cli.step_summary import summarise

        summarise(report, os.environ, look_of(given))
    write_reports(report, given, reports)


def write_reports(report: Report, given: Given, reports: Iterable[tuple[str, Path]]) -> None:
    """Write the report in every other format that was asked for, each to its file."""
    for name, path in reports:
        look = Look(statistics=bool(given.get("statistics")), most=SHOWN_PER_RULE.get(name, 0))
        _write(path, render(report, name, look))


def failure_code(report: Report) -> int:
    """2 where rules raised, which is said beside the results, else 0."""
    if not report.failed_rules:
        return 0
    from ftlint.cli.crash_report import report_bug
    from ftlint.cli.main import WRONG, say
    from ftlint.rule.errors import RuleFailed

    traces = list(report.failed_rules.values())
    error = RuleFailed("\nftlint: ".join(trace.partition("\n")[0] for trace in traces))
    for trace in traces:
        error.add_note(f"\n{trace}")
    say(report_bug(error))
    return WRONG


def exit_code(report: Report, settings: Settings) -> int:
    """1 where a finding at or above ``fail-on`` is left, else 0."""
    failing = SEVERITIES[: SEVERITIES.index(settings.fail_on) + 1]
    return int(any(report.total(severity) for severity in failing))


def codes(given: Iterable[str] | None) -> tuple[str, ...]:
    """``["C,F003", "D001"]`` as ("C", "F003", "D001")."""
    return split_codes(given or ())


def _output_file(given: Given) -> Path | None:
    named = given.get("output_file")
    return Path(named) if named and named != "-" else None


def _check_goal(option: str, goal: Path, given: Given, taken: Sequence[Path]) -> None:
    """Refuse a file for a report that cannot be, that is the data or another file to write, before any work is done."""
    inputs = map(Path, [*(given.get("paths") or ()), *filter(None, [given.get("path")])])
    others = [*taken, *(Path(given[name]) for name in ("output", "rejects") if given.get(name))]
    if goal.absolute() in [other.absolute() for other in others]:
        raise UsageError(f"{option}: {goal} is for something else already")
    try:
        if goal.is_dir():
            raise UsageError(f"{option}: {goal} is a folder; name a file")
        if not goal.absolute().parent.is_dir():
            raise UsageError(f"{option}: there is no folder {goal.parent}")
        if goal.exists() and any(path.is_file() and goal.samefile(path) for path in inputs):
            raise UsageError(f"{option}: {goal} is the input itself")
    except OSError as error:
        raise UsageError(f"{option}: it cannot be written: {error.strerror}") from error


def _write(goal: Path, chunks: Iterable[str]) -> None:
    try:
        with replacing(goal) as out:
            out.writelines(chunk.encode("utf-8", errors="backslashreplace") for chunk in chunks)
    except OSError as error:
        raise UsageError(f"{goal} cannot be written: {error.strerror}") from error


def _most_listed(given: Given) -> int:
    most = given["max_per_rule"]
    return SHOWN_PER_RULE.get(given["output_format"], 0) if most is None else int(most)


def most_kept(given: Given) -> int:
    """How many findings the run keeps: as many as the most talkative of its reports shows."""
    formats = [given["output_format"], *(text.partition("=")[0] for text in given.get("report") or ())]
    shown = [SHOWN_PER_RULE.get(name, 0) for name in formats]
    return 0 if 0 in shown else max(shown)
