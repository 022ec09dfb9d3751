"""``--output-format github``: workflow commands, which GitHub shows next to the changed lines.

GitHub shows ten of each level per step and drops the rest, so the worst are written and the rest is counted.
The full report is written to the step summary.
"""

from collections.abc import Iterable, Iterator

from ftlint.display import sanitize
from ftlint.report.paths import PathResolver, describe, title_of
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import NOUNS, counted, findings_in_order
from ftlint.result import SEVERITIES, Finding, Report, Severity

MAX_PER_LEVEL = 10
COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """At most ten commands of each level; the last notice states the number of remaining findings."""
    del options
    places = PathResolver()
    some = {severity: _first(report, severity) for severity in SEVERITIES}
    unlisted = {severity: report.total(severity) - len(some[severity]) for severity in SEVERITIES}
    if any(unlisted.values()) and len(some["info"]) == MAX_PER_LEVEL:
        # The notice about the others is one of the ten.
        del some["info"][-1]
        unlisted["info"] += 1
    for findings in some.values():
        yield from (_command(finding, places) for finding in findings)
    if any(unlisted.values()):
        words = ", ".join(counted(n, NOUNS[severity]) for severity, n in unlisted.items() if n)
        more = f"… and {sum(unlisted.values()):,} more: {words}. The summary of the step tells of them."
        yield f"::notice title=ftlint::{_data(more)}\n"


def _first(report: Report, severity: Severity) -> list[Finding]:
    """The first findings of a severity, one per rule before any rule is repeated."""
    findings = [finding for finding in findings_in_order(report) if finding.severity == severity]
    turns: dict[str, int] = {}
    ranked = []
    for at, finding in enumerate(findings):
        turns[finding.code] = turns.get(finding.code, 0) + 1
        ranked.append((turns[finding.code], at))
    return [findings[at] for at in sorted(at for _, at in sorted(ranked)[:MAX_PER_LEVEL])]


def _command(finding: Finding, places: PathResolver) -> str:
    path = sanitize(places.path(finding.file))
    where = [("file", path)]
    if finding.line is not None:
        where += [("line", str(finding.line)), ("endLine", str(finding.line))]
    title = f"ftlint ({title_of(finding.code, finding.name)})"
    place = f"{path}:{finding.line}" if finding.line is not None else path
    message = f"{place}: {sanitize(finding.code)} {describe(finding)}"
    return f"::{COMMANDS[finding.severity]} {_properties([*where, ('title', title)])}::{_data(message)}\n"


def _properties(pairs: Iterable[tuple[str, str]]) -> str:
    return ",".join(f"{name}={_data(text).replace(':', '%3A').replace(',', '%2C')}" for name, text in pairs)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
