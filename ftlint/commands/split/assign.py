"""Assign groups to splits by their numbers: new groups do not move existing ones.

Sizes of the splits are those requested, within the target's limits for validation.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ftlint.errors import UsageError

if TYPE_CHECKING:
    from ftlint.targets.target import Target

Share = float | int
"""A float below 1 is a share of the examples, an integer is a number of examples."""
USUAL = 0.1


class SplitSizes(Struct, frozen=True, kw_only=True):
    """The requested sizes of a split.

    ``valid`` None is the ``usual`` share or number, or as much of it as the target accepts; an explicit size
    that violates the target's limits is refused.
    """

    valid: Share | None = None
    usual: Share = USUAL
    test: Share = 0
    seed: int = 0
    stratify: bool = True

    @property
    def validation(self) -> Share:
        """The share for validation, or the number."""
        return self.usual if self.valid is None else self.valid

    def check(self) -> None:
        """Refuse sizes that are impossible for any data. Raises UsageError."""
        for name, share in (("valid", self.validation), ("test", self.test)):
            if not _is_share(share):
                raise UsageError(f"--{name} {share}: a share below 1 (0.1) or a number of examples (200)")
        shares = [share for share in (self.validation, self.test) if isinstance(share, float)]
        if sum(shares) >= 1:
            raise UsageError(f"--valid {self.validation} and --test {self.test} leave nothing for training")
        if not self.validation and not self.test:
            raise UsageError("--valid 0 without --test: nothing would be split off")

    def check_against(self, examples: int) -> None:
        """Refuse numbers that are impossible for this many examples. Raises UsageError."""
        numbers = [share for share in (self.validation, self.test) if isinstance(share, int)]
        if sum(numbers) >= examples > 0:
            asked = " and ".join(
                f"--{name} {share}"
                for name, share in (("valid", self.validation), ("test", self.test))
                if isinstance(share, int) and share
            )
            raise UsageError(
                f"{asked}: there are only {examples:,} examples, and some must be left for training"
            )


def share_of(text: str, option: str) -> Share:
    """``0.1`` and ``10%`` as a share, ``200`` as a number. Raises UsageError for anything else."""
    try:
        if text.endswith("%"):
            return _checked(float(text[:-1]) / 100)
        return int(text) if text.isascii() and text.isdigit() else _checked(float(text))
    except ValueError:
        raise UsageError(
            f"{option} {text}: write a share below 1 (0.1, 10%) or a number of examples (200)"
        ) from None


def _checked(share: float) -> float:
    if not 0 <= share < 1:
        raise ValueError
    return share


def _is_share(share: object) -> bool:
    if isinstance(share, bool):
        return False
    return share >= 0 if isinstance(share, int) else isinstance(share, float) and 0 <= share < 1


class TargetLimits(Struct, frozen=True, kw_only=True):
    """A target's limits for validation, and the minimum for training. None: no limit.

    ``share`` is of the training examples and of the training file, if there are more than ``share_above``
    training examples.
    """

    who: str = "nobody"
    examples: int | None = None
    bytes: int | None = None
    share: float | None = None
    share_above: int = 0
    required: bool = False
    fewest_trained: int | None = None
    most_together: int | None = None

    @property
    def mind_bytes(self) -> bool:
        """Whether the size of the examples matters."""
        return self.bytes is not None or self.share is not None

    def refuse(self, shares: SplitSizes) -> None:
        """Refuse shares that violate the target's limits for any data. Raises UsageError."""
        if self.required and not shares.validation:
            raise UsageError(f"--valid {shares.valid}: {self.who} demands a validation file")
        if shares.valid is not None and isinstance(shares.valid, int):
            self._refuse_examples(shares, shares.valid)

    def refuse_for(self, shares: SplitSizes, examples: int, size: int) -> None:
        """Refuse shares that violate the target's limits, given the number of examples and bytes."""
        if shares.valid is None or not examples:
            return
        exact = isinstance(shares.valid, int)
        share = shares.valid / examples if exact else shares.valid
        self._refuse_examples(shares, int(shares.valid if exact else share * examples))
        if self.bytes is not None and share * size > self.bytes:
            raise UsageError(
                f"--valid {shares.valid}: about {int(share * size):,} bytes;"
                f" {self.who} takes at most {self.bytes:,} for validation"
            )
        # A request for exactly the target's own share gets as much of it as is allowed.
        to_training = share / (1 - share) if exact else share
        if self.share is not None and examples * (1 - share) > self.share_above and to_training > self.share:
            raise UsageError(
                f"--valid {shares.valid}: {self.who} takes, for validation,"
                f" at most {self.share * 100:g} % of what is trained"
            )

    def _refuse_examples(self, shares: SplitSizes, wanted: int) -> None:
        if self.examples is not None and wanted > self.examples:
            raise UsageError(
                f"--valid {shares.valid}: {wanted:,} examples;"
                f" {self.who} takes at most {self.examples:,} for validation"
            )

    def most(self, examples: int, size: int) -> tuple[int, int]:
        """The maximum of examples and bytes for validation, given the examples and bytes of both splits."""
        most_examples = self.examples if self.examples is not None else examples
        most_bytes = self.bytes if self.bytes is not None else size
        if self.share is not None:
            # From the ratio of validation to training to the share of both.
            part = self.share / (1 + self.share)
            if examples * (1 - part) > self.share_above:
                most_examples = min(most_examples, int(part * examples))
                most_bytes = min(most_bytes, int(part * size))
        return most_examples, most_bytes

    def warnings(self, trained: int, validated: int) -> list[str]:
        """What the target will reject or warn about in a split of these sizes."""
        sentences = []
        if self.fewest_trained is not None and trained < self.fewest_trained:
            sentences.append(
                f"{trained:,} examples are left for training;"
                f" {self.who} takes no job with fewer than {self.fewest_trained:,}"
            )
        if self.most_together is not None and trained + validated > self.most_together:
            sentences.append(
                f"{trained + validated:,} examples for training and validation;"
                f" {self.who} takes at most {self.most_together:,} together"
            )
        return sentences


def limits_of(target: "Target | None") -> TargetLimits:
    """The limits that a target states."""
    if target is None:
        return TargetLimits()
    share = target.value("max_validation_share")
    return TargetLimits(
        who=target.name,
        examples=target.number("max_validation_examples"),
        bytes=target.number("max_validation_bytes"),
        share=float(share) if isinstance(share, int | float) else None,
        share_above=target.number("validation_share_above") or 0,
        required=target.value("min_validation") == "required",
        fewest_trained=target.number("min_examples"),
        most_together=target.number("max_total_examples"),
    )


TRAIN, VALID, TEST = range(3)
SIDES = ("train", "valid", "test")
ALL = ""
"""The single class of all groups if answers are not classes."""
RANGE = 1 << 64
MARGIN = 0.01
"""How far, as a share of all examples, a split may be from its share."""


class Groups(Struct):
    """Groups in the order of their numbers. ``classes`` are the groups of each class, in the same order.

    ``labels`` are the classes of each group, if the split is stratified.
    """

    numbers: Sequence[int]
    rows: Sequence[int]
    bytes: Sequence[int]
    classes: Mapping[str, Sequence[int]]
    labels: Sequence[tuple[str, ...]] | None = None

    def of(self, group: int) -> tuple[str, ...]:
        """The classes of a group."""
        return (ALL,) if self.labels is None else self.labels[group]


class Assignment(Struct):
    """The result of the assignment: the split of each group, and the adjustments after it."""

    sides: bytearray
    big: int | None = None
    """The group that is more than half of everything."""
    alone: set[str] = field(default_factory=set)
    """Classes that consist of one group."""
    moved: int = 0
    """Groups that changed sides so that each side has its classes, or anything, or its share."""
    levelled: int = 0
    """Those of them that moved for the share."""
    held_back: int = 0
    """Rows that the target's limits excluded from validation."""


def assign_groups(groups: Groups, shares: SplitSizes, most: tuple[int, int]) -> Assignment:
    """Assign the groups. ``most`` are the maximum examples and bytes of validation.

    A group is assigned to validation if its number, as a share of all numbers, is below the requested share,
    and to the test split if it is as close to the other end; requested numbers of examples take groups from
    these ends. Where a split then is more than one hundredth of all examples from its share, groups at the border
    between it and training change sides.
    """
    return _Assigner(groups, shares).run(most)


class _Assigner:
    def __init__(self, groups: Groups, shares: SplitSizes) -> None:
        self._groups, self._shares = groups, shares
        self._all = sum(groups.rows)
        self._drawn = Assignment(bytearray(len(groups.rows)))
        self._sides = self._drawn.sides
        # How many groups of each class each split has.
        self._have: list[Counter[str]] = [
            Counter({label: len(its) for label, its in groups.classes.items()}),
            Counter(),
            Counter(),
        ]
        self._stored = self._training_only()

    def run(self, most: tuple[int, int]) -> Assignment:
        """First shares, then classes that a split lacks, then numbers, then the limits."""
        asked = [(VALID, self._shares.validation), (TEST, self._shares.test)]
        for side, share in asked:
            if isinstance(share, float) and share:
                self._take_share(side, share)
        self._give_back()
        for side, share in asked:
            if isinstance(share, float) and share:
                self._drawn.moved += self._fill(side, share * self._all)[1]
        for side, share in asked:
            if isinstance(share, float) and share:
                self._level(side, share * self._all)
        for side, share in asked:
            if isinstance(share, int) and share:
                self._take_number(side, share)
        self._reserve(*most)
        return self._drawn

    def _training_only(self) -> set[int]:
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
            if group not in self._stored:
                self._move(group, side)

    def _level(self, side: int, wanted: float) -> None:
        """Move groups at the border between a split and training until the share is as requested.

        Only groups that are nearest to the border move, so that most groups stay where their numbers put them.
        """
        margin = max(self._all * MARGIN, 1)
        have = sum(rows for group, rows in enumerate(self._groups.rows) if self._sides[group] == side)
        everywhere = range(len(self._sides))
        if have < wanted - margin:
            for group in self._from_end(everywhere, side):
                rows = self._groups.rows[group]
                if have + rows <= wanted + margin and self._spares(group, TRAIN, side):
                    self._move(group, side)
                    self._count_levelled()
                    have += rows
                if have >= wanted - margin:
                    return
        elif have > wanted + margin:
            for group in reversed(self._from_end(everywhere, side)):
                rows = self._groups.rows[group]
                if have - rows >= wanted - margin and self._gives_back(group, side):
                    self._move(group, TRAIN)
                    self._count_levelled()
                    have -= rows
                if have <= wanted + margin:
                    return

    def _count_levelled(self) -> None:
        self._drawn.moved += 1
        self._drawn.levelled += 1

    def _gives_back(self, group: int, side: int) -> bool:
        """Whether a split can return a group to training: not the last of a class."""
        if self._sides[group] != side:
            return False
        return all(self._have[side][label] > 1 for label in self._groups.of(group))

    def _take_number(self, side: int, wanted: int) -> None:
        """One group of each class, then those at the end, up to the size."""
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
        """Give a split a group of each class that it lacks; returns the remaining size, and how many groups
        moved.

        ``exactly`` excludes groups that are too large.
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
        """The group of a class that is nearest to a split and fits; else, if needed, the smallest."""
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

    def _reserve(self, most_rows: int, most_bytes: int) -> None:
        """Return what the target does not accept to training; one group of each class is returned last."""
        first: list[int] = []
        rest: list[int] = []
        covered: set[str] = set()
        for group in (group for group, side in enumerate(self._sides) if side == VALID):
            labels = self._groups.of(group)
            (rest if covered.issuperset(labels) else first).append(group)
            covered.update(labels)
        for group in (*first, *rest):
            rows, size = self._groups.rows[group], self._groups.bytes[group]
            if rows > most_rows or size > most_bytes:
                self._move(group, TRAIN)
                self._drawn.held_back += rows
            else:
                most_rows, most_bytes = most_rows - rows, most_bytes - size

    def _spares(self, group: int, source: int, side: int) -> bool:
        """Whether a split can give up a group: not the last of a class.

        Nor does training give up the last but one if the third split has none yet.
        """
        if self._sides[group] != source or group in self._stored:
            return False
        third = VALID + TEST - side
        for label in self._groups.of(group):
            owed = source == TRAIN and not self._have[third][label] and self._asked(third, label)
            if self._have[source][label] <= 1 + owed:
                return False
        # A split with a requested number of examples has exactly that number.
        return source == TRAIN or isinstance(self._share(source), float)

    def _share(self, side: int) -> Share:
        return self._shares.validation if side == VALID else self._shares.test

    def _asked(self, side: int, label: str) -> bool:
        """Whether the split exists and should have the class."""
        return bool(self._share(side)) and self._enough(label, side)

    def _enough(self, label: str, side: int) -> bool:
        """Whether a class has enough groups for a split; validation precedes test."""
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
