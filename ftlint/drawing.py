"""The draw: which groups go to which side. Each has a number of its own, so others coming in move none of them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ftlint.shares import Share, Shares

TRAIN, VALID, TEST = range(3)
SIDES = ("train", "valid", "test")
ALL = ""
"""The one class of all groups where no answers are classes."""
RANGE = 1 << 64


@dataclass(slots=True)
class Groups:
    """Groups in the order of their numbers. ``classes`` are the groups of each class, in that order, too.

    ``labels`` are the classes of each group, where there are any to be minded.
    """

    numbers: Sequence[int]
    rows: Sequence[int]
    bytes: Sequence[int]
    classes: Mapping[str, Sequence[int]]
    labels: Sequence[tuple[str, ...]] | None = None

    def of(self, group: int) -> tuple[str, ...]:
        """The classes of a group."""
        return (ALL,) if self.labels is None else self.labels[group]


@dataclass(slots=True)
class Drawn:
    """What came of a draw: the side of each group, and what was done beside drawing."""

    sides: bytearray
    big: int | None = None
    """The group that is more than half of everything."""
    alone: set[str] = field(default_factory=set)
    """Classes that are one group."""
    moved: int = 0
    """Groups that changed sides so that each side has its classes, or anything."""
    held_back: int = 0
    """Rows that the target's limits kept from validation."""


def draw(groups: Groups, shares: Shares, most: tuple[int, int]) -> Drawn:
    """Draw the sides. ``most`` are the most examples and bytes that validation may have.

    A group goes to validation where its number, as a share of all numbers, is below the share asked for, and to the
    test where it is as far from the other end; numbers of examples take groups from these ends.
    """
    return _Draw(groups, shares).run(most)


class _Draw:
    def __init__(self, groups: Groups, shares: Shares) -> None:
        self._groups, self._shares = groups, shares
        self._all = sum(groups.rows)
        self._drawn = Drawn(bytearray(len(groups.rows)))
        self._sides = self._drawn.sides
        # How many groups of each class each side has.
        self._have: list[Counter[str]] = [
            Counter({label: len(its) for label, its in groups.classes.items()}),
            Counter(),
            Counter(),
        ]
        self._kept = self._kept_for_training()

    def run(self, most: tuple[int, int]) -> Drawn:
        """Shares first, then whatever a side lacks, then numbers, then the limits."""
        asked = [(VALID, self._shares.validation), (TEST, self._shares.test)]
        for side, share in asked:
            if isinstance(share, float) and share:
                self._take_share(side, share)
        self._give_back()
        for side, share in asked:
            if isinstance(share, float) and share:
                self._drawn.moved += self._fill(side, share * self._all)[1]
        for side, share in asked:
            if isinstance(share, int) and share:
                self._take_number(side, share)
        self._hold_back(*most)
        return self._drawn

    def _kept_for_training(self) -> set[int]:
        """Groups that only training can have: one that is most of the data, and classes of one group."""
        kept = set()
        for group, rows in enumerate(self._groups.rows):
            if rows * 2 > self._all and len(self._groups.rows) > 1:
                self._drawn.big = group
                kept.add(group)
        for label, its in self._groups.classes.items() if self._groups.labels is not None else ():
            if len(its) == 1:
                self._drawn.alone.add(label)
                kept.add(its[0])
        return kept

    def _take_share(self, side: int, share: float) -> None:
        numbers, part = self._groups.numbers, int(share * RANGE)
        if side == VALID:
            taken = range(bisect_left(numbers, part))
        else:
            taken = range(bisect_left(numbers, RANGE - part), len(numbers))
        for group in taken:
            if group not in self._kept:
                self._move(group, side)

    def _take_number(self, side: int, wanted: int) -> None:
        """One group of each class, then those at the end, as far as they fit."""
        wanted = int(self._fill(side, wanted, exactly=True)[0])
        for group in self._from_end(range(len(self._sides)), side):
            if not wanted:
                break
            if self._groups.rows[group] <= wanted and self._spares(group, TRAIN, side):
                self._move(group, side)
                wanted -= self._groups.rows[group]

    def _give_back(self) -> None:
        """Training gets the last group of each class that it lacks."""
        lacking = [label for label, n in self._have[TRAIN].items() if not n]
        for label in sorted(lacking):
            if not self._have[TRAIN][label]:
                its = self._groups.classes[label]
                valid = [group for group in its if self._sides[group] == VALID]
                self._move(valid[-1] if valid else its[0], TRAIN)
                self._drawn.moved += 1

    def _fill(self, side: int, room: float, *, exactly: bool = False) -> tuple[float, int]:
        """Give a side a group of each class that it lacks: the room that is left, and how many moved.

        ``exactly`` takes none that has no room.
        """
        moved = 0
        for label in sorted(self._groups.classes):
            if self._have[side][label] or not self._enough(label, side):
                continue
            group = self._nearest(label, side, room, exactly=exactly)
            if group is not None:
                self._move(group, side)
                moved += 1
                room -= self._groups.rows[group] if exactly else 0
        return room, moved

    def _nearest(self, label: str, side: int, room: float, *, exactly: bool) -> int | None:
        """The group of a class that is nearest to a side and has room there; else, if need be, the smallest."""
        its = self._from_end(self._groups.classes[label], side)
        sources = (TRAIN, VALID + TEST - side)
        for source in sources:
            for group in its:
                if self._groups.rows[group] <= room and self._spares(group, source, side):
                    return group
        for source in sources if not exactly else ():
            free = [group for group in its if self._spares(group, source, side)]
            if free:
                return min(free, key=lambda group: self._groups.rows[group])
        return None

    def _hold_back(self, most_rows: int, most_bytes: int) -> None:
        """What the target does not take goes back to training; one group of each class goes last."""
        first: list[int] = []
        rest: list[int] = []
        seen: set[str] = set()
        for group in (group for group, side in enumerate(self._sides) if side == VALID):
            labels = self._groups.of(group)
            (rest if seen.issuperset(labels) else first).append(group)
            seen.update(labels)
        for group in (*first, *rest):
            rows, size = self._groups.rows[group], self._groups.bytes[group]
            if rows > most_rows or size > most_bytes:
                self._move(group, TRAIN)
                self._drawn.held_back += rows
            else:
                most_rows, most_bytes = most_rows - rows, most_bytes - size

    def _spares(self, group: int, source: int, side: int) -> bool:
        """Whether one side can spare a group that it has for another: not the last of a class.

        Nor does training spare the last but one where the third side has none yet.
        """
        if self._sides[group] != source or group in self._kept:
            return False
        third = VALID + TEST - side
        for label in self._groups.of(group):
            owed = source == TRAIN and not self._have[third][label] and self._asked(third, label)
            if self._have[source][label] <= 1 + owed:
                return False
        # A side of so many examples has just so many.
        return source == TRAIN or isinstance(self._share(source), float)

    def _share(self, side: int) -> Share:
        return self._shares.validation if side == VALID else self._shares.test

    def _asked(self, side: int, label: str) -> bool:
        """Whether there is such a side, and it should have the class."""
        return bool(self._share(side)) and self._enough(label, side)

    def _enough(self, label: str, side: int) -> bool:
        """Whether a class has groups enough for a side; validation comes before the test."""
        before = 1 + (side == TEST and bool(self._shares.validation))
        return len(self._groups.classes[label]) > before

    def _move(self, group: int, side: int) -> None:
        here, there = self._have[self._sides[group]], self._have[side]
        for label in self._groups.of(group):
            here[label] -= 1
            there[label] += 1
        self._sides[group] = side

    @staticmethod
    def _from_end(groups: Sequence[int], side: int) -> Sequence[int]:
        return groups[::-1] if side == TEST else groups
