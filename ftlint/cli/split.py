"""``ftlint split``: split a file into two or three, for training, validation and test."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.completers import complete_text_or_json
from ftlint.cli.option import option
from ftlint.cli.options import ConfigOptions, ReadingOptions
from ftlint.cli.settings_from_options import settings_from_options, source_from_options
from ftlint.cli.terminal import echo_err, progress_bar, render_options, write_out
from ftlint.commands.split.assign import SplitSizes, share_of
from ftlint.commands.split.keys import GroupingOptions
from ftlint.commands.split.run import SplitOptions, SplitReport, split_file
from ftlint.config.panels import OUTPUT, REPORT, TARGET
from ftlint.display import check_known
from ftlint.errors import UsageError
from ftlint.report import split_json, split_text

FORMATS = ("text", "json")

app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class SplitArguments(ConfigOptions, ReadingOptions):
    path: Annotated[str, Argument(metavar="IN")]
    output: str | None = option("Where the files go, or how their names begin.", "FOLDER|STEM", flags="-o")
    valid: str | None = option("For validation: a share (0.1, 10%) or a number; 0.1 as usual.", "SHARE|N")
    test: str | None = option("For a test: the same; none as usual.", "SHARE|N")
    seed: int = option("Another seed draws other examples.", default=0)
    group_by: list[str] = option("Keep equal values of a field (a.b) on one side.", "FIELD", default=list)
    no_stratify: bool = option("Do not see to it that each side has every class.", default=False)
    no_prompts: bool = option("Let the same prompt stand on both sides.", default=False)
    no_near: bool = option("Let near duplicates stand on both sides.", default=False)
    target: str | None = option(
        "Who the files are for: its limits for validation hold.", "NAME", panel=TARGET
    )
    task: str | None = None
    overwrite: bool = option(
        "Replace files of these names, instead of taking free ones.", panel=OUTPUT, default=False
    )
    rejects: str | None = option(
        "Keep every row that cannot be read here, with rule and line.", "FILE", panel=OUTPUT
    )
    output_format: str = option(
        "text or json.", "FORMAT", panel=REPORT, default="text", complete=complete_text_or_json
    )
    color: str = "auto"
    no_progress: bool = False
    quiet: bool = option("Only the names of the files.", flags="-q", panel=REPORT, default=False)


@command(app, "ftlint split train.jsonl --valid 0.1 --group-by customer")
def split(options: SplitArguments) -> int:
    """Divide a file for training and validation; what is alike stays on one side.

    IN is a file; - is standard input. Without -o the new files stand beside it: train_train.jsonl, train_valid.jsonl.
    """
    check_known(options.output_format, FORMATS, "no output format", "known: ")
    settings = settings_from_options(options, max_per_rule=0)
    split_options = _split_options(options)
    source = source_from_options(options.path, options, "split")
    with progress_bar(source.size, "splitting", options.no_progress, options.quiet) as advance:
        report = split_file(source, settings, split_options, advance)
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
        write_out([split_json.render(report)])
        return
    write_out(split_text.render(report, render_options(options.color, quiet=options.quiet)))
    if options.quiet and report.why_not is not None:
        echo_err(f"ftlint: {report.path}: nothing to split: {report.why_not}")
