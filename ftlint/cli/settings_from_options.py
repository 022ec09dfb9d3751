"""From a command's options to settings and sources. Options that set something are called as the settings are."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftlint.batch.record_makers import Templates, Turns, turns_of
from ftlint.cli.options import ExecutionOptions, ReadingOptions, ReportOptions
from ftlint.cli.report_output import findings_needed
from ftlint.config.execution import Staff
from ftlint.config.file import Values, load_config
from ftlint.config.settings import Settings, check, with_config
from ftlint.errors import UsageError
from ftlint.io.block import ReadOptions
from ftlint.io.find import find_sources
from ftlint.io.source import Source

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def settings_from_options(options: "DataclassInstance", **overrides: Any) -> Settings:
    """The settings that the options say, completed by the configuration file unless ``--isolated``.

    ``overrides`` take the place of options; a setting that a command has no option for is as usual.
    """
    given = {**vars(options), **overrides}
    values = load_config(given.get("config") or (), isolated=bool(given.get("isolated")))
    if isinstance(options, ReportOptions):
        given["max_per_rule"] = _max_per_rule(options, values)
    settings = Settings(
        target=given.get("target"),
        model=given.get("model"),
        task=given.get("task"),
        select=split_codes(given.get("select")),
        ignore=split_codes(given.get("ignore")),
        extend_select=split_codes(given.get("extend_select")),
        rule_folders=tuple(Path(folder) for folder in given.get("rules") or ()),
        fail_on=given.get("fail_on") or "error",
        max_per_rule=given.get("max_per_rule") or 0,
        read=ReadOptions(encoding=given.get("encoding"), sheet=given.get("sheet")),
        map=_columns_by_field(given.get("map") or ()),
        templates=_templates(given),
        turns=turns_of(given["turns"]) if given.get("turns") is not None else Turns(),
        separator=given.get("separator"),
        stop=given.get("stop"),
        tokenizer=Path(given["tokenizer"]) if given.get("tokenizer") else None,
        staff=execution_from_options(options) if isinstance(options, ExecutionOptions) else Staff(),
    )
    return with_config(values, check(settings))


def execution_from_options(options: ExecutionOptions) -> Staff:
    """Who does the work."""
    engine = options.engine or "local"
    if engine == "ray":
        # Standard output is for the result: Ray would print there what it remarks on workers that it loses.
        os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    return Staff(jobs=options.jobs, engine=engine, address=options.address)


def sources_from_options(
    paths: Iterable[str],
    options: ReadingOptions,
    excludes: Sequence[str] = (),
    *,
    force_exclude: bool = False,
) -> list[Source]:
    """The files that the paths name, without what folders leave out."""
    return find_sources(
        list(paths), stdin_name=options.stdin_name, excludes=excludes, force_exclude=force_exclude
    )


def split_codes(texts: Iterable[str] | None) -> tuple[str, ...]:
    """``["C,F003", "D001"]`` as ("C", "F003", "D001")."""
    return tuple(code.strip() for text in texts or () for code in text.split(",") if code.strip())


def _max_per_rule(options: ReportOptions, values: Values) -> int:
    """How many findings of a rule the run keeps. What the configuration says becomes the option's value."""
    if options.max_per_rule is None and "max-per-rule" in values:
        options.max_per_rule = int(values["max-per-rule"].value)
    return findings_needed(options) if options.max_per_rule is None else options.max_per_rule


def _columns_by_field(texts: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, sign, column = text.partition("=")
        if not sign:
            raise UsageError(f'--map {text}: write field=column, e.g. --map "prompt=Question"')
        pairs[name.strip()] = column
    return pairs


def _templates(given: Mapping[str, Any]) -> Templates:
    templates = Templates(given.get("prompt"), given.get("completion"), given.get("system"))
    if templates.system is not None and not templates:
        return replace(templates, system=None)
    return templates
