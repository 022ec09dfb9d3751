"""``ftlint check --shard I/N --save FOLDER``: one shard of a run, kept to be merged.

``ftlint merge``: the report of shards that were checked elsewhere.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ftlint.cli.baseline import writes_baseline
from ftlint.cli.main import say
from ftlint.cli.settings_from_options import (
    Given,
    exit_code,
    failure_code,
    give,
    most_kept,
    reports_of,
    staff_of,
)
from ftlint.commands.check.shards import merge_shards, save_shard, settings_of_shards, shard_named
from ftlint.config.settings import Settings, check
from ftlint.errors import UsageError
from ftlint.io.source import Source
from ftlint.report.progress import progress, wanted


def run(given: Given) -> int:
    """Do what was asked; the exit code."""
    reports = reports_of(given)
    folder = Path(given["folder"])
    settings = settings_of_shards(folder)
    most, kept = given["max_per_rule"], settings.max_per_rule
    most = most_kept(given) if most is None else most
    settings = replace(
        settings,
        # No shard has kept more than it was told to.
        max_per_rule=min(most or kept, kept or most),
        fail_on=given["fail_on"] or settings.fail_on,
        staff=staff_of(given),
    )
    report = merge_shards(folder, check(settings))
    give(report, given, reports)
    return failure_code(report) or (0 if given["exit_zero"] else exit_code(report, settings))


NOT_FOR_SHARDS = {
    "fix": "--fix",
    "fix_only": "--fix-only",
    "diff": "--diff",
    "report": "--report",
    "output_file": "--output-file",
    "statistics": "--statistics",
}


def save(given: Given, sources: Sequence[Source], settings: Settings) -> int:
    """Check a shard and keep what it tells; the exit code, which says nothing about findings."""
    for name, option in NOT_FOR_SHARDS.items():
        if given[name]:
            raise UsageError(f"--shard keeps a part of a report; {option} goes with all of it (ftlint merge)")
    if writes_baseline(given):
        raise UsageError("--shard keeps a part of a report; a baseline is written from all of it")
    if given["shard"] is None or given["save"] is None:
        raise UsageError("--shard I/N and --save FOLDER go together")
    shard, folder = shard_named(given["shard"]), Path(given["save"])
    # What the merged report shows is not known yet, so that all is kept unless something was said.
    settings = replace(settings, cache=None, max_per_rule=given["max_per_rule"] or 0)
    size = sum(source.size or 0 for source in sources) // shard.of
    with progress(
        size, "checking", wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    ) as on:
        saved = save_shard(sources, settings, shard, folder, on)
    if not given["quiet"]:
        if saved.already:
            say(f"shard {shard}: {saved.path} is complete already")
        else:
            say(
                f"shard {shard}: {saved.rows:,} rows, {saved.findings:,} findings so far, kept in {saved.path}"
            )
    return 0
