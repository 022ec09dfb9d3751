"""From what is typed, written in a configuration or passed from Python to the values of settings."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ftlint.batch.record_makers import SpeakerRoles, turns_of
from ftlint.config.setting import Value
from ftlint.config.splits import Splits, is_training
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.io.find import find_sources
from ftlint.io.source import Source


def codes(given: str | Iterable[str]) -> tuple[str, ...]:
    """``"C,F003"`` or ``["C", "F003"]`` as ("C", "F003")."""
    return split_codes((given,)) if isinstance(given, str) else tuple(given)


def split_codes(given: Iterable[str]) -> tuple[str, ...]:
    """``["C,F003", "D001"]`` as ("C", "F003", "D001")."""
    return tuple(code.strip() for text in given for code in text.split(",") if code.strip())


def texts(given: str | Iterable[str]) -> tuple[str, ...]:
    """One text or several, as several."""
    return (given,) if isinstance(given, str) else tuple(given)


def path(given: str | os.PathLike[str] | None) -> Path | None:
    """A path, unless it is None."""
    return None if given is None else Path(given)


def paths(given: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> tuple[Path, ...]:
    """One path or several, as several."""
    return tuple(map(Path, [given] if isinstance(given, str | os.PathLike) else given))


def typed_path(given: str) -> Path | None:
    """A path as typed; an empty one is none."""
    return Path(given) if given else None


def typed_name(given: str) -> str | None:
    """A name as typed; an empty one is none."""
    return given or None


def pairs(given: Iterable[str]) -> dict[str, str]:
    """``["prompt=Question"]`` as {"prompt": "Question"}."""
    found = {}
    for text in given:
        name, sign, column = text.partition("=")
        if not sign:
            raise UsageError(f'--map {text}: write field=column, e.g. --map "prompt=Question"')
        found[name.strip()] = column
    return found


def turns(given: Any) -> SpeakerRoles:
    """The names that speak and their roles, as text, as a mapping or as they are; None for no names."""
    if given is None or isinstance(given, SpeakerRoles):
        return given or SpeakerRoles()
    return turns_of(given)


def sources(given: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> tuple[Source, ...]:
    """The files that one path or several name."""
    several = [given] if isinstance(given, str | os.PathLike) else list(given)
    return tuple(find_sources([os.fspath(path) for path in several])) if several else ()


def datasets(found: Value) -> Splits:
    """Named datasets of a configuration file. Raises UsageError for one that nothing is trained on."""
    made: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, splits in found.value.items():
        if not any(is_training(split) for split in splits):
            near = did_you_mean(next(iter(splits), ""), ["train"])
            raise UsageError(f"{found.source}: datasets.{name} has no split train{near}")
        made[name] = {split: texts(files) for split, files in splits.items()}
    return made
