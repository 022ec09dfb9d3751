"""The log of fixes: what they fixed, dropped and changed. Logs of parts are merged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from msgspec import Struct, field

from ftlint.result import Change
from ftlint.rule.errors import Failures
from ftlint.secrets import mask


class Removal(NamedTuple):
    """A value that a fix removed from a record: its general path, and the field of the record that it was in."""

    name: str
    field: str
    value: Any
    """The whole field, as it was."""


class ChangeLog(Struct):
    """What fixes did: violations fixed by code, dropped records by row with the code, and changes for a diff."""

    fixed: Counter[str] = field(default_factory=Counter)
    dropped: dict[int, str] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    total: int = 0
    limit: int = 0
    """How many changes are stored for a diff; 0 stores none, so that nothing is compared."""
    examples_per_rule: int = 0
    """How many changes of each rule are stored as examples, with the rows that it changed; 0 stores none."""
    examples: dict[str, list[Change]] = field(default_factory=dict)
    touched: dict[str, set[int]] = field(default_factory=dict)
    last: tuple[int, int] | None = None
    """Position of the last stored change, once the limit is reached: later changes are not stored."""

    failures: Failures = field(default_factory=dict)
    """Rules that raised while fixing."""

    removed: dict[int, list[Removal]] = field(default_factory=dict)
    """What fixes removed, by row, until it is written."""
    lost: Counter[str] = field(default_factory=Counter)
    """Removed values: the number of records by path."""

    def keeps(self, code: str, row: int | None = None) -> bool:
        """Whether a change by this rule is stored, so that comparing is worth it.

        Examples are the first of the file.
        """
        stored = self.examples.get(code, ())
        return bool(self.limit) or len(stored) < self.examples_per_rule or self._is_earlier(stored, row)

    def mark(self, code: str, rows: Sequence[int]) -> None:
        """Record that a rule changed some rows, where examples are stored."""
        if self.examples_per_rule:
            self.touched.setdefault(code, set()).update(rows)

    def remove(self, row: int, removals: Sequence[Removal]) -> None:
        """Record what a fix removed from a row."""
        stored = self.removed.setdefault(row, [])
        known = {one.name for one in stored}
        # Not a set: the order of equal counts would be another one in every run.
        self.lost.update(name for name in dict.fromkeys(one.name for one in removals) if name not in known)
        stored += removals

    def record(self, change: Change) -> None:
        """Count a change and store it if there is room."""
        self.total += 1
        if self.limit and (self.last is None or _position(change) < self.last):
            self._store(_masked(change))
        stored = self.examples.setdefault(change.codes[0], []) if self.examples_per_rule else []
        wanted = len(stored) < self.examples_per_rule or self._is_earlier(stored, change.row)
        if wanted and all(other.row != change.row for other in stored):
            stored.append(_masked(change))
            stored.sort(key=lambda one: one.row or 0)
            del stored[self.examples_per_rule :]

    def merge(self, part: "ChangeLog", rows: int = 0, lines: int = 0) -> None:
        """Merge the log of the next part of the file; its rows and lines are shifted."""
        self.fixed.update(part.fixed)
        self.dropped.update((row + rows, code) for row, code in part.dropped.items())
        self.changed.update(row + rows for row in part.changed)
        self.total += part.total
        self.lost.update(part.lost)
        for change in part.changes if self.limit else ():
            self._store(_shifted(change, rows, lines))
        for code, examples in part.examples.items() if self.examples_per_rule else ():
            stored = self.examples.setdefault(code, [])
            stored.extend(
                _shifted(change, rows, lines) for change in examples[: self.examples_per_rule - len(stored)]
            )
        for (code, _), failure in part.failures.items():
            moved = failure.after(rows, lines)
            self.failures.setdefault((code, moved.row), moved)
        for code, touched in part.touched.items() if self.examples_per_rule else ():
            self.touched.setdefault(code, set()).update(row + rows for row in touched)

    def in_order(self) -> list[Change]:
        """The first changes of the file, in its order."""
        return sorted(self.changes, key=_position)[: self.limit]

    @staticmethod
    def _is_earlier(stored: Sequence[Change], row: int | None) -> bool:
        """Whether a row precedes the last example: fixes run in rounds, so an earlier row may arrive later."""
        return bool(stored) and row is not None and row < (stored[-1].row or 0)

    def _store(self, change: Change) -> None:
        """Store a change among the first of the file: fixes run rule by rule, so a later change may have an
        earlier row.
        """
        self.changes.append(change)
        if len(self.changes) >= 2 * self.limit:
            self.changes = self.in_order()
            self.last = _position(self.changes[-1])


def _position(change: Change) -> tuple[int, int]:
    return (change.line or 0, change.row or 0)


def _shifted(change: Change, rows: int, lines: int) -> Change:
    if not rows and not lines:
        return change
    return replace(change, line=change.line and change.line + lines, row=change.row and change.row + rows)


def _masked(change: Change) -> Change:
    """The change, safe to display. Entire texts are masked, before a report cuts excerpts from them."""
    path, after = change.path and mask(change.path), change.after and mask(change.after)
    return replace(change, path=path, before=mask(change.before), after=after)
