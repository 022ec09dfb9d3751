"""The laws of reading, for any bytes under any name: no traceback, no lost byte, no difference by block size."""

import json
from typing import Any

import pytest
from examples import some
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_read_jsonl import Seen, read

NAMES = [
    f"x.{ending}"
    for ending in ("jsonl", "json", "csv", "tsv", "xlsx", "parquet", "txt", "jsonl.gz", "csv.zst", "bin")
]
HEALS = [
    "bom",
    "inner-bom",
    "blank",
    "cr",
    "no-newline",
    "separator",
    "surrogate",
    "bad-json",
    "many-in-one",
    "not-utf8",
]
MAGIC = [
    b"",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04xl/",
    b"PAR1",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"[",
    b'{"data": [',
]
# Pieces that lines of JSON are made of and broken by, so that random files come near to real ones.
SCRAPS = [
    b'{"a":1}', b'{"a": "b", "c": [1, {"d": null}]}', b'{"a":1,"a":2}', b'{"a":"\\ud83d"}', b'{"a":"\\ud83d\\ude00"}',
    b'{"a":NaN}', b'{"a":1,}', b"{'a': None}", b"[1]", b"[", b"]", b"{", b"}", b",", b'"', b":", b"\\", b"\n", b"\n", b"\n",
    b"\r\n", b"\r", b" ", b"\t", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\x85", b"\xff", b"\xe4\xbd\xa0", b"\x00", b"#N/A", b";",
    b'{"a":12345678901234567890}', b'{"a":"\\":"}', b'{":":":"}', b'{"a" : ": b"}', b'"a\nb"', b"<html>", b"1e999", b"true",
]  # fmt: skip
anything = st.binary(max_size=80)
scraps = st.lists(st.sampled_from(SCRAPS), max_size=14).map(b"".join)
files = st.tuples(st.sampled_from(MAGIC), st.one_of(scraps, anything)).map(b"".join)
heals = st.sets(st.sampled_from(HEALS)).map(frozenset)
laws = settings(max_examples=some(150), deadline=None, suppress_health_check=list(HealthCheck))


def comparable(seen: Seen) -> Any:
    """What must not depend on block sizes. Carriage returns are told once a block: their sum and first line."""
    returns = [fault for fault in seen.faults if fault.kind == "cr"]
    return (
        repr(seen.records),
        seen.rows,
        seen.lines,
        [fault for fault in seen.faults if fault.kind != "cr"],
        sum(fault.count for fault in returns),
        min((fault.line or 0 for fault in returns), default=None),
        seen.row_count,
        seen.line_count,
        seen.sha256,
    )


@pytest.mark.parametrize("name", NAMES)
@laws
@given(data=files, heal=heals)
def test_any_bytes_under_any_name_are_read_without_a_traceback(
    name: str, data: bytes, heal: frozenset[str]
) -> None:
    seen = read(data, name, heal=heal)
    assert len(seen.records) == len(seen.rows) == len(seen.lines)
    assert seen.rows == sorted(set(seen.rows))
    assert seen.lines == sorted(seen.lines)
    json.dumps([fault.message for fault in seen.faults]).encode("ascii")
    for fault in seen.faults:
        fault.message.encode("utf-8")
        (fault.text or "").encode("utf-8")


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv", "x.txt"])
@laws
@given(data=files)
def test_every_row_that_is_not_used_has_a_fault_that_says_why(name: str, data: bytes) -> None:
    seen = read(data, name)
    told = {fault.row for fault in seen.faults}
    assert set(range(1, seen.row_count + 1)) - set(seen.rows) <= told


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv", "x.txt", "x.bin"])
@laws
@given(data=files, size=st.integers(1, 40), heal=heals)
def test_the_block_size_changes_nothing(name: str, data: bytes, size: int, heal: frozenset[str]) -> None:
    whole = read(data, name, heal=heal)
    assert comparable(read(data, name, heal=heal, block_bytes=size)) == comparable(whole)


@laws
@given(data=files, size=st.sampled_from([1, 7, 8 << 20]))
@example(data=b'{"a":1}{"b":2}\r\n\xef\xbb\xbf\n\r', size=1)
def test_untouched_lines_written_back_are_the_file(data: bytes, size: int) -> None:
    seen = read(data, "x.jsonl", keep_raw=True, block_bytes=size)
    if seen.raw_lines and seen.compression is None:
        assert seen.written == data


@laws
@given(data=files, heal=heals)
def test_healing_twice_is_healing_once_and_leaves_nothing_healable(data: bytes, heal: frozenset[str]) -> None:
    once = read(data, "x.jsonl", keep_raw=True, heal=heal)
    if not once.raw_lines:
        return
    again = read(once.written, "x.jsonl", keep_raw=True, heal=heal)
    assert [fault for fault in again.faults if fault.kind in heal and fault.healable] == []
    assert repr(again.records) == repr(once.records)
    assert again.written == once.written


@laws
@given(
    rows=st.lists(
        st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6), max_size=4),
        max_size=6,
    ),
    escape=st.booleans(),
)  # fmt: skip
def test_what_json_writes_is_read_back_without_a_fault(rows: list[dict[str, Any]], escape: bool) -> None:
    data = "".join(json.dumps(row, ensure_ascii=escape) + "\n" for row in rows).encode()
    seen = read(data, "x.jsonl", keep_raw=True)
    if not seen.raw_lines:
        return  # one object that looks like a wrapper
    assert seen.records == rows
    assert {fault.kind for fault in seen.faults} <= {"separator"}
    assert seen.written == data
