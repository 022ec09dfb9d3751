"""Examples that are one question and one answer: what is one, whatever its shape, and where its texts are."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_laws import RECORD
from test_shapes import batch, every_record

from ftlint.batch.records import RecordReader
from ftlint.io.block import ReadOptions
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.rule import SHAPES, Batch, Location, RuleContext

ASKED = {"role": "user", "content": "q"}
ANSWER = {"role": "assistant", "content": "r"}
CALL = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]


def batch_of(*records: Any) -> Batch:
    numbers = list(range(1, len(records) + 1))
    return Batch(list(records), numbers, numbers, RecordReader(), RuleContext())


def exchange(record: Any) -> tuple[Any, ...] | None:
    """Prompt, completion and the places of both."""
    rows = batch_of(record).exchanges.select("prompt", "completion", "prompt_at", "completion_at").rows()
    return rows[0] if rows else None


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"prompt": "a", "completion": " b"}, ("a", " b", 0, 1)),
        ({"prompt": "", "completion": " b"}, ("", " b", 0, 1)),
        ({"prompt": None, "completion": " b"}, (None, " b", None, 1)),
        ({"prompt": "a", "completion": ["b"]}, ("a", None, 0, None)),
        ({"messages": [ASKED, ANSWER]}, ("q", "r", 0, 1)),
        ({"messages": [{"role": "system", "content": "s"}, ASKED, ANSWER]}, ("q", "r", 1, 2)),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}]}, ANSWER]},
            ("q", "r", None, 1),
        ),
        ({"instruction": "q", "input": "i", "output": "r"}, ("q\ni", "r", None, 1)),
        ({"instruction": "q", "output": "r", "system": "s"}, ("q", "r", 1, 2)),
        (
            {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "r"}]},
            ("q", "r", 0, 1),
        ),
        ({"messages": [ASKED, ANSWER, ASKED, ANSWER]}, None),
        ({"messages": [ASKED, {**ANSWER, "tool_calls": CALL}]}, None),
        ({"messages": [ASKED, {"role": "assistant", "content": None, "refusal": "no"}]}, None),
        ({"messages": [ASKED]}, None),
        ({"messages": [ANSWER]}, None),
        ({"text": "r"}, None),
        ({"prompt": "q", "chosen": "r", "rejected": "s"}, None),
        ({"nothing": 1}, None),
    ],
)
def test_what_is_one(record: Any, found: tuple[Any, ...] | None) -> None:
    assert exchange(record) == found


@every_record
def test_the_texts_are_where_the_frame_says(name: str, record: Any) -> None:
    one = batch(name, record)
    for row in one.exchanges.to_dicts():
        assert not SHAPES[name].is_preference
        for text, at in ((row["prompt"], row["prompt_at"]), (row["completion"], row["completion_at"])):
            assert at is None or one.example(0).text(Location(at)) == text


@given(st.lists(RECORD, max_size=6))
def test_records_beside_it_change_nothing(records: list[Any]) -> None:
    records = [record for record in records if record]
    together = batch_of(*records).exchanges.drop("i", "row", "line").rows() if records else []
    assert together == [row for r in records for row in batch_of(r).exchanges.drop("i", "row", "line").rows()]


@pytest.mark.parametrize(
    "records",
    [
        [{"prompt": f"{n}", "completion": " b"} for n in range(3)],
        [{"messages": [ASKED, ANSWER]}, {"messages": [{"role": "system", "content": "s"}, ASKED, ANSWER]}],
        [{"messages": [ASKED, ANSWER]}, {"messages": [ASKED]}, {"messages": [ASKED, ANSWER]}],
    ],
)
def test_columns_give_the_same_as_records(records: list[Any]) -> None:
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    reading = open_reader(Source("x.jsonl", None, data), ReadOptions(keep_raw=True))
    block = next(iter(reading.blocks()))
    fast = Batch(block.records, block.rows, block.lines, RecordReader(), RuleContext())
    assert fast.plain_messages is not None
    assert fast.exchanges.rows() == batch_of(*records).exchanges.rows()
