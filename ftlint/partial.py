"""What is known of a file after some of its batches: findings, true totals, and what dataset rules have seen."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint.result import Scope, Severity, Tally

if TYPE_CHECKING:
    from polars import DataFrame


@dataclass(frozen=True, slots=True)
class Told:
    """One finding before it knows its file: code, severity, place, words, the fix that would apply, and the scope."""

    code: str
    severity: Severity
    line: int | None
    row: int | None
    path: str | None
    message: str
    fix: str | None
    scope: Scope = "row"

    @property
    def tally(self) -> Tally:
        """What it is counted by."""
        return Tally(self.code, self.severity, self.scope)


@dataclass(slots=True)
class Partial:
    """What is known after some batches. ``told`` is capped a tally, the counters never are.

    ``name`` and ``bytes`` are the whole file's.
    """

    name: str = ""
    bytes: int = 0
    rows: int = 0
    lines: int = 0
    examples: int = 0
    tallies: Counter[Tally] = field(default_factory=Counter)
    fixable: Counter[str] = field(default_factory=Counter)
    told: dict[Tally, list[Told]] = field(default_factory=dict)
    shapes: Counter[str] = field(default_factory=Counter)
    seen: dict[str, list["DataFrame"]] = field(default_factory=dict)
    seen_again: dict[str, list["DataFrame"]] = field(default_factory=dict)
    answers: list["DataFrame"] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """True totals by code."""
        counts: Counter[str] = Counter()
        for tally, n in self.tallies.items():
            counts[tally.code] += n
        return counts

    def tell(self, told: Told, most: int) -> None:
        """Count a finding and keep it unless there are ``most`` of its tally already (0: keep all)."""
        self.tallies[told.tally] += 1
        if told.fix:
            self.fixable[told.code] += 1
        kept = self.told.setdefault(told.tally, [])
        if not most or len(kept) < most:
            kept.append(told)
