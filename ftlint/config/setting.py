"""What a setting says of itself beside its type and its default: names, conversions, and what depends on it."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Codes = list[Text]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a configuration: where it was read, and the folder that its paths are relative to."""

    value: Any
    source: str
    root: Path


Values = Mapping[str, Value]


def unchanged(value: Any) -> Any:
    """The value as it is."""
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """The metadata of a field of Settings, written ``Annotated[type, Setting(...)]``."""

    key: str | None = None
    """Its key in the configuration file; None where no file may set it."""
    schema: Any = Any
    """The type of its value in the configuration file, of which the JSON Schema is made."""
    help: str = ""
    """What editors show for the key."""
    _: KW_ONLY
    option: str | None = None
    """Its option on the command line; None where there is none, or a command works out the value."""
    convert: Callable[[Any], Any] = unchanged
    """Makes the field's value of one from Python or, with ``load`` None, from a configuration file."""
    parse: Callable[[Any], Any] = unchanged
    """Makes the field's value of what was typed after the option; None for as good as nothing."""
    load: Callable[[Value], Any] | None = None
    """Makes the field's value of one from a configuration file."""
    is_path: bool = False
    """A path or several: relative to the configuration file, absolute for workers, with contents that count."""
    is_code: bool = False
    """Of the paths, which are folders, only the files of code in them count."""
    is_added: bool = False
    """The values of the configuration file and those of the command line hold together."""
    changes_findings: bool = True
    """False where it only says how the work is done: no key, shard or worker has it."""
    names_data: bool = False
    """It names other data, whose contents count where they are read: no key or shard has it."""
    source_field: str | None = None
    """The field that is told where a value from a configuration file was read."""
    root_field: str | None = None
    """The field that is told which folder a value from a configuration file is relative to."""
    members: Mapping[str, "Setting"] = field(default_factory=dict)
    """The settings that the field groups, by the names they have in its class."""

    @property
    def parameter(self) -> str | None:
        """The name under which a command receives the option's value."""
        return None if self.option is None else self.option.removeprefix("--").replace("-", "_")

    def from_file(self, found: Value) -> Any:
        """The field's value of one from a configuration file."""
        if self.load is not None:
            return self.load(found)
        value = found.value
        if self.is_path:
            value = [found.root / path for path in value] if isinstance(value, list) else found.root / value
        return self.convert(value)

    def from_option(self, typed: Any) -> Any:
        """The field's value of what was typed; None where nothing was."""
        return None if typed is None or typed in ((), []) else self.parse(typed)


def members(kind: Any, **known: Setting) -> dict[str, Setting]:
    """The settings of a group: every field of its class, with the metadata of those that have some."""
    return {entry.name: known.get(entry.name, Setting()) for entry in fields(kind)}


def settings_in(kind: Any) -> dict[str, Setting]:
    """The fields of a class of settings, each with its metadata."""
    found = {}
    for entry in fields(kind):
        more = get_args(entry.type)[1:] if get_origin(entry.type) is Annotated else ()
        found[entry.name] = next((about for about in more if isinstance(about, Setting)), Setting())
    return found
