"""The output of a preparation: the files by split, the rejected rows, and their statistics."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from msgspec import Struct, field, structs

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.commands.convert.account import ConversionStats
from ftlint.commands.convert.conversion import ConvertedRecord
from ftlint.commands.prepare.step import REFUSED, ConvertedBatch, PrepareTask
from ftlint.commands.prepare.summary import MarkerSummary
from ftlint.commands.stats.survey import StatsState
from ftlint.engine.fixes import remaining
from ftlint.engine.inline_check import InlineChecker
from ftlint.engine.scan import Plan
from ftlint.engine.source_findings import code_of
from ftlint.engine.state import ScanState
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.write.atomic import encode, encode_columns, join_lines
from ftlint.io.write.lost import write_lost
from ftlint.io.write.rejects import Reject, unread_rows, write_rejects
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.errors import Failures
from ftlint.rule.record import FileRule

# A shuffled file has a run for almost every row: then runs are not stored.
MOST_RUNS = 20_000


class RowRanges:
    """Runs of (first row, length), in output order; one row may occur several times."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int]] = []

    def add(self, rows: Sequence[int]) -> None:
        """Add written rows; no row precedes one that was written earlier."""
        start = 0
        # Without a gap the last one tells it.
        gaps = [] if rows and rows[-1] - rows[0] + 1 == len(rows) else range(1, len(rows))
        for place in gaps:
            if rows[place] != rows[place - 1] + 1:
                self._append(rows[start], place - start)
                start = place
        if rows:
            self._append(rows[start], len(rows) - start)

    def join(self, part: "RowRanges") -> None:
        """Merge the runs of the next part of the file."""
        for first, many in part._runs:
            self._append(first, many)

    @property
    def listed(self) -> list[tuple[int, int]] | None:
        """The runs; None if there are too many to store."""
        return self._runs if len(self._runs) <= MOST_RUNS else None

    def _append(self, first: int, many: int) -> None:
        if self._runs and sum(self._runs[-1]) == first:
            self._runs[-1] = (self._runs[-1][0], self._runs[-1][1] + many)
        elif len(self._runs) <= MOST_RUNS:
            self._runs.append((first, many))


def watched_plan(plan: Plan, part: str) -> Plan:
    """The rules for one split; validation examples are only checked with row rules."""
    whole = (DatasetRule, FileRule)
    rules = {rule: s for rule, s in plan.rules.items() if not isinstance(rule, whole)}
    return plan if part in ("", "train") else structs.replace(plan, rules=rules)


PartOf = Callable[[int], str]
"""The split of an example, by its number."""


class WrittenCounts(Struct):
    """The statistics of a written file, or of a part of it.

    ``counts`` are examples by split, ``changed`` those that differ from the source, ``runs`` the rows of the
    source. ``dropped`` and ``fixed`` are by code; ``left`` are the findings of dropped records.
    """

    marks: MarkerSummary
    survey: StatsState | None = None
    """Counts the tokens of the training examples."""
    counts: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    runs: defaultdict[str, RowRanges] = field(default_factory=lambda: defaultdict(RowRanges))
    dropped: Counter[str] = field(default_factory=Counter)
    fixed: Counter[str] = field(default_factory=Counter)
    account: ConversionStats = field(default_factory=ConversionStats)
    left: ScanState = field(default_factory=ScanState)
    failures: Failures = field(default_factory=dict)

    def merge(self, other: "WrittenCounts", rows: int = 0, lines: int = 0) -> None:
        """Merge the statistics of the next part of the file."""
        self.marks.join(other.marks)
        if self.survey is not None and other.survey is not None:
            self.survey.merge(other.survey, rows, lines)
        self.counts.update(other.counts)
        self.changed += other.changed
        for name, runs in other.runs.items():
            self.runs[name].join(runs)
        self.dropped.update(other.dropped)
        self.fixed.update(other.fixed)
        self.account.merge(other.account, rows, lines)
        for (code, _), failure in other.failures.items():
            shifted = failure.after(rows, lines)
            self.failures[code, shifted.row] = shifted
        self.left.merge(other.left, rows, lines)

    def take(self, work: PrepareTask) -> None:
        """Store the counts of the task."""
        begun, log = work.begun, work.log
        self.dropped += Counter(log.dropped.values())
        self.fixed = log.fixed + begun.log.fixed + (begun.fitting.fixed if begun.fitting else Counter())
        self.account, self.left = (
            structs.replace(begun.account, lost=begun.account.lost + log.lost),
            work.left,
        )
        own = {key: failure for key, failure in log.failures.items() if failure.fixing}
        self.failures = {**begun.failures, **own}


class PreparedOutputs(Struct):
    """The files that are written, by split, and their statistics."""

    work: PrepareTask
    files: Mapping[str, Any]
    rejects: IO[bytes] | None
    lost: IO[bytes] | None
    written: WrittenCounts
    watches: Mapping[str, InlineChecker]
    plans: Mapping[str, Plan]
    """The rules that each file is checked with."""
    name: str
    """That of the source."""

    def write(self, converted: ConvertedBatch, part_of: PartOf | None) -> None:
        """Write a portion, and update the statistics; an unchanged line is written as it was read."""
        records, written = converted.batch.records, self.written
        scanned = None
        if converted.made is None and isinstance(records, ColumnarRecords):
            scanned = self._write_columns(converted, records, part_of)
        else:
            self._write_one_by_one(converted, converted.made or {}, part_of)
        if self.rejects is not None:
            write_rejects(self.rejects, self.name, _rejected(self.work, converted))
        self._write_lost(converted)
        # The batch that was scanned has its frames already; only labels are located in the source.
        unlabelled = scanned if not written.marks.labelled else None
        written.marks.observe(unlabelled if unlabelled is not None else converted.batch)
        if written.survey is not None:
            written.survey.observe(scanned if scanned is not None else _training(converted.batch, part_of))

    def _write_lost(self, converted: ConvertedBatch) -> None:
        """Write the values of the examples that their records lost, in the conversion or by a fix."""
        removed, examples = self.work.log.removed, converted.made or {}
        if self.lost is not None and (removed or examples):
            for row, line in zip(converted.batch.rows, converted.batch.lines, strict=True):
                fields = {one.field: one.value for one in removed.get(row, ())[::-1]}
                made = examples.get(row)
                fields |= made.new.kept if made is not None else {}
                if fields:
                    write_lost(self.lost, line, made.row if made is not None else row, fields)
        for row in converted.batch.rows if removed else ():
            removed.pop(row, None)

    def _write_columns(
        self, converted: ConvertedBatch, records: ColumnarRecords, part_of: PartOf | None
    ) -> Batch | None:
        """Write records that are columns; returns the scanned batch if there is one file."""
        new = records.lines.is_null()
        lines = records.lines
        if new.any():
            lines = lines.scatter(new.arg_true(), encode_columns(records.columns.filter(new)))
        written, rows = self.written, converted.batch.rows
        written.changed += int(records.changed.sum())
        parts = [part_of(row) for row in rows] if part_of is not None else []
        for part, file in self.files.items():
            chosen = pl.Series(parts, dtype=pl.String) == part if part_of is not None else None
            mine = lines.filter(chosen) if chosen is not None else lines
            data = join_lines(mine)
            file.write(data)
            own_records = records.part(chosen.arg_true()) if chosen is not None else records
            scanned = self.watches[part].observe(own_records, self.plans[part])
            own = [r for r, p in zip(rows, parts, strict=True) if p == part] if parts else rows
            written.runs[part].add(own)
            written.counts[part] += len(mine)
        return scanned if part_of is None else None

    def _write_one_by_one(
        self, converted: ConvertedBatch, examples: Mapping[int, ConvertedRecord], part_of: PartOf | None
    ) -> None:
        work, written = self.work, self.written
        block, remaining, begun = converted.block, converted.batch, work.begun
        raw = None if begun.plan.record_reader.builds_records else block.raw
        places = {row: k for k, row in enumerate(block.rows)} if raw is not None else {}
        for row, record in zip(remaining.rows, remaining.records, strict=True):
            made, part = examples[row], part_of(row) if part_of is not None else ""
            self.watches[part].reliable = False
            same = row not in work.log.changed and made.row not in begun.log.changed and not work.numbered
            same = same and made.new.record == made.was
            k = places.get(made.row) if same else None
            self.files[part].write(raw[k] if raw is not None and k is not None else encode(record))
            written.counts[part] += 1
            written.runs[part].add((made.row,))
            written.changed += not same
            begun.account.carried(made.new.counted(made.was))


def _training(batch: Batch, part_of: PartOf | None) -> Batch:
    """The training examples of a batch."""
    if part_of is None:
        return batch
    return remaining(batch, gone={i for i, row in enumerate(batch.rows) if part_of(row) not in ("", "train")})


def _rejected(work: PrepareTask, converted: ConvertedBatch) -> list[Reject]:
    """The dropped rows of a block, as ``--rejects`` stores them."""
    begun, block, dropped = work.begun, converted.block, set(converted.batch.rows)
    if converted.made is None:
        # As in the file: fixes change records in place before these are dropped.
        records = block.records.fresh() if isinstance(block.records, ColumnarRecords) else block.records
        rows = enumerate(zip(block.rows, block.lines, strict=True))
        out = ((row, line, row, records[k]) for k, (row, line) in rows if row not in dropped)
    else:
        out = (
            (number, m.line, m.row, m.was) for number, m in converted.made.items() if number not in dropped
        )
    remaining = [Reject(line, row, REFUSED, record) for line, row, record in converted.refused]
    remaining += [
        Reject(line, row, work.log.dropped.get(number, ""), record) for number, line, row, record in out
    ]
    return remaining + unread_rows(block, lambda kind: code_of(begun.whole, kind))
