"""The log of fixes: what they mended, dropped and changed, kept while batches go by; logs of parts are joined."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ftlint.result import Change
from ftlint.rule.errors import Failures
from ftlint.secrets import mask


@dataclass(slots=True)
class ChangeLog:
    """What fixes did: finds mended by code, dropped records by row with the code, and changes for a diff."""

    fixed: Counter[str] = field(default_factory=Counter)
    dropped: dict[int, str] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    total: int = 0
    limit: int = 0
    """How many changes are kept for a diff; 0 keeps none, so that nothing is compared."""
    examples_per_rule: int = 0
    """How many changes of each rule are kept as examples, with the rows that it touches; 0 keeps none."""
    examples: dict[str, list[Change]] = field(default_factory=dict)
    touched: dict[str, set[int]] = field(default_factory=dict)
    last: tuple[int, int] | None = None
    """Where the last of the kept changes stands, once there are as many as are kept: those behind it are not."""

    failures: Failures = field(default_factory=dict)
    """Rules that raised while the fixes were made."""

    def keeps(self, code: str, row: int | None = None) -> bool:
        """Whether a change by this rule is kept, so that it is worth comparing; of examples the file's first are."""
        kept = self.examples.get(code, ())
        return bool(self.limit) or len(kept) < self.examples_per_rule or self._is_earlier(kept, row)

    def mark(self, code: str, row: int) -> None:
        """Remember that a rule touched a row, where examples are kept."""
        if self.examples_per_rule:
            self.touched.setdefault(code, set()).add(row)

    def record(self, change: Change) -> None:
        """Count a change and keep it while there is room."""
        self.total += 1
        if self.limit and (self.last is None or _place(change) < self.last):
            self._keep(_masked(change))
        kept = self.examples.setdefault(change.codes[0], []) if self.examples_per_rule else []
        wanted = len(kept) < self.examples_per_rule or self._is_earlier(kept, change.row)
        if wanted and all(other.row != change.row for other in kept):
            kept.append(_masked(change))
            kept.sort(key=lambda one: one.row or 0)
            del kept[self.examples_per_rule :]

    def merge(self, part: "ChangeLog", rows: int = 0, lines: int = 0) -> None:
        """Add what was done to the next part of the file; its places are so many records and lines further on."""
        self.fixed.update(part.fixed)
        self.dropped.update((row + rows, code) for row, code in part.dropped.items())
        self.changed.update(row + rows for row in part.changed)
        self.total += part.total
        for change in part.changes if self.limit else ():
            self._keep(_moved(change, rows, lines))
        for code, examples in part.examples.items() if self.examples_per_rule else ():
            kept = self.examples.setdefault(code, [])
            kept.extend(
                _moved(change, rows, lines) for change in examples[: self.examples_per_rule - len(kept)]
            )
        for (code, _), failure in part.failures.items():
            moved = failure.after(rows, lines)
            self.failures.setdefault((code, moved.row), moved)
        for code, touched in part.touched.items() if self.examples_per_rule else ():
            self.touched.setdefault(code, set()).update(row + rows for row in touched)

    def in_order(self) -> list[Change]:
        """The first changes of the file, in its order."""
        return sorted(self.changes, key=_place)[: self.limit]

    @staticmethod
    def _is_earlier(kept: Sequence[Change], row: int | None) -> bool:
        """Whether a row stands before the last of the examples: fixes go in rounds, so one may come late."""
        return bool(kept) and row is not None and row < (kept[-1].row or 0)

    def _keep(self, change: Change) -> None:
        """Keep a change among the first ones of the file: fixes go by rules, so later ones may stand before."""
        self.changes.append(change)
        if len(self.changes) >= 2 * self.limit:
            self.changes = self.in_order()
            self.last = _place(self.changes[-1])


def _place(change: Change) -> tuple[int, int]:
    return (change.line or 0, change.row or 0)


def _moved(change: Change, rows: int, lines: int) -> Change:
    if not rows and not lines:
        return change
    return replace(change, line=change.line and change.line + lines, row=change.row and change.row + rows)


def _masked(change: Change) -> Change:
    """The change as it may be shown. Whole texts are masked, before a report cuts pieces out of them."""
    path, after = change.path and mask(change.path), change.after and mask(change.after)
    return replace(change, path=path, before=mask(change.before), after=after)
