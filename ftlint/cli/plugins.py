"""``ftlint plugins``: load and list the plug-ins of other packages."""

from typing import Annotated

import typer
from typer import Option

from ftlint import plugins as offered
from ftlint.cli.command import Command, new_app
from ftlint.errors import UsageError

# Loading these loads the shapes, too.
from ftlint.io.formats import plugin_readers
from ftlint.report.formats import FORMATS
from ftlint.rule.registry import all_rules
from ftlint.targets.target import load_target, target_names

app = new_app()


@app.command(cls=Command, epilog="Example: ftlint plugins")
def plugins(
    quiet: Annotated[
        bool, Option("--quiet", "-q", help="Only load them: nothing is said where all is well.")
    ] = False,
) -> None:
    """List what other packages add to ftlint, and load it."""
    lines = _loaded()
    if not quiet:
        typer.echo("".join(lines) or "no plug-ins\n", nl=False)


def _loaded() -> list[str]:
    """A line for each entry point. Raises UsageError for the first that fails to load or reuses another's name."""
    all_rules()
    for name in target_names():
        load_target(name)
    for offer in (*plugin_readers().values(), *offered.offered(offered.OUTPUTS, FORMATS).values()):
        if not callable(offer.load()):
            raise UsageError(f"{offer}: that is no function")
    return [
        f"{group.removeprefix('ftlint.'):<10} {offer.name:<20} {offer.value}  ({offer.package})\n"
        for group in offered.GROUPS
        for offer in offered.offers(group)
    ]
