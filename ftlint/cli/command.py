"""The command classes of the CLI: options dataclasses instead of many parameters, help in panels without rich.

Commands are imported when they are called.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from typing import Any, TypeVar

import click
import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from ftlint.cli.option import OptionalValue, typer_parameters
from ftlint.config import panels

Options = TypeVar("Options")
Result = TypeVar("Result")


def new_app(**settings: Any) -> typer.Typer:
    """A typer app without rich, whose import costs 0.1 s, and without options that install completion."""
    return typer.Typer(
        add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **settings
    )


def command(
    app: typer.Typer, example: str, name: str | None = None
) -> Callable[[Callable[[Options], Result]], Callable[..., Result]]:
    """Make a function of an options dataclass a command, with a parameter per field, as typer expects."""

    def register(function: Callable[[Options], Result]) -> Callable[..., Result]:
        (kind,) = (hint for name, hint in function.__annotations__.items() if name != "return")

        @wraps(function)
        def run(**values: Any) -> Result:
            # None means not given: the field's own default applies.
            return function(kind(**{name: value for name, value in values.items() if value is not None}))

        run.__signature__ = inspect.Signature(typer_parameters(kind))  # type: ignore[attr-defined]
        return app.command(name, cls=Command, epilog=f"Example: {example}")(run)

    return register


class OptionalValueOption(click.Option):
    """An option whose value is optional, which typer does not support."""

    def __init__(self, option: TyperOption, value: str) -> None:
        super().__init__(
            [option.name or "", *option.opts],
            metavar=option.metavar,
            help=option.help,
            is_flag=False,
            flag_value=value,
        )
        self.rich_help_panel = option.rich_help_panel


class Command(TyperCommand):
    """A command whose help lists the options by panel. typer itself does so only with rich."""

    def __init__(self, name: str | None, *, params: list[click.Parameter], **settings: Any) -> None:
        super().__init__(name, params=[_with_optional_value(param) for param in params], **settings)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each panel."""
        sections: dict[str, list[tuple[str, str]]] = {panel: [] for panel in panels.ORDER}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                sections[getattr(param, "rich_help_panel", None) or panels.OPTIONS].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def _with_optional_value(param: click.Parameter) -> click.Parameter:
    if isinstance(param, TyperOption) and isinstance(param.type, OptionalValue):
        return OptionalValueOption(param, param.type.value)
    return param


class CommandGroup(TyperGroup):
    """A group that passes Ctrl-C on as click.Abort, for the message of :func:`ftlint.cli.main.main`; typer's
    exits silently.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises click.Abort for Ctrl-C."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.Abort from None


class LazyCommand(click.Command):
    """The name and the first line of help of a command; its module defines it as ``app``."""

    def __init__(self, name: str, module: str, help: str) -> None:
        super().__init__(name, help=help)
        self.module = module

    def load(self) -> click.Command:
        """Import the command."""
        return typer.main.get_command(import_module(self.module).app)


class LazyGroup(CommandGroup):
    """A group that imports a command when it is called; listing the commands imports none."""

    modules: Mapping[str, tuple[str, str]] = {}
    """From a command's name to its module and its first line of help."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (module, help) in self.modules.items():
            self.add_command(LazyCommand(name, module, help))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name, imported."""
        name, command, remaining = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, LazyCommand) else command, remaining
