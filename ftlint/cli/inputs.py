"""The input files of a command: those named as arguments, or with ``--project`` those of the configuration."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from typer import Argument

from ftlint.cli.option import option
from ftlint.cli.options import ReadingOptions
from ftlint.cli.settings_from_options import sources_from_options
from ftlint.config.panels import READING
from ftlint.config.settings import Settings
from ftlint.config.splits import of_datasets
from ftlint.errors import UsageError
from ftlint.io.source import Source


@dataclass(kw_only=True, eq=False, repr=False)
class InputOptions(ReadingOptions):
    """The files, the reference files they are compared with, and how both are read."""

    paths: Annotated[list[str], Argument()] = field(default_factory=list)
    against: list[str] = option("Compare with this, too: held-out data.", "PATH", panel=READING, default=list)
    project: bool = option(
        "Take the datasets of the configuration file, splits compared.", panel=READING, default=False
    )


def inputs_from_options(
    options: InputOptions, settings: Settings, *, force_exclude: bool = False
) -> tuple[list[Source], Settings]:
    """The files, and the settings with their reference files. Raises UsageError if none are named."""
    if options.project:
        if options.paths or options.against:
            raise UsageError("--project takes the files of the configuration; leave out PATHS and --against")
        if not settings.datasets:
            raise UsageError(
                '--project: no [datasets] in the configuration, e.g. [datasets.NAME] train = "train.jsonl"'
            )
        sources, held_out = of_datasets(settings.datasets, settings.root)
        return sources, replace(settings, held_out=held_out)
    if not options.paths:
        raise UsageError("name a file or a folder, or say --project")
    sources = sources_from_options(options.paths, options, settings.exclude, force_exclude=force_exclude)
    against = sources_from_options(options.against, options, force_exclude=force_exclude)
    return sources, replace(settings, against=tuple(against))
