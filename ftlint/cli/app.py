"""The command line: the names of its commands, each of which is imported when it is called."""

from importlib import import_module
from typing import Annotated

import typer

from ftlint.cli.command import LazyGroup, new_app
from ftlint.version import __version__

EXIT_CODES = (
    "Exit codes: 0 nothing left to do · 1 findings are left, or --diff would change something · "
    "2 wrong usage or configuration, missing input, or a bug · 130 interrupted."
)


class Commands(LazyGroup):
    """All commands, in the order of ``ftlint --help``."""

    modules = {
        "check": ("ftlint.cli.check", "Find every fault; with --fix write a file without them."),
        "merge": (
            "ftlint.cli.merge",
            "Put together what ``check --shard I/N --save FOLDER`` has kept: the report of one run over everything.",
        ),
        "convert": ("ftlint.cli.convert", "Write a file in another shape; name what is lost."),
        "prepare": (
            "ftlint.cli.prepare",
            "Mend, convert and divide a file for training, with questions asked.",
        ),
        "split": (
            "ftlint.cli.split",
            "Divide a file for training and validation; what is alike stays on one side.",
        ),
        "stats": (
            "ftlint.cli.stats",
            "Count rows, roles and tokens; tell what limits cut, and what training costs.",
        ),
        "report": (
            "ftlint.cli.report",
            "Draw the picture of a dataset: findings, fixes and figures as one page that needs no network.",
        ),
        "diff": (
            "ftlint.cli.diff",
            "Compare two versions of a dataset: examples, findings, tokens and classes.",
        ),
        "submit": (
            "ftlint.cli.submit",
            "Check a file, tell what training on it costs, upload it and start a job.",
        ),
        "job": ("ftlint.cli.job", "Look after jobs: list, follow, cancel, results and more."),
        "try": ("ftlint.cli.try_model", "Ask a tuned model just as it was trained."),
        "rule": ("ftlint.cli.rule", "Print a rule's page; CODE is a code or a name."),
        "target": ("ftlint.cli.target", "Print what a target demands, with sources and dates."),
        "init": ("ftlint.cli.init", "Look at the data and write a configuration file for it."),
        "config": (
            "ftlint.cli.config",
            "Print every value of the configuration and where it comes from, or the value of KEY.",
        ),
        "plugins": ("ftlint.cli.plugins", "List what other packages add to ftlint, and load it."),
        "completion": (
            "ftlint.cli.completion",
            "Print a script that lets a shell complete commands, options, rules, targets and files.",
        ),
    }


root = new_app(
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=EXIT_CODES,
)


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"ftlint {__version__} {'with' if _has_flat() else 'without'} ftlint-flat")
        raise typer.Exit


def _has_flat() -> bool:
    """Whether the package that speeds up reading (``ftlint.io.flat``) can be used."""
    try:
        import_module("ftlint_flat")
    except ImportError:
        return False
    return True


@root.callback()
def ftlint(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Check, fix and convert the files people train language models with."""


app = typer.main.get_command(root)
