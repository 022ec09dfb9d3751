"""Keys of everything that a report depends on: the code, the settings, the day, and the bytes of every file."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from msgspec import Struct

from ftlint import plugins
from ftlint.config.settings import FIELDS, Settings
from ftlint.io.source import Source
from ftlint.version import __version__

CODE = (".py", ".toml", ".json", ".txt")


def digest(*parts: str | bytes) -> str:
    """One key of several; each is delimited, so that different lists never give the same key."""
    hashed = blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hashed.update(len(data).to_bytes(8, "little") + data)
    return hashed.hexdigest()


def run_key(settings: Settings) -> str:
    """The key that all files of a run share: code, plug-ins, settings, files that these name, the folder, the day."""
    today = (settings.today or date.today()).isoformat()
    digests, contents = as_text(settings.for_keys()), contents_named(settings)
    return digest(__version__, sys.version, today, str(Path.cwd()), *_code(), digests, *contents)


def contents_named(settings: Settings) -> list[str]:
    """Digests of the files that settings name."""
    named: list[Path] = []
    for name, about in FIELDS.items():
        if about.is_path and about.changes_findings:
            paths = _several(getattr(settings, name))
            named += [file for path in paths for file in _code_in(path)] if about.is_code else paths
    return [content_of(path) for path in (*named, *_phrase_files(settings))]


def content_of(path: Path) -> str:
    """A digest of a file's bytes, or of all files of a folder; a fixed value if they cannot be read."""
    try:
        if path.is_dir():
            return digest(*(content_of(file) for file in sorted(path.iterdir()) if file.is_file()))
        return digest(path.read_bytes())
    except OSError:
        return "unreadable"


def as_text(value: Any) -> str:
    """Settings spelt out: the same for equal ones, another for any two that differ."""
    if isinstance(value, Struct) or (is_dataclass(value) and not isinstance(value, type)):
        names = (
            value.__struct_fields__ if isinstance(value, Struct) else [field.name for field in fields(value)]
        )
        parts = (f"{name}={as_text(getattr(value, name))}" for name in names)
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, Mapping):
        # The order is preserved: earlier values take precedence.
        return f"{{{', '.join(f'{as_text(key)}: {as_text(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, set | frozenset):
        return f"<{', '.join(sorted(map(as_text, value)))}>"
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return f"[{', '.join(map(as_text, value))}]"
    return repr(str(value)) if isinstance(value, Path) else repr(value)


def is_file(source: Source) -> bool:
    """Whether the source is a file that may still exist in the next run."""
    return source.local is not None and source.data is None


def _code() -> Iterator[str]:
    """The names, sizes and modification times of all files of ftlint and of plug-ins, and the installed
    packages.

    In a checkout code changes without a new version. Any installed package may affect a report; its folder
    name includes its version.
    """
    yield from _stamps(Path(__file__).parents[2])
    yield from _module("ftlint.rules")
    yield from (info.name for info in plugins.installed())
    for group in plugins.GROUPS:
        for offer in plugins.offers(group):
            yield f"{group} {offer.name} {offer.value} {offer.package}"
            yield from _module(offer.module.partition(".")[0])


def _phrase_files(settings: Settings) -> list[Path]:
    """The files that rule options name among their phrases (see ``ftlint.analysis.phrases``)."""
    values = [value for options in settings.rule_options.values() for value in options.values()]
    entries = [entry for value in values if isinstance(value, list | tuple) for entry in value]
    return [Path(entry) for entry in entries if isinstance(entry, str) and entry.endswith(".txt")]


def _several(value: Path | tuple[Path, ...] | None) -> list[Path]:
    return [] if value is None else [value] if isinstance(value, Path) else [*value]


def _module(name: str) -> Iterator[str]:
    """The files of a plug-in's package, which is not imported for it."""
    from importlib.util import find_spec

    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return
    for place in (spec.submodule_search_locations or [spec.origin or ""]) if spec is not None else ():
        yield from _stamps(Path(place))


def _stamps(path: Path) -> Iterator[str]:
    """Name, size and time of each file of code at or below a path."""
    if path.is_file():
        yield _stamp(path.name, path.stat())
        return
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(CODE):
            yield _stamp(entry.path, entry.stat())
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _stamps(Path(entry.path))


def _stamp(name: str, about: os.stat_result) -> str:
    return f"{name} {about.st_size} {about.st_mtime_ns}"


def _code_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".py")
    except OSError:
        return []
