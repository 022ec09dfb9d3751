"""What a dataset may have a little of: findings of a rule at or below its ``max-rate`` are notes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ftlint.result import FileReport, Tally


def tolerate(report: FileReport, rates: Mapping[str, float]) -> None:
    """Tell what is within a rule's rate as information, and say so. A rate is findings by examples."""
    for code, rate in rates.items():
        found = sum(n for tally, n in report.tallies.items() if tally.code == code and tally.scope == "row")
        if not report.counts[code] or not report.examples or found > rate * report.examples:
            continue
        tallies: Counter[Tally] = Counter()
        for tally, n in report.tallies.items():
            tallies[tally._replace(severity="info") if tally.code == code else tally] += n
        report.tallies = tallies
        report.findings = [
            replace(finding, severity="info") if finding.code == code else finding
            for finding in report.findings
        ]
        share = f"{found / report.examples:.2%}"
        report.notes.append(
            f"{code}: {found:,} findings ({share} of the examples) are within max-rate {rate:g}"
        )
