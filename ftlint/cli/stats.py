"""``ftlint stats``: rows, roles, tokens, truncation by limits, and the cost of training."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.completers import complete_summary_format
from ftlint.cli.option import option
from ftlint.cli.options import ConfigOptions, ExecutionOptions, PricingOptions, ReadingOptions
from ftlint.cli.report_output import new_file, write_rendered
from ftlint.cli.settings_from_options import settings_from_options, sources_from_options
from ftlint.cli.terminal import progress_bar
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Stats
from ftlint.commands.stats.run import stats_of
from ftlint.config.panels import REPORT, TARGET
from ftlint.display import check_known
from ftlint.report import stats_json, stats_markdown, stats_text
from ftlint.report.terminal import RenderOptions

FORMATS: dict[str, Callable[[Stats, RenderOptions], Iterator[str]]] = {
    "text": stats_text.render,
    "json": stats_json.render,
    "markdown": stats_markdown.render,
}


app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class StatsArguments(PricingOptions, ConfigOptions, ReadingOptions, ExecutionOptions):
    paths: Annotated[list[str], Argument()]
    target: str | None = option("Who the files are for: its limits, models and prices.", "NAME", panel=TARGET)
    model: str | None = option("Only this model: its limit, vocabulary and price.", panel=TARGET)
    task: str | None = None
    tokenizer: str | None = None
    chat_template: str | None = None
    output_format: str = option(
        "text, json or markdown.", "FORMAT", panel=REPORT, default="text", complete=complete_summary_format
    )
    output_file: str | None = option("Write the figures to a file.", "FILE", flags="-o", panel=REPORT)
    overwrite: bool = False
    color: str = "auto"
    no_progress: bool = False


@command(app, "ftlint stats train.jsonl --model gpt-4.1-mini")
def stats(options: StatsArguments) -> int:
    """Count rows, roles and tokens; tell what limits cut, and what training costs.

    PATHS are files, folders and globs; - is standard input. Tokens are counted exactly, without a network.
    """
    check_known(options.output_format, FORMATS, "no output format", "known: ")
    terms = CostOptions(options.limit, options.price, options.epochs)
    settings = settings_from_options(options, max_per_rule=0)
    sources = sources_from_options(options.paths, options)
    file = new_file(options.output_file, sources, overwrite=options.overwrite)
    size = sum(source.size or 0 for source in sources)
    with progress_bar(size, "counting", options.no_progress) as advance:
        figures = stats_of(sources, settings, terms, advance)
    write_rendered(partial(FORMATS[options.output_format], figures), file, options.color)
    return 0 if figures.all.examples else 1
