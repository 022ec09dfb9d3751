"""Collect the contents of a report: findings, fixes and figures."""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import PurePath

from ftlint.commands.check.run import check_files
from ftlint.commands.fix.output import OutputOptions
from ftlint.commands.fix.run import fix_files
from ftlint.commands.stats.cost import CostOptions
from ftlint.config.settings import Settings
from ftlint.config.splits import partners
from ftlint.display import sanitize
from ftlint.engine.excerpts import Said, excerpts
from ftlint.engine.pipeline import Progress
from ftlint.engine.plan import make_plan
from ftlint.html_report.measure import Measurements, SplitComparison, measure
from ftlint.io.source import Source
from ftlint.report.text import FindingGroup
from ftlint.report.words import by_rule, rule_totals
from ftlint.result import Change, Report
from ftlint.rule.dataset import CompareRule

MAX_PER_RULE = 200
MAX_ROWS = 5_000
MAX_CHANGES = 2_000
CHANGES_PER_RULE = 100
PASSES = 3
"""The number of passes over each file, for the progress bar."""


@dataclass(frozen=True, slots=True)
class ListedFixes:
    """The proposed fixes: sample changes with their file, and the total counts by code."""

    listed: Sequence[tuple[str, Change]]
    total: int
    fixed: Mapping[str, int]
    dropped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DatasetReport:
    """All data of the report. ``records`` are excerpts by file name and row."""

    report: Report
    groups: Sequence[FindingGroup]
    mended: ListedFixes | None = None
    measured: Measurements | None = None
    records: Mapping[tuple[str, int], Sequence[Said]] = field(default_factory=dict)
    between: Sequence[tuple[str, str, int]] = ()
    """The findings of rules that compare training data with held-out data: (code, name, count)."""
    capped: bool = False
    """Whether there are more findings than those listed."""

    def name(self, path: str) -> str:
        """The display name of a file: its path without the common parent folder."""
        folders = [str(PurePath(file.path).parent) for file in self.report.files]
        # Without a common parent folder, or for a file outside it, the path is shown as it is.
        with suppress(ValueError):
            path = str(PurePath(path).relative_to(os.path.commonpath(folders)))
        return sanitize(path)


def collect(
    sources: Sequence[Source],
    settings: Settings,
    terms: CostOptions | None = None,
    advance: Progress = lambda _: None,
) -> DatasetReport:
    """Check and count the files and dry-run the fixes. Nothing is written. Raises UsageError for an invalid
    setting.
    """
    limit = min(settings.max_per_rule or MAX_PER_RULE, MAX_PER_RULE)
    settings = replace(settings, max_per_rule=limit)
    report = check_files(sources, settings, advance)
    tried = fix_files(sources, settings, OutputOptions(diff=MAX_CHANGES, unsafe=True), advance)
    measured = measure(sources, settings, terms or CostOptions(), sides_of(sources, settings), advance)
    dataset = replace(
        of_report(report), mended=listed_fixes(tried), measured=measured, between=_between(report, settings)
    )
    records = _records(sources, dataset, measured, settings)
    return replace(dataset, records=records)


def of_report(report: Report) -> DatasetReport:
    """Build the dataset report from a check report alone: its findings, without figures."""
    groups, room = [], MAX_ROWS
    of_files = [by_rule(file.findings) for file in report.files]
    for total in rule_totals(report, report.files, by_scope=True):
        every = chain.from_iterable(of_file.get(total.key, ()) for of_file in of_files)
        listed = list(islice(every, min(MAX_PER_RULE, room)))
        room -= len(listed)
        groups.append(FindingGroup(total, listed))
    return DatasetReport(
        report, groups, capped=any(len(group.listed) < group.total.count for group in groups)
    )


def sides_of(sources: Sequence[Source], settings: Settings) -> SplitComparison | None:
    """The files of training data and of held-out data; None unless there are both."""
    pairs = partners(sources)
    for identity, reference in settings.held_out.items():
        pairs.setdefault(identity, []).extend(reference)
    held_out = {source.identity: source for some in pairs.values() for source in some}
    training = [source for source in sources if source.identity in pairs]
    if settings.against:
        held_out |= {source.identity: source for source in settings.against}
        training = [source for source in sources if source.identity not in held_out]
    return SplitComparison(training, list(held_out.values())) if training and held_out else None


def _between(report: Report, settings: Settings) -> list[tuple[str, str, int]]:
    """The findings of rules that compare files: (code, name, count)."""
    rules = [rule for rule in make_plan(settings).rules if isinstance(rule, CompareRule)]
    return [(rule.code, rule.name, n) for rule in rules if (n := report.counts[rule.code])]


def listed_fixes(report: Report) -> ListedFixes:
    """The changes of a fix run, limited per rule, and their total counts."""
    fixed: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    listed: list[tuple[str, Change]] = []
    counts: Counter[tuple[str, ...]] = Counter()
    for file in report.files:
        fixed.update(file.fixed)
        dropped.update(file.dropped)
        for change in file.changes:
            counts[change.codes] += 1
            if counts[change.codes] <= CHANGES_PER_RULE:
                listed.append((file.path, change))
    # Repaired records are more informative than dropped ones.
    listed.sort(key=lambda entry: entry[1].after is None)
    total = sum(file.changes_total for file in report.files)
    return ListedFixes(listed, total, dict(sorted(fixed.items())), dict(sorted(dropped.items())))


def _records(
    sources: Sequence[Source], report: DatasetReport, measured: Measurements, settings: Settings
) -> dict[tuple[str, int], list[Said]]:
    """The records that findings and clusters refer to."""
    paths_by_row: defaultdict[str, dict[int, list[str]]] = defaultdict(dict)
    for group in report.groups:
        for finding in group.listed:
            if finding.row is not None:
                paths = paths_by_row[finding.file].setdefault(finding.row, [])
                if finding.path is not None:
                    paths.append(finding.path)
    for clusters in (measured.exact, measured.nearly):
        for cluster in clusters.listed if clusters is not None else ():
            for number, row, _ in cluster.places[:1]:
                paths_by_row[sources[number].name].setdefault(row, [])
    for file, change in report.mended.listed if report.mended is not None else ():
        if change.after is None and change.row is not None:
            paths_by_row[file].setdefault(change.row, [])
    plan = make_plan(settings)
    return {
        (source.name, row): excerpt
        for source in sources
        for row, excerpt in excerpts(source, paths_by_row[source.name], plan, settings.read).items()
    }
