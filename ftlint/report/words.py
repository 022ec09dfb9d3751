"""Format numbers for people: amounts, shares, money, sizes; and ``--statistics``, the counts by rule."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ftlint.display import sanitize
from ftlint.report.terminal import RenderOptions, styled
from ftlint.result import SEVERITIES, FileReport, Finding, Report, Severity

MANY = 1_000_000


def amount(number: float) -> str:
    """``4,306``, ``8.42 M``, ``1,204 M``; decimals only for small numbers: ``3.1``."""
    if number >= MANY:
        millions = number / MANY
        return f"{millions:,.{2 if millions < 9.995 else 1 if millions < 99.95 else 0}f} M"
    if number < 10 and number != int(number):
        return f"{number:.1f}"
    return f"{number:,.0f}"


def share(part: int, total: int) -> str:
    """``6.7 %``; never rounded to 0 % or 100 % unless exact."""
    if not total:
        return "0 %"
    percent = part / total * 100
    if 0 < percent < 0.05:
        return "< 0.1 %"
    if 99.95 <= percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %"


def percent(part: float) -> str:
    """``6.7 %`` for 0.067."""
    return f"{part * 100:.1f} %"


def money(dollars: float) -> str:
    """``$126.20``."""
    return "< $0.01" if 0 < dollars < 0.005 else f"${dollars:,.2f}"


NOUNS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


class RuleTotal(Struct, frozen=True):
    """The total of one rule: count, severity, fixes of its listed findings, and scope."""

    code: str
    name: str
    severity: Severity
    count: int
    fixes: tuple[str, ...]
    about_dataset: bool = False

    @property
    def key(self) -> tuple[str, str, bool]:
        """The key of its findings in :func:`by_rule`."""
        return self.code, self.severity, self.about_dataset

    @property
    def rank(self) -> tuple[int, int, str]:
        """The sort key, the worst first: by severity, then by count, then by code."""
        return SEVERITIES.index(self.severity), -self.count, self.code


def statistics(report: Report, options: RenderOptions) -> Iterator[str]:
    """One line for each rule with findings, the worst first."""
    totals = rule_totals(report, report.files)
    count_width = max((len(f"{total.count:,}") for total in totals), default=0)
    code_width = max((len(sanitize(total.code)) for total in totals), default=0)
    severity_width = max((len(total.severity) for total in totals), default=0)
    for total in totals:
        code, severity = sanitize(total.code).ljust(code_width), total.severity.ljust(severity_width)
        fixes = f"  [{', '.join(total.fixes)}]" if total.fixes else ""
        yield (
            f"{total.count:>{count_width},}  {styled(code, 'strong', options)}  "
            f"{styled(severity, total.severity, options)}  {sanitize(total.name)}{styled(fixes, 'faint', options)}"
        )


def rule_totals(report: Report, files: Iterable[FileReport], *, by_scope: bool = False) -> list[RuleTotal]:
    """Every rule with findings in these files, the worst first. Totals are complete, even if findings were
    limited.

    ``by_scope`` counts dataset-level findings separately from others of the same rule, and lists them last.
    """
    counts: Counter[tuple[Severity, str, bool]] = Counter()
    fixes: defaultdict[tuple[Severity, str, bool], set[str]] = defaultdict(set)
    for file in files:
        for tally, count in file.tallies.items():
            if count:
                counts[tally.severity, tally.code, by_scope and tally.scope == "dataset"] += count
        for finding in file.findings:
            if finding.fix:
                about_dataset = by_scope and finding.scope == "dataset"
                fixes[finding.severity, finding.code, about_dataset].add(finding.fix)
    totals = (
        RuleTotal(code, report.names.get(code, ""), severity, count, tuple(sorted(fixes[key])), about_dataset)
        for key, count in counts.items()
        for severity, code, about_dataset in [key]
    )
    return sorted(totals, key=lambda total: (total.about_dataset, total.rank))


def in_file_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by line, then row; those about the entire file first."""
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.row or 0))


def findings_in_order(report: Report) -> Iterator[Finding]:
    """The findings file by file, in the order of each file."""
    for file in report.files:
        yield from in_file_order(file.findings)


def by_rule(findings: Iterable[Finding]) -> dict[tuple[str, str, bool], list[Finding]]:
    """Findings in the order of the file, by code, severity, and whether they are about the dataset as a whole."""
    groups: defaultdict[tuple[str, str, bool], list[Finding]] = defaultdict(list)
    for finding in in_file_order(findings):
        groups[finding.code, finding.severity, finding.scope == "dataset"].append(finding)
    return groups


def counted(number: int, noun: str) -> str:
    """``1 line``, ``12,040 lines``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def found_in_words(report: Report) -> str:
    """``38 errors, 64 warnings, 1 note``; empty without findings."""
    totals = ((report.total(severity), NOUNS[severity]) for severity in SEVERITIES)
    return ", ".join(counted(number, noun) for number, noun in totals if number)


def fixed_in_words(report: Report) -> str:
    """``12 fixed, 2 dropped``; empty without changes."""
    totals = ((report.fixed, "fixed"), (report.dropped, "dropped"))
    return ", ".join(f"{number:,} {word}" for number, word in totals if number)


def suppressed_in(report: Report) -> int:
    """The number of suppressed findings in all files."""
    return sum(len(file.suppressed) for file in report.files)


def fixable(report: Report) -> Counter[str]:
    """The number of findings with a safe and with an unsafe fix, in all files; if unknown, the fix counts as
    unsafe.
    """
    kinds = {finding.code: finding.fix for finding in report.findings if finding.fix}
    total: Counter[str] = Counter()
    for file in report.files:
        for code, count in file.fixable.items():
            total[kinds.get(code, "unsafe")] += count
    return total


def size_in_words(number: int) -> str:
    """``812 bytes``, ``9.1 MB``."""
    if number < 1000:
        return counted(number, "byte")
    size = float(number)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.95:
            return f"{size:.1f} {unit}"
    return f"{size:,.1f} GB"


def time_in_words(seconds: float) -> str:
    """``0.4 s``, ``2 min 5 s``."""
    if seconds < 0.1:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60:,} min {int(seconds) % 60} s"
