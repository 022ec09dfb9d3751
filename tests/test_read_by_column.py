"""Tables that lie by column in one JSON object: read as rows where they are surely that, and never otherwise."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_read_jsonl import read

AB = [{"prompt": "a", "completion": "c"}, {"prompt": "b", "completion": "d"}]
LISTS = b'{"prompt": ["a", "b"], "completion": ["c", "d"]}'
PANDAS = b'{"prompt": {"0": "a", "1": "b"}, "completion": {"0": "c", "1": "d"}}'
LONG = 300_000

TABLES = {
    "lists": (LISTS, AB, [1, 1]),
    "lists on a line that ends": (LISTS + b"\n\n", AB, [1, 1]),
    "lists over several lines": (b'{\n"prompt": [\n"a",\n"b"\n],\n"completion": ["c",\n"d"]\n}\n', AB, [3, 4]),
    "pandas' default": (PANDAS, AB, [1, 1]),
    "pandas' default with an indent": (b'\n{\n"prompt":{\n"0":"a",\n"1":"b"},\n"completion":{\n"0":"c",\n"1":"d"}}', AB, [4, 5]),
    "strings full of marks": (b'{"prompt":\n["\\"{[,:",\n"\\n"],\n"completion": [1, null]}', [{"prompt": '"{[,:', "completion": 1}, {"prompt": "\n", "completion": None}], [2, 3]),
    "other names": (b'{"Question": ["a"], "id": [7], "answer": [0.5]}', [{"Question": "a", "id": 7, "answer": 0.5}], [1]),
    "instructions": (b'{"instruction": ["a"], "input": [""], "output": ["b"]}', [{"instruction": "a", "input": "", "output": "b"}], [1]),
    "pairs of answers": (b'{"prompt": ["a"], "chosen": ["b"], "rejected": ["c"]}', [{"prompt": "a", "chosen": "b", "rejected": "c"}], [1]),
    "classes as numbers": (b'{"text": ["a", "b"], "label": [0, 1]}', [{"text": "a", "label": 0}, {"text": "b", "label": 1}], [1, 1]),
    "pandas, split": (b'{"columns": ["prompt", "completion"], "index": [0, 1], "data": [["a", "c"], ["b", "d"]]}', AB, [1, 1]),
    "pandas, split without an index": (b'{"columns": ["prompt", "completion"],\n"data": [["a", "c"], ["b", "d"]]}', AB, [1, 1]),
    "pandas, split, with lists in cells": (b'{"columns": ["messages"], "data": [[[{"role": "user", "content": "a"}]]]}', [{"messages": [{"role": "user", "content": "a"}]}], [1]),
    "pandas, table": (b'{"schema": {"fields": [{"name": "index", "type": "integer"}, {"name": "prompt", "type": "string"}, {"name": "completion", "type": "string"}], "primaryKey": ["index"]}, "data": [{"index": 0, "prompt": "a", "completion": "c"}, {"index": 1, "prompt": "b", "completion": "d"}]}', AB, [1, 1]),
    "pandas, table, with a named index": (b'{"schema": {"fields": [{"name": "id"}, {"name": "prompt"}], "primaryKey": ["id"]}, "data": [{"id": 7, "prompt": "a", "more": 1}]}', [{"id": 7, "prompt": "a", "more": 1}], [1]),
    "only texts, as pandas writes them": (b'{"text": {"0": "a", "1": null}}', [{"text": "a"}, {"text": None}], [1, 1]),
    "a line longer than the beginning that is looked at": (json.dumps({"prompt": ["a" * LONG, "b"], "completion": ["c", "d"]}).encode(), [{"prompt": "a" * LONG, "completion": "c"}, AB[1]], [1, 1]),
    "many lines that are": (json.dumps({"prompt": ["a"] * LONG, "completion": ["c"] * LONG}, indent=0).encode(), [AB[0]] * LONG, list(range(3, LONG + 3))),
}  # fmt: skip


@pytest.mark.parametrize(("data", "records", "lines"), TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("name", ["x.json", pytest.param("x.jsonl", marks=pytest.mark.slow)])
def test_a_table_by_column_is_read_as_its_rows(
    name: str, data: bytes, records: list[Any], lines: list[int]
) -> None:
    seen = read(data, name)
    assert seen.records == records
    assert list(map(list, seen.records)) == list(map(list, records))
    assert seen.rows == list(range(1, len(records) + 1))
    assert seen.lines == lines
    assert [(fault.kind, fault.row, fault.healable) for fault in seen.faults] == [("many-in-one", None, True)]
    assert seen.line_count == data.count(b"\n") + 1
    assert not seen.raw_lines


def test_it_is_told_what_the_document_is_and_what_is_left_out() -> None:
    assert read(LISTS).faults[0].message == (
        'this is one JSON object with a list for each column ("prompt", "completion"), not one object a line; read as 2 rows'
    )
    assert read(PANDAS, "x.json").faults[0].message == (
        'this is one JSON object with an object for each column ("prompt", "completion"), not one object a line; '
        "read as 2 rows"
    )
    split = b'{"columns": ["prompt", "completion"], "index": ["x"], "data": [["a", "c"]]}'
    assert read(split).faults[0].message == (
        'this is one JSON object as pandas writes it with orient="split" ("prompt", "completion"), not one object a line; '
        'read as 1 row, without the index that pandas gave them ("x")'
    )
    chosen = b'{"prompt": {"4": "a"}, "completion": {"4": "c"}}'
    assert (
        read(chosen)
        .faults[0]
        .message.endswith('read as 1 row, without the index that pandas gave them ("4")')
    )


FAULTY: dict[str, tuple[bytes, list[int], list[Any]]] = {
    "NaN costs its row": (b'{"prompt":\n["a",\n"b"], "completion": [NaN, "d"]}', [2], [("many-in-one", 1, None, None), ("non-finite", 2, 1, "completion")]),
    "half a surrogate, too": (b'{"prompt": ["\\ud83d", "b"], "completion": ["c", "d"]}', [2], [("many-in-one", 1, None, None), ("surrogate", 1, 1, "prompt")]),
    "a large number is told": (b'{"prompt": ["a"], "completion": [12345678901234567890]}', [1], [("many-in-one", 1, None, None), ("precision", 1, 1, "completion")]),
    "a column twice": (b'{"prompt": ["x"], "completion": ["c"],\n"prompt": ["a"]}', [1], [("many-in-one", 1, None, None), ("twin-key", 1, None, "prompt")]),
    "a byte order mark": (b"\xef\xbb\xbf" + LISTS, [1, 2], [("bom", 1, None, None), ("many-in-one", 1, None, None)]),
    "bytes that are not UTF-8": (b'{"prompt": ["\xe9", "b"], "completion": ["c", "d"]}', [], [("not-utf8", 1, 1, None)]),
    "a number without end": (b'{"prompt": ["a", "b"], "completion": [1' + b"0" * 5000 + b', "d"]}\n', [], [("bad-json", 1, 1, None)]),
    "lists of different lengths": (b'{"prompt": ["a", "b"], "completion": ["c"]}', [], [("not-object", 1, 1, None)]),
    "a column that is empty": (b'{"prompt": ["a", "b"], "completion": []}', [], [("not-object", 1, 1, None)]),
    "different rows": (b'{"prompt": {"0": "a", "1": "b"}, "completion": {"0": "c", "2": "d"}}', [], [("not-object", 1, 1, None)]),
    "rows in another order": (b'{"prompt": {"0": "a", "1": "b"}, "completion": {"1": "d", "0": "c"}}', [], [("not-object", 1, 1, None)]),
}  # fmt: skip


@pytest.mark.parametrize(("data", "rows", "faults"), FAULTY.values(), ids=FAULTY)
@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_what_is_wrong_with_a_table_by_column(
    name: str, data: bytes, rows: list[int], faults: list[Any]
) -> None:
    seen = read(data, name)
    assert seen.rows == rows
    assert seen.told == faults


def test_columns_of_different_lengths_are_named_and_kept_for_the_rejects() -> None:
    data = b'{"prompt": ["a", "b"], "completion": ["c"]}'
    fault = read(data).faults[0]
    assert '"prompt": 2, "completion": 1' in fault.message
    assert "nothing was read" in fault.message
    assert fault.text == data.decode()


def test_half_a_surrogate_is_healed_and_a_row_that_is_not_used_is_kept() -> None:
    data = b'{"prompt": ["\\ud83d", "b"], "completion": ["c", NaN]}'
    seen = read(data, heal={"surrogate"})
    assert seen.records == [{"prompt": "\ufffd", "completion": "c"}]
    assert seen.faults[-1].text == '{"prompt": "b", "completion": NaN}'


RECORDS = {
    "a chat with tools": b'{"messages": [{"role": "user", "content": "a"}], "tools": [{"type": "function"}]}',
    "a conversation of TRL": b'{"prompt": [{"role": "user", "content": "a"}], "completion": [{"role": "assistant", "content": "b"}]}',
    "one message each": b'{"prompt": {"role": "user", "content": "a"}, "completion": {"role": "assistant", "content": "b"}}',
    "ShareGPT with items": b'{"conversations": [{"from": "human", "value": "a"}], "items": [{"a": "b"}]}',
    "steps": b'{"prompt": "a", "completions": ["b", "c"], "labels": [true, false]}',
    "steps without a prompt": b'{"completions": ["b", "c"], "labels": [true, false]}',
    "steps with labels as texts": b'{"prompt": ["a", "b"], "completions": ["b", "c"], "labels": ["d", "e"]}',
    "Gemini": b'{"contents": [{"role": "user", "parts": [{"text": "a"}]}], "systemInstruction": {"role": "a", "parts": []}}',
    "Nova": b'{"system": [{"text": "a"}], "messages": [{"role": "user", "content": [{"text": "b"}]}]}',
    "OpenAI's preference": b'{"input": {"messages": []}, "preferred_output": [{"role": "assistant"}], "non_preferred_output": [{"role": "assistant"}]}',
    "messages that are texts": b'{"messages": ["a", "b"], "tools": ["c", "d"]}',
    "words and tags": b'{"tokens": ["a", "b"], "labels": ["c", "d"]}',
    "words and tags, the words called text": b'{"text": ["a", "b"], "ner_tags": [0, 1]}',
    "numbers of tokens": b'{"input": [1, 2], "label": [0, 1]}',
    "lists under names that nobody knows": b'{"a": ["b"], "c": ["d"]}',
    "one list": b'{"prompt": ["a", "b"]}',
    "empty lists": b'{"prompt": [], "completion": []}',
    "a prompt that is no list": b'{"prompt": "a", "completion": ["b", "c"]}',
    "lists in lists": b'{"prompt": ["a", "b"], "completion": [["c"], ["d"]]}',
    "yes and no among the columns": b'{"prompt": ["a", "b"], "completion": ["c", "d"], "label": [true, false]}',
    "objects with names that are no numbers": b'{"prompt": {"en": "a", "fr": "b"}, "completion": {"en": "c", "fr": "d"}}',
    "a list and an object": b'{"prompt": ["a"], "completion": {"0": "b"}}',
    "objects that are empty": b'{"prompt": {}, "completion": {}}',
}  # fmt: skip


@pytest.mark.parametrize("data", RECORDS.values(), ids=RECORDS)
def test_a_record_is_no_table_by_column(data: bytes) -> None:
    seen = read(data + b"\n")
    assert seen.records == [json.loads(data)]
    assert seen.faults == []
    assert seen.raw_lines
    document = read(data, "x.json")
    assert document.records in ([json.loads(data)], [])
    assert set(document.kinds) <= {"not-object"}


@pytest.mark.parametrize(
    "table", [LISTS, PANDAS, json.dumps({"prompt": ["a" * LONG], "completion": ["c"]}).encode()]
)
@pytest.mark.parametrize("other", [b'{"prompt": "a", "completion": "b"}', LISTS])
def test_a_line_among_others_is_no_table(table: bytes, other: bytes) -> None:
    for data in (table + b"\n" + other + b"\n", other + b"\n" + table + b"\n"):
        seen = read(data)
        assert seen.records == [json.loads(line) for line in data.splitlines()]
        assert seen.faults == []
        assert seen.raw_lines


@pytest.mark.parametrize("after", [b" x", b",", b"\n{}", b'\n{\n"a": 1}'])
def test_a_table_with_something_after_it_is_not_the_whole_document(after: bytes) -> None:
    for name in ("x.json", "x.jsonl"):
        assert {"prompt": "a", "completion": "c"} not in read(LISTS + after, name).records


def test_the_rows_come_in_blocks() -> None:
    data = json.dumps({"prompt": ["a" * 500] * 1000, "completion": ["b"] * 1000}, indent=1).encode()
    whole = read(data)
    for size in (1, 50_000):
        seen = read(data, block_bytes=size)
        assert (seen.records, seen.rows, seen.lines) == (whole.records, whole.rows, whole.lines)
        assert seen.line_count == whole.line_count


plain = (
    st.none()
    | st.text(max_size=5)
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)
tables = st.sampled_from(
    [("prompt", "completion"), ("id", "question", "answer"), ("output", "instruction", "note")]
).flatmap(lambda names: st.lists(st.tuples(*[plain] * len(names)).map(lambda row: dict(zip(names, row, strict=True))), min_size=1, max_size=6))  # fmt: skip


@settings(deadline=None)
@given(
    rows=tables,
    pandas=st.booleans(),
    indent=st.sampled_from([None, 0, 2]),
    escape=st.booleans(),
    name=st.sampled_from(["x.json", "x.jsonl"]),
)
@example(
    rows=[{"prompt": "\u2028", "completion": "\x85"}], pandas=True, indent=2, escape=False, name="x.jsonl"
)
def test_columns_of_records_are_read_back_as_the_records(
    rows: list[Any], pandas: bool, indent: int | None, escape: bool, name: str
) -> None:
    asked = {"prompt", "question", "instruction"} & rows[0].keys()
    rows[0] |= dict.fromkeys(asked, "something")
    columns: Any = {key: [row[key] for row in rows] for key in rows[0]}
    if pandas:
        columns = {key: {str(n): cell for n, cell in enumerate(cells)} for key, cells in columns.items()}
    seen = read(json.dumps(columns, indent=indent, ensure_ascii=escape).encode(), name)
    assert repr(seen.records) == repr(rows)
    assert seen.kinds == ["many-in-one"]
    assert seen.lines == sorted(seen.lines)
