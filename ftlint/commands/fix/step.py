"""The two steps of a fix: a dry run that fixes records and observes them, and one that writes the result."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from msgspec import Struct, field, structs

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.commands.fix.plan import FixPlan
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.fixes import apply_decisions, fix_each, remaining
from ftlint.engine.handle import Handle
from ftlint.engine.inline_check import InlineChecker
from ftlint.engine.pipeline import PassResult, Step
from ftlint.engine.scan import Plan, conclude, feed_batch, new_state, run_row_rules
from ftlint.engine.source_findings import code_of, keep_source_findings
from ftlint.engine.state import ScanState
from ftlint.engine.verdicts import SentVerdicts, Verdicts, between
from ftlint.io.block import RecordBlock
from ftlint.io.columnar import ColumnarRecords, RawLines
from ftlint.io.part import FilePart
from ftlint.io.write.atomic import encode, join_lines
from ftlint.io.write.columns import encode_columns_like
from ftlint.io.write.lost import write_lost
from ftlint.io.write.rejects import Reject, unread_rows, write_rejects
from ftlint.result import Change, Severity
from ftlint.rule.base import Rule
from ftlint.rule.frame import FaultRule
from ftlint.rule.matched import MatchedRow

if TYPE_CHECKING:
    from polars import Series


# Of rows of a kilobyte some megabytes.
ROWS_AT_ONCE = 2_000


class FixState(Struct):
    """The state of the first pass: dataset rules observe the fixed records."""

    scan: ScanState
    source_findings: ScanState
    """Findings about the source that the new file cannot show any more."""
    log: ChangeLog
    healed: Counter[str] = field(default_factory=Counter)
    """Faults that the reader fixed, by code."""
    healed_rows: set[int] = field(default_factory=set)
    touched: "array[int]" = field(default_factory=lambda: array("Q"))
    """The rows that row fixes change or drop, or on which they fail."""
    unread: Counter[str] = field(default_factory=Counter)
    """Rows that could not be read and are in no line that is written back, by code."""

    def merge(self, other: "FixState", rows: int, lines: int, /) -> None:
        """Merge the state of the next part of the file."""
        self.scan.merge(other.scan, rows, lines)
        self.source_findings.merge(other.source_findings, rows, lines)
        self.log.merge(other.log, rows, lines)
        self.healed.update(other.healed)
        self.healed_rows.update(row + rows for row in other.healed_rows)
        self.touched.extend(row + rows for row in other.touched)
        self.unread.update(other.unread)


@dataclass(frozen=True, slots=True)
class Observe(Step[FixState]):
    """The first pass. Dataset rules observe the fixed rows, so that rows made equal are duplicates."""

    handle: Handle[FixPlan]
    changes: int = 0
    """How many changes are stored for display."""

    @property
    def plan(self) -> Plan:
        """All rules."""
        return self.handle.get().whole

    def start(self) -> FixState:
        """Nothing observed."""
        fixes = self.handle.get()
        return FixState(new_state(fixes.dataset), new_state(fixes.whole), ChangeLog(limit=self.changes))

    def visit(self, block: RecordBlock, batch: Batch, state: FixState, outputs: Mapping[str, Any]) -> None:
        """Observe a batch."""
        fixes = self.handle.get()
        self._add_faults(fixes, block, batch, state)
        log = ChangeLog()
        fixed = fix_each(batch, fixes.rows, fixes.dataset_rules, fixes.whole.context, log)
        state.touched.extend(batch.rows if log.failures else sorted(log.changed | log.dropped.keys()))
        # Dataset rules that rely on fixes of the reader must receive its faults, whatever else was fixed.
        fixed.reader_faults = batch.reader_faults
        feed_batch(fixed, fixes.dataset, state.scan)
        state.scan.count(block)

    def _add_faults(self, fixes: FixPlan, block: RecordBlock, batch: Batch, state: FixState) -> None:
        plan, failures = fixes.whole, state.log.failures
        faults: dict[Rule, Severity] = {r: s for r, s in plan.rules.items() if isinstance(r, FaultRule)}
        for rule_match in run_row_rules(batch, faults, plan.context, failures):
            healed = [
                match
                for match in rule_match.found
                if isinstance(match, MatchedRow) and fixes.is_fixed_by_reader(rule_match.rule, match)
            ]
            state.healed[rule_match.rule.code] += len(healed)
            state.healed_rows.update(match["row"] for match in healed if match["row"] is not None)
            for match in healed if self.changes else ():
                message = rule_match.rule.message_for(match, plan.context)  # type: ignore[attr-defined]
                state.log.record(
                    Change(match["line"], match["row"], None, (rule_match.rule.code,), message, "")
                )
            if fixes.lines_of(block) is None:
                unfixed = structs.replace(
                    rule_match, found=[match for match in rule_match.found if match not in healed]
                )
                keep_source_findings(unfixed, batch, plan, state.source_findings, failures)
        if fixes.lines_of(block) is None:
            for fault in block.unreadable_rows():
                state.unread[code_of(plan, fault.kind)] += 1


def plan_fixes(observed: PassResult[FixState], fixes: FixPlan) -> Verdicts:
    """The conclusions of dataset rules, after the entire file was observed."""
    state = observed.state
    state.scan.name, state.scan.bytes = observed.source.name, observed.bytes
    state.scan.container = observed.container
    verdicts = conclude(state.scan, fixes.dataset)
    for rule in verdicts:
        if rule.repairs:
            state.healed[rule.code] += state.scan.counts[rule.code]
    state.scan.rule_states.clear()
    return verdicts


class FixCounts(Struct):
    """The outcome for the rows."""

    log: ChangeLog
    """The changes to display only."""
    fixed: Counter[str] = field(default_factory=Counter)
    """Fixed violations, by code, except those fixed by the reader."""
    dropped: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    kept_lines: bool = True
    """Whether there were original lines; a table has none."""
    verdicts: Verdicts = field(default_factory=dict)
    checker: InlineChecker | None = None
    """The check of the written rows, if they are checked while they are written."""

    def merge(self, other: "FixCounts", rows: int, lines: int, /) -> None:
        """Merge the counts of the next part of the file."""
        self.log.merge(other.log, rows, lines)
        self.fixed.update(other.fixed)
        self.dropped.update(other.dropped)
        self.changed += other.changed
        self.kept_lines = self.kept_lines and other.kept_lines
        if self.checker is not None and other.checker is not None:
            self.checker.merge(other.checker)


@dataclass(frozen=True, slots=True)
class Apply(Step[FixCounts]):
    """The second pass: fix every row, apply the conclusions, and write the result. Without outputs only count."""

    handle: Handle[FixPlan]
    source: str
    sent: SentVerdicts
    healed_rows: "array[int]"
    touched: "array[int]"
    """The rows that row fixes concern, ascending."""
    changes: int = 0
    outputs: tuple[str, ...] = ()
    checks: bool = False
    """Check what is written."""

    @property
    def plan(self) -> Plan:
        """All rules."""
        return self.handle.get().whole

    def start(self) -> FixCounts:
        """Nothing done."""
        fixes = self.handle.get()
        return FixCounts(
            ChangeLog(limit=self.changes),
            verdicts=self.sent.verdicts(fixes.dataset),
            checker=InlineChecker(new_state(fixes.checking)) if self.checks else None,
        )

    def for_part(self, part: FilePart, rows: range) -> "Apply":
        """The step with the data of these rows only."""
        healed, touched = between(self.healed_rows, rows), between(self.touched, rows)
        return replace(self, sent=self.sent.for_rows(rows), healed_rows=healed, touched=touched)

    def visit(self, block: RecordBlock, batch: Batch, state: FixCounts, outputs: Mapping[str, Any]) -> None:
        """Fix a batch, and write it."""
        fixes = self.handle.get()
        remaining = _fixed(fixes, batch, state, self.touched)
        if self.outputs:
            original = self._write(fixes, block, remaining, state, outputs)
            state.kept_lines = state.kept_lines and original

    def finish(self, state: FixCounts) -> None:
        """Add the counts of the log, and store the changes to display."""
        log = state.log
        state.fixed.update(log.fixed)
        state.dropped.update(log.dropped.values())
        state.changed += len(log.changed | (set(self.healed_rows) - log.dropped.keys()))
        state.log = ChangeLog(
            changes=log.changes, total=log.total, limit=log.limit, failures=log.failures, lost=log.lost
        )
        state.verdicts = {}

    def _write(
        self,
        fixes: FixPlan,
        block: RecordBlock,
        remaining: Batch,
        state: FixCounts,
        outputs: Mapping[str, IO[bytes]],
    ) -> bool:
        """Write a block; returns whether its original lines were available."""
        places = {row: i for i, row in enumerate(remaining.rows)}
        raw, out = fixes.lines_of(block), outputs["out"]
        columns = _written_columns(block, remaining) if raw is not None else None
        if columns is not None:
            out.writelines(_written_lines(columns, remaining.rows, state))
        if state.checker is not None and columns is not None:
            state.checker.observe(columns[0], fixes.checking)
        elif state.checker is not None:
            state.checker.reliable = False
        # Only changed records are requested: records in columns would each have to be decoded.
        for k, row in enumerate(block.rows) if columns is None else ():
            if raw is not None:
                out.writelines(block.kept_lines.get(k, ()))
            if row not in places:
                continue
            if raw is None:
                out.write(encode(remaining.records[places[row]]))
            elif row in state.log.changed:
                out.write(encode(remaining.records[places[row]], raw[k]))
            else:
                out.write(raw[k])
        if raw is not None and columns is None:
            out.writelines(block.kept_lines.get(len(block.rows), ()))
        if "lost" in outputs:
            lines = dict(zip(block.rows, block.lines, strict=True))
            for row, removed in sorted(state.log.removed.items()):
                write_lost(outputs["lost"], lines[row], row, {one.field: one.value for one in removed[::-1]})
        state.log.removed.clear()
        if "rejects" in outputs:
            write_rejects(outputs["rejects"], self.source, _rejected(fixes, block, places, state))
        return raw is not None


def _written_columns(block: RecordBlock, remaining: Batch) -> "tuple[ColumnarRecords, Series] | None":
    """The records and lines of a block if both are columns, and no line is kept beside them; else None."""
    records, raw = remaining.records, block.raw
    if not isinstance(records, ColumnarRecords) or not isinstance(raw, RawLines) or block.kept_lines:
        return None
    if len(remaining) == len(block.rows):
        return records, raw.lines
    left = set(remaining.rows)
    return records, raw.lines.filter(pl.Series([row in left for row in block.rows], dtype=pl.Boolean))


def _written_lines(
    columns: "tuple[ColumnarRecords, Series]", rows: Sequence[int], state: FixCounts
) -> Iterator[bytes]:
    """The lines as they are written, some rows at a time: what is made on the way is several times their size."""
    records, lines = columns
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        old = lines.slice(start, len(some))
        changed = [i for i, row in enumerate(some) if row in state.log.changed]
        if changed:
            new = encode_columns_like(records.part([start + i for i in changed]), old.gather(changed))
            old = old.scatter(changed, new)
        yield join_lines(old)


def _rejected(
    fixes: FixPlan, block: RecordBlock, remaining: Mapping[int, int], state: FixCounts
) -> list[Reject]:
    """The dropped rows of a block."""
    rejected = [
        Reject(block.lines[k], row, state.log.dropped.get(row, ""), block.records[k])
        for k, row in enumerate(block.rows)
        if row not in remaining
    ]
    if fixes.lines_of(block) is None:
        rejected += unread_rows(block, lambda kind: code_of(fixes.whole, kind))
    return rejected


def _fixed(fixes: FixPlan, batch: Batch, state: FixCounts, touched: "array[int]") -> Batch:
    """The rest of a batch, fixed and with the conclusions applied. Only the touched rows are fixed again."""
    context, log = fixes.whole.context, state.log
    for i in batch.build_errors:
        log.dropped[batch.rows[i]] = fixes.code_of_violation
    only = set(between(touched, range(batch.rows[0], batch.rows[-1] + 1))) if len(batch) else set()
    fixed = fix_each(batch, fixes.rows, fixes.dataset_rules, context, log, only=only)
    left = apply_decisions(fixed, state.verdicts, context, log)
    gone = {i for i, row in enumerate(left.rows) if row in log.dropped} if batch.build_errors else ()
    return remaining(left, gone=gone) if gone else left
