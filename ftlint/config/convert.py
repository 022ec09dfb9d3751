"""Convert values from the command line, the configuration file or Python to the values of settings."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ftlint.batch.record_makers import SpeakerRoles, turns_of
from ftlint.config.setting import Value
from ftlint.config.splits import Splits, is_training
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.io.find import find_sources
from ftlint.io.source import Source


def codes(value: str | Iterable[str]) -> tuple[str, ...]:
    """``"C,F003"`` or ``["C,F003", "D001"]`` as ("C", "F003") or ("C", "F003", "D001")."""
    return tuple(code.strip() for text in texts(value) for code in text.split(",") if code.strip())


ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\\nrt]))")
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}


def unescaped(typed: str | None) -> str | None:
    """A typed text with its escapes read, so that it means the same in every shell: ``\\n``, ``\\t``, ``\\u00a0``.

    The command prompt of Windows leaves single quotes around a text; they are taken off.
    """
    if typed is None:
        return None
    if len(typed) > 2 and typed[0] == typed[-1] == "'":
        typed = typed[1:-1]
    return ESCAPE.sub(lambda found: ESCAPED[found[2]] if found[2] else chr(int(found[1], 16)), typed)


def texts(value: str | Iterable[str]) -> tuple[str, ...]:
    """One text or several, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


def path(value: str | os.PathLike[str] | None) -> Path | None:
    """A path, unless it is None or empty."""
    return Path(value) if value else None


def paths(value: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> tuple[Path, ...]:
    """One path or several, as a tuple."""
    return tuple(map(Path, [value] if isinstance(value, str | os.PathLike) else value))


def typed_name(value: str) -> str | None:
    """A name from the command line; None for an empty one."""
    return value or None


def pairs(value: Mapping[str, str] | Iterable[str]) -> Mapping[str, str]:
    """``["prompt=Question"]`` as {"prompt": "Question"}; a mapping as it is."""
    if isinstance(value, Mapping):
        return value
    columns = {}
    for text in value:
        name, sign, column = text.partition("=")
        if not sign:
            raise UsageError(f'--map {text}: write field=column, e.g. --map "prompt=Question"')
        columns[name.strip()] = column
    return columns


def turns(value: Any) -> SpeakerRoles:
    """The speaker roles from a text, a mapping or as they are; none for None."""
    if value is None or isinstance(value, SpeakerRoles):
        return value or SpeakerRoles()
    return turns_of(value)


def sources(value: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> tuple[Source, ...]:
    """The files of one path or several."""
    path_list = [value] if isinstance(value, str | os.PathLike) else list(value)
    return tuple(find_sources([os.fspath(path) for path in path_list])) if path_list else ()


def datasets(config_value: Value) -> Splits:
    """The named datasets of a configuration file. Raises UsageError for one without a training split."""
    paths_by_split: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, splits in config_value.value.items():
        if not any(is_training(split) for split in splits):
            suggestion = did_you_mean(next(iter(splits), ""), ["train"])
            raise UsageError(f"{config_value.source}: datasets.{name} has no split train{suggestion}")
        paths_by_split[name] = {split: texts(files) for split, files in splits.items()}
    return paths_by_split
