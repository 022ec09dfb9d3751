"""Options that several commands have in common."""

from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]


def option(*names: str, help: str, **more: Any) -> Callable[[Command], Command]:
    """An option of a command; ``multiple`` ones come as a tuple."""
    return click.option(*names, help=help, **more)


def options(*chosen: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options that commands have in common, in the order in which the help lists them."""

    def add(command: Command) -> Command:
        for decorate in reversed(chosen):
            command = decorate(command)
        return command

    return add


SHARED = options(
    option("--model", help="The model to train: its limit and vocabulary."),
    option("--task", help="classification or generation, instead of what it looks like."),
    option("--rules", metavar="FOLDER", multiple=True, help="A folder with rules of your own."),
    option("--fail-on", metavar="SEVERITY", help="error, warning or info: what makes the exit code 1."),
    option("--tokenizer", metavar="FILE", help="Count tokens with this tokenizer.json of an open model."),
    option("--config", metavar="FILE|KEY=VALUE", multiple=True, help="A configuration file, or one value."),
    option("--isolated", is_flag=True, help="Read no configuration file."),
)
WORKING = options(
    option("--jobs", type=int, metavar="N", help="Processes for large files; 0 (the default): one a core."),
    option("--engine", metavar="NAME", help="local, or ray: the tasks of a Ray cluster."),
    option("--address", help="The Ray cluster's; without it one is begun on this machine."),
)
SEEING = options(
    option(
        "--stdin-name",
        metavar="NAME",
        default="stdin.jsonl",
        show_default=True,
        help="What standard input is called; its ending tells the format.",
    ),
    option("--encoding", help="Read as this encoding, e.g. cp1252."),
    option("--sheet", metavar="NAME", help="The XLSX sheet to read."),
    option("--map", metavar="FIELD=COLUMN", multiple=True, help="What a column is, e.g. prompt=Question."),
    option("--prompt", metavar="TEMPLATE", help='The prompt of each row: "{question} ({topic})".'),
    option("--completion", metavar="TEMPLATE", help='The completion of each row: "{answer}".'),
    option("--turns", metavar="NAMES", help='Who speaks in a text: "Customer=user,Agent=assistant".'),
    option("--system", metavar="TEXT", help="A system message; with templates a template, too."),
    option("--separator", metavar="TEXT", help="The end of every prompt."),
    option("--stop", metavar="TEXT", help="The end of every completion."),
)
SELECTING = options(
    option("--select", metavar="CODES", multiple=True, help="Only these rules: codes, prefixes, names."),
    option("--ignore", metavar="CODES", multiple=True, help="Not these rules."),
    option("--extend-select", metavar="CODES", multiple=True, help="These rules as well."),
)
FIGURES = options(
    option("--limit", type=int, metavar="TOKENS", help="Tokens of an example that are trained on, instead."),
    option("--price", type=float, metavar="USD", help="What a million tokens cost, instead."),
    option("--epochs", type=int, metavar="N", help="Epochs, instead of the usual number."),
)
WRITING = options(
    option("--overwrite", is_flag=True, help="Let -o replace an existing file."),
    option("--rejects", metavar="FILE", help="Keep every dropped row here, with rule and line."),
)
REPORTING = options(
    option(
        "--output-format",
        metavar="FORMAT",
        default="text",
        show_default=True,
        help="text, concise, grouped, json, json-lines, sarif, github, gitlab, junit, markdown, csv, pylint, "
        "rdjson, azure or html.",
    ),
    option("--report", metavar="FORMAT=FILE", multiple=True, help="One more report of the same run."),
    option("--max-per-rule", type=int, metavar="N", help="Findings shown per rule and file; 0 shows all."),
    option("--statistics", is_flag=True, help="Only how often each rule fired."),
    option("--color", metavar="WHEN", default="auto", show_default=True, help="auto, always or never."),
    option("--no-progress", is_flag=True, help="No progress bar."),
    option("-q", "--quiet", is_flag=True, help="Findings only."),
)
REPORTED = options(
    REPORTING,
    option("--output-file", metavar="FILE", help="Write the report to a file, not to the terminal."),
)
