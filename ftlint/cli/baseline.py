"""``ftlint check --write-baseline`` and ``--prune-baseline``: record the current findings to suppress them
later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ftlint.cli.option import option
from ftlint.cli.options import ReportOptions
from ftlint.cli.report_output import formats_wanted
from ftlint.cli.terminal import echo_err
from ftlint.commands.check.run import Advance, check_files
from ftlint.config.panels import BASELINE
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.io.source import Source

# Formats whose consumers match findings by fingerprint.
FINGERPRINT_FORMATS = frozenset({"sarif", "gitlab"})


@dataclass(kw_only=True, eq=False, repr=False)
class BaselineOptions:
    """The baseline to apply, to write or to prune."""

    baseline: str | None = None
    write_baseline: str | None = option(
        "Write all that is found as the baseline; .ftlint-baseline.jsonl unless named.",
        "[FILE]",
        panel=BASELINE,
        value="",
    )
    prune_baseline: bool = option(
        "Take out of the baseline what is not found any more.", panel=BASELINE, default=False
    )


def with_baseline(options: BaselineOptions, reports: ReportOptions, settings: Settings) -> Settings:
    """The settings with the chosen baseline, and with fingerprints if a report needs them."""
    fingerprints = not FINGERPRINT_FORMATS.isdisjoint(formats_wanted(reports))
    path = Path(options.baseline) if options.baseline else settings.baseline
    return replace(settings, baseline=path, fingerprints=fingerprints)


def writes_baseline(options: BaselineOptions) -> bool:
    """Whether the run writes or prunes a baseline."""
    if options.write_baseline is not None and options.prune_baseline:
        raise UsageError(
            "--write-baseline takes out what is not found any more, too; leave out --prune-baseline"
        )
    return options.write_baseline is not None or options.prune_baseline


def write(options: BaselineOptions, sources: Sequence[Source], settings: Settings, advance: Advance) -> int:
    """Check, and write the findings to the baseline; returns the exit code."""
    from ftlint.engine.suppress import NAME, write_baseline

    path = Path(options.write_baseline or "") if options.write_baseline else settings.baseline or Path(NAME)
    if options.prune_baseline and not path.exists():
        raise UsageError(f"--prune-baseline: there is no {path}")
    every = replace(settings, baseline=None, fingerprints=True, max_per_rule=0)
    report = check_files(sources, every, advance)
    today = settings.today or date.today()
    entries = write_baseline(path, report.files, today, report.names, prune_only=options.prune_baseline)
    echo_err(f"ftlint: {entries:,} {'entry' if entries == 1 else 'entries'} in {path}")
    if settings.baseline is None:
        echo_err(
            f'ftlint: --baseline {path}, or baseline = "{path.as_posix()}" in the configuration, makes them not count'
        )
    return 0
