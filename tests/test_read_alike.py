"""Lines decoded into columns: exactly what decoding them one by one gives, or nothing."""

import json

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftlint.batch.records import RecordReader
from ftlint.io.block import ReadOptions
from ftlint.io.columnar import LINE, PLAIN, ColumnarRecords
from ftlint.io.json.jsonl import prescan
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.rule import Batch, RuleContext

CHAT = '{"messages": [{"role": "user", "content": "%s"}]}'
PAIR = '{"prompt": "%s", "completion": "b"}'


def columns_of(*lines: str | bytes):
    """What the lines become together, as plain values; None where they have to be decoded one by one."""
    chunk = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    columns = prescan(chunk).columns
    return None if columns is None else columns.drop(LINE, PLAIN).to_dicts()


@pytest.mark.parametrize(
    "text",
    [
        "a",
        r"\" \\ \/ \b \f \n \r \t \u0000",
        r"\ud83d\ude00",
        "水 é 👩‍👧",
        "x: 5",
        r"\"x\": 5",
        r"\\\": 5",
        r"\\",
        r"a\":b",
    ],
)
@pytest.mark.parametrize("form", [CHAT, PAIR])
def test_texts_of_all_kinds_become_columns(form, text):
    line = form % text
    assert columns_of(line, form % "b") == [json.loads(line), json.loads(form % "b")]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(CHAT % r"\ud83d", id="half a surrogate pair"),
        pytest.param(CHAT % r"\ud83dx", id="half a surrogate pair and a letter"),
        pytest.param(CHAT % r"\ud83d\n", id="half a surrogate pair and an escape"),
        pytest.param(CHAT % r"\ude00", id="the other half"),
        pytest.param(CHAT % "\x07", id="a raw control character"),
        pytest.param((CHAT % "a") + " x", id="something after the record"),
        pytest.param((CHAT % "a") * 2, id="two records in a line"),
        pytest.param((CHAT % "a") + ",", id="a comma after the record"),
        pytest.param('{"messages": [{"role": "user", "content": 5}]}', id="a number"),
        pytest.param('{"messages": [{"role": "user", "content" \t:\t-5}]}', id="a number after blanks"),
        pytest.param('{"messages": [{"role": "user", "content": true}]}', id="true"),
        pytest.param('{"messages": [{"role": "user", "content": null}]}', id="null"),
        pytest.param('{"messages": [{"role": "user", "content": NaN}]}', id="NaN"),
        pytest.param('{"messages": [{"role": "user", "content": ["a"]}]}', id="a list"),
        pytest.param('{"messages": [{"role": "user", "content": {"a": "b"}}]}', id="an object"),
        pytest.param('{"messages": [{"role": "user"}]}', id="a key is missing"),
        pytest.param('{"messages": [{"role": "user", "content": "a", "x": "b"}]}', id="a key too many"),
        pytest.param(
            '{"messages": [{"role": "user", "content": "a", "x\\\\\\\\": 1}]}',
            id="one that ends in a backslash",
        ),
        pytest.param('{"messages": [{"role": "user", "role": "a", "content": "b"}]}', id="a key twice"),
        pytest.param('{"messages": [{"role": "user", "role": "a"}]}', id="a key twice and one missing"),
        pytest.param('{"messages": [null]}', id="null for a message"),
        pytest.param('{"messages": [[]]}', id="a list for a message"),
        pytest.param('{"messages": []}', id="no message"),
        pytest.param('{"messages": null}', id="null for the messages"),
        pytest.param('{"messages": [{"role": "user", "content": "a"}], "x": "y"}', id="a field more"),
        pytest.param(
            '{"messages": [{"role": "user", "content": "a"}], "messages": []}', id="the field twice"
        ),
        pytest.param("{}", id="nothing"),
        pytest.param("null", id="only null"),
        pytest.param("[]", id="only a list"),
        pytest.param("", id="an empty line"),
        pytest.param("  ", id="blanks"),
        pytest.param("\ufeff" + CHAT % "a", id="a byte order mark"),
        pytest.param("\r" + CHAT % "a", id="a carriage return"),
        pytest.param(CHAT % "\u2028", id="a separator of other readers"),
        pytest.param((CHAT % "\xe9").encode("latin-1"), id="not UTF-8"),
        pytest.param((CHAT % "a")[:-1], id="cut off"),
    ],
)
def test_the_least_doubt_stops_it(line):
    assert columns_of(CHAT % "a", line, CHAT % "b") is None
    assert columns_of(line, CHAT % "a") is None


PIECES = st.sampled_from(
    ['"', "\\", ":", " ", ",", "{", "}", "[", "]", "5", "null", "a", "\\u", "d83d", "\\n", "role"]
)
VALUES = st.text(max_size=6) | st.lists(PIECES, max_size=6).map("".join)
MESSAGES = st.lists(st.fixed_dictionaries({"role": VALUES, "content": VALUES}), min_size=1, max_size=3)
RECORDS = st.lists(st.fixed_dictionaries({"messages": MESSAGES}), min_size=1, max_size=4)


@given(
    RECORDS | st.lists(st.fixed_dictionaries({"prompt": VALUES, "completion": VALUES}), min_size=1),
    st.booleans(),
)
@example([{"prompt": '"\\":', "completion": "\\"}], False)
def test_what_comes_out_is_what_went_in(records, escaped):
    seen = columns_of(*(json.dumps(record, ensure_ascii=escaped) for record in records if sound(record)))
    assert seen is None or seen == [record for record in records if sound(record)]


def sound(record):
    """Whether no text holds half a surrogate pair, which is no UTF-8."""
    text = json.dumps(record, ensure_ascii=False)
    return text.isascii() or text.encode("utf-8", "replace").decode() == text


@pytest.mark.parametrize("heal", [False, True])
def test_lines_that_end_with_a_carriage_return_are_columns_too(heal):
    text = CHAT % "a" + "\n" + CHAT % "b" + "\r\n" + CHAT % "c" + "\r\n"
    options = ReadOptions(keep_raw=True, heal=frozenset({"cr"} if heal else ()))
    (block,) = open_reader(Source("x.jsonl", None, text.encode()), options).blocks()
    assert isinstance(block.records, ColumnarRecords)
    assert [record["messages"][0]["content"] for record in block.records] == ["a", "b", "c"]
    assert b"".join(block.raw) == text.replace("\r", "" if heal else "\r").encode()
    assert [(f.kind, f.line, f.count) for f in block.faults] == [("cr", 2, 2)]


@given(RECORDS, st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=2)), max_size=3))
def test_damaged_lines_are_never_taken_for_something_else(records, wounds):
    lines = [json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") for record in records]
    for at, new in wounds:
        line = lines[at % len(lines)]
        cut = at % (len(line) + 1)
        lines[at % len(lines)] = line[:cut] + new.replace(b"\n", b"") + line[cut + 1 :]
    seen = columns_of(*lines)
    assert seen is None or seen == [msgspec.json.decode(line) for line in lines]


@given(RECORDS)
def test_the_frames_of_columns_are_those_of_records(records):
    records = [record for record in records if sound(record)]
    chunk = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    columns = prescan(chunk).columns
    if columns is None:
        return
    numbers = range(1, len(records) + 1)
    fast, slow = (
        Batch(r, numbers, numbers, RecordReader(), RuleContext()) for r in (ColumnarRecords(columns), records)
    )
    for name in (
        "examples",
        "messages",
        "texts",
        "digests",
        "answer_counts",
        "schema_violations",
        "prompt_completions",
        "calls",
        "media",
    ):
        assert getattr(fast, name).to_dicts() == getattr(slow, name).to_dicts(), name
    assert list(fast.records) == records
    assert fast.keys == slow.keys
