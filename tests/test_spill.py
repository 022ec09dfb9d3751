"""Frames that outgrow the memory go to the disk in pieces, and nobody can tell from the report."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import scans
from casework import as_bytes, plan_for, settings_for
from examples import some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from public import check

from ftlint import UsageError
from ftlint.batch.records import RecordReader
from ftlint.engine import spill, state
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.fixes import apply_decisions
from ftlint.engine.scan import Plan, conclude, join
from ftlint.engine.state import RuleState, ScanState
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.io.source import Source
from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    LazyViolations,
    Rule,
    RuleContext,
    Violation,
    pl,
    sorted_rows,
    task_type,
)
from ftlint.rule.registry import all_rules

RULES = [
    rule
    for rule in all_rules().values()
    if issubclass(rule, DatasetRule) and (rule.keys or rule.uses_answers)
]
CASES = [
    pytest.param(rule, case, id=f"{rule.code} {n}") for rule in RULES for n, case in enumerate(rule.cases)
]


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MOST_HELD", 0)


def scanned(rule: type[Rule], case: Case, batches: int = 20) -> tuple[ScanState, Plan]:
    chosen = settings_for(rule, case, block_bytes=1 + len(as_bytes(case.rows)) // batches)
    plan = plan_for(case, chosen)
    source = Source(case.name, None, as_bytes(case.rows))
    return scans.scanned(source, plan, chosen.read), plan


def told(seen: ScanState, plan: Plan) -> object:
    verdicts = conclude(seen, plan)
    # A rule that certainly finds nothing in a small file does not conclude.
    decided = [
        (list(v.drop), v.decision, list(v.violations))
        for v in verdicts.values()
        if len(v.drop) or v.decision or len(v.violations)
    ]
    return (
        seen.findings,
        seen.tallies,
        seen.fixable,
        decided,
        task_type.of_all(seen.answers.partitions, plan.context),
    )


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_verdict_is_the_same_from_the_disk(
    rule: type[Rule], case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told(*scanned(rule, case, batches=1))
    monkeypatch.setattr(state, "MOST_HELD", 0)
    assert told(*scanned(rule, case)) == whole
    # From there as bytes, and joined; and in pieces of pieces.
    seen, plan = scanned(rule, case)
    monkeypatch.setattr(spill, "LARGE", 0)
    again = ScanState()
    join(again, from_bytes(to_bytes(seen)), plan)
    assert told(again, plan) == whole


def row(question: str, answer: str, system: str) -> dict[str, object]:
    said = [("system", system)] * bool(system) + [("user", question), ("assistant", answer)]
    return {"messages": [{"role": role, "content": text} for role, text in said]}


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from("abcdefgh"),
        st.sampled_from(["yes", "Yes", "no", "I do not know.", "It is so.", "yes END", "yes end"]),
        st.sampled_from(["", "", "s", "t", "u"]),
    ),
    max_size=30,
)


@given(rows=ROWS, part_bytes=st.sampled_from([None, 1000, 4000]), often=st.sampled_from([1, 8]))
@settings(max_examples=some(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_report_is_the_same_from_the_disk(
    rows: Sequence[dict[str, object]], part_bytes: int | None, often: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"".join(json.dumps(one).encode() + b"\n" for one in [*rows] * often)
    with monkeypatch.context() as patched:
        patched.setattr(state, "MOST_HELD", 0)
        disk = report(data, part_bytes)
    assert disk == report(data, None)


def report(data: bytes, part_bytes: int | None) -> object:
    return check(data, jobs=1, part_bytes=part_bytes, select=[rule.code for rule in RULES])


def test_rows_with_equal_keys_are_in_one_piece(no_memory: None) -> None:
    seen = RuleState(keys=("key",))
    for start in range(5):
        seen.add(pl.DataFrame({"key": [None, *range(start, start + 300)], "text": "x"}), None)
    pieces = [pl.concat(frames) for frames in seen.partitions()]
    assert len(pieces) > 1
    keys = [key for piece in pieces for key in piece["key"].unique()]
    assert len(keys) == len(set(keys)) == 305
    assert sum(piece.height for piece in pieces) == 5 * 301


def test_rows_further_on_are_moved(no_memory: None) -> None:
    part = RuleState(keys=("key",))
    part.add(pl.DataFrame({"key": [1, 2], "row": [1, 2], "line": [1, 3]}), None)
    whole = RuleState(keys=("key",))
    whole.merge(part, None, 10, 20)
    assert pl.concat(whole.frames_in_order()).sort("key").rows() == [(1, 11, 21), (2, 12, 23)]


def test_a_full_disk_is_told(no_memory: None) -> None:
    seen = RuleState(keys=("key",))
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no disk here that is always full")
    with full.open("wb+", buffering=0) as disk, pytest.MonkeyPatch.context() as patched:
        patched.setattr(spill.tempfile, "TemporaryFile", lambda **_: disk)
        with pytest.raises(UsageError, match=r"No space left .*TMPDIR"):
            seen.add(pl.DataFrame({"key": [1]}), None)


@pytest.mark.parametrize(("most", "kept"), [(1, 1), (4, 4), (5, 5), (9, 5), (0, 5)])
def test_spots_that_are_not_kept_are_counted(most: int, kept: int) -> None:
    data = as_bytes([{"prompt": "a", "completion": "b"}] * 6)
    file = check(data, select=["D001"], max_per_rule=most)
    assert [finding.row for finding in file.findings] == [2, 3, 4, 5, 6][:kept]
    assert file.counts["D001"] == file.fixable["D001"] == 5


def test_spots_are_a_sequence_like_any_other() -> None:
    spots = LazyViolations(pl.DataFrame({"row": [3, 5, 8]}), lambda row: Violation("again", None, row))
    assert [spot.row for spot in spots] == [3, 5, 8]
    assert [spot.row for spot in spots[1:]] == [5, 8]
    assert (len(spots), spots[0].row, spots[-1].row, bool(spots[3:])) == (3, 3, 8, False)


@given(st.lists(st.integers(1, 60), unique=True), st.lists(st.integers(1, 60), unique=True, min_size=1))
@settings(max_examples=some(50))
def test_rows_to_drop_are_found_in_any_batch(drop: list[int], rows: list[int]) -> None:
    records = [{"prompt": "a", "completion": "b"}] * len(rows)
    for given_so in (drop, frozenset(drop), sorted_rows(pl.Series(drop, dtype=pl.UInt64))):
        rule, log = all_rules()["D001"](), ChangeLog()
        left = apply_decisions(
            Batch(records, rows, rows, RecordReader(), RuleContext()),
            {rule: Conclusion(drop=given_so)},
            RuleContext(),
            log,
        )
        assert list(left.rows) == [row for row in rows if row not in drop]
        assert log.dropped == {row: rule.code for row in rows if row in drop}
