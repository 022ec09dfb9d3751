"""The commands and their options; each does its work in a module of its own, loaded when it is called."""

from typing import Annotated, Any

import typer

from ftlint import __version__

app = typer.Typer(
    name="ftlint",
    help="Check, fix and convert the files people train language models with.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ftlint {__version__}")
        raise typer.Exit


@app.callback(
    epilog="Exit codes: 0 nothing left to do · 1 findings are left, or --diff would change something · "
    "2 wrong usage or configuration, missing input, or a bug · 130 interrupted."
)
def ftlint(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Check, fix and convert the files people train language models with."""


Paths = Annotated[
    list[str], typer.Argument(help="Files, folders, globs; - for standard input.", show_default=False)
]
SEEING, CHOOSING, FIXING, REPORTING = "Reading", "Rules", "Fixing", "Report"


def _option(*names: str, help: str, panel: str, **more: Any) -> Any:
    return typer.Option(*names, help=help, rich_help_panel=panel, **more)


Target = Annotated[
    str | None, _option("--target", help="Who the file is for: ftlint target --all.", panel=CHOOSING)
]
Model = Annotated[
    str | None, _option("--model", help="The model to train: its limit and vocabulary.", panel=CHOOSING)
]
Task = Annotated[
    str | None,
    _option("--task", help="classification or generation, instead of what it looks like.", panel=CHOOSING),
]
Select = Annotated[
    list[str] | None, _option("--select", help="Only these rules: codes, prefixes, names.", panel=CHOOSING)
]
Ignore = Annotated[list[str] | None, _option("--ignore", help="Not these rules.", panel=CHOOSING)]
Extend = Annotated[list[str] | None, _option("--extend-select", help="These rules as well.", panel=CHOOSING)]
Rules = Annotated[
    list[str] | None, _option("--rules", help="A folder with rules of your own.", panel=CHOOSING)
]
FailOn = Annotated[
    str | None,
    _option("--fail-on", help="error, warning or info: what makes the exit code 1.", panel=CHOOSING),
]
Config = Annotated[str | None, _option("--config", help="A configuration file.", panel=CHOOSING)]
Isolated = Annotated[bool, _option("--isolated", help="Read no configuration file.", panel=CHOOSING)]
StdinName = Annotated[
    str,
    _option("--stdin-name", help="What standard input is called; its ending tells the format.", panel=SEEING),
]
Encoding = Annotated[
    str | None, _option("--encoding", help="Read as this encoding, e.g. cp1252.", panel=SEEING)
]
Sheet = Annotated[str | None, _option("--sheet", help="The XLSX sheet to read.", panel=SEEING)]
Map = Annotated[list[str] | None, _option("--map", help="field=column, e.g. prompt=Question.", panel=SEEING)]
Prompt = Annotated[str | None, _option("--prompt", help='A template: "{question} ({topic})".', panel=SEEING)]
Completion = Annotated[str | None, _option("--completion", help='A template: "{answer}".', panel=SEEING)]
System = Annotated[
    str | None, _option("--system", help="A system message (with templates: a template).", panel=SEEING)
]
Separator = Annotated[str | None, _option("--separator", help="The end of every prompt.", panel=SEEING)]
Stop = Annotated[str | None, _option("--stop", help="The end of every completion.", panel=SEEING)]
Fix = Annotated[bool, _option("--fix", help="Write a fixed file, with safe fixes.", panel=FIXING)]
Unsafe = Annotated[
    bool,
    _option(
        "--unsafe-fixes", help="With --fix: also fixes that change texts or drop examples.", panel=FIXING
    ),
]
FixOnly = Annotated[bool, _option("--fix-only", help="Fix, and do not report what is left.", panel=FIXING)]
Diff = Annotated[bool, _option("--diff", help="Show what fixes would change; write nothing.", panel=FIXING)]
Output = Annotated[
    str | None, _option("-o", "--output", help="The new file; - for standard output.", panel=FIXING)
]
InPlace = Annotated[bool, _option("--in-place", help="Write over the input (JSON lines only).", panel=FIXING)]
Overwrite = Annotated[bool, _option("--overwrite", help="Let -o replace an existing file.", panel=FIXING)]
Rejects = Annotated[
    str | None, _option("--rejects", help="Keep every dropped row here, with rule and line.", panel=FIXING)
]
Format = Annotated[str, _option("--output-format", help="text, concise or json.", panel=REPORTING)]
Reports = Annotated[
    list[str] | None,
    _option("--report", help="FORMAT=FILE: one more report of the same run.", panel=REPORTING),
]
Most = Annotated[
    int | None,
    _option("--max-per-rule", help="Findings shown per rule and file; 0 shows all.", panel=REPORTING),
]
Statistics = Annotated[bool, _option("--statistics", help="Only how often each rule fired.", panel=REPORTING)]
Colour = Annotated[str, _option("--color", help="auto, always or never.", panel=REPORTING)]
NoProgress = Annotated[bool, _option("--no-progress", help="No progress bar.", panel=REPORTING)]
Quiet = Annotated[bool, _option("-q", "--quiet", help="Findings only.", panel=REPORTING)]


@app.command(epilog="Example: ftlint check train.jsonl --target openai-chat --fix -o fixed.jsonl")
def check(
    paths: Paths,
    target: Target = None,
    model: Model = None,
    task: Task = None,
    select: Select = None,
    ignore: Ignore = None,
    extend_select: Extend = None,
    rules: Rules = None,
    fail_on: FailOn = None,
    config: Config = None,
    isolated: Isolated = False,
    stdin_name: StdinName = "stdin.jsonl",
    encoding: Encoding = None,
    sheet: Sheet = None,
    map: Map = None,
    prompt: Prompt = None,
    completion: Completion = None,
    system: System = None,
    separator: Separator = None,
    stop: Stop = None,
    fix: Fix = False,
    unsafe_fixes: Unsafe = False,
    fix_only: FixOnly = False,
    diff: Diff = False,
    output: Output = None,
    in_place: InPlace = False,
    overwrite: Overwrite = False,
    rejects: Rejects = None,
    output_format: Format = "text",
    report: Reports = None,
    max_per_rule: Most = None,
    statistics: Statistics = False,
    color: Colour = "auto",
    no_progress: NoProgress = False,
    quiet: Quiet = False,
) -> None:
    """Find every fault, with line, place and remedy; with --fix write a file without them."""
    from ftlint.cli.check import run

    raise typer.Exit(run(locals()))


@app.command(epilog="Example: ftlint convert table.csv -o train.jsonl --to openai-chat")
def convert(
    path: Annotated[str, typer.Argument(metavar="IN", help="The file to convert; - for standard input.")],
    output: Annotated[
        str, typer.Option("-o", "--output", help="The new .jsonl file; - for standard output.")
    ],
    to: Annotated[str, typer.Option("--to", help="A target or a shape: openai-chat, alpaca, sharegpt …")],
    model: Model = None,
    task: Task = None,
    rules: Rules = None,
    config: Config = None,
    isolated: Isolated = False,
    stdin_name: StdinName = "stdin.jsonl",
    encoding: Encoding = None,
    sheet: Sheet = None,
    map: Map = None,
    prompt: Prompt = None,
    completion: Completion = None,
    system: System = None,
    separator: Separator = None,
    stop: Stop = None,
    keep_endings: Annotated[
        bool, typer.Option("--keep-endings", help="Leave separator, leading space and stop in the texts.")
    ] = False,
    no_lost: Annotated[bool, typer.Option("--no-lost", help="Do not keep what is lost in a file.")] = False,
    overwrite: Overwrite = False,
    rejects: Rejects = None,
    output_format: Format = "text",
    report: Reports = None,
    max_per_rule: Most = None,
    fail_on: FailOn = None,
    color: Colour = "auto",
    no_progress: NoProgress = False,
    quiet: Quiet = False,
) -> None:
    """Write a file in another shape; what cannot be carried is counted and named."""
    from ftlint.cli.convert import run

    raise typer.Exit(run(locals()))


@app.command(epilog="Example: ftlint rule C003")
def rule(
    name: Annotated[str | None, typer.Argument(metavar="CODE", help="A rule's code or name.")] = None,
    all_rules: Annotated[bool, typer.Option("--all", help="One line for every rule.")] = False,
    readme: Annotated[bool, typer.Option("--readme", help="With --all: the manual as Markdown.")] = False,
    rules: Rules = None,
) -> None:
    """Print a rule's page."""
    from ftlint.cli.rule import run

    typer.echo(run(name, listing=all_rules, readme=readme, folders=rules or []), nl=False)


@app.command(epilog="Example: ftlint target openai-chat")
def target(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A target's name.")] = None,
    all_targets: Annotated[bool, typer.Option("--all", help="One line for every target.")] = False,
) -> None:
    """Print what a target demands, with sources and dates."""
    from ftlint.cli.target_page import target_list, target_page
    from ftlint.errors import UsageError
    from ftlint.target import load_target

    if name is None and not all_targets:
        raise UsageError("name a target, or say --all")
    typer.echo(target_page(load_target(name)) if name else target_list(), nl=False)
