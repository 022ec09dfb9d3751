"""The commands and their options; each does its work in a module of its own, loaded when it is called.

The commands whose options stand in files of their own.
"""

from typing import Any

import click

from ftlint.cli.app_check import check, completion, merge, plugins
from ftlint.cli.app_training import job, submit, try_model
from ftlint.cli.options import (
    FIGURES,
    REPORTED,
    REPORTING,
    SEEING,
    SELECTING,
    SHARED,
    WORKING,
    WRITING,
    option,
)
from ftlint.version import __version__

COMMANDS = (check, merge, submit, job, try_model, plugins, completion)


HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
EXIT_CODES = (
    "Exit codes: 0 nothing left to do · 1 findings are left, or --diff would change something · "
    "2 wrong usage or configuration, missing input, or a bug · 130 interrupted."
)


@click.group(context_settings=HELP, epilog=EXIT_CODES)
@click.version_option(__version__, prog_name="ftlint", message="%(prog)s %(version)s")
def app() -> None:
    """Check, fix and convert the files people train language models with."""


for command in COMMANDS:
    app.add_command(command)


@app.command(epilog="Example: ftlint convert table.csv -o train.jsonl --to openai-chat")
@click.argument("path", metavar="IN")
@option(
    "-o",
    "--output",
    metavar="FILE",
    required=True,
    help="The new file, .jsonl, .json, .csv, .tsv, .xlsx or .parquet; - for JSON lines on standard output.",
)
@option("--to", metavar="NAME", required=True, help="A target or a shape: openai-chat, alpaca, sharegpt …")
@SHARED
@SEEING
@option("--keep-endings", is_flag=True, help="Leave separator, leading space and stop in the texts.")
@option("--no-lost", is_flag=True, help="Do not keep what is lost in a file.")
@WORKING
@option(
    "--recipe",
    metavar="[FILE]",
    is_flag=False,
    flag_value="-",
    help="Also say how the trainer is told of the new file, here or in FILE.",
)
@WRITING
@REPORTED
def convert(**given: Any) -> int:
    """Write a file in another shape; name what is lost.

    IN is a file; - is standard input.
    """
    from ftlint.cli.convert import run

    return run(given)


@app.command(epilog="Example: ftlint prepare stories.csv --prompt '{dynasty},{power}' --completion '{story}'")
@click.argument("path", metavar="[IN]", required=False)
@option("--target", metavar="NAME", help="Who the file is for; openai-chat unless said otherwise.")
@option("-y", "--yes", is_flag=True, help="Agree to every remedy.")
@option("--no-input", is_flag=True, help="Ask nothing, and agree to nothing.")
@option("--only", metavar="CODES", multiple=True, help="Propose only these remedies: codes, prefixes, names.")
@option("--skip", metavar="CODES", multiple=True, help="Do not propose these remedies.")
@option("--expand-turns", is_flag=True, help="Make each answer of a conversation an example of its own.")
@option("--split/--no-split", default=None, help="Keep examples for validation; as usual only of classes.")
@option("--valid", metavar="SHARE|N", help="How many examples to keep for validation: 0.1, 200.")
@option("--seed", type=int, default=0, show_default=True, help="Which examples these are.")
@option("-o", "--output", metavar="FILE", help="The new file, instead of …_prepared.jsonl.")
@option("--rejects", metavar="FILE", help="Keep every dropped row here, with rule and line.")
@option("--from", metavar="MANIFEST", help="Do again what a manifest says, to the same bytes.")
@option("--no-stats", is_flag=True, help="Do not count tokens.")
@SELECTING
@SHARED
@SEEING
@WORKING
@REPORTING
def prepare(**given: Any) -> int:
    """Mend, convert and divide a file for training, with questions asked.

    IN is a file; - is standard input. Nothing is ever overwritten.
    """
    from ftlint.cli.prepare import run

    return run(given)


@app.command(epilog="Example: ftlint rule C003")
@click.argument("name", metavar="[CODE]", required=False)
@option("--all", "listing", is_flag=True, help="One line for every rule.")
@option("--readme", is_flag=True, help="With --all: the manual as Markdown.")
@option("--rules", "folders", metavar="FOLDER", multiple=True, help="A folder with rules of your own.")
def rule(name: str | None, listing: bool, readme: bool, folders: tuple[str, ...]) -> None:
    """Print a rule's page; CODE is a code or a name."""
    from ftlint.cli.rule import run

    click.echo(run(name, listing=listing, readme=readme, folders=folders), nl=False)


@app.command(epilog="Example: ftlint target openai-chat")
@click.argument("name", metavar="[NAME]", required=False)
@option("--all", "listing", is_flag=True, help="One line for every target.")
def target(name: str | None, listing: bool) -> None:
    """Print what a target demands, with sources and dates."""
    from ftlint.cli.target import target_list, target_page
    from ftlint.errors import UsageError
    from ftlint.targets.target import load_target

    if name is None and not listing:
        raise UsageError("name a target, or say --all")
    click.echo(target_page(load_target(name)) if name else target_list(), nl=False)


@app.command(epilog="Example: ftlint split train.jsonl --valid 0.1 --group-by customer")
@click.argument("path", metavar="IN")
@option("-o", "--output", metavar="FOLDER|STEM", help="Where the files go, or how their names begin.")
@option("--valid", metavar="SHARE|N", help="For validation: a share (0.1, 10%) or a number; 0.1 as usual.")
@option("--test", metavar="SHARE|N", help="For a test: the same; none as usual.")
@option("--seed", type=int, default=0, show_default=True, help="Another seed draws other examples.")
@option("--group-by", metavar="FIELD", multiple=True, help="Keep equal values of a field (a.b) on one side.")
@option("--no-stratify", is_flag=True, help="Do not see to it that each side has every class.")
@option("--no-prompts", is_flag=True, help="Let the same prompt stand on both sides.")
@option("--no-near", is_flag=True, help="Let near duplicates stand on both sides.")
@option("--target", metavar="NAME", help="Who the files are for: its limits for validation hold.")
@option("--task", help="classification or generation, instead of what it looks like.")
@option("--config", metavar="FILE|KEY=VALUE", multiple=True, help="A configuration file, or one value.")
@option("--isolated", is_flag=True, help="Read no configuration file.")
@SEEING
@option("--overwrite", is_flag=True, help="Replace files of these names, instead of taking free ones.")
@option("--rejects", metavar="FILE", help="Keep every row that cannot be read here, with rule and line.")
@option("--output-format", metavar="FORMAT", default="text", show_default=True, help="text or json.")
@option("--color", metavar="WHEN", default="auto", show_default=True, help="auto, always or never.")
@option("--no-progress", is_flag=True, help="No progress bar.")
@option("-q", "--quiet", is_flag=True, help="Only the names of the files.")
def split(**given: Any) -> int:
    """Divide a file for training and validation; what is alike stays on one side.

    IN is a file; - is standard input. Without -o the new files stand beside it: train_train.jsonl, train_valid.jsonl.
    """
    from ftlint.cli.split import run

    return run(given)


@app.command(epilog="Example: ftlint stats train.jsonl --model gpt-4.1-mini")
@click.argument("paths", nargs=-1, required=True)
@option("--target", metavar="NAME", help="Who the files are for: its limits, models and prices.")
@option("--model", help="Only this model: its limit, vocabulary and price.")
@FIGURES
@option("--tokenizer", metavar="FILE", help="Count tokens with this tokenizer.json of an open model.")
@option("--task", help="classification or generation, instead of what it looks like.")
@option("--config", metavar="FILE|KEY=VALUE", multiple=True, help="A configuration file, or one value.")
@option("--isolated", is_flag=True, help="Read no configuration file.")
@SEEING
@WORKING
@option(
    "--output-format",
    metavar="FORMAT",
    default="text",
    show_default=True,
    help="text, json or markdown.",
)
@option("-o", "--output-file", metavar="FILE", help="Write the figures to a file.")
@option("--overwrite", is_flag=True, help="Let -o replace an existing file.")
@option("--color", metavar="WHEN", default="auto", show_default=True, help="auto, always or never.")
@option("--no-progress", is_flag=True, help="No progress bar.")
def stats(**given: Any) -> int:
    """Count rows, roles and tokens; tell what limits cut, and what training costs.

    PATHS are files, folders and globs; - is standard input. Tokens are counted exactly, without a network.
    """
    from ftlint.cli.stats import run

    return run(given)


@app.command(epilog="Example: ftlint config target")
@click.argument("key", metavar="[KEY]", required=False)
@option("--schema", is_flag=True, help="Print the JSON Schema of the configuration file instead.")
@option("--config", metavar="FILE|KEY=VALUE", multiple=True, help="A configuration file, or one value.")
@option("--isolated", is_flag=True, help="Read no configuration file.")
def config(**given: Any) -> None:
    """Print every value of the configuration and where it comes from, or the value of KEY."""
    from ftlint.cli.config import run

    click.echo(run(given), nl=False)


@app.command(epilog="Example: ftlint init data --target openai-chat")
@click.argument("paths", nargs=-1)
@option("--target", metavar="NAME", help="Who the files are for: ftlint target --all.")
@option("-o", "--output", metavar="FILE", default="ftlint.toml", show_default=True, help="The file to write.")
@option("--stdout", is_flag=True, help="Print it instead.")
def init(**given: Any) -> None:
    """Look at the data and write a configuration file for it.

    PATHS are files, folders and globs; the current folder unless named. Nothing is overwritten.
    """
    from ftlint.cli.init import run

    click.echo(run(given), nl=False)


@app.command(epilog="Example: ftlint report train.jsonl -o report.html --target openai-chat")
@click.argument("paths", nargs=-1)
@option("-o", "--output", metavar="FILE", help="The page to write; - for standard output.")
@option("--markdown", is_flag=True, help="Markdown for a pull request, instead of a page.")
@option("--target", metavar="NAME", help="Who the files are for: its rules, limits, models and prices.")
@option("--against", metavar="PATH", multiple=True, help="Compare with this, too: held-out data.")
@option("--project", is_flag=True, help="Show the [datasets] of the configuration file, splits compared.")
@FIGURES
@SELECTING
@SHARED
@SEEING
@option("--overwrite", is_flag=True, help="Let -o replace a file that is no report.")
@option("--no-progress", is_flag=True, help="No progress bar.")
def report(**given: Any) -> int:
    """Draw the picture of a dataset: findings, fixes and figures as one page that needs no network.

    PATHS are files, folders and globs; - is standard input.
    """
    from ftlint.cli.report import run

    return run(given)


@app.command(epilog="Example: ftlint diff old.jsonl new.jsonl --target openai-chat")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@option("--target", metavar="NAME", help="Who the files are for: its rules and its vocabulary.")
@SELECTING
@SHARED
@SEEING
@option(
    "--output-format", metavar="FORMAT", default="text", show_default=True, help="text, json or markdown."
)
@option(
    "--max-shown",
    type=int,
    metavar="N",
    help="Examples listed of each kind; 10 in text unless said otherwise.",
)
@option("-o", "--output-file", metavar="FILE", help="Write the comparison to a file.")
@option("--overwrite", is_flag=True, help="Let -o replace an existing file.")
@option("--color", metavar="WHEN", default="auto", show_default=True, help="auto, always or never.")
@option("--no-progress", is_flag=True, help="No progress bar.")
def diff(**given: Any) -> int:
    """Compare two versions of a dataset: examples, findings, tokens and classes.

    OLD and NEW are files or folders. The exit code is 0 where they are the same, and 1 where they differ.
    """
    from ftlint.cli.diff import run

    return run(given)
