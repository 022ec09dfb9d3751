"""``ftlint check --shard I/N --save FOLDER``: one shard of a run, kept to be merged."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ftlint.cli import say
from ftlint.cli.baseline import writes_baseline
from ftlint.cli.given import Given
from ftlint.errors import UsageError
from ftlint.read import Source
from ftlint.report.progress import progress, wanted
from ftlint.settings import Settings
from ftlint.shards.save import save_shard
from ftlint.shards.share import shard_named

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
