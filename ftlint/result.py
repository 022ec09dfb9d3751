"""Results of a run: findings, one report per file, one report per run. All output formats render these."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]
Scope = Literal["row", "file", "dataset"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Tally(NamedTuple):
    """The key by which findings are counted."""

    code: str
    severity: Severity
    scope: Scope


@dataclass(frozen=True, slots=True)
class Finding:
    """One location where a rule fired.

    ``row`` is the record's number and ``line`` the physical line where it starts, both from 1 and None
    if the finding is about the file or the dataset. ``path`` is a path into the record as the file
    has it. ``fix`` says whether ftlint can fix this finding. ``scope`` is "row" if one location is at fault,
    "dataset" if only all examples together are (a rate, a distribution), else "file".
    """

    code: str
    name: str
    severity: Severity
    file: str
    line: int | None
    row: int | None
    path: str | None
    message: str
    fix: Literal["safe", "unsafe"] | None
    scope: Scope = "row"
    fingerprint: str = ""
    """32 hexadecimal digits that identify the rule and the content of the record, if requested."""
    suppressed: str | None = None
    """Why the finding is suppressed, if it is."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed or dropped record or range of the file, for ``--diff`` and ``--rejects``.

    ``before`` and ``after`` are the texts at ``path``; ``after`` None means that the record is dropped.
    """

    line: int | None
    row: int | None
    path: str | None
    codes: tuple[str, ...]
    before: str
    after: str | None


@dataclass(slots=True)
class FileReport:
    """The findings of one file.

    ``rows`` counts records, including broken ones; ``examples`` the valid ones. ``findings`` may be capped per rule;
    ``tallies`` (findings by code, severity and scope), ``counts`` (findings by code) and ``fixable`` (findings that
    a fix would repair) never are. ``sha256`` is empty if the file is remote. ``fixed`` and ``dropped`` count the
    effects of a fix by code; of the ``read`` rows ``kept`` were written, and ``changed`` of those were changed.
    ``written`` is the new file.
    """

    path: str
    container: str
    shape: str | None
    task: str | None
    rows: int
    examples: int
    bytes: int
    sha256: str
    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Finding] = field(default_factory=list)
    """Findings suppressed by a baseline or by the record itself; not counted in ``tallies``."""
    tallies: Counter[Tally] = field(default_factory=Counter)
    fixable: Counter[str] = field(default_factory=Counter)
    fixed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    read: int = 0
    kept: int = 0
    changed: int = 0
    written: str | None = None
    rejects: str | None = None
    recipe: str | None = None
    """The dataset entry for the target's trainer that describes ``written``, if requested."""
    changes: list[Change] = field(default_factory=list)
    changes_total: int = 0
    refused: str | None = None
    """Why a fix wrote nothing: the file was read incompletely, or overwriting it would lose data."""
    failed: dict[str, str] = field(default_factory=dict)
    """Rules that crashed, by code, each with its first exception; a finding names the location."""
    notes: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """Complete totals by code."""
        counts: Counter[str] = Counter()
        for tally, n in self.tallies.items():
            counts[tally.code] += n
        return counts

    def total(self, severity: Severity) -> int:
        """Complete number of findings of one severity."""
        return sum(n for tally, n in self.tallies.items() if tally.severity == severity)

    def worst(self) -> Severity | None:
        """The worst severity found, or None when clean."""
        return next((severity for severity in SEVERITIES if self.total(severity)), None)


@dataclass(slots=True)
class Report:
    """The results of one run for all its files. ``names`` maps the code of every rule that ran to its name."""

    files: list[FileReport]
    target: str | None
    model: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    """The documentation page of each rule that fired, by code."""
    seconds: float = 0.0
    max_per_rule: int = 0
    fixing: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """All stored findings, file by file."""
        return [finding for file in self.files for finding in file.findings]

    @property
    def counts(self) -> Counter[str]:
        """Complete totals by code, including capped findings."""
        return sum((file.counts for file in self.files), Counter())

    @property
    def refused(self) -> list[str]:
        """Why nothing was written, for each file that could not be fixed."""
        return [file.refused for file in self.files if file.refused is not None]

    @property
    def examples(self) -> int:
        """Number of valid examples read."""
        return sum(file.examples for file in self.files)

    @property
    def fixed(self) -> int:
        """Number of findings fixed in the written files."""
        return sum(sum(file.fixed.values()) for file in self.files)

    @property
    def dropped(self) -> int:
        """Number of examples dropped from the written files."""
        return sum(sum(file.dropped.values()) for file in self.files)

    @property
    def failed_rules(self) -> dict[str, str]:
        """Rules that crashed (a bug in the rule), by code: the exception as Python prints it."""
        return {code: trace for file in reversed(self.files) for code, trace in file.failed.items()}

    def total(self, severity: Severity) -> int:
        """Complete number of findings of one severity."""
        return sum(file.total(severity) for file in self.files)

    def worst(self) -> Severity | None:
        """The worst severity found, or None when clean."""
        return next((severity for severity in SEVERITIES if self.total(severity)), None)
