"""Results of a run: findings, one report per file, one report per run. All output formats read these."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]
Scope = Literal["row", "file", "dataset"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Tally(NamedTuple):
    """What findings are counted by."""

    code: str
    severity: Severity
    scope: Scope


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule fired.

    ``row`` is the record's number and ``line`` the physical line where it starts, both from 1 and None
    where the finding is about the file or the dataset. ``path`` is a path into the record as the file
    has it. ``fix`` tells whether ftlint can mend this very place. ``scope`` is "row" where a place is at fault,
    "dataset" where only all examples together are (a rate, a distribution), else "file".
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
    """32 hexadecimal digits of the rule and the content of the record, where they were asked for."""
    suppressed: str | None = None
    """Why the finding does not count, where it does not."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed or dropped record or piece of file, for ``--diff`` and ``--rejects``.

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
    """What was found in one file.

    ``rows`` counts records, broken ones too; ``examples`` the good ones. ``findings`` may be capped per rule;
    ``tallies`` (findings by code, severity and scope), ``counts`` (findings by code) and ``fixable`` (those of them
    that a fix would mend) never are. ``sha256`` is empty where the file lies elsewhere. ``fixed`` and ``dropped`` count
    by code what a fix did; of the ``read`` rows ``kept`` were written, ``changed`` of them changed. ``written`` is the
    new file.
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
    """Findings that do not count, because a baseline or the record itself says so; in no tally."""
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
    """How the target's trainer is told of ``written``, where that was asked for."""
    changes: list[Change] = field(default_factory=list)
    changes_total: int = 0
    refused: str | None = None
    """Why a fix wrote nothing: the file was not read whole, or writing over it would lose data."""
    failed: dict[str, str] = field(default_factory=dict)
    """Rules that raised, by code, each with the exception of the first time; a finding tells where."""
    notes: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """True totals by code."""
        counts: Counter[str] = Counter()
        for tally, n in self.tallies.items():
            counts[tally.code] += n
        return counts

    def total(self, severity: Severity) -> int:
        """True number of findings of one severity."""
        return sum(n for tally, n in self.tallies.items() if tally.severity == severity)

    def worst(self) -> Severity | None:
        """The worst severity found, or None when clean."""
        return next((severity for severity in SEVERITIES if self.total(severity)), None)


@dataclass(slots=True)
class Report:
    """What one run found in all its files. ``names`` maps the code of every rule that ran to its name."""

    files: list[FileReport]
    target: str | None
    model: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    """The page of each rule that fired, by code."""
    seconds: float = 0.0
    max_per_rule: int = 0
    fixing: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """All findings kept, file by file."""
        return [finding for file in self.files for finding in file.findings]

    @property
    def counts(self) -> Counter[str]:
        """True totals by code, whatever was capped."""
        return sum((file.counts for file in self.files), Counter())

    @property
    def refused(self) -> list[str]:
        """Why nothing was written, for each file that a fix could not be made for."""
        return [file.refused for file in self.files if file.refused is not None]

    @property
    def examples(self) -> int:
        """Good examples read."""
        return sum(file.examples for file in self.files)

    @property
    def fixed(self) -> int:
        """Findings mended in what was written."""
        return sum(sum(file.fixed.values()) for file in self.files)

    @property
    def dropped(self) -> int:
        """Examples left out of what was written."""
        return sum(sum(file.dropped.values()) for file in self.files)

    @property
    def failed_rules(self) -> dict[str, str]:
        """Rules that raised, which is a bug in them, by code: the exception as Python prints it."""
        return {code: trace for file in reversed(self.files) for code, trace in file.failed.items()}

    def total(self, severity: Severity) -> int:
        """True number of findings of one severity."""
        return sum(file.total(severity) for file in self.files)

    def worst(self) -> Severity | None:
        """The worst severity found, or None when clean."""
        return next((severity for severity in SEVERITIES if self.total(severity)), None)
