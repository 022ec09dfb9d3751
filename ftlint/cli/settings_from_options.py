"""Turn a command's options into settings and sources. An option has the same name as the setting it sets."""

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ftlint.cli.options import ExecutionOptions, ReadingOptions, ReportOptions
from ftlint.cli.report_output import findings_needed
from ftlint.config.execution import ExecutionConfig
from ftlint.config.file import load_config
from ftlint.config.setting import Values
from ftlint.config.settings import Settings, settings_from
from ftlint.errors import UsageError
from ftlint.io.find import find_sources
from ftlint.io.source import Source

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def settings_from_options(options: "DataclassInstance", **overrides: Any) -> Settings:
    """The settings from the options, completed by the configuration file unless ``--isolated``.

    ``overrides`` replace options.
    """
    option_values = {**vars(options), **overrides}
    values = load_config(option_values.get("config") or (), isolated=bool(option_values.get("isolated")))
    if isinstance(options, ReportOptions):
        option_values["max_per_rule"] = _max_per_rule(options, values)
    if isinstance(options, ExecutionOptions):
        _quiet_ray(options)
    return settings_from(option_values, values)


def execution_from_options(options: ExecutionOptions) -> ExecutionConfig:
    """The execution settings: processes and Ray."""
    _quiet_ray(options)
    names = ("jobs", "engine", "address")
    return settings_from({name: getattr(options, name) for name in names}, {}).staff


def sources_from_options(
    paths: Iterable[str],
    options: ReadingOptions,
    excludes: Sequence[str] = (),
    *,
    force_exclude: bool = False,
) -> list[Source]:
    """The files that the paths name, without those that folders exclude."""
    return find_sources(
        list(paths), stdin_name=options.stdin_name, excludes=excludes, force_exclude=force_exclude
    )


def source_from_options(path: str, options: ReadingOptions, command: str) -> Source:
    """The file of a command that takes one."""
    sources = sources_from_options([path], options)
    if len(sources) != 1:
        raise UsageError(f"{command} takes one file, not the {len(sources)} in {path}")
    return sources[0]


def _quiet_ray(options: ExecutionOptions) -> None:
    if options.engine == "ray":
        # Standard output is reserved for the result: Ray would print messages about lost workers there.
        os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")


def _max_per_rule(options: ReportOptions, values: Values) -> int:
    """The maximum number of findings per rule. A value from the configuration replaces the option's value."""
    if options.max_per_rule is None and "max-per-rule" in values:
        options.max_per_rule = int(values["max-per-rule"].value)
    return findings_needed(options) if options.max_per_rule is None else options.max_per_rule
