"""The settings of a run: from the command line, from Python and from the configuration file."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from ftlint.batch.record_makers import Templates, Turns, turns_of
from ftlint.batch.task_type import TASKS
from ftlint.config.execution import Staff
from ftlint.config.file import Value, Values
from ftlint.config.splits import Splits, is_training
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.io.block import ReadOptions
from ftlint.io.find import find_sources
from ftlint.io.source import Source
from ftlint.result import SEVERITIES, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a run is told. ``max_per_rule`` 0 keeps all findings; the totals are true anyway."""

    target: str | None = None
    model: str | None = None
    task: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    rule_folders: tuple[Path, ...] = ()
    rule_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    per_file_ignores: Mapping[str, Sequence[str]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    sql_rules: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sql_source: str = "sql_rules"
    """Where the rules of SQL stand, for error messages."""
    json_schema: Path | None = None
    exclude: tuple[str, ...] = ()
    baseline: Path | None = None
    record_ignores: bool = False
    """Whether ``_ftlint`` in a record, or ``_ftlint_ignore`` in a table, says which rules do not count there."""
    fingerprints: bool = False
    """Whether findings are to carry a fingerprint of their record; costs one more reading."""
    fail_on: Severity = "error"
    max_per_rule: int = 0
    read: ReadOptions = field(default_factory=ReadOptions)
    map: Mapping[str, str] = field(default_factory=dict)
    templates: Templates = field(default_factory=Templates)
    turns: Turns = field(default_factory=Turns)
    separator: str | None = None
    stop: str | None = None
    against: tuple[Source, ...] = ()
    """What every file is held against."""
    datasets: Splits = field(default_factory=dict)
    """Named datasets and the paths of their splits, relative to ``root``."""
    root: Path = field(default_factory=Path.cwd)
    held_out: Mapping[str, Sequence[Source]] = field(default_factory=dict)
    """For single files, by their identity, what else they are held against."""
    tokenizer: Path | None = None
    """The ``tokenizer.json`` to count tokens with, or the folder that holds it."""
    cache: Path | None = None
    """The folder that keeps reports of files that did not change; None to keep none."""
    source: str = "the settings"
    """Where the rule options stand, for error messages."""
    staff: Staff = field(default_factory=Staff)
    """Who does the work. It changes nothing of what comes out."""
    today: date | None = None
    """The day to go by; None for the day it is. Rules about ends that were announced ask for it."""

    def for_written(self) -> "Settings":
        """The same for a file that was made of the input: nothing of how the input's records were made, or looked."""
        return replace(self, map={}, templates=Templates(), turns=Turns(), json_schema=None)


def with_config(values: Values, settings: Settings) -> Settings:
    """The settings with the configuration's values where the settings still have the default.

    Rules to leave out and to add are those of both.
    """
    defaults = Settings()
    made: dict[str, Any] = {}
    for key, found in values.items():
        name = NAMES.get(key, key.replace("-", "_"))
        make = MADE.get(key)
        value = make(found) if make is not None else found.value
        if key in ("ignore", "extend-select"):
            made[name] = (*value, *getattr(settings, name))
        elif key == "encoding":
            if settings.read.encoding is None:
                made["read"] = replace(settings.read, encoding=value)
        elif key != "extend" and getattr(settings, name) == getattr(defaults, name):
            made[name] = value
    if "rules" in values:
        made["source"] = values["rules"].source
    if "sql" in values:
        made["sql_source"] = values["sql"].source
    if "datasets" in values:
        made["root"] = values["datasets"].root
    return check(replace(settings, **made))


def check(settings: Settings) -> Settings:
    """The settings as they are to be used, or a UsageError about the first one that cannot be."""
    if settings.fail_on not in SEVERITIES:
        raise UsageError(
            f'fail-on: no severity "{settings.fail_on}"{did_you_mean(settings.fail_on, SEVERITIES)}'
            f" ({', '.join(SEVERITIES)})"
        )
    if settings.task is not None and settings.task not in TASKS:
        raise UsageError(
            f'--task: no task "{settings.task}"{did_you_mean(settings.task, TASKS)} ({", ".join(TASKS)})'
        )
    for name, severity in settings.severity.items():
        if severity not in SEVERITIES:
            raise UsageError(
                f'severity of {name}: no severity "{severity}"{did_you_mean(severity, SEVERITIES)}'
            )
    if settings.max_per_rule < 0:
        raise UsageError("--max-per-rule: 0 for all, or how many to show")
    settings.templates.check()
    if settings.turns and settings.templates:
        raise UsageError("--turns and --completion both say what an example is made of; choose one")
    return replace(settings, read=replace(settings.read, speakers=settings.turns.names))


def from_python(**given: Any) -> Settings:
    """Settings of keyword arguments; an unknown one is an error that names the nearest."""
    known = [f.name for f in fields(Settings)]
    readable = [f.name for f in fields(ReadOptions)]
    templated = ("prompt", "completion", "system")
    staffed = [f.name for f in fields(Staff)]
    read = {name: given.pop(name) for name in readable if name in given}
    template = {name: given.pop(name) for name in templated if name in given}
    staff = {name: given.pop(name) for name in staffed if name in given}
    for name in given:
        if name not in known:
            raise UsageError(
                f'no setting "{name}"{did_you_mean(name, [*known, *readable, *templated, *staffed])}'
            )
    for name in ("select", "ignore", "extend_select", "rule_folders"):
        value = given.get(name, ())
        if isinstance(value, str) and name != "rule_folders":
            value = [code.strip() for code in value.split(",") if code.strip()]
        given[name] = (value,) if isinstance(value, str | Path) else tuple(value)
    if given.get("baseline") is not None:
        given["baseline"] = Path(given["baseline"])
    against = given.get("against", ())
    several = [against] if isinstance(against, str | os.PathLike) else list(against)
    given["against"] = tuple(find_sources([os.fspath(path) for path in several])) if several else ()
    given["rule_folders"] = tuple(Path(folder) for folder in given["rule_folders"])
    for name in ("cache", "tokenizer", "json_schema"):
        if given.get(name) is not None:
            given[name] = Path(given[name])
    if given.get("turns") is None:
        given.pop("turns", None)
    elif not isinstance(given["turns"], Turns):
        given["turns"] = turns_of(given["turns"])
    made = Settings(**given, read=ReadOptions(**read), templates=Templates(**template), staff=Staff(**staff))
    return check(made)


def _paths(found: Value) -> tuple[Path, ...]:
    return tuple(found.root / path for path in found.value)


def _path(found: Value) -> Path:
    return Path(found.root / found.value)


def _listed(found: Value) -> tuple[str, ...]:
    return tuple(found.value)


def _datasets(found: Value) -> Splits:
    made: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, splits in found.value.items():
        if not any(is_training(split) for split in splits):
            near = did_you_mean(next(iter(splits), ""), ["train"])
            raise UsageError(f"{found.source}: datasets.{name} has no split train{near}")
        made[name] = {
            split: (files,) if isinstance(files, str) else tuple(files) for split, files in splits.items()
        }
    return made


def _turns(found: Value) -> Turns:
    return turns_of(found.value)


# Where a field of the settings is called otherwise than the key, and how its value is made.
NAMES = {"rules": "rule_options", "sql": "sql_rules"}
MADE: Mapping[str, Callable[[Value], Any]] = {
    "select": _listed,
    "ignore": _listed,
    "extend-select": _listed,
    "exclude": _listed,
    "rule-folders": _paths,
    "baseline": _path,
    "tokenizer": _path,
    "json-schema": _path,
    "datasets": _datasets,
    "turns": _turns,
}
