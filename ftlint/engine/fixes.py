"""Row fixes: run the rules, fix the violations, recheck changed records, until no fixable violation remains."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.batch.example import Example, Location
from ftlint.batch.records import RecordReader
from ftlint.context import RuleContext
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.record_fixes import (
    AppliedFix,
    Changes,
    RecordFixes,
    differences,
    packed,
    put_back,
    removals,
)
from ftlint.engine.scan import RuleMatch, can_fix, run_row_rules
from ftlint.io.columnar import ColumnarRecords
from ftlint.json_values import decode_json, encode_json
from ftlint.result import Change, Severity
from ftlint.rule.base import Conclusion, Rule
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.errors import guarding
from ftlint.rule.frame import FrameRule, TextRule
from ftlint.rule.record import RecordRule

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

__all__ = ["ChangeLog", "apply_decisions", "differences", "fix_each", "fix_rows", "remaining"]


# A field's name decides which rules read it, and their fixes which name it needs.
MAX_ROUNDS = 4


def fix_rows(
    batch: Batch,
    rules: Mapping[Rule, Severity],
    context: RuleContext,
    log: ChangeLog,
    *,
    ambiguous: bool = False,
    only: Sequence[int] | None = None,
) -> Batch:
    """The batch after all row fixes of ``rules``: changed records replaced, dropped ones removed.

    ``only`` are the places of the records that any fix concerns, if that is known.

    Records are changed in place. It terminates for any rules: a fix that raises, or that is requested
    repeatedly, is excluded for that record, and the record is fixed again from its original content. Records of
    ambiguous rows stay as they are, unless ``ambiguous``.
    """
    # Templates were rendered when the batch was built; the rendered records are the ones to fix.
    record_reader = RecordReader(detector=batch.reader.detector)
    if ambiguous:
        batch.ambiguous_rows = frozenset()
    todo, places = batch, list(range(len(batch)))
    if only is not None and len(only) < len(batch):
        places = list(only)
        todo = _part(batch, [batch.records[i] for i in places], places, record_reader, context)
    cases: dict[int, RecordFixes] = {}
    while places:
        again = _one_round(todo, places, cases, rules, context, log)
        places = sorted(again)
        todo = _part(batch, [batch.records[i] for i in places], places, record_reader, context)
    gone: set[int] = set()
    changed: set[int] = set()
    for i, case in cases.items():
        for applied in case.deeds:
            _enter(batch, i, applied, log)
        if case.dropped:
            gone.add(i)
        elif case.deeds:
            changed.add(i)
    if not gone and not changed:
        return batch
    return remaining(batch, changed, gone)


def fix_each(
    batch: Batch,
    rules: Mapping[Rule, Severity],
    local: Iterable[DatasetRule],
    context: RuleContext,
    log: ChangeLog,
    *,
    only: Collection[int] | None = None,
) -> Batch:
    """The batch after all fixes that depend on each record alone: row fixes, and decisions of ``local`` rules.

    ``only`` are the rows that any of them concerns, if that is known.
    """
    decisions = {
        rule: Conclusion(decision=dict(rule.local_decision))
        for rule in local
        if rule.local_decision is not None
    }
    batch = fix_rows(batch, rules, context, log, only=_places(batch, only))
    for _ in range(MAX_ROUNDS if decisions else 0):
        decided = apply_decisions(batch, decisions, context, log)
        if decided is batch:
            break
        batch = fix_rows(decided, rules, context, log, only=_places(decided, only))
    return batch


def _places(batch: Batch, rows: Collection[int] | None) -> list[int] | None:
    """The places of these rows in the batch; None for all."""
    return None if rows is None else [i for i, row in enumerate(batch.rows) if row in rows] if rows else []


def apply_decisions(
    batch: Batch, verdicts: Mapping[DatasetRule, Conclusion], context: RuleContext, log: ChangeLog
) -> Batch:
    """The batch after the decisions of the dataset rules: changed records replaced, dropped ones removed."""
    record_reader = RecordReader(detector=batch.reader.detector)
    for rule, verdict in verdicts.items():
        gone = _to_drop(batch, verdict.drop) if verdict.drop else set()
        for i in sorted(gone):
            _drop(batch, i, rule.code, log)
        if gone:
            batch = remaining(batch, gone=gone)
        if verdict.decision is not None and verdict.decision.get("apply"):
            batch = _decided(batch, rule, verdict.decision, record_reader, context, log)
    return batch


def _to_drop(batch: Batch, drop: Sequence[int]) -> set[int]:
    """The places of the batch's records that are among rows to drop, which are in ascending order."""
    if not batch.rows:
        return set()
    near = set(drop[bisect_left(drop, min(batch.rows)) : bisect_right(drop, max(batch.rows))])
    return {i for i, row in enumerate(batch.rows) if row in near} if near else set()


def _decided(
    batch: Batch,
    rule: DatasetRule,
    decision: dict[str, Any],
    record_reader: RecordReader,
    context: RuleContext,
    log: ChangeLog,
) -> Batch:
    """The batch after one decision; vectorised if columns determine the new texts."""
    if not len(batch):
        return batch
    with guarding(rule, log.failures, fixing=True) as guard:
        texts = rule.rewrite_columns(decision, context)
        new = _rewritten(batch, texts) if texts else None
        put = batch.prompt_completions.select(**texts) if texts and new is None else None
    if guard.failed:
        return batch
    if new is not None:
        records, differ = new
        _note_rewritten(batch, records, differ.to_list(), rule.code, log)
        return Batch(records, batch.rows, batch.lines, record_reader, context) if len(differ) else batch
    changed = (
        _put(batch, rule, put, log) if put is not None else _carry_out(batch, rule, decision, context, log)
    )
    return remaining(batch, changed) if changed else batch


def _put(batch: Batch, rule: DatasetRule, new: "DataFrame", log: ChangeLog) -> list[int]:
    """Write new prompts and completions into records one by one; returns the indices of the changed ones."""
    pairs = batch.prompt_completions
    changed = []
    for at, name in enumerate(("prompt", "completion")):
        if name not in new.columns:
            continue
        differ = pairs.select("i", new=new[name]).filter(new[name].ne_missing(pairs[name]))
        for i, text in differ.rows():
            if batch.rows[i] in batch.ambiguous_rows:
                continue
            example = batch.example(i)
            before = encode_json(example.record) if log.keeps(rule.code, batch.rows[i]) else b""
            example.set_text(Location(at), text)
            _changed(batch, i, rule.code, before, log)
            changed.append(i)
    log.fixed[rule.code] += len(set(changed))
    return changed


def _rewritten(batch: Batch, texts: Mapping[str, "Expr"]) -> "tuple[ColumnarRecords, Series] | None":
    """Prompts and completions replaced in columns, and the places of the records that are others now.

    None where the batch is no columns of prompts and completions, or where these would reorder the keys of a line.
    """
    kind, records = batch.detected_shapes[0], batch.records
    if (
        batch.plain_messages is None
        or kind is None
        or kind.shape.name != "completion"
        or not isinstance(records, ColumnarRecords)
        or not records.are_keys_in_order
    ):
        return None
    old = records.columns.select(**{name: pl.col(kind.fields[name]) for name in ("prompt", "completion")})
    new = old.select(**texts)
    differ = pl.any_horizontal(*[new[name].ne_missing(old[name]) for name in texts])
    places = old.select(differ.arg_true()).to_series()
    return records.with_texts(new.rename({name: kind.fields[name] for name in texts})), places


def _note_rewritten(
    batch: Batch, records: ColumnarRecords, places: Sequence[int], code: str, log: ChangeLog
) -> None:
    """Log the records at some places as changed by a rule; only those that are stored are compared."""
    rows = [batch.rows[i] for i in places]
    log.changed.update(rows)
    log.mark(code, rows)
    log.fixed[code] += len(rows)
    # Stored are the first changes of a rule, and those of a batch are in the order of its rows.
    stored = places[: max(log.limit, log.examples_per_rule)]
    for i in stored:
        changes = differences(batch.records[i], records[i]) if log.keeps(code, batch.rows[i]) else None
        _record(batch, i, code, changes, log)
    log.total += len(places) - len(stored)


def _one_round(
    batch: Batch,
    places: Sequence[int],
    cases: dict[int, RecordFixes],
    rules: Mapping[Rule, Severity],
    context: RuleContext,
    log: ChangeLog,
) -> set[int]:
    """Fix every violation once; returns the records to recheck, by their index in the full batch."""
    texts_only: dict[int, bool] = {}
    for rule_match in run_row_rules(batch, rules, context, log.failures):
        for i, found in _by_record(batch, rule_match, context, log).items():
            case = cases.setdefault(places[i], RecordFixes())
            if rule_match.rule.code in case.barred:
                continue
            # After anything but a changed text, the positions of this round's violations may have shifted:
            # recheck first.
            if i in texts_only and not (texts_only[i] and isinstance(rule_match.rule, TextRule)):
                continue
            texts_only[i] = _fix_record(batch, i, rule_match.rule, found, context, log, case)
    again = {places[i] for i in texts_only}
    for i, place in enumerate(places):
        if place in cases and place not in again and cases[place].settles(batch.records[i]):
            again.add(place)
    return {place for place in again if not cases[place].dropped}


def _by_record(
    batch: Batch, rule_match: RuleMatch, context: RuleContext, log: ChangeLog
) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for found in rule_match.found:
        if batch.rows[found.i] in batch.ambiguous_rows:
            continue
        with guarding(rule_match.rule, log.failures, batch, found.i, fixing=True):
            if can_fix(rule_match.rule, found, context):
                grouped.setdefault(found.i, []).append(found)
    return grouped


def _fix_record(
    batch: Batch,
    i: int,
    rule: Rule,
    found: Sequence[Any],
    context: RuleContext,
    log: ChangeLog,
    case: RecordFixes,
) -> bool:
    """Have a rule fix its violations in one record; returns whether it may have changed nothing but texts."""
    example = batch.example(i)
    case.begin(example.record)
    if case.is_too_often(rule.code):
        case.start_anew(example.record, rule.code)
        return False
    if isinstance(rule, FrameRule) and rule.drops:
        example.drop()
    before = encode_json(example.record) if log.keeps(rule.code, batch.rows[i]) else b""
    as_it_was = None if example.dropped or isinstance(rule, TextRule) else packed(example.record)
    with guarding(rule, log.failures, batch, i, fixing=True) as guard:
        if isinstance(rule, FrameRule) and not rule.drops:
            rule.apply_fix(example, found, context)
        elif isinstance(rule, RecordRule):
            rule.apply_fix(example, [match.violation for match in found], context)
    if guard.failed:
        case.start_anew(example.record, rule.code)
        return False
    case.dropped = example.dropped
    case.deeds.append(
        AppliedFix(
            rule.code,
            0 if example.dropped else len(found),
            example.dropped,
            _changes(before, example),
            () if example.dropped or as_it_was is None else removals(as_it_was, example.record),
        )
    )
    return isinstance(rule, TextRule)


def _changes(before: bytes, example: Example) -> Changes | None:
    return differences(decode_json(before), example.record) if before and not example.dropped else None


def _enter(batch: Batch, i: int, applied: AppliedFix, log: ChangeLog) -> None:
    """Log the final outcome of a record."""
    if applied.dropped:
        _drop(batch, i, applied.code, log)
    else:
        _note(batch, i, applied.code, applied.changes, log)
        if applied.removals:
            log.remove(batch.rows[i], applied.removals)
        log.fixed[applied.code] += applied.finds


def _carry_out(
    batch: Batch, rule: DatasetRule, decision: dict[str, Any], context: RuleContext, log: ChangeLog
) -> list[int]:
    """Change the records that the decision touches; their places."""
    with guarding(rule, log.failures, fixing=True) as guard:
        touched = rule.affected_rows(batch, decision, context)
    if guard.failed:
        return []
    certain = touched is not None
    changed = []
    for i in range(len(batch)) if touched is None else touched:
        if batch.record_shapes[i] is None or batch.rows[i] in batch.ambiguous_rows:
            continue
        example = batch.example(i)
        wanted = not certain or log.keeps(rule.code, batch.rows[i])
        before = encode_json(example.record) if wanted else b""
        as_it_was = packed(example.record)
        with guarding(rule, log.failures, batch, i, fixing=True) as guard:
            rule.apply_decision(example, decision, context)
        if guard.failed:
            put_back(example.record, as_it_was)
        elif certain or encode_json(example.record) != before:
            if gone := removals(as_it_was, example.record):
                log.remove(batch.rows[i], gone)
            _changed(batch, i, rule.code, before, log)
            log.fixed[rule.code] += 1
            changed.append(i)
    return changed


def _changed(batch: Batch, i: int, code: str, before: bytes, log: ChangeLog) -> None:
    wanted = log.keeps(code, batch.rows[i])
    _note(batch, i, code, differences(decode_json(before), batch.records[i]) if wanted else None, log)


def _note(batch: Batch, i: int, code: str, changes: Changes | None, log: ChangeLog) -> None:
    log.changed.add(batch.rows[i])
    log.mark(code, [batch.rows[i]])
    _record(batch, i, code, changes, log)


def _record(batch: Batch, i: int, code: str, changes: Changes | None, log: ChangeLog) -> None:
    if changes is None or not log.keeps(code, batch.rows[i]):
        log.total += 1
        return
    for path, old, new in changes:
        log.record(Change(batch.lines[i], batch.rows[i], path, (code,), old, new))


def _drop(batch: Batch, i: int, code: str, log: ChangeLog) -> None:
    row = batch.rows[i]
    log.dropped[row] = code
    log.changed.discard(row)
    log.mark(code, [row])
    text = encode_json(batch.records[i]).decode() if log.keeps(code, row) else ""
    log.record(Change(batch.lines[i], row, None, (code,), text, None))


def remaining(batch: Batch, changed: Collection[int] = (), gone: Collection[int] = ()) -> Batch:
    """The rest of a batch when the records at some indices are changed and those at others removed."""
    # Templates were rendered when the batch was built; the rendered records are the ones that remain.
    record_reader, context = RecordReader(detector=batch.reader.detector), batch.context
    records: Sequence[Any] | None = batch.records
    places = [i for i in range(len(batch)) if i not in gone] if gone else list(range(len(batch)))
    if isinstance(records, ColumnarRecords):
        records = records.with_changes(sorted(set(changed) - set(gone)))
    if isinstance(records, ColumnarRecords):
        return _part(batch, records.part(places), places, record_reader, context)
    return _part(batch, [batch.records[i] for i in places], places, record_reader, context)


def _part(
    batch: Batch,
    records: Sequence[Any],
    places: Sequence[int],
    record_reader: RecordReader,
    context: RuleContext,
) -> Batch:
    rows, lines = [batch.rows[i] for i in places], [batch.lines[i] for i in places]
    part = Batch(records, rows, lines, record_reader, context)
    part.ambiguous_rows = batch.ambiguous_rows
    return part
