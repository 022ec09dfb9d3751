"""Find, read and validate the configuration file, and record the source of each value.

Also its JSON Schema, with the options of all rules, for editors and validators.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ftlint.config.setting import Setting, Text, Value
from ftlint.config.settings import SETTINGS
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.rule.base import Rule

CONFIG_FILES = (".ftlint.toml", "ftlint.toml", "pyproject.toml")
INLINE = "--config"
MAX_EXTENDS = 20

EXTEND = Setting("Another file whose values hold where this one has none.", Text).named("extend")
IN_FILE = {about.key: about for about in (EXTEND, *SETTINGS.values()) if about.key is not None}
KEYS = tuple(IN_FILE)

Config = msgspec.defstruct(
    "Config",
    [
        (key.replace("-", "_"), Annotated[about.schema, Meta(description=about.help)] | UnsetType, UNSET)
        for key, about in IN_FILE.items()
    ],
    rename="kebab",
    forbid_unknown_fields=True,
    kw_only=True,
    namespace={
        "__doc__": "What a configuration file may say. Its JSON Schema is made of this (``ftlint config --schema``)."
    },
)


def find_config(start: Path) -> Path | None:
    """The nearest configuration file, in a folder or one of its parents."""
    for folder in (start, *start.parents):
        for name in CONFIG_FILES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or _table(path) is not None):
                return path
    return None


def load_config(given: Iterable[str], *, isolated: bool = False) -> dict[str, Value]:
    """The values of ``--config`` options, each a file or ``key = value``, or of the nearest file.

    Values given as ``key = value`` take precedence over all files. Raises UsageError for invalid input.
    """
    inline = [text for text in given if "=" in text and not Path(text).is_file()]
    files = [Path(text) for text in given if text not in inline]
    if not files and not isolated:
        files = [path for path in [find_config(Path.cwd())] if path is not None]
    values: dict[str, Value] = {}
    for path in files:
        values = _merge(values, read_config(path))
    for text in inline:
        values = _merge(values, _validated(_inline(text), INLINE, Path.cwd()))
    return values


def read_config(path: Path, depth: int = 0) -> dict[str, Value]:
    """The values of one file and of the files that it extends."""
    table = _table(path)
    if table is None:
        raise UsageError(f"{path}: no table [tool.ftlint] in it")
    values = _validated(table, str(path), path.parent)
    if "extend" not in values:
        return values
    if depth >= MAX_EXTENDS:
        raise UsageError(f"{path}: extend goes round in a circle")
    return _merge(read_config(path.parent / values["extend"].value, depth + 1), values)


def _inline(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"--config {text}: {error}; write a file's name or key = value, as in TOML"
        ) from None


def _table(path: Path) -> dict[str, Any] | None:
    import tomllib

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    if path.name != "pyproject.toml":
        return data
    tool = data.get("tool")
    found = tool.get("ftlint") if isinstance(tool, dict) else None
    return found if isinstance(found, dict) else None


def _validated(table: dict[str, Any], source: str, root: Path) -> dict[str, Value]:
    for key in table:
        if key not in KEYS:
            raise UsageError(f'{source}: unknown key "{key}"{did_you_mean(key, KEYS)}')
    try:
        config = msgspec.convert(table, Config)
    except msgspec.ValidationError:
        raise UsageError(f"{source}: {_first_error(table)}") from None
    found = {key: getattr(config, name) for key, name in zip(KEYS, Config.__struct_fields__, strict=True)}
    return {key: Value(value, source, root) for key, value in found.items() if value is not UNSET}


def _first_error(table: dict[str, Any]) -> str:
    """A message about the first schema violation, with its path."""
    import jsonschema_rs

    for error in jsonschema_rs.validator_for(config_schema()).iter_errors(table):
        place = ".".join(str(step) for step in error.instance_path)
        return f"{place}: {error.message}"
    return "it cannot be read"


def config_schema() -> dict[str, Any]:
    """The JSON Schema of a configuration file."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **msgspec.json.schema(Config)}


def _merge(below: Mapping[str, Value], above: Mapping[str, Value]) -> dict[str, Value]:
    """Merge two sets of values; those above take precedence, entry by entry in tables."""
    values = {**below, **above}
    for key in below.keys() & above.keys():
        low, high = below[key], above[key]
        if isinstance(low.value, dict) and isinstance(high.value, dict) and key != "datasets":
            source = high.source if low.source == high.source else f"{low.source} and {high.source}"
            merged = {
                name: {**low.value.get(name, {}), **entry}
                if isinstance(entry, dict) and isinstance(low.value.get(name, {}), dict)
                else entry
                for name, entry in high.value.items()
            }
            values[key] = Value({**low.value, **merged}, source, high.root)
    return values


MAX_RATE = {
    "description": "share of examples whose findings are tolerated: reported as notes",
    "type": "number",
    "minimum": 0,
    "maximum": 1,
}


def full_schema(rules: Mapping[str, type[Rule]]) -> dict[str, Any]:
    """The JSON Schema with the options of these rules."""
    schema = config_schema()
    schema["title"] = "ftlint.toml"
    table = schema["$defs"]["Config"]["properties"]["rules"]
    # A key is the code or the name of a rule.
    table["properties"] = {name: _options(rule) for rule in rules.values() for name in (rule.code, rule.name)}
    return schema


def _options(rule: type[Rule]) -> dict[str, Any]:
    (_, defined) = msgspec.json.schema_components([rule.Options])
    own = defined.get(rule.Options.__name__, {})
    properties = {name.replace("_", "-"): entry for name, entry in own.get("properties", {}).items()}
    return {
        "description": (rule.page().splitlines() or [""])[0],
        "type": "object",
        "properties": {**properties, "max-rate": MAX_RATE},
        "additionalProperties": False,
    }
