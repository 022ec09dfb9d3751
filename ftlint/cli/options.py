"""Option groups shared by several commands, as dataclasses to inherit from.

``takes_options`` makes a parameter of each field. A type is an ``Annotated`` alias if only one option is
shared.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any

from typer import Option

from ftlint.cli.completers import (
    Completer,
    complete_color,
    complete_format,
    complete_rules,
    complete_severity,
    complete_target,
    complete_task,
    complete_text_or_json,
)
from ftlint.cli.panels import CONFIGURATION, COST, EXECUTION, OUTPUT, PROVIDER, READING, REPORT, RULES, TARGET


def target_option(help: str) -> Any:
    """``--target`` with the help text of a command."""
    return Option(
        "--target", metavar="NAME", help=help, autocompletion=complete_target, rich_help_panel=TARGET
    )


def output_format_option(help: str, complete: Completer = complete_format) -> Any:
    """``--output-format`` of a command with formats of its own."""
    return Option(
        "--output-format", metavar="FORMAT", help=help, autocompletion=complete, rich_help_panel=REPORT
    )


ConfigOption = Annotated[
    list[str],
    Option(
        "--config",
        metavar="FILE|KEY=VALUE",
        help="A configuration file, or one value.",
        rich_help_panel=CONFIGURATION,
    ),
]
IsolatedOption = Annotated[
    bool, Option("--isolated", help="Read no configuration file.", rich_help_panel=CONFIGURATION)
]
TaskOption = Annotated[
    str | None,
    Option(
        "--task",
        help="classification or generation, instead of what it looks like.",
        autocompletion=complete_task,
        rich_help_panel=TARGET,
    ),
]
TokenizerOption = Annotated[
    str | None,
    Option(
        "--tokenizer",
        metavar="FILE",
        help="Count tokens with this tokenizer.json of an open model.",
        rich_help_panel=TARGET,
    ),
]
SelectOption = Annotated[
    list[str],
    Option(
        "--select",
        metavar="CODES",
        help="Only these rules: codes, prefixes, names.",
        autocompletion=complete_rules,
        rich_help_panel=RULES,
    ),
]
IgnoreOption = Annotated[
    list[str],
    Option(
        "--ignore",
        metavar="CODES",
        help="Not these rules.",
        autocompletion=complete_rules,
        rich_help_panel=RULES,
    ),
]
RulesOption = Annotated[
    list[str],
    Option("--rules", metavar="FOLDER", help="A folder with rules of your own.", rich_help_panel=RULES),
]
FailOnOption = Annotated[
    str | None,
    Option(
        "--fail-on",
        metavar="SEVERITY",
        help="error, warning or info: what makes the exit code 1.",
        autocompletion=complete_severity,
        rich_help_panel=RULES,
    ),
]
PriceOption = Annotated[
    float | None,
    Option(
        "--price",
        metavar="USD",
        help="What a million tokens cost, instead.",
        rich_help_panel=COST,
    ),
]
RejectsOption = Annotated[
    str | None,
    Option(
        "--rejects",
        metavar="FILE",
        help="Keep every dropped row here, with rule and line.",
        rich_help_panel=OUTPUT,
    ),
]
NoLostOption = Annotated[
    bool,
    Option("--no-lost", help="Do not keep lost values in a file beside the new one.", rich_help_panel=OUTPUT),
]
OverwriteOption = Annotated[
    bool, Option("--overwrite", help="Let -o replace an existing file.", rich_help_panel=OUTPUT)
]
ColorOption = Annotated[
    str,
    Option(
        "--color",
        metavar="WHEN",
        help="auto, always or never.",
        autocompletion=complete_color,
        rich_help_panel=REPORT,
    ),
]
NoProgressOption = Annotated[bool, Option("--no-progress", help="No progress bar.", rich_help_panel=REPORT)]
QuietOption = Annotated[bool, Option("-q", "--quiet", help="Findings only.", rich_help_panel=REPORT)]


@dataclass(kw_only=True, eq=False, repr=False)
class ConfigOptions:
    """The source of the configuration."""

    config: ConfigOption = field(default_factory=list)
    isolated: IsolatedOption = False


@dataclass(kw_only=True, eq=False, repr=False)
class SelectOptions:
    """Which rules run."""

    select: SelectOption = field(default_factory=list)
    ignore: IgnoreOption = field(default_factory=list)
    extend_select: Annotated[
        list[str],
        Option(
            "--extend-select",
            metavar="CODES",
            help="These rules as well.",
            autocompletion=complete_rules,
            rich_help_panel=RULES,
        ),
    ] = field(default_factory=list)


@dataclass(kw_only=True, eq=False, repr=False)
class CheckingOptions(ConfigOptions):
    """The options of every command that runs rules, besides ``--target``."""

    rules: RulesOption = field(default_factory=list)
    fail_on: FailOnOption = None
    model: Annotated[
        str | None,
        Option("--model", help="The model to train: its limit and vocabulary.", rich_help_panel=TARGET),
    ] = None
    task: TaskOption = None
    tokenizer: TokenizerOption = None


@dataclass(kw_only=True, eq=False, repr=False)
class ReadingOptions:
    """How files are read and records are turned into examples."""

    stdin_name: Annotated[
        str,
        Option(
            "--stdin-name",
            metavar="NAME",
            help="What standard input is called; its ending tells the format.",
            rich_help_panel=READING,
        ),
    ] = "stdin.jsonl"
    encoding: Annotated[
        str | None, Option("--encoding", help="Read as this encoding, e.g. cp1252.", rich_help_panel=READING)
    ] = None
    sheet: Annotated[
        str | None,
        Option("--sheet", metavar="NAME", help="The XLSX sheet to read.", rich_help_panel=READING),
    ] = None
    join_rows: Annotated[
        str | None,
        Option(
            "--join-rows",
            metavar="COLUMN",
            help="One message a row: rows with the same value here are a conversation.",
            rich_help_panel=READING,
        ),
    ] = None
    map: Annotated[
        list[str],
        Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="What a column is, e.g. prompt=Question.",
            rich_help_panel=READING,
        ),
    ] = field(default_factory=list)
    prompt: Annotated[
        str | None,
        Option(
            "--prompt",
            metavar="TEMPLATE",
            help='The prompt of each row: "{question} ({topic})".',
            rich_help_panel=READING,
        ),
    ] = None
    completion: Annotated[
        str | None,
        Option(
            "--completion",
            metavar="TEMPLATE",
            help='The completion of each row: "{answer}".',
            rich_help_panel=READING,
        ),
    ] = None
    turns: Annotated[
        str | None,
        Option(
            "--turns",
            metavar="NAMES",
            help='Who speaks in a text: "Customer=user,Agent=assistant".',
            rich_help_panel=READING,
        ),
    ] = None
    system: Annotated[
        str | None,
        Option(
            "--system",
            metavar="TEXT",
            help="A system message; with templates a template, too.",
            rich_help_panel=READING,
        ),
    ] = None
    separator: Annotated[
        str | None,
        Option(
            "--separator",
            metavar="TEXT",
            help=r"The end of every prompt; \n is a line break.",
            rich_help_panel=READING,
        ),
    ] = None
    stop: Annotated[
        str | None,
        Option(
            "--stop",
            metavar="TEXT",
            help=r"The end of every completion; \n is a line break.",
            rich_help_panel=READING,
        ),
    ] = None


@dataclass(kw_only=True, eq=False, repr=False)
class ExecutionOptions:
    """How the run is executed: processes and Ray."""

    jobs: Annotated[
        int | None,
        Option(
            "--jobs",
            metavar="N",
            help="Processes for large files; 0 (the default): one a core.",
            rich_help_panel=EXECUTION,
        ),
    ] = None
    engine: Annotated[
        str | None,
        Option(
            "--engine",
            metavar="NAME",
            help="local, or ray: the tasks of a Ray cluster.",
            rich_help_panel=EXECUTION,
        ),
    ] = None
    address: Annotated[
        str | None,
        Option(
            "--address",
            help="The Ray cluster's; without it one is begun on this machine.",
            rich_help_panel=EXECUTION,
        ),
    ] = None


@dataclass(kw_only=True, eq=False, repr=False)
class WritingOptions:
    """How the file of ``-o`` and its side files are written."""

    overwrite: OverwriteOption = False
    rejects: RejectsOption = None
    no_lost: NoLostOption = False


@dataclass(kw_only=True, eq=False, repr=False)
class ReportOptions:
    """How findings are reported."""

    output_format: Annotated[
        str,
        output_format_option(
            "text, concise, grouped, json, json-lines, sarif, github, gitlab, junit, markdown, csv, pylint, "
            "rdjson, azure or html."
        ),
    ] = "text"
    report: Annotated[
        list[str],
        Option(
            "--report",
            metavar="FORMAT=FILE",
            help="One more report of the same run.",
            rich_help_panel=REPORT,
        ),
    ] = field(default_factory=list)
    max_per_rule: Annotated[
        int | None,
        Option(
            "--max-per-rule",
            metavar="N",
            help="Findings shown per rule and file; 0 shows all.",
            rich_help_panel=REPORT,
        ),
    ] = None
    statistics: Annotated[
        bool, Option("--statistics", help="Only how often each rule fired.", rich_help_panel=REPORT)
    ] = False
    color: ColorOption = "auto"
    no_progress: NoProgressOption = False
    quiet: QuietOption = False


@dataclass(kw_only=True, eq=False, repr=False)
class ReportFileOptions(ReportOptions):
    """The same, with a file for the report."""

    output_file: Annotated[
        str | None,
        Option(
            "--output-file",
            metavar="FILE",
            help="Write the report to a file, not to the terminal.",
            rich_help_panel=REPORT,
        ),
    ] = None


@dataclass(kw_only=True, eq=False, repr=False)
class PricingOptions:
    """The token limit, prices and epochs of a cost estimate."""

    limit: Annotated[
        int | None,
        Option(
            "--limit",
            metavar="TOKENS",
            help="Tokens of an example that are trained on, instead.",
            rich_help_panel=COST,
        ),
    ] = None
    price: PriceOption = None
    epochs: Annotated[
        int | None,
        Option("--epochs", metavar="N", help="Epochs, instead of the usual number.", rich_help_panel=COST),
    ] = None


@dataclass(kw_only=True, eq=False, repr=False)
class ProviderOptions:
    """How the provider is reached."""

    provider: Annotated[
        str | None,
        Option(
            "--provider",
            metavar="NAME",
            help="openai, azure, compatible or a plug-in; openai as usual.",
            rich_help_panel=PROVIDER,
        ),
    ] = None
    base_url: Annotated[
        str | None,
        Option(
            "--base-url",
            metavar="URL",
            help="The address of a server that speaks OpenAI's API.",
            rich_help_panel=PROVIDER,
        ),
    ] = None
    key_env: Annotated[
        str | None,
        Option(
            "--key-env",
            metavar="NAME",
            help="The environment variable with the key, instead of OPENAI_API_KEY.",
            rich_help_panel=PROVIDER,
        ),
    ] = None


@dataclass(kw_only=True, eq=False, repr=False)
class ConfirmOptions:
    """Whether the command asks for confirmation."""

    yes: Annotated[bool, Option("-y", "--yes", help="Ask nothing, and go on.")] = False


@dataclass(kw_only=True, eq=False, repr=False)
class ListingOptions:
    """Text or JSON output."""

    output_format: Annotated[str, output_format_option("text or json.", complete_text_or_json)] = "text"


@dataclass(kw_only=True, eq=False, repr=False)
class FollowOptions:
    """How a job is followed."""

    every: Annotated[
        float | None,
        Option("--every", metavar="SECONDS", help="How often to look at it; 5 as usual."),
    ] = None
