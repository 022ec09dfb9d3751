"""Group records batch by batch, and assign a split to every row.

Independent of files: ``RowGrouper.see`` receives batches, ``RowGrouper.parts`` assigns the rows.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis.components import components_by_keys
from ftlint.batch import task_type as tasks
from ftlint.batch.batch import Batch
from ftlint.batch.task_type import Task
from ftlint.commands.split.assign import ALL, Groups, SplitSizes, TargetLimits, assign_groups
from ftlint.commands.split.keys import (
    EQUAL,
    FIELD,
    NEAR,
    PROMPT,
    GroupingOptions,
    check_fields,
    grouping_keys,
    without_shared_prompt,
)
from ftlint.commands.split.result import GroupedRows, NothingToSplit, SplitAssignment
from ftlint.context import RuleContext
from ftlint.engine.state import shifted
from ftlint.io.block import Record

if TYPE_CHECKING:
    from polars import DataFrame


class RowGrouper:
    """Receives batches and then assigns a split to each row. Records with one row number stay together.

    ``context`` determines the task if the user set it.
    """

    def __init__(self, bonds: GroupingOptions | None = None, context: RuleContext | None = None) -> None:
        self.bonds, self.context = bonds or GroupingOptions(), context or RuleContext()
        self.examples = 0
        self._seen: list[DataFrame] = []
        self._sketches: list[DataFrame] = []
        self._answers: list[DataFrame] = []
        self._fields: set[str] = set()

    def observe(
        self, batch: Batch, records: Sequence[Record] | None = None, sizes: Sequence[int] | None = None
    ) -> None:
        """Add the keys of a batch.

        ``records`` contain the fields to group by, if not the batch's own. ``sizes`` are the bytes of each
        record as it will be written, which only some limits need.
        """
        if not len(batch):
            return
        records = batch.records if records is None else records
        keys = grouping_keys(batch, records, self.bonds.fields)
        labels = pl.DataFrame({"i": range(len(batch))}, schema={"i": pl.UInt32}).join(
            tasks.labelled(batch)[0], on="i", how="left", maintain_order="left"
        )
        size = pl.Series(sizes if sizes is not None else [0], dtype=pl.UInt64)
        self._seen.append(
            keys.with_columns(label=labels["label"], size=size if sizes is not None else pl.lit(0, pl.UInt64))
        )
        self._answers.append(batch.answer_counts)
        if self.bonds.near:
            from ftlint.analysis import near_duplicates

            self._sketches.append(near_duplicates.shingle_sets(batch))
        if self.bonds.fields:
            self._fields.update(*records)
        self.examples += len(batch)

    def merge(self, other: "RowGrouper", rows: int, lines: int) -> None:
        """Merge the keys of the next part of a file; its rows and lines are shifted."""
        self._seen += [shifted(frame, rows, lines) for frame in other._seen]
        self._sketches += [shifted(frame, rows, lines) for frame in other._sketches]
        self._answers += [shifted(frame, rows, lines) for frame in other._answers]
        self._fields |= other._fields
        self.examples += other.examples

    @property
    def task(self) -> Task:
        """The task of the examples read so far."""
        return tasks.conclude(tasks.combine(self._answers) if self._answers else None, self.context)

    def parts(self, shares: SplitSizes, limits: TargetLimits | None = None) -> SplitAssignment:
        """The split of every row.

        Raises UsageError if the sizes are impossible or violate the limits, and NothingToSplit if all rows
        belong together or too few remain for a split.
        """
        limits = limits or TargetLimits()
        shares.check()
        limits.refuse(shares)
        if not self._seen:
            raise NothingToSplit("there are no examples")
        frame = pl.concat(self._seen)
        shares.check_against(frame.height)
        size = int(frame["size"].sum())
        limits.refuse_for(shares, frame.height, size)
        check_fields(frame, self.bonds.fields, self._fields)
        rows, shared = self._bonded(frame)
        task = self.task
        stratified = shares.stratify and task.is_classification
        rows, groups = _groups(rows, shares.seed, stratified=stratified)
        if len(groups.rows) < 2:
            raise NothingToSplit(_why_one(rows, self.bonds))
        drawn = assign_groups(groups, shares, limits.most(frame.height, size))
        sides = pl.Series(list(drawn.sides), dtype=pl.UInt8)
        rows = rows.with_columns(side=sides.gather(rows["group"]))
        together = GroupedRows(self.bonds, shared, len(groups.rows))
        return SplitAssignment(rows, drawn, shares, limits, together, task if stratified else None)

    def _bonded(self, frame: "DataFrame") -> tuple["DataFrame", int]:
        """The rows with the group of each, and how many rows share a prompt that most have."""
        shared = 0
        if self.bonds.prompts:
            frame, shared = without_shared_prompt(frame)
        else:
            frame = frame.with_columns(prompt=pl.lit(None, dtype=pl.UInt64))
        if self.bonds.near:
            from ftlint.analysis import near_duplicates

            groups = near_duplicates.near_duplicate_groups(self._sketches).unique(
                "row", keep="first", maintain_order=True
            )
            found = groups.select("row", pl.col("group").alias(NEAR))
            frame = frame.join(found, on="row", how="left", maintain_order="left")
        names = (EQUAL, PROMPT, NEAR, *(FIELD + field for field in self.bonds.fields), "row")
        keys = [frame[name] for name in names if name in frame.columns]
        return frame.with_columns(group=components_by_keys(frame.height, keys)), shared


def _groups(rows: "DataFrame", seed: int, *, stratified: bool) -> tuple["DataFrame", Groups]:
    """The rows with groups counted in the order of their numbers, and the groups."""
    groups = rows.group_by("group").agg(
        digest=pl.col("digest").min(), rows=pl.len(), size=pl.col("size").sum()
    )
    numbered = groups.with_columns(
        number=pl.Series(_numbers(groups["digest"].to_list(), seed), dtype=pl.UInt64)
    )
    numbered = numbered.sort("number", "digest").with_row_index("nth")
    nth = numbered.select("group", "nth")
    rows = (
        rows.join(nth, on="group", how="left", maintain_order="left").drop("group").rename({"nth": "group"})
    )
    classes: dict[str, Sequence[int]] = {ALL: range(numbered.height)}
    labels = None
    if stratified:
        pairs = rows.select("label", "group").drop_nulls().unique().sort("label", "group")
        by_label = pairs.group_by("label", maintain_order=True).agg("group")
        classes = dict(by_label.iter_rows())
        labels = _labels(pairs, numbered.height)
    return rows, Groups(
        numbered["number"].to_list(), numbered["rows"].to_list(), numbered["size"].to_list(), classes, labels
    )


def _labels(pairs: "DataFrame", groups: int) -> list[tuple[str, ...]]:
    labels: list[tuple[str, ...]] = [()] * groups
    # Nearly every group has one class: thousands of them share one tuple.
    single = {label: (label,) for label in pairs["label"].unique()}
    for label, group in pairs.iter_rows():
        labels[group] = (*labels[group], label) if labels[group] else single[label]
    return labels


def _numbers(digests: list[int], seed: int) -> list[int]:
    """The number of each group between 0 and 2**64: equal for equal digest and seed, independent of other groups."""
    key = blake2b(str(seed).encode(), digest_size=32).digest()
    return [
        int.from_bytes(blake2b(digest.to_bytes(8, "little"), digest_size=8, key=key).digest(), "little")
        for digest in digests
    ]


def _why_one(rows: "DataFrame", grouping: GroupingOptions) -> str:
    if rows.height == 1:
        return "there is one example"
    if rows["digest"].n_unique() == 1:
        return f"all {rows.height:,} examples are the same"
    ways = [*(["--no-near"] if grouping.near else []), *(["no --group-by"] if grouping.fields else [])]
    tries = f"; try {' or '.join(ways)}" if ways else ""
    return f"all {rows.height:,} examples belong together{tries}"
