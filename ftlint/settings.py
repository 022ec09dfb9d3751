"""The settings of a run: from the command line, from Python and from the configuration file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.read import ReadOptions
from ftlint.result import SEVERITIES, Severity
from ftlint.task import TASKS
from ftlint.template import Templates
from ftlint.transcript import Turns, turns_of

CONFIG_FILES = (".ftlint.toml", "ftlint.toml", "pyproject.toml")
# What a configuration file may say; each is a field of Settings, spelt with dashes.
CONFIG_KEYS = (
    "target",
    "model",
    "task",
    "select",
    "ignore",
    "extend-select",
    "fail-on",
    "max-per-rule",
    "turns",
    "rules",
)


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
    fail_on: Severity = "error"
    max_per_rule: int = 0
    read: ReadOptions = field(default_factory=ReadOptions)
    map: Mapping[str, str] = field(default_factory=dict)
    templates: Templates = field(default_factory=Templates)
    turns: Turns = field(default_factory=Turns)
    separator: str | None = None
    stop: str | None = None
    tokenizer: Path | None = None
    """The ``tokenizer.json`` to count tokens with, or the folder that holds it."""
    source: str = "the settings"
    """Where the rule options stand, for error messages."""
    today: date | None = None
    """The day to go by; None for the day it is. Rules about ends that were announced ask for it."""

    def for_written(self) -> "Settings":
        """The same for a file that was made of the input: nothing of how the input's records were made."""
        return replace(self, map={}, templates=Templates(), turns=Turns())


def find_config(start: Path) -> Path | None:
    """The nearest configuration file of a folder or one above it."""
    for folder in (start, *start.parents):
        for name in CONFIG_FILES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or _table(path) is not None):
                return path
    return None


def from_config(path: Path, settings: Settings) -> Settings:
    """The settings with the configuration file's values where the settings still have the default."""
    table = _table(path)
    if table is None:
        raise UsageError(f"{path}: no table [tool.ftlint] in it")
    defaults = Settings()
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in CONFIG_KEYS:
            raise UsageError(f'{path}: unknown key "{key}"{did_you_mean(key, CONFIG_KEYS)}')
        if key == "rules":
            values["rule_options"] = _rule_options(path, value)
            values["source"] = str(path)
            continue
        if key == "turns":
            values["turns"] = settings.turns or _turns(path, value)
            continue
        name = key.replace("-", "_")
        if getattr(settings, name) == getattr(defaults, name):
            values[name] = _typed(path, key, value, getattr(defaults, name))
    return check(replace(settings, **values))


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
    read = {name: given.pop(name) for name in readable if name in given}
    template = {name: given.pop(name) for name in templated if name in given}
    for name in given:
        if name not in known:
            raise UsageError(f'no setting "{name}"{did_you_mean(name, [*known, *readable, *templated])}')
    for name in ("select", "ignore", "extend_select", "rule_folders"):
        value = given.get(name, ())
        given[name] = (value,) if isinstance(value, str | Path) else tuple(value)
    given["rule_folders"] = tuple(Path(folder) for folder in given["rule_folders"])
    if given.get("tokenizer") is not None:
        given["tokenizer"] = Path(given["tokenizer"])
    if given.get("turns") is None:
        given.pop("turns", None)
    elif not isinstance(given["turns"], Turns):
        given["turns"] = turns_of(given["turns"])
    return check(Settings(**given, read=ReadOptions(**read), templates=Templates(**template)))


def _table(path: Path) -> dict[str, Any] | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    if path.name != "pyproject.toml":
        return data
    found = data.get("tool", {}).get("ftlint")
    return found if isinstance(found, dict) else None


def _rule_options(path: Path, value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or not all(isinstance(options, dict) for options in value.values()):
        raise UsageError(f"{path}: rules is a table of tables, e.g. [rules.B002]")
    return value


def _turns(path: Path, value: Any) -> Turns:
    if not isinstance(value, str | dict):
        raise UsageError(f'{path}: turns is a text or a table, e.g. turns = "Customer=user,Agent=assistant"')
    return turns_of(value)


def _typed(path: Path, key: str, value: Any, default: Any) -> Any:
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f'{path}: {key} is a list of codes, e.g. ["C", "D001"]')
        return tuple(value)
    wanted: type = int if isinstance(default, int) else str
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise UsageError(f"{path}: {key} is a {'number' if wanted is int else 'text'}, not {value!r}")
    return value
