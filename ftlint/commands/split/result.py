"""The result of a split: the split of every row, how rows were grouped, and notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.task_type import Task
from ftlint.commands.split.assign import MARGIN, SIDES, TRAIN, VALID, Assignment, SplitSizes, TargetLimits
from ftlint.commands.split.keys import FIELD, NEAR, GroupingOptions
from ftlint.display import quote

if TYPE_CHECKING:
    from polars import DataFrame, Series

WORDS = ("training", "validation", "the test")
NAMED = 5
"""How many classes a note names."""


class NothingToSplit(Exception):
    """There are fewer than two groups; the reason in a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class GroupedRows:
    """The grouping: its options, how many rows share a prompt that is not used for grouping, and groups."""

    bonds: GroupingOptions
    shared_prompt: int
    groups: int


@dataclass(frozen=True, slots=True)
class ClassCount:
    """Examples of one class in each split."""

    label: str
    examples: tuple[int, int, int]


class SplitAssignment:
    """The split of every row. ``rows`` has one row per example: row, split, group, and what it shares with others."""

    def __init__(
        self,
        rows: "DataFrame",
        drawn: Assignment,
        shares: SplitSizes,
        limits: TargetLimits,
        together: GroupedRows,
        task: Task | None,
    ) -> None:
        self.rows, self.drawn, self.shares, self.limits = rows, drawn, shares, limits
        self.together, self._task = together, task
        self.names = [
            name for name, share in zip(SIDES, (1, shares.validation, shares.test), strict=True) if share
        ]
        size = int(rows["row"].max()) + 1  # type: ignore[arg-type]
        # 0 is for rows that were not read.
        self._sides = bytes(
            pl.zeros(size, pl.UInt8, eager=True).scatter(rows["row"], rows["side"] + 1).to_list()
        )
        for side, name in enumerate(SIDES):
            if name in self.names and not self.examples[name]:
                raise NothingToSplit(f"nothing is left for {WORDS[side]}: {self._why_empty(side)}")

    def subset_of(self, row: int) -> str:
        """train, valid or test. Raises KeyError for a row that was not read."""
        side = self._sides[row] if row < len(self._sides) else 0
        if not side:
            raise KeyError(row)
        return SIDES[side - 1]

    @cached_property
    def examples(self) -> dict[str, int]:
        """Examples in each split."""
        counts = dict(self.rows["side"].value_counts().iter_rows())
        return {name: counts.get(SIDES.index(name), 0) for name in self.names}

    @cached_property
    def classes(self) -> Sequence[ClassCount]:
        """Examples by class and side, the biggest class first; none where answers are no classes."""
        if self._task is None:
            return ()
        counts = (
            self.rows.filter(pl.col("label").is_not_null())
            .group_by("label")
            .agg(*((pl.col("side") == side).sum().alias(name) for side, name in enumerate(SIDES)), n=pl.len())
        )
        ordered = counts.sort(["n", "label"], descending=[True, False]).select("label", *SIDES)
        return [ClassCount(label, (train, valid, test)) for label, train, valid, test in ordered.iter_rows()]

    @cached_property
    def kept(self) -> dict[str, int]:
        """Examples that share something with others and therefore a split, by what they share."""
        counts = {"equal": _sharing(self.rows["digest"])}
        if self.together.bonds.prompts:
            counts["same prompt"] = _unlike(self.rows, "prompt")
        if NEAR in self.rows.columns:
            counts["near duplicates"] = _unlike(self.rows, NEAR)
        for field in self.together.bonds.fields:
            counts[f"same {field}"] = _sharing(self.rows[FIELD + field])
        return counts

    def leaks(self) -> list[str]:
        """Keys that occur in two splits: always empty, or ftlint has a bug."""
        keys = [name for name in ("digest", "prompt", NEAR, "row", "group") if name in self.rows.columns]
        keys += [FIELD + field for field in self.together.bonds.fields]
        return [name for name in keys if crosses(self.rows, name)]

    def summary(self) -> dict[str, Any]:
        """The decisions and counts as JSON; equal ones give the same split of the same data."""
        grouping = self.together.bonds
        return {
            "seed": self.shares.seed,
            "valid": self.shares.validation,
            "test": self.shares.test,
            "stratified": self._task is not None,
            "together": {
                "prompts": grouping.prompts,
                "near": grouping.near,
                "fields": list(grouping.fields),
            },
            "groups": self.together.groups,
            "kept": self.kept,
            "examples": self.examples,
        }

    @property
    def warnings(self) -> list[str]:
        """What the target will reject or warn about, and shares that could not be kept."""
        validated = self.examples.get("valid", 0)
        return [*self.limits.warnings(self.examples["train"], validated), *self._missed_shares()]

    def _missed_shares(self) -> Iterator[str]:
        everything = self.rows.height
        margin = max(everything * MARGIN, 1)
        for side, share in ((VALID, self.shares.validation), (VALID + 1, self.shares.test)):
            got = self.examples.get(SIDES[side], 0)
            if isinstance(share, int) or self.drawn.held_back or abs(got - share * everything) <= margin:
                continue
            yield (
                f"{got / everything:.1%} of the examples for {WORDS[side]} instead of {share:.1%}:"
                " what belongs together stays together"
            )

    @property
    def notes(self) -> list[str]:
        """Deviations from the assignment by number, in sentences."""
        return [*self._grouping_notes(), *self._class_notes(), *self._size_notes()]

    def _grouping_notes(self) -> Iterator[str]:
        together, rows = self.together, self.rows.height
        if together.shared_prompt:
            yield (
                f"one prompt is shared by {together.shared_prompt:,} of {rows:,} examples:"
                " it keeps none of them together"
            )
        for field in together.bonds.fields:
            missing = self.rows[FIELD + field].null_count()
            if missing:
                yield f"{field} is missing or empty in {missing:,} of {rows:,} examples: it bonds none of these"
        if self.drawn.big is not None:
            big = self.rows.filter(pl.col("group") == self.drawn.big).height
            hint = " (--no-near lets near duplicates part)" if together.bonds.near else ""
            yield f"{big:,} of {rows:,} examples belong together and stay in training{hint}"

    def _class_notes(self) -> Iterator[str]:
        alone = sorted(self.drawn.alone)
        if alone:
            yield f"only in training: {_named(alone)}, whose examples all belong together"
        for side in (VALID, VALID + 1):
            lacking = [
                c.label for c in self.classes if not c.examples[side] and c.label not in self.drawn.alone
            ]
            if SIDES[side] in self.names and lacking:
                yield f"not in {WORDS[side]}: {_named(lacking)}"

    def _size_notes(self) -> Iterator[str]:
        moved = self.drawn.moved - self.drawn.levelled
        if moved:
            groups = "1 group" if moved == 1 else f"{moved:,} groups"
            aim = "no side lacks a class" if self._task is not None else "no side is empty"
            yield f"{groups} changed sides so that {aim}"
        if self.drawn.held_back:
            yield (
                f"{self.drawn.held_back:,} examples stay in training"
                f" because {self.limits.who} takes no more for validation"
            )
        for side, share in ((VALID, self.shares.validation), (VALID + 1, self.shares.test)):
            got = self.examples.get(SIDES[side], 0)
            if isinstance(share, int) and share and got != share:
                yield f"{got:,} examples for {WORDS[side]} instead of {share:,}: what belongs together stays together"

    def _why_empty(self, side: int) -> str:
        if self.drawn.held_back:
            return f"{self.limits.who} takes none of what was drawn"
        if self.drawn.alone:
            return "every class is one group that belongs together"
        share = self.shares.validation if side == VALID else self.shares.test
        if side != TRAIN and isinstance(share, int):
            return f"every group of examples that belong together has more than {share:,}"
        return f"there are only {self.together.groups:,} groups of examples that belong together"


def crosses(rows: "DataFrame", key: str) -> bool:
    """Whether rows that share a key are in two splits."""
    shared = rows.select(key, "side").filter(pl.col(key).is_not_null()).unique()
    return bool(shared[key].is_duplicated().any())


def _sharing(key: "Series") -> int:
    values = key.drop_nulls()
    return int(values.is_duplicated().sum())


def _unlike(rows: "DataFrame", key: str) -> int:
    """Rows that share a key with another example, and not only with their own copies."""
    pairs = rows.select(key, "digest").drop_nulls()
    several = pairs.unique().filter(pl.col(key).is_duplicated())[key]
    return pairs.filter(pl.col(key).is_in(several.implode())).height if several.len() else 0


def _named(labels: Sequence[str]) -> str:
    names = ", ".join(quote(label, 30) for label in labels[:NAMED])
    more = f" and {len(labels) - NAMED:,} more" if len(labels) > NAMED else ""
    classes = "the class" if len(labels) == 1 else f"{len(labels):,} classes:"
    return f"{classes} {names}{more}"
