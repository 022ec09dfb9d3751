"""The options of commands: fields of options dataclasses, of each of which typer makes an option.

A field says what its option is with :func:`option`. One without it is an option of several commands, known by its
name: a setting (``ftlint/config/settings.py``), or an entry of ``SHARED``.
"""

import inspect
from dataclasses import MISSING, Field, field, fields
from typing import Annotated, Any, get_origin

import click
from typer import Option

from ftlint.cli.completers import COMPLETERS, Completer
from ftlint.config.panels import COST, OPTIONS, OUTPUT, REPORT


def option(
    help: str,
    metavar: str | None = None,
    *,
    panel: str = OPTIONS,
    default: Any = None,
    flags: str = "",
    complete: Completer | None = None,
    value: str | None = None,
    **limits: float,
) -> Any:
    """A field whose option has this help in this panel; its name is the field's, with dashes.

    ``default`` is MISSING for a required option, and ``list`` for one that may be repeated. ``flags`` are its short
    or other names. With ``value`` the option's value is optional, and this one without it. ``limits`` are ``min``
    and ``max``.
    """
    typed = OptionalValue(value) if value is not None else None
    words = {"help": help, "metavar": metavar, "rich_help_panel": panel, "click_type": typed, **limits}
    about = {"words": words, "flags": flags, "complete": complete}
    if default is list:
        return field(default_factory=list, metadata=about)
    return field(default=default, metadata=about)


SHARED = {
    "price": option("What a million tokens cost, instead.", "USD", panel=COST),
    "rejects": option("Keep every dropped row here, with rule and line.", "FILE", panel=OUTPUT),
    "no_lost": option("Do not keep lost values in a file beside the new one.", panel=OUTPUT),
    "overwrite": option("Let -o replace an existing file.", panel=OUTPUT),
    "color": option("auto, always or never.", "WHEN", panel=REPORT),
    "no_progress": option("No progress bar.", panel=REPORT),
    "quiet": option("Findings only.", panel=REPORT, flags="-q"),
    "exit_zero": option("Exit with 0 whatever was found.", panel=REPORT),
}
"""Options of several commands that are no settings."""


def typer_parameters(kind: type[Any]) -> list[inspect.Parameter]:
    """The fields of an options dataclass as parameters: its own first, then those of its bases in their order."""
    by_name = {entry.name: entry for entry in fields(kind)}
    names = dict.fromkeys(name for base in kind.__mro__ for name in vars(base).get("__annotations__", ()))
    return [_parameter(by_name[name]) for name in names]


def _parameter(entry: "Field[Any]") -> inspect.Parameter:
    if entry.default_factory is not MISSING:
        default = None
    else:
        default = inspect.Parameter.empty if entry.default is MISSING else entry.default
    annotation = entry.type if get_origin(entry.type) is Annotated else Annotated[entry.type, _option(entry)]
    return inspect.Parameter(
        entry.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _option(entry: "Field[Any]") -> Any:
    about = entry.metadata or _known(entry.name).metadata
    names = about["flags"].split()
    if not any(name.startswith("--") for name in names):
        names.append(f"--{entry.name.replace('_', '-')}")
    complete = about["complete"] or COMPLETERS.get(entry.name)
    return Option(*names, autocompletion=complete, **about["words"])


def _known(name: str) -> "Field[Any]":
    if name in SHARED:
        return SHARED[name]  # type: ignore[no-any-return]
    # Commands without settings need not import them.
    from ftlint.config.settings import SETTINGS

    setting = next(about for about in SETTINGS.values() if about.parameter == name)
    return option(setting.help, setting.metavar, panel=setting.panel or OPTIONS)  # type: ignore[no-any-return]


class OptionalValue(click.types.StringParamType):
    """The type of an option whose value is optional: without one it has the value given here."""

    def __init__(self, value: str) -> None:
        self.value = value
