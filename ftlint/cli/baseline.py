"""``ftlint check --write-baseline`` and ``--prune-baseline``: the findings of today become those that do not count."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ftlint.cli.main import say
from ftlint.cli.settings_from_options import Given
from ftlint.commands.check.run import Advance, check_files
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.io.source import Source

# Formats in which others know a finding again by its fingerprint.
KNOWN_AGAIN = frozenset({"sarif", "gitlab"})


def with_baseline(given: Given, settings: Settings) -> Settings:
    """The settings with the baseline that was named, and with fingerprints where a report needs them."""
    formats = {given["output_format"], *(text.partition("=")[0] for text in given.get("report") or ())}
    fingerprints = bool(formats & KNOWN_AGAIN)
    named = Path(given["baseline"]) if given["baseline"] else settings.baseline
    return replace(settings, baseline=named, fingerprints=fingerprints)


def writes_baseline(given: Given) -> bool:
    """Whether the run is for the baseline. Raises UsageError for options that do not go with it."""
    if given["write_baseline"] is None and not given["prune_baseline"]:
        return False
    if given["write_baseline"] is not None and given["prune_baseline"]:
        raise UsageError(
            "--write-baseline takes out what is not found any more, too; leave out --prune-baseline"
        )
    for name in ("fix", "fix_only", "diff"):
        if given[name]:
            raise UsageError(f"a baseline is written of what is found; leave out --{name.replace('_', '-')}")
    return True


def write(given: Given, sources: Sequence[Source], settings: Settings, advance: Advance) -> int:
    """Check, and write what is found; the exit code."""
    from ftlint.engine.suppress import NAME, write_baseline

    path = Path(given["write_baseline"] or "") if given["write_baseline"] else settings.baseline or Path(NAME)
    if given["prune_baseline"] and not path.exists():
        raise UsageError(f"--prune-baseline: there is no {path}")
    every = replace(settings, baseline=None, fingerprints=True, max_per_rule=0)
    report = check_files(sources, every, advance)
    today = settings.today or date.today()
    entries = write_baseline(path, report.files, today, report.names, prune_only=given["prune_baseline"])
    say(f"ftlint: {entries:,} {'entry' if entries == 1 else 'entries'} in {path}")
    if settings.baseline is None:
        say(
            f'ftlint: --baseline {path}, or baseline = "{path.as_posix()}" in the configuration, makes them not count'
        )
    return 0
