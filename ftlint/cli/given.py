"""From the options as typed to settings, sources and a look; shared by the commands that read data."""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ftlint.errors import UsageError
from ftlint.read import ReadOptions, Source, find_sources
from ftlint.report import FORMATS, Look, format_named, render
from ftlint.report.colour import wants_colour, width_of
from ftlint.result import SEVERITIES, Report
from ftlint.settings import Settings, check, find_config, from_config
from ftlint.template import Templates
from ftlint.transcript import Turns, turns_of
from ftlint.write import replacing

# Human formats show a few findings a rule; machines get all of them.
SHOWN_PER_RULE = {"text": 5, "full": 5}

Given = Mapping[str, Any]


def settings_of(given: Given) -> Settings:
    """The settings typed, completed by the configuration file unless ``--isolated``."""
    most = given["max_per_rule"]
    settings = Settings(
        target=given.get("target"),
        model=given.get("model"),
        task=given.get("task"),
        select=codes(given.get("select")),
        ignore=codes(given.get("ignore")),
        extend_select=codes(given.get("extend_select")),
        rule_folders=tuple(Path(folder) for folder in given.get("rules") or ()),
        fail_on=given.get("fail_on") or "error",
        max_per_rule=_most_kept(given) if most is None else most,
        read=ReadOptions(encoding=given.get("encoding"), sheet=given.get("sheet")),
        map=_pairs(given.get("map") or ()),
        templates=_templates(given),
        turns=turns_of(given["turns"]) if given.get("turns") is not None else Turns(),
        separator=given.get("separator"),
        stop=given.get("stop"),
        tokenizer=Path(given["tokenizer"]) if given.get("tokenizer") else None,
    )
    config = Path(given["config"]) if given.get("config") else None
    if config is None and not given.get("isolated"):
        config = find_config(Path.cwd())
    return from_config(config, check(settings)) if config is not None else check(settings)


def sources_of(paths: Iterable[str], given: Given) -> list[Source]:
    """The files that the paths name."""
    return find_sources(list(paths), stdin_name=given["stdin_name"])


def look_of(given: Given) -> Look:
    """How standard output is to look."""
    return Look(
        colour=wants_colour(given["color"], os.environ, sys.stdout),
        width=width_of(os.environ, sys.stdout),
        statistics=bool(given.get("statistics")),
        quiet=given["quiet"],
        most=_most_listed(given),
    )


def reports_of(given: Given) -> list[tuple[str, Path]]:
    """The extra reports: (format, file)."""
    wanted = []
    for text in given.get("report") or ():
        name, sign, file = text.partition("=")
        if not sign or not file:
            raise UsageError(
                f"--report {text}: write FORMAT=FILE, e.g. json=report.json ({', '.join(FORMATS)})"
            )
        format_named(name)
        if not Path(file).absolute().parent.is_dir():
            raise UsageError(f"--report {text}: there is no folder {Path(file).parent}")
        wanted.append((name, Path(file)))
    format_named(given["output_format"])
    return wanted


def give(
    report: Report, given: Given, reports: Iterable[tuple[str, Path]], *, data_on_stdout: bool = False
) -> None:
    """Write the report where it belongs: to standard output, or beside data to standard error."""
    stream = sys.stderr if data_on_stdout else sys.stdout
    for chunk in render(report, given["output_format"], look_of(given)):
        stream.write(chunk)
    stream.flush()
    write_reports(report, given, reports)


def write_reports(report: Report, given: Given, reports: Iterable[tuple[str, Path]]) -> None:
    """Write the report in every other format that was asked for, each to its file."""
    for name, path in reports:
        with replacing(path) as out:
            for chunk in render(
                report, name, Look(statistics=bool(given.get("statistics")), most=SHOWN_PER_RULE.get(name, 0))
            ):
                out.write(chunk.encode("utf-8", errors="backslashreplace"))


def exit_code(report: Report, settings: Settings) -> int:
    """1 where a finding at or above ``fail-on`` is left, else 0."""
    failing = SEVERITIES[: SEVERITIES.index(settings.fail_on) + 1]
    return int(any(report.total(severity) for severity in failing))


def codes(given: Iterable[str] | None) -> tuple[str, ...]:
    """``["C,F003", "D001"]`` as ("C", "F003", "D001")."""
    return tuple(code.strip() for text in given or () for code in text.split(",") if code.strip())


def _most_listed(given: Given) -> int:
    most = given["max_per_rule"]
    return SHOWN_PER_RULE.get(given["output_format"], 0) if most is None else int(most)


def _most_kept(given: Given) -> int:
    """How many findings the run keeps: as many as the most talkative of its reports shows."""
    formats = [given["output_format"], *(text.partition("=")[0] for text in given.get("report") or ())]
    shown = [SHOWN_PER_RULE.get(name, 0) for name in formats]
    return 0 if 0 in shown else max(shown)


def _pairs(given: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, sign, column = text.partition("=")
        if not sign:
            raise UsageError(f'--map {text}: write field=column, e.g. --map "prompt=Question"')
        pairs[name.strip()] = column
    return pairs


def _templates(given: Given) -> Templates:
    templates = Templates(given.get("prompt"), given.get("completion"), given.get("system"))
    if templates.system is not None and not templates:
        return replace(templates, system=None)
    return templates
