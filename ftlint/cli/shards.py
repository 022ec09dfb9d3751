"""``ftlint check --shard I/N --save FOLDER``: check one shard of a run and save its results for merging."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ftlint.cli.option import option
from ftlint.cli.options import ReportOptions
from ftlint.cli.terminal import echo_err, progress_bar
from ftlint.config.panels import EXECUTION
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.io.source import Source


@dataclass(kw_only=True, eq=False, repr=False)
class ShardOptions:
    """Which shard is checked, and where it is saved."""

    shard: str | None = option(
        "Check only the I-th of N equal shards, wherever the others are checked.", "I/N", panel=EXECUTION
    )
    save: str | None = option(
        "With --shard: where its part is kept, for ftlint merge.", "FOLDER", panel=EXECUTION
    )


def save(options: ShardOptions, reports: ReportOptions, sources: Sequence[Source], settings: Settings) -> int:
    """Check a shard and save its results; the exit code does not depend on findings."""
    if options.shard is None or options.save is None:
        raise UsageError("--shard I/N and --save FOLDER go together")
    from ftlint.commands.check.shards import save_shard, shard_named

    shard, folder = shard_named(options.shard), Path(options.save)
    # The options of the merged report are not known yet, so all findings are saved unless a limit is set.
    settings = replace(settings, cache=None, max_per_rule=reports.max_per_rule or 0)
    size = sum(source.size or 0 for source in sources) // shard.of
    with progress_bar(size, "checking", reports.no_progress, reports.quiet) as advance:
        saved = save_shard(sources, settings, shard, folder, advance)
    if reports.quiet:
        return 0
    if saved.already:
        echo_err(f"shard {shard}: {saved.path} is complete already")
    else:
        rows, findings = f"{saved.rows:,} rows", f"{saved.findings:,} findings so far"
        echo_err(f"shard {shard}: {rows}, {findings}, kept in {saved.path}")
    return 0
