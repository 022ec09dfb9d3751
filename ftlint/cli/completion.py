"""Completion in shells: click's own scripts and protocol, and what ftlint's options may be."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, get_completion_class

VARIABLE = "_FTLINT_COMPLETE"
PROGRAM = "ftlint"
# How metavars and arguments are called that stand for files.
FILES = ("FILE", "FOLDER", "PATH", "PATHS", "IN", "OUT", "OLD", "NEW", "MANIFEST", "STEM")


if TYPE_CHECKING:
    Kind = click.ParamType[Any]
else:
    # Older versions of click know no kinds of kinds.
    Kind = click.ParamType


class Known(Kind):
    """A text of which some are known. ``several``: with commas between, the last one is completed."""

    name = "text"

    def __init__(self, known: Callable[[], Iterable[str]], several: bool = False) -> None:
        self.known, self.several = known, several

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        """The known ones that begin so."""
        del ctx, param
        before, comma, last = incomplete.rpartition(",") if self.several else ("", "", incomplete)
        return [
            CompletionItem(before + comma + name)
            for name in self.known()
            if name.casefold().startswith(last.casefold())
        ]


def script(shell: str) -> str:
    """What the shell is to run once."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    # Of click's class only the words are wanted: it would ask bash for its version.
    made = kind(click.Group(PROGRAM), {}, PROGRAM, VARIABLE)
    return made.source_template % made.source_vars()


def ready(group: click.Group) -> click.Group:
    """The commands with what their options may be. It costs a look at each, so only a shell that asks pays it."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            ready(command)
        for param in command.params:
            found = _type_of(command, param)
            if found is not None and isinstance(param.type, click.types.StringParamType):
                param.type = found
    return group


def _type_of(command: click.Command, param: click.Parameter) -> Kind | None:
    if param.name == "name" and command.name in NAMED:
        return NAMED[command.name]
    known = KNOWN.get(param.name or "")
    if known is not None:
        return known
    words = (param.make_metavar(click.Context(click.Command(""))) or "").upper()
    return (
        click.Path() if any(word in FILES for word in words.strip("[].…").replace("|", " ").split()) else None
    )


def _rules() -> Iterable[str]:
    from ftlint.rule.registry import all_rules

    return [name for rule in all_rules().values() for name in (rule.code, rule.name)]


def _targets() -> Iterable[str]:
    from ftlint.targets.target import target_names

    return target_names()


def _goals() -> Iterable[str]:
    from ftlint.shapes import SHAPES

    return (*_targets(), *SHAPES)


def _formats() -> Iterable[str]:
    from ftlint import plugins
    from ftlint.report.formats import FORMATS

    return (*FORMATS, *plugins.offered(plugins.OUTPUTS, FORMATS))


def _severities() -> Iterable[str]:
    from ftlint.result import SEVERITIES

    return SEVERITIES


KNOWN = {
    "target": Known(_targets),
    "to": Known(_goals),
    "select": Known(_rules, several=True),
    "ignore": Known(_rules, several=True),
    "extend_select": Known(_rules, several=True),
    "only": Known(_rules, several=True),
    "skip": Known(_rules, several=True),
    "output_format": Known(_formats),
    "fail_on": Known(_severities),
    "color": Known(lambda: ("auto", "always", "never")),
    "task": Known(lambda: ("classification", "generation")),
}
# What the only argument of a command names.
NAMED = {"rule": Known(_rules), "target": Known(_targets)}
