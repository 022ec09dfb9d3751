"""The account of a conversion: what was written, lost, and left out, as counts and as notes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from ftlint.commands.convert.rewrite import RewriteCounts
from ftlint.io.write.lost import lost_notes


class ConversionStats(Struct):
    """The outcome for the records of one file."""

    written: Counter[str] = field(default_factory=Counter)
    """Records by the shape that they had."""
    lost: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    first_refused: dict[str, int] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    """Rows that could not be read, by the code of the rule that reports them."""
    changed: int = 0
    """Records that are others now than they were in the file."""
    unwanted: int = 0
    """Records whose label marks the answer as rejected, which the new shape cannot express."""
    split: int = 0
    """Records of which several examples were made."""
    examples: int = 0
    """These examples."""

    def carried(self, new: RewriteCounts) -> None:
        """Count a record that is written."""
        self.written[new.was] += 1
        self.lost.update(new.lost)
        self.unwanted += new.unwanted
        self.changed += new.changed

    def not_carried(self, new: RewriteCounts) -> None:
        """Undo the count of a record that could not be written after all."""
        self.written[new.was] -= 1
        self.lost.subtract(new.lost)
        self.unwanted -= new.unwanted
        self.changed -= new.changed

    def refuse(self, reason: str, line: int) -> None:
        """Count a record that cannot be converted; the reason is a full sentence without its full stop."""
        self.refused[reason] += 1
        self.first_refused[reason] = min(line, self.first_refused.get(reason, line))

    def merge(self, part: "ConversionStats", rows: int = 0, lines: int = 0) -> None:
        """Merge the account of the next part of the file; its lines are shifted."""
        del rows
        self.written.update(part.written)
        self.lost.update(part.lost)
        self.refused.update(part.refused)
        self.unread.update(part.unread)
        for reason, line in part.first_refused.items():
            self.first_refused[reason] = min(line + lines, self.first_refused.get(reason, line + lines))
        self.changed += part.changed
        self.unwanted += part.unwanted
        self.split += part.split
        self.examples += part.examples

    def notes(self, goal: str, lost_path: Path | None, source: str, more: Sequence[str] = ()) -> list[str]:
        """The account as notes. ``kept`` is the file with lost values, ``more`` are further notes."""
        notes = [f"{n:,} {shape} → {n:,} {goal}" for shape, n in self.written.most_common() if n]
        return [*notes, *more, *self.troubles(goal, lost_path, source)]

    def troubles(self, goal: str, lost_path: Path | None, source: str) -> list[str]:
        """Notes on records that could not be converted."""
        return [*self._losses(goal, lost_path), *self._left_out(source)]

    def _losses(self, goal: str, lost_path: Path | None) -> Iterator[str]:
        yield from lost_notes(self.lost, lost_path)
        if self.unwanted:
            are = "is" if self.unwanted == 1 else "are"
            yield (
                f"{self.unwanted:,} of these records {are} labelled as answers that are not wanted (false); "
                f"{goal} cannot say so and trains on them: take them out first"
            )

    def _left_out(self, source: str) -> Iterator[str]:
        # Reasons with equal counts are ordered by their first record, not by the order in which parts completed.
        first_lines = sorted(self.refused, key=lambda reason: (self.first_refused[reason], reason))
        for reason in sorted(first_lines, key=lambda reason: -self.refused[reason]):
            n = self.refused[reason]
            first = f"{n:,} records, first" if n > 1 else "1 record,"
            yield f"not carried: {first} at line {self.first_refused[reason]}: {reason}"
        if self.unread:
            n = self.unread.total()
            rows = "1 row" if n == 1 else f"{n:,} rows"
            yield f"not carried: {rows} that could not be read (ftlint check {source} says why)"
