"""The types at every path of records: the same by columns and one by one, wherever the rows are cut."""

from collections.abc import Iterable
from typing import Any

import pytest
from scans import batches_of

from ftlint.batch.records import RecordReader
from ftlint.config.settings import from_python
from ftlint.engine.plan import make_plan
from ftlint.io.source import Source
from ftlint.rule import Batch, RuleContext, json_types, pl


def types(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    records = list(rows)
    places = range(1, len(records) + 1)
    return Batch(records, places, places, RecordReader(), RuleContext()).types.rows()


def test_every_path_has_its_types_with_the_first_record() -> None:
    rows = [
        {"prompt": "a", "completion": "b"},
        {"prompt": "a", "completion": "b", "more": {"x y": [1, "c", None, 2.5]}},
        {"prompt": "a", "completion": "b", "more": [{"z": True}]},
    ]
    assert types(rows) == [
        ("more", "a list", 1, 3, 3),
        ("more", "an object", 1, 2, 2),
        ("more[]", "an object", 1, 3, 3),
        ("prompt", "text", 3, 1, 1),
        ("more[].z", "true or false", 1, 3, 3),
        ("completion", "text", 3, 1, 1),
        ('more["x y"]', "a list", 1, 2, 2),
        ('more["x y"][]', "a number", 2, 2, 2),
        ('more["x y"][]', "text", 1, 2, 2),
    ]


@pytest.mark.parametrize(
    "line",
    [
        b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}',
        b'{"prompt": "a", "completion": "b", "a b": "c"}',
        b'{"conversations": [{"from": "human", "value": "a"}], "system": "s"}',
    ],
)
def test_columns_say_the_same_as_records_one_by_one(line: bytes) -> None:
    plan = make_plan(from_python())
    source = Source("x.jsonl", None, (line + b"\n") * 4)
    seen = batches_of(source, plan, from_python().read)
    by_columns = json_types.types_frame(seen[0], set()).rows()
    one_by_one = Batch(
        list(seen[0].records), seen[0].rows, seen[0].lines, RecordReader(), RuleContext()
    ).types.rows()
    assert by_columns == one_by_one


def test_of_very_many_paths_the_same_are_kept_wherever_the_rows_are_cut(monkeypatch: Any) -> None:
    monkeypatch.setattr(json_types, "MAX_PATHS", 5)
    rows = [{"text": "a", **{f"{n * 7 % 10}{'x' * (n % 3)}": n for n in range(k, k + 4)}} for k in range(12)]
    whole = types(rows)
    parts = []
    for start in range(0, 12, 5):
        part = rows[start : start + 5]
        places = range(start + 1, start + 1 + len(part))
        parts.append(Batch(part, places, places, RecordReader(), RuleContext()).types)
    assert json_types.summed(pl.concat(parts)).rows() == whole
    assert len({path for path, *_ in whole}) == 5


def test_a_type_that_is_wrong_in_itself_is_not_looked_at() -> None:
    rows = [{"prompt": "a", "completion": "b"}, {"prompt": 1, "completion": "b", "more": 1}]
    assert {path for path, *_ in types(rows)} == {"prompt", "completion"}
