"""``ftlint diff``: compare two versions of a dataset."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.completers import complete_summary_format
from ftlint.cli.option import option
from ftlint.cli.options import CheckingOptions, ReadingOptions, SelectOptions
from ftlint.cli.report_output import new_file, write_rendered
from ftlint.cli.settings_from_options import settings_from_options, sources_from_options
from ftlint.cli.terminal import progress_bar
from ftlint.commands.diff.run import MOST_LISTED, PASSES, Difference, compare
from ftlint.config.panels import REPORT, TARGET
from ftlint.config.settings import Settings
from ftlint.display import check_known
from ftlint.errors import UsageError
from ftlint.io.source import Source
from ftlint.report import diff_json, diff_markdown, diff_text
from ftlint.report.terminal import RenderOptions

FORMATS: dict[str, Callable[[Difference, RenderOptions], Iterator[str]]] = {
    "text": diff_text.render,
    "json": diff_json.render,
    "markdown": diff_markdown.render,
}
SHOWN = {"text": 10, "markdown": 50}


app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class DiffArguments(SelectOptions, CheckingOptions, ReadingOptions):
    old: Annotated[str, Argument(metavar="OLD")]
    new: Annotated[str, Argument(metavar="NEW")]
    target: str | None = option("Who the files are for: its rules and its vocabulary.", "NAME", panel=TARGET)
    output_format: str = option(
        "text, json or markdown.", "FORMAT", panel=REPORT, default="text", complete=complete_summary_format
    )
    max_shown: int | None = option(
        "Examples listed of each kind; 10 in text unless said otherwise.", "N", panel=REPORT
    )
    output_file: str | None = option("Write the comparison to a file.", "FILE", flags="-o", panel=REPORT)
    overwrite: bool = False
    color: str = "auto"
    no_progress: bool = False


@command(app, "ftlint diff old.jsonl new.jsonl --target openai-chat")
def diff(options: DiffArguments) -> int:
    """Compare two versions of a dataset: examples, findings, tokens and classes.

    OLD and NEW are files or folders. The exit code is 0 where they are the same, and 1 where they differ.
    """
    name = options.output_format
    check_known(name, FORMATS, "no output format", "known: ")
    if options.old == options.new == "-":
        raise UsageError("only one of the two can come from standard input")
    limit = SHOWN.get(name, MOST_LISTED) if options.max_shown is None else options.max_shown
    if limit < 0:
        raise UsageError("--max-shown: how many examples of each kind to list")
    settings = settings_from_options(options, max_per_rule=0)
    old, new = (_sources(path, options, settings) for path in (options.old, options.new))
    file = new_file(options.output_file, (*old, *new), overwrite=options.overwrite)
    size = PASSES * sum(source.size or 0 for source in (*old, *new))
    with progress_bar(size, "comparing", options.no_progress) as advance:
        difference = compare(old, new, settings, limit, advance)
    write_rendered(partial(FORMATS[name], difference), file, options.color)
    return int(difference.differs)


def _sources(path: str, options: ReadingOptions, settings: Settings) -> list[Source]:
    sources = sources_from_options([path], options, settings.exclude)
    if not sources:
        raise UsageError(f"{path}: every file is excluded, so there is nothing to compare")
    return sources
