"""Row fixes: look, mend what was found, look again at what changed, until nothing fixable is left."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from ftlint.batch import Batch, Seer
from ftlint.blame import RuleFailed, blaming
from ftlint.engine import Hit, can_fix, look
from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.log import Log
from ftlint.path import format_path
from ftlint.read.alike import Lines
from ftlint.result import Change, Severity
from ftlint.rule import DatasetRule, FrameRule, RecordRule, Rule, TextRule, Verdict

if TYPE_CHECKING:
    from polars import Expr, Series

__all__ = ["MOST_ROUNDS", "Log", "apply", "differences", "left_of", "mend"]

# Every round heals at least one find of every record it changes; a record needs a few rounds at most.
MOST_ROUNDS = 40


def mend(batch: Batch, rules: Mapping[Rule, Severity], job: Job, log: Log) -> Batch:
    """The batch after all row fixes of ``rules``: changed records changed, dropped ones gone.

    Records are changed in place. Raises RuleFailed where a fix does not heal what its rule finds.
    """
    # Templates were filled when the batch was made; what they made is what is mended.
    seer = Seer(eye=batch.seer.eye)
    todo, places = batch, list(range(len(batch)))
    gone: set[int] = set()
    changed: set[int] = set()
    for _ in range(MOST_ROUNDS):
        touched = _one_round(todo, rules, job, log)
        gone.update(places[i] for i, dropped in touched.items() if dropped)
        left = [places[i] for i, dropped in touched.items() if not dropped]
        if not left:
            break
        changed.update(left)
        places = sorted(left)
        todo = _part(batch, [batch.records[i] for i in places], places, seer, job)
    else:
        codes = ", ".join(sorted(log.fixed))
        raise RuleFailed(f"the fixes of {codes} do not come to an end at line {batch.lines[places[0]]}")
    if not gone and not changed:
        return batch
    return left_of(batch, changed, gone)


def apply(batch: Batch, verdicts: Mapping[DatasetRule, Verdict], job: Job, log: Log) -> Batch:
    """The batch after the decisions of the dataset rules: changed records changed, dropped ones gone."""
    seer = Seer(eye=batch.seer.eye)
    for rule, verdict in verdicts.items():
        gone = _to_drop(batch, verdict.drop) if verdict.drop else set()
        for i in sorted(gone):
            _drop(batch, i, rule.code, log)
        if gone:
            batch = left_of(batch, gone=gone)
        if verdict.decision is not None and verdict.decision.get("apply"):
            batch = _decided(batch, rule, verdict.decision, seer, job, log)
    return batch


def _to_drop(batch: Batch, drop: Sequence[int]) -> set[int]:
    """The places of the batch's records that are among rows to drop, which are in ascending order."""
    if not batch.rows:
        return set()
    near = set(drop[bisect_left(drop, min(batch.rows)) : bisect_right(drop, max(batch.rows))])
    return {i for i, row in enumerate(batch.rows) if row in near} if near else set()


def _decided(
    batch: Batch, rule: DatasetRule, decision: dict[str, Any], seer: Seer, job: Job, log: Log
) -> Batch:
    """The batch after one decision; at once where columns can say what becomes of the texts."""
    if not len(batch):
        return batch
    with blaming([rule]):
        texts = rule.texts(decision, job)
    if texts and isinstance(batch.records, Lines) and not log.wants(rule.code):
        new = _rewritten(batch, texts)
        if new is not None:
            records, differ = new
            rows = [batch.rows[i] for i in differ]
            log.changed.update(rows)
            log.total += len(rows)
            log.fixed[rule.code] += len(rows)
            return Batch(records, batch.rows, batch.lines, seer, job) if rows else batch
    if texts:
        changed = _put(batch, rule, texts, log)
    else:
        changed = _carry_out(batch, rule, decision, job, log)
    return left_of(batch, changed) if changed else batch


def _put(batch: Batch, rule: DatasetRule, texts: Mapping[str, "Expr"], log: Log) -> list[int]:
    """Put new prompts and completions into records one by one; the places of the changed ones."""
    pairs = batch.pairs
    new = pairs.select(**texts)
    changed = []
    for at, name in enumerate(("prompt", "completion")):
        if name not in texts:
            continue
        differ = pairs.select("i", new=new[name]).filter(new[name].ne_missing(pairs[name]))
        for i, text in differ.rows():
            example = batch.example(i)
            before = msgspec.json.encode(example.record) if log.wants(rule.code, batch.rows[i]) else b""
            example.put({"at": at}, text)
            _changed(batch, i, rule.code, before, log)
            changed.append(i)
    log.fixed[rule.code] += len(set(changed))
    return changed


def _rewritten(batch: Batch, texts: Mapping[str, "Expr"]) -> "tuple[Lines, Series] | None":
    """Prompts and completions replaced in columns, and the places of the records that are others now.

    None where the batch is no columns of prompts and completions.
    """
    kind, records = batch.kinds[0], batch.records
    if (
        batch.plain is None
        or kind is None
        or kind.shape.name != "completion"
        or not isinstance(records, Lines)
    ):
        return None
    old = records.columns.select(**{name: pl.col(kind.names[name]) for name in ("prompt", "completion")})
    new = old.select(**texts)
    differ = pl.any_horizontal(*[new[name].ne_missing(old[name]) for name in texts])
    places = old.select(differ.arg_true()).to_series()
    return records.with_texts(new.rename({name: kind.names[name] for name in texts})), places


def _one_round(batch: Batch, rules: Mapping[Rule, Severity], job: Job, log: Log) -> dict[int, bool]:
    """Mend every find once: record's place → whether it was dropped."""
    touched: dict[int, bool] = {}
    texts_only: set[int] = set()
    for hit in look(batch, rules, job):
        for i, found in _by_record(hit, job).items():
            # After anything but a changed text the places found in this round may have moved: look again first.
            if touched.get(i) or (i in touched and not (i in texts_only and isinstance(hit.rule, TextRule))):
                continue
            if isinstance(hit.rule, FrameRule) and hit.rule.drops:
                _drop(batch, i, hit.rule.code, log)
                touched[i] = True
                continue
            touched[i] = _mend_one(batch, i, hit.rule, found, job, log)
            if isinstance(hit.rule, TextRule):
                texts_only.add(i)
    return touched


def _by_record(hit: Hit, job: Job) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for found in hit.found:
        if can_fix(hit.rule, found, job):
            grouped.setdefault(found["i"], []).append(found)
    return grouped


def _mend_one(batch: Batch, i: int, rule: Rule, found: Sequence[Any], job: Job, log: Log) -> bool:
    example = batch.example(i)
    before = msgspec.json.encode(example.record) if log.wants(rule.code, batch.rows[i]) else b""
    with blaming([rule]):
        if isinstance(rule, FrameRule):
            rule.mend(example, found, job)
        elif isinstance(rule, RecordRule):
            rule.mend(example, [place["spot"] for place in found], job)
    if example.dropped:
        _drop(batch, i, rule.code, log)
        return True
    _changed(batch, i, rule.code, before, log)
    log.fixed[rule.code] += len(found)
    return False


def _carry_out(batch: Batch, rule: DatasetRule, decision: dict[str, Any], job: Job, log: Log) -> list[int]:
    """Change the records that the decision touches; their places."""
    with blaming([rule]):
        touched = rule.touches(batch, decision, job)
    certain = touched is not None
    changed = []
    for i in range(len(batch)) if touched is None else touched:
        if batch.sightings[i] is None:
            continue
        example = batch.example(i)
        wanted = not certain or log.wants(rule.code, batch.rows[i])
        before = msgspec.json.encode(example.record) if wanted else b""
        with blaming([rule]):
            rule.apply(example, decision, job)
        if certain or msgspec.json.encode(example.record) != before:
            _changed(batch, i, rule.code, before, log)
            log.fixed[rule.code] += 1
            changed.append(i)
    return changed


def _changed(batch: Batch, i: int, code: str, before: bytes, log: Log) -> None:
    log.changed.add(batch.rows[i])
    log.touch(code, batch.rows[i])
    if not log.wants(code, batch.rows[i]):
        log.total += 1
        return
    for path, old, new in differences(msgspec.json.decode(before), batch.records[i]):
        log.note(Change(batch.lines[i], batch.rows[i], path, (code,), old, new))


def _drop(batch: Batch, i: int, code: str, log: Log) -> None:
    row = batch.rows[i]
    log.dropped[row] = code
    log.changed.discard(row)
    log.touch(code, row)
    text = msgspec.json.encode(batch.records[i]).decode() if log.wants(code, row) else ""
    log.note(Change(batch.lines[i], row, None, (code,), text, None))


def left_of(batch: Batch, changed: Collection[int] = (), gone: Collection[int] = ()) -> Batch:
    """What is left of a batch when the records at some places are changed, and those at others gone."""
    # Templates were filled when the batch was made; what they made is what is left.
    seer, job = Seer(eye=batch.seer.eye), batch.job
    records: Sequence[Any] | None = batch.records
    places = [i for i in range(len(batch)) if i not in gone] if gone else list(range(len(batch)))
    if isinstance(records, Lines):
        records = records.with_changes(sorted(set(changed) - set(gone)))
    if isinstance(records, Lines):
        return _part(batch, records.part(places), places, seer, job)
    return _part(batch, [batch.records[i] for i in places], places, seer, job)


def _part(batch: Batch, records: Sequence[Any], places: Sequence[int], seer: Seer, job: Job) -> Batch:
    rows, lines = [batch.rows[i] for i in places], [batch.lines[i] for i in places]
    return Batch(records, rows, lines, seer, job)


def differences(old: Any, new: Any, steps: tuple[str | int, ...] = ()) -> list[tuple[str | None, str, str]]:
    """(path, before, after) of every leaf that differs between two JSON values."""
    if old == new and type(old) is type(new):
        return []
    if isinstance(old, dict) and isinstance(new, dict) and set(old) == set(new):
        return [found for key in old for found in differences(old[key], new[key], (*steps, key))]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [found for place, (a, b) in pairs for found in differences(a, b, (*steps, place))]
    if isinstance(old, str) and isinstance(new, str):
        return [(format_path(steps) or None, old, new)]
    # Of different kinds, 5 and "5" must not look the same.
    return [(format_path(steps) or None, _as_json(old), _as_json(new))]


def _as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
