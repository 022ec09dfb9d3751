"""Splitting rows in memory: rows in, parts out."""

import json
from collections.abc import Sequence
from typing import Any

from ftlint.batch.batch import batch_of
from ftlint.commands.split.assign import SplitSizes, TargetLimits
from ftlint.commands.split.grouping import RowGrouper
from ftlint.commands.split.keys import GroupingOptions
from ftlint.commands.split.result import SplitAssignment
from ftlint.config.settings import from_python
from ftlint.engine.plan import make_plan
from ftlint.io.block import ReadOptions
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.rule import Batch

WHOLE = 8 << 20


def as_lines(rows: Sequence[Any]) -> bytes:
    """The rows as JSON lines."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def batches(rows: Sequence[Any], size: int = WHOLE) -> list[Batch]:
    """The rows as batches of about so many bytes."""
    plan = make_plan(from_python(select=["F"]))
    reading = open_reader(Source("x.jsonl", None, as_lines(rows)), ReadOptions(block_bytes=size))
    return [batch_of(block, plan.record_reader, plan.context) for block in reading.blocks()]


def split_rows(
    rows: Sequence[Any],
    *,
    size: int = WHOLE,
    limits: TargetLimits | None = None,
    near: bool = False,
    prompts: bool = True,
    fields: tuple[str, ...] = (),
    **shares: Any,
) -> SplitAssignment:
    """The parts of the rows; near duplicates may part unless ``near`` says otherwise."""
    splitter = RowGrouper(GroupingOptions(prompts=prompts, near=near, fields=fields))
    for batch in batches(rows, size):
        # Roughly a line's bytes, for limits that mind them.
        sizes = [len(as_lines([record])) for record in batch.records]
        splitter.observe(batch, sizes=sizes)
    return splitter.parts(SplitSizes(**shares), limits)


def sides(parts: SplitAssignment, rows: Sequence[Any]) -> list[str]:
    """The side of each row."""
    return [parts.subset_of(row) for row in range(1, len(rows) + 1)]


def pair(prompt: str, completion: str, **more: Any) -> dict[str, Any]:
    """One example."""
    return {"prompt": prompt, "completion": completion, **more}


def many(n: int, first: int = 0) -> list[dict[str, Any]]:
    """Different questions with different answers."""
    return [pair(f"question number {k}", f"the answer to {k} is here") for k in range(first, first + n)]


def labelled(**counts: int) -> list[dict[str, Any]]:
    """So many different texts of each class, in turn as far as they go."""
    rows = [pair(f"{label} text {k}", f" {label}") for label, n in counts.items() for k in range(n)]
    return sorted(rows, key=lambda row: int(row["prompt"].rsplit(" ", 1)[1]))
