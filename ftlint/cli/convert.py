"""``ftlint convert``: convert a file to another shape."""

from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Annotated

from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.completers import complete_target_or_shape
from ftlint.cli.conversion_options import ConversionFormOptions
from ftlint.cli.option import option
from ftlint.cli.options import (
    CheckingOptions,
    ExecutionOptions,
    ReadingOptions,
    ReportFileOptions,
    WritingOptions,
)
from ftlint.cli.report_output import error_code, exit_code, extra_reports, new_file, write_file, write_report
from ftlint.cli.settings_from_options import settings_from_options, source_from_options
from ftlint.cli.terminal import progress_bar, write_out
from ftlint.commands.convert.run import ConvertOptions, convert_file
from ftlint.commands.fix.output import STDOUT
from ftlint.config.panels import OUTPUT, READING
from ftlint.errors import UsageError
from ftlint.execution.part_folder import output_path
from ftlint.io.source import Source
from ftlint.result import Report

# In these formats the recipe is printed below the report; in JSON it is one of its fields.
BELOW = ("text", "full")

app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class ConvertArguments(
    CheckingOptions,
    ReadingOptions,
    ConversionFormOptions,
    WritingOptions,
    ExecutionOptions,
    ReportFileOptions,
):
    """The arguments of ``ftlint convert``."""

    path: Annotated[str, Argument(metavar="IN")]
    output: str = option(
        "The new file, .jsonl, .json, .csv, .tsv, .xlsx or .parquet; - for JSON lines on standard output.",
        "FILE",
        flags="-o",
        default=MISSING,
    )
    to: str = option(
        "A target or a shape: openai-chat, alpaca, sharegpt …",
        "NAME",
        default=MISSING,
        complete=complete_target_or_shape,
    )
    keep_endings: bool = option(
        "Leave separator, leading space and stop in the texts.", panel=READING, default=False
    )
    recipe: str | None = option(
        "Also write what the trainer needs to read the new file: here, or to FILE.",
        "[FILE]",
        panel=OUTPUT,
        value="-",
    )


@command(app, "ftlint convert table.csv -o train.jsonl --to openai-chat")
def convert(options: ConvertArguments) -> int:
    """Write a file in another shape; name what is lost.

    IN is a file; - is standard input.
    """
    extra = extra_reports(options, inputs=[options.path], taken=(options.output, options.rejects))
    settings = settings_from_options(options)
    source = source_from_options(options.path, options, "convert")
    convert_options = ConvertOptions(
        to=options.to,
        output=output_path(options.output),
        overwrite=options.overwrite,
        rejects=Path(options.rejects) if options.rejects else None,
        keep_lost=not options.no_lost,
        keep_endings=options.keep_endings,
        system=options.system if not settings.templates else None,
        recipe=options.recipe is not None,
    )
    recipe = _recipe_file(options, source, convert_options)
    with progress_bar(source.size, "converting", options.no_progress, options.quiet) as advance:
        report = convert_file(source, settings, convert_options, advance)
    write_report(report, options, extra, data_on_stdout=convert_options.output == STDOUT)
    _write_recipe(report, recipe, options)
    return error_code(report) or (1 if report.dropped else exit_code(report, settings))


def _recipe_file(options: ConvertArguments, source: Source, convert_options: ConvertOptions) -> Path | None:
    """The file for the recipe; None if it is printed or not requested."""
    if options.recipe is None:
        return None
    file = Path(options.recipe)
    if file == STDOUT:
        if options.output_format not in (*BELOW, "json"):
            raise UsageError(f"--recipe: name a file for it beside --output-format {options.output_format}")
        return None
    if file in (convert_options.output, convert_options.rejects):
        raise UsageError(f"--recipe {file}: that file is for something else already")
    return new_file(options.recipe, [source], overwrite=options.overwrite)


def _write_recipe(report: Report, file: Path | None, options: ConvertArguments) -> None:
    for converted in report.files:
        if converted.recipe is None:
            continue
        if file is not None:
            write_file(file, [converted.recipe])
        elif options.output_format in BELOW:
            write_out(["\n", converted.recipe])
