"""Which examples of two versions are the same, changed, removed and added; and what shifts with them."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from examples import some
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_records import chat

import ftlint
from ftlint.commands.diff.run import Difference
from ftlint.report.diff_words import first_difference, one_line

LONG = " ".join(f"word{n}" for n in range(40))
Rows = list[dict[str, Any]]


def write(path: Path, rows: Rows, **how: Any) -> Path:
    path.write_text("".join(json.dumps(row, **how) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def compare(tmp_path: Path):
    """Compare two lists of records."""

    def comparing(old: Rows, new: Rows, **settings: Any) -> Difference:
        return ftlint.diff(write(tmp_path / "old.jsonl", old), write(tmp_path / "new.jsonl", new), **settings)

    return comparing


def amounts(found: Difference) -> tuple[int, int, int, int]:
    return found.same, found.changed, found.removed, found.added


ROWS = [chat(f"question {n}", f"answer {n}") for n in range(6)]


def test_the_same_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    rows = [{"messages": row["messages"], "id": n} for n, row in enumerate(ROWS)]
    old = write(tmp_path / "old.jsonl", rows)
    new = write(tmp_path / "new.jsonl", rows, indent=None, separators=(",", ":"), sort_keys=True)
    found = ftlint.diff(old, new)
    assert (amounts(found), found.differs) == ((6, 0, 0, 0), False)


def test_another_order_is_told_and_is_no_difference(compare: Any) -> None:
    found = compare(ROWS, [ROWS[3], *ROWS[:3], *ROWS[4:]])
    assert (amounts(found), found.moved, found.differs) == ((6, 0, 0, 0), 1, False)


def test_another_answer_to_the_same_question_is_a_change(compare: Any) -> None:
    found = compare(ROWS, [*ROWS[3:], chat("question 1", "something else"), ROWS[0], ROWS[2]])
    assert amounts(found) == (5, 1, 0, 0)
    (changed,) = found.listed_changed
    assert (changed.old.line, changed.new.line) == (2, 4)
    place = first_difference(changed)
    assert place is not None
    assert (place.who, place.before, place.after) == ("assistant", "answer 1", "something else")


def test_nearly_the_same_in_the_same_place_is_a_change(compare: Any) -> None:
    old = [ROWS[0], chat(LONG, "yes"), ROWS[1], chat("to go", "away")]
    new = [ROWS[0], chat(LONG.replace("word7", "sword"), "yes"), ROWS[1], chat("brand", "new")]
    found = compare(old, new)
    assert amounts(found) == (2, 1, 1, 1)
    assert (found.listed_changed[0].old.line, found.listed_removed[0].line, found.listed_added[0].line) == (
        2,
        4,
        4,
    )


def test_nearly_the_same_in_another_place_is_none(compare: Any) -> None:
    found = compare([chat(LONG, "yes"), *ROWS], [*ROWS, chat(LONG.replace("word7", "sword"), "yes")])
    assert amounts(found) == (6, 0, 1, 1)


def test_of_copies_as_many_are_the_same_as_both_have(compare: Any) -> None:
    assert amounts(compare([ROWS[0]] * 5, [ROWS[0]] * 3)) == (3, 0, 2, 0)
    assert amounts(compare([ROWS[0]] * 3, [ROWS[0]] * 5)) == (3, 0, 0, 2)


def test_what_is_beside_messages_counts(compare: Any) -> None:
    tool = {
        "type": "function",
        "function": {"name": "clock", "parameters": {"type": "object", "properties": {}}},
    }
    found = compare(ROWS[:1], [{**ROWS[0], "tools": [tool]}])
    assert found.differs and found.same == 0


def test_rules_tell_what_appeared_and_what_went(compare: Any) -> None:
    old = [*ROWS, chat("a", ""), chat("b", "")]
    new = [*ROWS, chat("b", ""), chat("c", "")]
    (shift,) = [rule for rule in compare(old, new).rules if rule.code == "C003"]
    assert (shift.old, shift.new, shift.appeared, shift.went) == (2, 2, 1, 1)


def test_a_difference_of_findings_alone_is_one(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old.jsonl", ROWS), tmp_path / "new.jsonl"
    new.write_bytes(b"\xef\xbb\xbf" + old.read_bytes())
    found = ftlint.diff(old, new)
    assert amounts(found) == (6, 0, 0, 0) and found.differs
    assert [rule.code for rule in found.rules] == ["F003"]


def test_tokens_and_classes_shift(compare: Any) -> None:
    old = [{"prompt": f"text {n}", "completion": "yes" if n % 2 else "no"} for n in range(40)]
    new = [*old[:30], *[{"prompt": f"text {n}", "completion": "yes"} for n in range(30, 50)]]
    found = compare(old, new)
    assert amounts(found) == (35, 5, 0, 10)
    assert [(one.label, one.old, one.new) for one in found.classes] == [("yes", 20, 35), ("no", 20, 15)]
    assert found.new.tokens > found.old.tokens


def test_lists_are_bounded_and_totals_are_true(compare: Any) -> None:
    found = compare([], [chat(f"q {n}", f"a {n}") for n in range(30)], most=4)
    assert (found.added, len(found.listed_added)) == (30, 4)


def test_records_that_are_no_examples_are_compared_too(compare: Any) -> None:
    found = compare([{"odd": 1}, {"odd": 2}], [{"odd": 2}, {"odd": 3}])
    assert amounts(found) == (1, 0, 1, 1)
    assert one_line(found.listed_added[0]) == '{"odd":3}'


@settings(max_examples=some(25))
@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(0, 5), max_size=12), st.randoms())
def test_every_example_is_told_once(old: list[int], new: list[int], chance: random.Random) -> None:
    import tempfile

    rows = [chat(f"question {n % 4}", f"answer {n}") for n in range(6)]
    with tempfile.TemporaryDirectory() as folder:
        first = write(Path(folder) / "old.jsonl", [rows[n] for n in old])
        second = write(Path(folder) / "new.jsonl", [rows[n] for n in new])
        found = ftlint.diff(first, second, select="C003")
    assert found.same + found.changed + found.removed == len(old)
    assert found.same + found.changed + found.added == len(new)
    assert found.same == sum(min(old.count(n), new.count(n)) for n in range(6))
    assert found.differs or sorted(old) == sorted(new)
