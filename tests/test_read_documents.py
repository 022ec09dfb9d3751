"""JSON documents, under .json and where JSON Lines were promised: every element with its line."""

from typing import Any

import pytest
from test_read_jsonl import read

LISTS = {
    "a list": ("x.json", b'[\n {"a": 1},\n {"a": 2}\n]\n', [(1, 2, 1), (2, 3, 2)], []),
    "a list on one line": ("x.json", b'[{"a": 1},{"a": 2}]', [(1, 1, 1), (2, 1, 2)], []),
    "an empty list": ("x.json", b"[]", [], []),
    "one record": ("x.json", b'{\n "a": 1\n}\n', [(1, 1, 1)], []),
    "a wrapper": ("x.json", b'{"train": [{"a": 1},\n{"a": 2}]}\n', [(1, 1, 1), (2, 2, 2)], []),
    "a byte order mark": ("x.json", b'\xef\xbb\xbf[{"a": 1}]', [(1, 1, 1)], [("bom", 1, None)]),
    "JSON Lines named .json": ("x.json", b'{"a": 1}\n{"a": 2}\n', [(1, 1, 1), (2, 2, 2)], [("many-in-one", 1, None)]),
    "two documents": ("x.json", b'{\n"a": 1}\n{\n"a": 2}\n', [(1, 1, 1), (2, 3, 2)], [("many-in-one", 3, None)]),
    "a list in a .jsonl": ("x.jsonl", b'[{"a": 1},\n{"a": 2}]', [(1, 1, 1), (2, 2, 2)], [("many-in-one", 1, None)]),
    "a list that opens on its own line": ("x.jsonl", b'[\n{"a": 1}\n]\n', [(1, 2, 1)], [("many-in-one", 1, None)]),
    "pretty-printed objects": ("x.jsonl", b'{\n"a": 1\n}\n{\n"a": 2\n}\n', [(1, 1, 1), (2, 4, 2)], [("many-in-one", 1, None)]),
    "a wrapper in a .jsonl": ("x.jsonl", b'{"data": [{"a": 1}, {"a": 2}]}', [(1, 1, 1), (2, 1, 2)], [("many-in-one", 1, None)]),
    "a missing comma": ("x.json", b'[{"a": 1}\n{"a": 2}]', [(1, 1, 1), (2, 2, 2)], [("bad-json", 2, None)]),
    "a comma at the end": ("x.json", b'[{"a": 1},\n]', [(1, 1, 1)], [("bad-json", 2, None)]),
    "two commas": ("x.json", b'[{"a": 1},\n,{"a": 2}]', [(1, 1, 1), (2, 2, 2)], [("bad-json", 2, None)]),
    "a list that is cut off between elements": ("x.json", b'[{"a": 1},\n{"a": 2}', [(1, 1, 1), (2, 2, 2)], [("bad-json", 2, None)]),
    "an element that is cut off": ("x.json", b'[{"a": 1},\n{"a": 2', [(1, 1, 1)], [("bad-json", 2, 2), ("bad-json", 2, None)]),
    "a number among objects": ("x.json", b'[{"a": 1},\n3,\n{"a": 2}]', [(1, 1, 1), (3, 3, 2)], [("not-object", 2, 2)]),
    "NaN in one element": ("x.json", b'[{"a": 1},\n{"a": NaN},\n{"a": 2}]', [(1, 1, 1), (3, 3, 2)], [("non-finite", 2, 2)]),
    "a key twice": ("x.json", b'[{"a": 0, "a": 1}]', [(1, 1, 1)], [("twin-key", 1, 1)]),
    "half a surrogate": ("x.json", b'[{"a": "\\ud83d"},\n{"a": 2}]', [(2, 2, 2)], [("surrogate", 1, 1)]),
    "bytes that are not UTF-8": ("x.json", b'[{"a": 1},\n{"a": "\xe9"},\n{"a": 2}]', [(1, 1, 1), (3, 3, 2)], [("not-utf8", 2, 2)]),
    "text after the document": ("x.json", b'[{"a": 1}]\nbye', [(1, 1, 1)], [("bad-json", 2, None)]),
    "no JSON at all": ("x.json", b"hello", [], [("bad-json", 1, 1)]),
    "a string": ("x.json", b'"hello"', [], [("not-object", 1, 1)]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data", "records", "told"), LISTS.values(), ids=LISTS)
def test_elements_with_their_rows_and_lines(
    name: str, data: bytes, records: list[Any], told: list[Any]
) -> None:
    seen = read(data, name)
    assert [
        (row, line, record["a"])
        for row, line, record in zip(seen.rows, seen.lines, seen.records, strict=True)
    ] == records
    assert [(fault.kind, fault.line, fault.row) for fault in seen.faults] == told


BROKEN = {
    "a comma too many": b'{"prompt": "x",, "completion": "y"}',
    "a missing quote": b'{"prompt": "x, "completion": "y"}',
    "a missing closing quote at the end": b'{"prompt": "x", "completion": "y}',
    "a quote that is not escaped": b'{"prompt": "x "y" z", "completion": "y"}',
    "a missing brace": b'{"prompt": "x", "completion": "y"',
    "a raw newline": b'{"prompt": "x\ny", "completion": "y"}',
    "Python's None": b'{"prompt": None, "completion": "y"}',
    "a broken list inside": b'{"prompt": [{"role": "user" "x": 1}, {"role": "b"}], "completion": "y"}',
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("between", [b",\n", b", "], ids=["on lines", "on one line"])
def test_one_broken_element_costs_no_other(broken: bytes, between: bytes) -> None:
    good = [b'{"prompt": "%d", "completion": "z"}' % n for n in range(4)]
    seen = read(b"[" + between.join([good[0], broken, good[1], good[2], broken, good[3]]) + b"]", "x.json")
    assert [record["prompt"] for record in seen.records] == ["0", "1", "2", "3"]
    assert seen.rows == [1, 3, 4, 6]
    assert [(fault.kind, fault.row) for fault in seen.faults] == [("bad-json", 2), ("bad-json", 5)]


def test_an_element_nested_without_end_costs_no_other() -> None:
    for deep in (300, 50_000):
        seen = read(b'[{"a": ' + b"[" * deep + b"]" * deep + b'}, {"a": 1}]', "x.json")
        assert seen.records == [{"a": 1}]
        assert "nested too deep" in seen.faults[0].message


def test_a_broken_first_element_costs_no_other() -> None:
    seen = read(b'[{"messages": [{"role": "user" "content": "x"}]}, {"messages": []}]', "x.json")
    assert seen.records == [{"messages": []}]


NOT_LISTS = {
    "a table by column under other names": (b'{"word": ["a", "b"], "tag": ["c", "d"]}', "stored by column"),
    "the same as pandas writes it": (b'{"word": {"0": "a", "1": "b"}, "tag": {"0": "c", "1": "d"}}', "stored by column"),
    "records by index": (b'{"0": {"prompt": "a"}, "1": {"prompt": "b"}}', "by index"),
    "several splits": (b'{"train": [{"a": 1}], "test": [{"a": 2}]}', '2 lists of records in one document ("train", "test")'),
}  # fmt: skip


@pytest.mark.parametrize(("data", "words"), NOT_LISTS.values(), ids=NOT_LISTS)
def test_a_document_that_is_no_list_of_records_is_said_to_be_one(data: bytes, words: str) -> None:
    seen = read(data, "x.json")
    assert seen.records == []
    assert [fault.kind for fault in seen.faults] == ["not-object"]
    assert words in seen.faults[0].message


RECORDS = {
    "a chat": b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}',
    "a chat with tools": b'{"messages": [{"role": "user", "content": "a"}], "tools": [{"type": "function"}]}',
    "ShareGPT": b'{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}',
    "a list of messages under another name": b'{"dialog": [{"role": "user", "content": "a"}]}',
    "Gemini": b'{"contents": [{"role": "user", "parts": [{"text": "a"}]}]}',
}


@pytest.mark.parametrize("data", RECORDS.values(), ids=RECORDS)
@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_one_conversation_is_one_record_and_no_wrapper(data: bytes, name: str) -> None:
    seen = read(data + b"\n", name)
    assert len(seen.records) == 1
    assert seen.faults == []


LINES = {
    "a line whose end is missing, then good ones": b'{"a": {"b": 1,\n{"a": 1}\n{"a": 2}\n',
    "lines that end with commas": b'{"a": 1},\n{"a": 2},\n',
    "a list on each line": b'[{"a": 1}]\n[{"a": 2}]\n',
    "a string that is cut off": b'{"a": "x\n{"a": 1}\n',
}


@pytest.mark.parametrize("data", LINES.values(), ids=LINES)
def test_broken_lines_are_not_taken_for_a_document(data: bytes) -> None:
    seen = read(data, keep_raw=True)
    assert seen.raw_lines
    assert seen.written == data
    assert "many-in-one" not in seen.kinds


def test_healing_mends_elements_too() -> None:
    data = b'[{"a": 1,},\n{\'a\': None},\n{"a": "\\ud83d"}]'
    seen = read(data, "x.json", heal={"bad-json", "surrogate"})
    assert seen.records == [{"a": 1}, {"a": None}, {"a": "\ufffd"}]
    assert [(fault.kind, fault.row, fault.healable) for fault in seen.faults] == [
        ("bad-json", 1, True),
        ("bad-json", 2, True),
        ("surrogate", 3, True),
    ]


def test_a_long_document_is_read_in_blocks_with_the_lines_of_the_whole() -> None:
    data = b"[\n" + b",\n".join(b'{"a": %d, "b": "%s"}' % (n, b"x" * 5000) for n in range(1000)) + b"\n]\n"
    for size in (1, 100_000, 1 << 30):
        seen = read(data, "x.json", block_bytes=size)
        assert [record["a"] for record in seen.records] == list(range(1000))
        assert seen.lines == list(range(2, 1002))
        assert seen.faults == []


def test_what_is_not_used_is_kept_for_the_rejects() -> None:
    seen = read(b'[4,\n{"a": 2 3},\n{"a": 1}, {"a": NaN}]', "x.json")
    assert [(fault.row, fault.text) for fault in seen.faults] == [
        (1, "4"),
        (2, '{"a": 2 3},'),
        (4, '{"a": NaN}'),
    ]
