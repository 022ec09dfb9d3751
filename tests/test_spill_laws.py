"""Every dataset rule: its frames combined at any time, put aside on the disk, in any order, lead to one verdict."""

import copy
import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from casework import as_bytes, plan_for, settings_for
from examples import few_quick, first_of_each

from ftlint.batch.batch import batch_of
from ftlint.engine import spill, state
from ftlint.engine.scan import (
    Plan,
    conclude,
    conclude_second_pass,
    feed_batch,
    join,
    needs_second_pass,
    run_second_pass,
)
from ftlint.engine.state import RuleState, ScanState
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.rule import Batch, Case, Conclusion, DatasetRule, Rule, pl, task_type
from ftlint.rule.registry import all_rules

pytestmark = pytest.mark.slow

RULES = [rule for rule in all_rules().values() if issubclass(rule, DatasetRule)]
POOL = [
    row
    for rule in all_rules().values()
    for case in rule.cases
    if issubclass(rule, DatasetRule) and not isinstance(case.rows, str | bytes) and case.reference is None
    for row in list(case.rows)[:6]
]
# How many rows are combined, and how many bytes are put on the disk: everything, nothing, and now and then.
LIMITS = [(0, 1 << 30), (5, 2000), (1 << 30, 500)]


def numbered(value: Any, n: int) -> Any:
    """A copy of a row in which every longer text, and every answer, is another one."""
    if isinstance(value, dict):
        return {key: item if key in ("role", "from") else numbered(item, n) for key, item in value.items()}
    if isinstance(value, list):
        return [numbered(item, n) for item in value]
    return f"{value} {n}" if isinstance(value, str) else value


def generated(seed: int) -> list[dict[str, Any]]:
    """Rows of all rules' cases, again, changed, and with answers of their own; of some files all have one layout."""
    chance = random.Random(seed)
    if seed % 2:
        labels = [
            f"{word}{n}{end}" for n in range(12) for word in ("Yes", "yes", " no") for end in ("", " END")
        ]
        chats = [
            {"messages": [{"role": "user", "content": f"{n} ->"}, {"role": "assistant", "content": label}]}
            for n, label in enumerate(labels)
        ]
        pairs = [{"prompt": f"{n} ->", "completion": label} for n, label in enumerate(labels)]
        return chance.choices(chats + pairs if seed % 3 else pairs, k=90)
    rows = [copy.deepcopy(chance.choice(POOL)) for _ in range(60)]
    return [*rows, *(numbered(row, n) for n, row in enumerate(chance.choices(rows, k=30)))]


MADE = [
    pytest.param(
        rule,
        msgspec.structs.replace(
            rule.cases[0], wrong=generated(seed), right=None, reference=held, name="made.jsonl"
        ),
        id=f"{rule.code} made {seed}",
    )
    for rule in RULES
    for seed in range(2)
    for held in [None if rule.cases[0].reference is None else generated(seed + 2)]
]
CASES = [
    pytest.param(rule, case, id=f"{rule.code} {n}") for rule in RULES for n, case in enumerate(rule.cases)
]


def batches_of(rule: type[Rule], case: Case, count: int) -> tuple[list[Batch], Plan, ScanState]:
    """The rows of a case in about so many batches, and a partial that knows the file and nothing else."""
    data = as_bytes(case.rows)
    chosen = settings_for(rule, case, block_bytes=1 + len(data) // count)
    plan = plan_for(case, chosen)
    reading = open_reader(Source(case.name, None, data), chosen.read)
    blocks = list(reading.blocks())
    known = ScanState(name=case.name, bytes=reading.bytes)
    known.rows, known.lines = (sum(getattr(b, of) for b in blocks) for of in ("row_count", "line_count"))
    return [batch_of(block, plan.record_reader, plan.context) for block in blocks], plan, known


def told(batches: Sequence[Batch], plan: Plan, known: ScanState, parts: int = 1) -> object:
    """The verdict, the findings and the task of batches in this order, from so many parts that are joined."""
    whole = gathered(batches, plan, known, parts, lambda batch, part: feed_batch(batch, plan, part))
    verdicts = conclude(whole, plan)
    if any(needs_second_pass(verdict) for verdict in verdicts.values()):
        again = gathered(
            batches, plan, known, parts, lambda batch, part: run_second_pass(batch, verdicts, plan, part)
        )
        join(whole, again, plan, numbered=True)
        whole.second_pass_states = again.second_pass_states
        conclude_second_pass(whole, verdicts, plan)
    findings = sorted((one for some in whole.findings.values() for one in some), key=repr)
    counted = (sorted(whole.tallies.items()), sorted(whole.fixable.items()))
    return (
        findings,
        counted,
        list(map(decided, verdicts.values())),
        task_type.of_all(whole.answers.partitions, plan.context),
    )


def gathered(batches: Sequence[Batch], plan: Plan, known: ScanState, parts: int, visit: Any) -> ScanState:
    found = [ScanState() for _ in range(parts)]
    for number, batch in enumerate(batches):
        visit(batch, found[number % parts])
    whole = found[0]
    for part in found[1:]:
        join(whole, from_bytes(to_bytes(part)), plan, numbered=True)
    whole.name, whole.bytes, whole.rows, whole.lines = known.name, known.bytes, known.rows, known.lines
    return whole


def decided(verdict: Conclusion) -> object:
    # Whether a second look is needed may depend on the batches; what it finds may not.
    decision = None if needs_second_pass(verdict) else verdict.decision
    return list(verdict.drop), repr(decision), sorted(map(repr, verdict.violations))


@pytest.mark.parametrize(("rule", "case"), few_quick([*first_of_each(CASES), *MADE], 1, 160))
def test_when_frames_are_combined_and_put_aside_changes_no_verdict(
    rule: type[Rule], case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told(*batches_of(rule, case, 1))
    batches, plan, known = batches_of(rule, case, 6)
    monkeypatch.setattr(spill, "LARGE", 2000)
    for seed, (many, most) in enumerate(LIMITS):
        monkeypatch.setattr(state, "MANY", many)
        monkeypatch.setattr(state, "MOST_HELD", most)
        order = list(batches)
        if seed:
            random.Random(seed).shuffle(order)
        assert told(order, plan, known, parts=1 + seed % 3) == whole, (many, most)


@pytest.mark.parametrize(
    "rule", [pytest.param(rule, id=rule.code) for rule in RULES if not rule.uses_answers]
)
def test_the_frames_of_every_rule_are_combined_and_put_aside(
    rule: type[DatasetRule], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "MANY", 0)
    monkeypatch.setattr(state, "MOST_HELD", 60)
    cases = [*rule.cases, *(param.values[1] for param in MADE if param.values[0] is rule)]
    taken = []
    for case in cases:
        batches, plan, _ = batches_of(rule, case, 10)
        seen = ScanState()
        for batch in batches:
            feed_batch(batch, plan, seen)
        taken += seen.rule_states.values()
    combines = type(rule()).combine is not DatasetRule.combine
    assert any(seen.spill is not None if rule.keys else seen.combined or not combines for seen in taken)


@pytest.mark.parametrize("most", [0, 1 << 30])
def test_frames_have_their_columns_in_one_order(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MOST_HELD", most)
    seen = RuleState(keys=("key",))
    for start in range(3):
        seen.add(pl.DataFrame({"key": [start], "n": [1]}), None)
        seen.add(
            pl.DataFrame({"n": [1], "key": [start]}), lambda frames: pl.concat(frames).select("n", "key")
        )
    whole = pl.concat(seen.frames_in_order())
    assert whole.columns == ["key", "n"]
    assert sorted(whole.rows()) == [(0, 1), (0, 1), (1, 1), (1, 1), (2, 1), (2, 1)]


def test_frames_with_other_columns_are_given_to_the_rule_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MOST_HELD", 60)
    seen = RuleState(keys=("key",))
    for n in range(12):
        seen.add(pl.DataFrame({"key": [n % 3], "n" if n % 2 else "m": [n]}), None)
    assert seen.spill is not None
    pieces = [pl.concat(frames, how="diagonal") for frames in seen.partitions()]
    whole = pl.concat(pieces, how="diagonal").select("key", "n", "m").fill_null(-1)
    assert sorted(whole.rows()) == sorted((n % 3, n if n % 2 else -1, -1 if n % 2 else n) for n in range(12))
