"""``ftlint stats``: rows, roles, tokens, truncation by limits, and the cost of training."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Argument

from ftlint.cli.command import Command, new_app, takes_options
from ftlint.cli.completers import complete_summary_format
from ftlint.cli.option import option
from ftlint.cli.options import ConfigOptions, ExecutionOptions, PricingOptions, ReadingOptions
from ftlint.cli.settings_from_options import settings_from_options, sources_from_options
from ftlint.cli.terminal import render_options
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Stats
from ftlint.commands.stats.run import stats_of
from ftlint.config.panels import REPORT, TARGET
from ftlint.display import did_you_mean, sanitize
from ftlint.errors import UsageError
from ftlint.io.write.atomic import replacing, validate_output_path
from ftlint.report import stats_json, stats_markdown, stats_text
from ftlint.report.progress import progress, wanted
from ftlint.report.terminal import RenderOptions

FORMATS: dict[str, Callable[[Stats, RenderOptions], Iterator[str]]] = {
    "text": stats_text.render,
    "json": stats_json.render,
    "markdown": stats_markdown.render,
}


app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class StatsArguments(PricingOptions, ConfigOptions, ReadingOptions, ExecutionOptions):
    """The arguments of ``ftlint stats``."""

    paths: Annotated[list[str], Argument()]
    target: str | None = option("Who the files are for: its limits, models and prices.", "NAME", panel=TARGET)
    model: str | None = option("Only this model: its limit, vocabulary and price.", panel=TARGET)
    task: str | None = None
    tokenizer: str | None = None
    output_format: str = option(
        "text, json or markdown.", "FORMAT", panel=REPORT, default="text", complete=complete_summary_format
    )
    output_file: str | None = option("Write the figures to a file.", "FILE", flags="-o", panel=REPORT)
    overwrite: bool = False
    color: str = "auto"
    no_progress: bool = False


@app.command(cls=Command, epilog="Example: ftlint stats train.jsonl --model gpt-4.1-mini")
@takes_options
def stats(options: StatsArguments) -> int:
    """Count rows, roles and tokens; tell what limits cut, and what training costs.

    PATHS are files, folders and globs; - is standard input. Tokens are counted exactly, without a network.
    """
    name = options.output_format
    if name not in FORMATS:
        names = ", ".join(FORMATS)
        raise UsageError(f'no output format "{sanitize(name)}"{did_you_mean(name, FORMATS)} (known: {names})')
    terms = CostOptions(options.limit, options.price, options.epochs)
    settings = settings_from_options(options, max_per_rule=0)
    sources = sources_from_options(options.paths, options)
    file = Path(options.output_file) if options.output_file else None
    if file is not None:
        paths = [source.path for source in sources if source.path is not None]
        validate_output_path(file, paths, overwrite=options.overwrite)
    bar = wanted(options.no_progress, False, os.environ, sys.stderr)
    with progress(sum(source.size or 0 for source in sources), "counting", bar) as advance:
        figures = stats_of(sources, settings, terms, advance)
    _write(FORMATS[name], figures, file, options.color)
    return 0 if figures.all.examples else 1


def _write(
    render: Callable[[Stats, RenderOptions], Iterator[str]], figures: Stats, file: Path | None, color: str
) -> None:
    if file is None:
        sys.stdout.writelines(render(figures, render_options(color)))
        sys.stdout.flush()
        return
    with replacing(file) as out:
        out.writelines(
            text.encode("utf-8", errors="backslashreplace")
            for text in render(figures, RenderOptions(width=100))
        )
