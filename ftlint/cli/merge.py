"""``ftlint merge``: the report of shards that were checked elsewhere."""

from dataclasses import replace
from pathlib import Path

from ftlint.cli.given import Given, exit_code, failure_code, give, most_kept, reports_of, staff_of
from ftlint.settings import check
from ftlint.shards.merge import merge_shards, settings_of_shards


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
