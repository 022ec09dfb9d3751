"""Which files a command is for: those that are named, or with ``--project`` those of the configuration."""

from dataclasses import replace

from ftlint.cli.settings_from_options import Given, sources_of
from ftlint.config.settings import Settings
from ftlint.config.splits import of_datasets
from ftlint.errors import UsageError
from ftlint.io.source import Source


def sources_and_held(given: Given, settings: Settings) -> tuple[list[Source], Settings]:
    """The files, and the settings with what they are held against. Raises UsageError where nothing is named."""
    if given["project"]:
        if given["paths"] or given["against"]:
            raise UsageError("--project takes the files of the configuration; leave out PATHS and --against")
        if not settings.datasets:
            raise UsageError(
                '--project: no [datasets] in the configuration, e.g. [datasets.NAME] train = "train.jsonl"'
            )
        sources, held_out = of_datasets(settings.datasets, settings.root)
        return sources, replace(settings, held_out=held_out)
    if not given["paths"]:
        raise UsageError("name a file or a folder, or say --project")
    sources = sources_of(given["paths"], given, settings.exclude)
    return sources, replace(settings, against=tuple(sources_of(given["against"], given)))
