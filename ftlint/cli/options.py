"""Options that several commands share, as dataclasses to inherit from; what each is called and means says
``ftlint/cli/option.py``.
"""

from dataclasses import dataclass, field

from ftlint.cli.completers import complete_text_or_json
from ftlint.cli.option import option
from ftlint.config.panels import CONFIGURATION, COST, PROVIDER, READING, REPORT


@dataclass(kw_only=True, eq=False, repr=False)
class ConfigOptions:
    """The source of the configuration."""

    config: list[str] = option(
        "A configuration file, or one value.", "FILE|KEY=VALUE", panel=CONFIGURATION, default=list
    )
    isolated: bool = option("Read no configuration file.", panel=CONFIGURATION, default=False)


@dataclass(kw_only=True, eq=False, repr=False)
class SelectOptions:
    """Which rules run."""

    select: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    extend_select: list[str] = field(default_factory=list)


@dataclass(kw_only=True, eq=False, repr=False)
class CheckingOptions(ConfigOptions):
    """The options of every command that runs rules, besides ``--target``."""

    rules: list[str] = field(default_factory=list)
    fail_on: str | None = None
    model: str | None = None
    task: str | None = None
    tokenizer: str | None = None
    chat_template: str | None = None


@dataclass(kw_only=True, eq=False, repr=False)
class ReadingOptions:
    """How files are read and records are turned into examples."""

    stdin_name: str = option(
        "What standard input is called; its ending tells the format.",
        "NAME",
        panel=READING,
        default="stdin.jsonl",
    )
    encoding: str | None = None
    sheet: str | None = None
    join_rows: str | None = None
    map: list[str] = field(default_factory=list)
    prompt: str | None = None
    completion: str | None = None
    turns: str | None = None
    system: str | None = None
    separator: str | None = None
    stop: str | None = None


@dataclass(kw_only=True, eq=False, repr=False)
class ExecutionOptions:
    """How the run is executed: processes and Ray."""

    jobs: int | None = None
    engine: str | None = None
    address: str | None = None


@dataclass(kw_only=True, eq=False, repr=False)
class WritingOptions:
    """How the file of ``-o`` and its side files are written."""

    overwrite: bool = False
    rejects: str | None = None
    no_lost: bool = False


@dataclass(kw_only=True, eq=False, repr=False)
class ReportOptions:
    """How findings are reported."""

    output_format: str = option(
        "text, concise, grouped, json, json-lines, sarif, github, gitlab, junit, markdown, csv, "
        "pylint, rdjson, azure or html.",
        "FORMAT",
        panel=REPORT,
        default="text",
    )
    report: list[str] = option("One more report of the same run.", "FORMAT=FILE", panel=REPORT, default=list)
    max_per_rule: int | None = None
    statistics: bool = option("Only how often each rule fired.", panel=REPORT, default=False)
    color: str = "auto"
    no_progress: bool = False
    quiet: bool = False


@dataclass(kw_only=True, eq=False, repr=False)
class ReportFileOptions(ReportOptions):
    """The same, with a file for the report."""

    output_file: str | None = option("Write the report to a file, not to the terminal.", "FILE", panel=REPORT)


@dataclass(kw_only=True, eq=False, repr=False)
class PricingOptions:
    """The token limit, prices and epochs of a cost estimate."""

    limit: int | None = option("Tokens of an example that are trained on, instead.", "TOKENS", panel=COST)
    price: float | None = None
    epochs: int | None = option("Epochs, instead of the usual number.", "N", panel=COST)


@dataclass(kw_only=True, eq=False, repr=False)
class ProviderOptions:
    """How the provider is reached."""

    provider: str | None = option(
        "openai, azure, compatible or a plug-in; openai as usual.", "NAME", panel=PROVIDER
    )
    base_url: str | None = option("The address of a server that speaks OpenAI's API.", "URL", panel=PROVIDER)
    key_env: str | None = option(
        "The environment variable with the key, instead of OPENAI_API_KEY.", "NAME", panel=PROVIDER
    )


@dataclass(kw_only=True, eq=False, repr=False)
class ConfirmOptions:
    """Whether the command asks for confirmation."""

    yes: bool = option("Ask nothing, and go on.", flags="-y", default=False)


@dataclass(kw_only=True, eq=False, repr=False)
class ListingOptions:
    """Text or JSON output."""

    output_format: str = option(
        "text or json.", "FORMAT", panel=REPORT, default="text", complete=complete_text_or_json
    )


@dataclass(kw_only=True, eq=False, repr=False)
class FollowOptions:
    """How a job is followed."""

    every: float | None = option("How often to look at it; 5 as usual.", "SECONDS")
