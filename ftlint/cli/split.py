"""``ftlint split``: split a file into two or three, for training, validation and test."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from ftlint.cli.command import Command, new_app, takes_options
from ftlint.cli.completers import complete_text_or_json
from ftlint.cli.options import (
    ColorOption,
    ConfigOptions,
    NoProgressOption,
    ReadingOptions,
    TaskOption,
    output_format_option,
    target_option,
)
from ftlint.cli.panels import OUTPUT, REPORT
from ftlint.cli.settings_from_options import settings_from_options, sources_from_options
from ftlint.cli.terminal import echo_err, render_options
from ftlint.commands.split.assign import SplitSizes, share_of
from ftlint.commands.split.keys import GroupingOptions
from ftlint.commands.split.run import SplitOptions, SplitReport, split_file
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.report import split_json, split_text
from ftlint.report.progress import progress, wanted

FORMATS = ("text", "json")

app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class SplitArguments(ConfigOptions, ReadingOptions):
    """The arguments of ``ftlint split``."""

    path: Annotated[str, Argument(metavar="IN")]
    output: Annotated[
        str | None,
        Option("-o", "--output", metavar="FOLDER|STEM", help="Where the files go, or how their names begin."),
    ] = None
    valid: Annotated[
        str | None,
        Option(
            "--valid", metavar="SHARE|N", help="For validation: a share (0.1, 10%) or a number; 0.1 as usual."
        ),
    ] = None
    test: Annotated[
        str | None, Option("--test", metavar="SHARE|N", help="For a test: the same; none as usual.")
    ] = None
    seed: Annotated[int, Option("--seed", help="Another seed draws other examples.")] = 0
    group_by: Annotated[
        list[str],
        Option("--group-by", metavar="FIELD", help="Keep equal values of a field (a.b) on one side."),
    ] = field(default_factory=list)
    no_stratify: Annotated[
        bool, Option("--no-stratify", help="Do not see to it that each side has every class.")
    ] = False
    no_prompts: Annotated[bool, Option("--no-prompts", help="Let the same prompt stand on both sides.")] = (
        False
    )
    no_near: Annotated[bool, Option("--no-near", help="Let near duplicates stand on both sides.")] = False
    target: Annotated[str | None, target_option("Who the files are for: its limits for validation hold.")] = (
        None
    )
    task: TaskOption = None
    overwrite: Annotated[
        bool,
        Option(
            "--overwrite",
            help="Replace files of these names, instead of taking free ones.",
            rich_help_panel=OUTPUT,
        ),
    ] = False
    rejects: Annotated[
        str | None,
        Option(
            "--rejects",
            metavar="FILE",
            help="Keep every row that cannot be read here, with rule and line.",
            rich_help_panel=OUTPUT,
        ),
    ] = None
    output_format: Annotated[str, output_format_option("text or json.", complete_text_or_json)] = "text"
    color: ColorOption = "auto"
    no_progress: NoProgressOption = False
    quiet: Annotated[
        bool, Option("-q", "--quiet", help="Only the names of the files.", rich_help_panel=REPORT)
    ] = False


@app.command(cls=Command, epilog="Example: ftlint split train.jsonl --valid 0.1 --group-by customer")
@takes_options
def split(options: SplitArguments) -> int:
    """Divide a file for training and validation; what is alike stays on one side.

    IN is a file; - is standard input. Without -o the new files stand beside it: train_train.jsonl, train_valid.jsonl.
    """
    wrong = options.output_format
    if wrong not in FORMATS:
        names = ", ".join(FORMATS)
        raise UsageError(f'no output format "{wrong}"{did_you_mean(wrong, FORMATS)} (known: {names})')
    settings = settings_from_options(options, max_per_rule=0)
    split_options = _split_options(options)
    sources = sources_from_options([options.path], options)
    if len(sources) != 1:
        raise UsageError(f"split takes one file, not the {len(sources)} in {options.path}")
    bar = wanted(options.no_progress, options.quiet, os.environ, sys.stderr)
    with progress(sources[0].size, "splitting", bar) as advance:
        report = split_file(sources[0], settings, split_options, advance)
    _write(report, options)
    return 1 if report.why_not is not None or report.unread else 0


def _split_options(options: SplitArguments) -> SplitOptions:
    shares = SplitSizes(
        valid=share_of(options.valid, "--valid") if options.valid is not None else None,
        test=share_of(options.test, "--test") if options.test is not None else 0,
        seed=options.seed,
        stratify=not options.no_stratify,
    )
    bonds = GroupingOptions(
        prompts=not options.no_prompts, near=not options.no_near, fields=tuple(options.group_by)
    )
    return SplitOptions(
        shares=shares,
        bonds=bonds,
        output=_output(options.output),
        overwrite=options.overwrite,
        rejects=Path(options.rejects) if options.rejects else None,
    )


def _output(path: str | None) -> Path | None:
    if path is None:
        return None
    if path == "-":
        raise UsageError(
            "-o -: two files do not fit on standard output; name a folder, or how the names begin"
        )
    output = Path(path)
    if path.endswith(("/", os.sep)) and not output.is_dir():
        raise UsageError(f"-o {path}: there is no such folder")
    return output


def _write(report: SplitReport, options: SplitArguments) -> None:
    if options.output_format == "json":
        sys.stdout.write(split_json.render(report))
    else:
        sys.stdout.writelines(split_text.render(report, render_options(options.color, quiet=options.quiet)))
        if options.quiet and report.why_not is not None:
            echo_err(f"ftlint: {report.path}: nothing to split: {report.why_not}")
    sys.stdout.flush()
