"""The account of a conversion: what was written, what was lost, what could not come along, in the words of notes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ftlint.rewrite import Counted


@dataclass(slots=True)
class Account:
    """What happened to the records of one file."""

    written: Counter[str] = field(default_factory=Counter)
    """Records by the shape that they had."""
    lost: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    first_refused: dict[str, int] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    """Rows that could not be read, by the code of the rule that says why."""
    changed: int = 0
    """Records that are others now than they were in the file."""
    unwanted: int = 0
    """Records that said by a label that their answer is not wanted, where the new shape cannot say so."""

    def carried(self, new: Counted) -> None:
        """Count a record that is written."""
        self.written[new.was] += 1
        self.lost.update(new.lost)
        self.unwanted += new.unwanted
        self.changed += new.changed

    def not_carried(self, new: Counted) -> None:
        """Take a record back that was counted, but could not be written after all."""
        self.written[new.was] -= 1
        self.lost.subtract(new.lost)
        self.unwanted -= new.unwanted
        self.changed -= new.changed

    def refuse(self, reason: str, line: int) -> None:
        """Count a record that has no place in the new file; the reason as a whole sentence without its full stop."""
        self.refused[reason] += 1
        self.first_refused[reason] = min(line, self.first_refused.get(reason, line))

    def join(self, part: "Account", lines: int = 0) -> None:
        """Add the account of the next part of the file; its lines are so many further on."""
        self.written.update(part.written)
        self.lost.update(part.lost)
        self.refused.update(part.refused)
        self.unread.update(part.unread)
        for reason, line in part.first_refused.items():
            self.first_refused[reason] = min(line + lines, self.first_refused.get(reason, line + lines))
        self.changed += part.changed
        self.unwanted += part.unwanted

    def notes(self, goal: str, kept: Path | None, source: str, more: Sequence[str] = ()) -> list[str]:
        """The account in words. ``kept`` is the file with what was lost, ``more`` what else there is to say."""
        notes = [f"{n:,} {shape} → {n:,} {goal}" for shape, n in self.written.most_common() if n]
        return [*notes, *more, *self.troubles(goal, kept, source)]

    def troubles(self, goal: str, kept: Path | None, source: str) -> list[str]:
        """What could not come along, in words."""
        return [*self._losses(goal, kept), *self._left_out(source)]

    def _losses(self, goal: str, kept: Path | None) -> Iterator[str]:
        where = f" · kept in {kept} (--no-lost to skip)" if kept is not None else ""
        for name, n in self.lost.most_common():
            if n:
                yield f"lost: {name} in {n:,} {'record' if n == 1 else 'records'}{where}"
        if self.unwanted:
            are = "is" if self.unwanted == 1 else "are"
            yield (
                f"{self.unwanted:,} of these records {are} labelled as answers that are not wanted (false); "
                f"{goal} cannot say so and trains on them: take them out first"
            )

    def _left_out(self, source: str) -> Iterator[str]:
        # Of reasons for as many records that which comes first in the file: not the order in which they were found.
        first_lines = sorted(self.refused, key=lambda reason: (self.first_refused[reason], reason))
        for reason in sorted(first_lines, key=lambda reason: -self.refused[reason]):
            n = self.refused[reason]
            first = f"{n:,} records, first" if n > 1 else "1 record,"
            yield f"not carried: {first} at line {self.first_refused[reason]}: {reason}"
        if self.unread:
            n = self.unread.total()
            rows = "1 row" if n == 1 else f"{n:,} rows"
            yield f"not carried: {rows} that could not be read (ftlint check {source} says why)"
