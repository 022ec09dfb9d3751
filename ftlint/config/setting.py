"""Metadata of a setting in addition to its type and default: names, conversions, and its effects."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Codes = list[Text]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a configuration, with its source and the folder that its paths are relative to."""

    value: Any
    source: str
    root: Path


Values = Mapping[str, Value]


def unchanged(value: Any) -> Any:
    """The identity conversion."""
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """The metadata of a field of Settings, written ``Annotated[type, Setting(...)]``."""

    help: str = ""
    """What it means, in the JSON Schema, which editors show, and in the help of its option."""
    schema: Any = None
    """The type of its value in the configuration file, for the JSON Schema; None for a setting without a key."""
    _: KW_ONLY
    key: str | None = None
    """Its key in the configuration file: the field's name with dashes, unless written here."""
    panel: str | None = None
    """The panel of its option in the help; None where there is no option, or where a command computes the value."""
    parameter: str | None = None
    """The parameter of its option: the field's name, unless written here."""
    metavar: str | None = None
    """What stands for the value in the help."""
    convert: Callable[[Any], Any] = unchanged
    """Converts a value from Python, an option or, with ``load`` None, a configuration file to the field's value."""
    parse: Callable[[Any], Any] | None = None
    """Converts the option's value instead; None for an empty one."""
    load: Callable[[Value], Any] | None = None
    """Converts a value from a configuration file to the field's value."""
    is_path: bool = False
    """One or several paths: relative to the configuration file, absolute for workers; cache keys hash their data."""
    is_code: bool = False
    """The paths are folders of which only the code files are in cache keys."""
    is_added: bool = False
    """The values of the configuration file and the command line are merged."""
    changes_findings: bool = True
    """False for settings of the execution: they are not in cache keys, shards or the settings of workers."""
    names_data: bool = False
    """It names other data, whose contents are hashed where they are read: it is not in cache keys or shards."""
    source_field: str | None = None
    """The field that receives the source of a value from a configuration file."""
    root_field: str | None = None
    """The field that receives the folder that a value from a configuration file is relative to."""
    members: Mapping[str, "Setting"] = field(default_factory=dict)
    """The settings that the field groups, by their names in its class."""

    def named(self, name: str) -> "Setting":
        """The metadata of the field with this name."""
        key = None if self.schema is None else self.key or name.replace("_", "-")
        return replace(self, key=key, parameter=None if self.panel is None else self.parameter or name)

    @property
    def option(self) -> str | None:
        """Its command-line option."""
        return None if self.parameter is None else f"--{self.parameter.replace('_', '-')}"

    def from_file(self, entry: Value) -> Any:
        """Convert a value from a configuration file to the field's value."""
        if self.load is not None:
            return self.load(entry)
        value = entry.value
        if self.is_path:
            value = [entry.root / path for path in value] if isinstance(value, list) else entry.root / value
        return self.convert(value)

    def from_option(self, typed: Any) -> Any:
        """Convert the value of the option to the field's value; None where it was not given."""
        return None if typed is None or typed in ((), []) else (self.parse or self.convert)(typed)


def members(kind: Any, **known: Setting) -> dict[str, Setting]:
    """The settings of a group: every field of its class, with its metadata, if any."""
    return {entry.name: known.get(entry.name, Setting()).named(entry.name) for entry in fields(kind)}


def settings_in(kind: Any) -> dict[str, Setting]:
    """The fields of a settings class, each with its metadata."""
    settings = {}
    for entry in fields(kind):
        annotations = get_args(entry.type)[1:] if get_origin(entry.type) is Annotated else ()
        about = next((about for about in annotations if isinstance(about, Setting)), Setting())
        settings[entry.name] = about.named(entry.name)
    return settings
