"""``ftlint config``: every value of the configuration with its source, and the schema of the file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.option import option
from ftlint.cli.options import ConfigOptions
from ftlint.config.file import KEYS, load_config
from ftlint.config.setting import Values
from ftlint.display import check_known

DEFAULTS: dict[str, Any] = {"fail-on": "error", "max-per-rule": 5, "record-ignores": False}


app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class ConfigArguments(ConfigOptions):
    key: Annotated[str | None, Argument(metavar="[KEY]", autocompletion=lambda: list(KEYS))] = None
    schema: bool = option("Print the JSON Schema of the configuration file instead.", default=False)


@command(app, "ftlint config target")
def config(options: ConfigArguments) -> None:
    """Print every value of the configuration and where it comes from, or the value of KEY."""
    typer.echo(_page(options), nl=False)


def _page(options: ConfigArguments) -> str:
    if options.schema:
        from ftlint.config.file import full_schema
        from ftlint.rule.registry import all_rules

        return json.dumps(full_schema(all_rules()), indent=1, ensure_ascii=False) + "\n"
    values = load_config(options.config, isolated=options.isolated)
    key = options.key
    if key is None:
        return "".join(f"{line}\n" for line in _lines(values))
    check_known(key, KEYS, "no key")
    return f"{_spelled(values[key].value if key in values else DEFAULTS.get(key))}\n"


def _lines(values: Values) -> Iterator[str]:
    entries = [(key, *_value(key, values)) for key in KEYS if key != "extend"]
    width = max(len(f"{key} = {spelt}") for key, spelt, _ in entries if len(spelt) < 60)
    for key, spelt, source in entries:
        yield f"{f'{key} = {spelt}':{width}}  # {source}"


def _value(key: str, values: Values) -> tuple[str, str]:
    if key in values:
        return _spelled(values[key].value), values[key].source
    return _spelled(DEFAULTS.get(key)), "default"


def _spelled(value: Any) -> str:
    """A value as TOML, tables in one line; an unset value as an empty text."""
    if value is None:
        return "(not set)"
    if isinstance(value, dict):
        entries = (f"{_name(name)} = {_spelled(entry)}" for name, entry in value.items())
        return f"{{ {', '.join(entries)} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _name(name: str) -> str:
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isalnum() and plain.isascii() else json.dumps(name, ensure_ascii=False)
