"""``ftlint report``: report on datasets as an HTML page, or as Markdown for a pull request."""

import sys
from dataclasses import dataclass
from pathlib import Path

from ftlint.cli.command import command, new_app
from ftlint.cli.inputs import InputOptions, inputs_from_options
from ftlint.cli.option import option
from ftlint.cli.options import CheckingOptions, PricingOptions, SelectOptions
from ftlint.cli.settings_from_options import settings_from_options
from ftlint.cli.terminal import echo_err, progress_bar
from ftlint.commands.stats.cost import CostOptions
from ftlint.config.panels import OUTPUT, TARGET
from ftlint.errors import UsageError
from ftlint.html_report.charts import check_extra
from ftlint.html_report.collect import PASSES, collect
from ftlint.html_report.markdown import MARK, as_markdown
from ftlint.html_report.page import MADE_BY, as_page
from ftlint.io.write.atomic import replacing, validate_output_path
from ftlint.report.words import size_in_words

STDOUT = "-"
HEAD = 2_000
"""The number of characters of a file that are searched for the marker of ftlint."""


app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class ReportArguments(PricingOptions, SelectOptions, CheckingOptions, InputOptions):
    output: str | None = option("The page to write; - for standard output.", "FILE", flags="-o")
    markdown: bool = option("Markdown for a pull request, instead of a page.", default=False)
    target: str | None = option(
        "Who the files are for: its rules, limits, models and prices.", "NAME", panel=TARGET
    )
    overwrite: bool = option("Let -o replace a file that is no report.", panel=OUTPUT, default=False)
    no_progress: bool = False


@command(app, "ftlint report train.jsonl -o report.html --target openai-chat")
def report(options: ReportArguments) -> int:
    """Draw the picture of a dataset: findings, fixes and figures as one page that needs no network.

    PATHS are files, folders and globs; - is standard input.
    """
    if not options.markdown:
        check_extra()
    terms = CostOptions(options.limit, options.price, options.epochs)
    settings = settings_from_options(options)
    sources, settings = inputs_from_options(options, settings)
    if not sources:
        raise UsageError("every file is excluded, so there is nothing to show")
    read = (*sources, *settings.against)
    file = _output_file(options, [source.path for source in read if source.path is not None])
    size = PASSES * sum(source.size or 0 for source in read)
    with progress_bar(size, "reporting", options.no_progress) as advance:
        dataset = collect(sources, settings, terms, advance)
        text = as_markdown(dataset) if options.markdown else as_page(dataset)
    _write(text.encode("utf-8", errors="backslashreplace"), file)
    # Findings do not change the exit code; ``check`` is for that.
    return 0 if dataset.report.examples else 1


def _write(page: bytes, file: Path | None) -> None:
    if file is None:
        sys.stdout.buffer.write(page)
        sys.stdout.buffer.flush()
        return
    with replacing(file) as out:
        out.write(page)
    echo_err(f"wrote {file} ({size_in_words(len(page))})")


def _output_file(options: ReportArguments, inputs: list[Path]) -> Path | None:
    """The file to write, or None for standard output."""
    if options.output is None:
        if options.markdown:
            return None
        raise UsageError(
            "-o FILE says where the page goes, e.g. -o report.html (or --markdown for a summary)"
        )
    if options.output == STDOUT:
        return None
    file = Path(options.output)
    validate_output_path(file, inputs, overwrite=options.overwrite or _is_ours(file))
    return file


def _is_ours(file: Path) -> bool:
    """Whether a file is an earlier report, which a new one may overwrite."""
    try:
        with file.open(encoding="utf-8", errors="replace") as page:
            head = page.read(HEAD)
    except OSError:
        return False
    return head.startswith(MARK) or MADE_BY in head
