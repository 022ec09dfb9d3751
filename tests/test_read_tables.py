"""CSV, TSV and plain text: every cell as it stands, every row with its line."""

import csv
import io
import json
from typing import Any

import openpyxl
import polars as pl
import pytest
from examples import some
from hypothesis import given, settings
from hypothesis import strategies as st
from test_read_jsonl import read

HEADER = b"prompt,completion\n"
A = {"prompt": "a", "completion": "b"}

TABLES = {
    "a plain table": (HEADER + b"a,b\n", [(1, 2, A)], []),
    "a last row without newline": (HEADER + b"a,b", [(1, 2, A)], []),
    "Windows line ends are what tables have": (HEADER.replace(b"\n", b"\r\n") + b"a,b\r\n", [(1, 2, A)], []),
    "old Mac line ends are told": (b"prompt,completion\ra,b\r", [(1, 2, A)], [("cr", 1, None, None)]),
    "a newline in a cell moves the lines after it": (
        HEADER + b'"a\n\nx",b\na,b\n',
        [(1, 2, {"prompt": "a\n\nx", "completion": "b"}), (2, 5, A)],
        [],
    ),
    "quotes are doubled in cells": (HEADER + b'"say ""hi""",b\n', [(1, 2, {"prompt": 'say "hi"', "completion": "b"})], []),
    "NA, null, 007 and blanks stay text": (
        HEADER + b"NA,null\n007,None\n 1.0 , \n",
        [(1, 2, {"prompt": "NA", "completion": "null"}), (2, 3, {"prompt": "007", "completion": "None"}), (3, 4, {"prompt": " 1.0 ", "completion": " "})],
        [],
    ),
    "one empty cell is data": (HEADER + b"a,\n", [(1, 2, {"prompt": "a", "completion": ""})], []),
    "blank lines and rows of empty cells": (HEADER + b"\n , \n,\na,b\n", [(1, 3, {"prompt": " ", "completion": " "}), (2, 5, A)], [("blank", 2, None, None), ("blank", 4, None, None)]),
    "blank lines before the header": (b"\n\n" + HEADER + b"a,b\n", [(1, 4, A)], [("blank", 1, None, None), ("blank", 2, None, None)]),
    "a byte order mark": (b"\xef\xbb\xbf" + b'"prompt",completion\na,b\n', [(1, 2, A)], [("bom", 1, None, None)]),
    "too many cells": (HEADER + b"a,b,c\na,b\n", [(2, 3, A)], [("ragged", 2, 1, None)]),
    "too few cells": (HEADER + b"a\na,b\n", [(2, 3, A)], [("ragged", 2, 1, None)]),
    "a quote that is never closed costs one row": (HEADER + b'"a,b\na,b\na,b\n', [(2, 3, A), (3, 4, A)], [("ragged", 2, 1, None)]),
    "a quote that is not doubled costs one row": (HEADER + b'"a "x" b",b\na,b\n', [(2, 3, A)], [("ragged", 2, 1, None)]),
    "zero bytes": (HEADER + b"a\x00,b\na,b\n", [(2, 3, A)], [("ragged", 2, 1, None)]),
    "bytes that are not UTF-8": (HEADER + b"caf\xe9,b\na,b\n", [(2, 3, A)], [("not-utf8", 2, 1, None)]),
    "a name twice": (b"prompt,prompt\na,b\n", [(1, 2, {"prompt": "a", "prompt (2)": "b"})], [("twin-column", 1, None, "prompt")]),
    "columns without a name at the end": (b"prompt,completion,,\na,b,,\na,b\n", [(1, 2, A), (2, 3, A)], []),
    "a column without a name that holds data": (b"prompt,completion,\na,b,x\na,b,\n", [(1, 2, {**A, "column 3": "x"}), (2, 3, A)], [("ragged", 1, None, None)]),
    "an index without a name, as pandas writes it": (b",prompt,completion\n0,a,b\n7,a,b\n", [(1, 2, A), (2, 3, A)], [("ragged", 1, None, None)]),
    "a spreadsheet's error": (HEADER + b"a,#N/A\na,b\n", [(1, 2, {**A, "completion": "#N/A"}), (2, 3, A)], [("error-cell", 2, 1, "completion")]),
    "a cell that was cut": (HEADER + b"a," + b"b" * 32_767 + b"\n", [(1, 2, {"prompt": "a", "completion": "b" * 32_767})], [("cut-cell", 2, 1, "completion")]),
    "a cell that is cut in the middle of an emoji counts as Excel counts": (HEADER + b"a," + ("😀" * 16_383 + "b").encode() + b"\n", [(1, 2, {"prompt": "a", "completion": "😀" * 16_383 + "b"})], [("cut-cell", 2, 1, "completion")]),
    "only a header": (HEADER, [], []),
    "semicolons": (b"prompt;completion\na;b\n", [(1, 2, A)], [("delimiter", 1, None, None)]),
    "tabs": (b"prompt\tcompletion\na\tb\n", [(1, 2, A)], [("delimiter", 1, None, None)]),
    "bars": (b"prompt|completion\na|b\n", [(1, 2, A)], [("delimiter", 1, None, None)]),
    "Excel's own hint": (b"sep=;\nprompt;completion\na;b\n", [(1, 3, A)], [("delimiter", 1, None, None)]),
    "commas in texts between semicolons": (b"prompt;completion\na, b, c;d\n", [(1, 2, {"prompt": "a, b, c", "completion": "d"})], [("delimiter", 1, None, None)]),
    "semicolons in texts between commas": (HEADER + b"a;b,c;d\n", [(1, 2, {"prompt": "a;b", "completion": "c;d"})], []),
    "one column with commas in quotes": (b'text\n"a, b"\n', [(1, 2, {"text": "a, b"})], []),
    "one column and an empty cell in quotes": (b'text\n""\n\n', [(1, 2, {"text": ""})], [("blank", 3, None, None)]),
}  # fmt: skip


@pytest.mark.parametrize(("data", "records", "told"), TABLES.values(), ids=TABLES)
def test_rows_and_faults_of_a_table(data: bytes, records: list[Any], told: list[Any]) -> None:
    seen = read(data, "x.csv")
    assert list(zip(seen.rows, seen.lines, seen.records, strict=True)) == records
    assert seen.told == told


def test_the_columns_are_known_before_the_rows() -> None:
    assert read(b" Prompt ,COMPLETION,,x\n", "x.csv").columns == [" Prompt ", "COMPLETION", "x"]
    assert read(b"prompt\n", "x.jsonl").columns is None


def test_a_tsv_has_tabs_and_its_commas_are_text() -> None:
    assert read(b"prompt\tcompletion\na, b\tc\n", "x.tsv").records == [{"prompt": "a, b", "completion": "c"}]


def test_the_users_delimiter_is_not_questioned() -> None:
    seen = read(b"prompt;completion\na;b\n", "x.csv", delimiter="semicolon")
    assert seen.records == [A]
    assert seen.faults == []
    assert read(b"prompt,completion\n", "x.csv", delimiter="tab").columns == ["prompt,completion"]


def test_many_quotes_that_are_never_closed_cost_one_row_each() -> None:
    seen = read(HEADER + b'"a,b\n' + b"a,b\n" * 50 + b'c,"d\n' + b"a,b\n" * 50, "x.csv")
    assert [fault.row for fault in seen.faults] == [1, 52]
    assert len(seen.records) == 100


def test_an_unused_row_is_kept_for_the_rejects_with_its_bytes_spelled_out() -> None:
    seen = read(HEADER + b"caf\xe9,b\na\n", "x.csv")
    assert [fault.text for fault in seen.faults] == ["caf\\xe9,b", "a"]


def test_a_byte_that_is_not_utf8_is_told_with_its_offset() -> None:
    (fault,) = read(HEADER + b"a,b\nIt\x92s,b\n", "x.csv").faults
    assert "byte 0x92 at offset 24 (byte 3 of the line)" in fault.message
    assert "Windows-1252" in fault.message


cells = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=some(150), deadline=None)
@given(
    rows=st.lists(st.lists(cells, min_size=2, max_size=2), max_size=8), end=st.sampled_from(["\n", "\r\n"])
)
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]], end: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["prompt", "completion"], *rows])
    seen = read(out.getvalue().encode(), "x.csv", delimiter=",")
    told = [{"prompt": a, "completion": b} for a, b in rows if a or b]
    if not any(fault.kind == "error-cell" for fault in seen.faults):
        assert seen.records == told


def test_plain_text_is_an_answer_a_line() -> None:
    seen = read(b"\xef\xbb\xbfone \n\n\ttwo\r\nthr\xe9e\nfour", "x.txt")
    assert seen.records == [
        {"prompt": "", "completion": "one "},
        {"prompt": "", "completion": "\ttwo"},
        {"prompt": "", "completion": "four"},
    ]
    assert seen.told == [
        ("cr", 3, None, None),
        ("bom", 1, None, None),
        ("blank", 2, None, None),
        ("not-utf8", 4, 3, None),
    ]
    assert (seen.rows, seen.lines) == ([1, 2, 4], [1, 3, 5])


MESSAGES = [{"role": "user", "content": 'It\'s "six"?\nReally?'}, {"role": "assistant", "content": None}]


@pytest.mark.parametrize(
    "cell",
    [json.dumps(MESSAGES), repr(MESSAGES), repr(MESSAGES).replace("}, {", "}\n {"), f"  {MESSAGES!r}\n"],
    ids=["JSON", "Python", "NumPy", "blanks around"],
)
@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.xlsx", "x.parquet"])
def test_a_list_in_a_cell_is_read_as_json_or_as_python_writes_it(cell: str, name: str) -> None:
    frame = pl.DataFrame({"messages": [cell]})
    out = io.BytesIO()
    if name.endswith("parquet"):
        frame.write_parquet(out)
    elif name.endswith("xlsx"):
        book = openpyxl.Workbook()
        book.active.append(["messages"])
        book.active.append([cell])
        book.save(out)
    else:
        frame.write_csv(out, separator="," if name == "x.csv" else "\t")
    assert read(out.getvalue(), name).records == [{"messages": MESSAGES}]


def test_the_cells_of_a_pair_are_read_and_an_input_of_json_beside_an_answer_stays_text() -> None:
    asked = {"messages": MESSAGES[:1]}
    cells = [repr(asked), *(json.dumps([{"role": "assistant", "content": text}]) for text in "bc")]
    pair = pl.DataFrame([cells], ["input", "preferred_output", "non_preferred_output"], orient="row")
    assert read(pair.write_csv().encode(), "x.csv").records[0]["input"] == asked
    task = pl.DataFrame({"input": [json.dumps(asked)], "output": ["b"]})
    assert read(task.write_csv().encode(), "x.csv").records == task.to_dicts()


@pytest.mark.parametrize("cell", ["[1, 2", "['a'", "{'role': print(1)}", "[{'a': 1.5e999}]", "[" * 5000])
def test_a_cell_that_is_neither_stays_text(cell: str) -> None:
    data = b"messages\n" + json.dumps(cell).replace('\\"', '""').encode() + b"\n"
    assert read(data, "x.csv").records in ([{"messages": cell}], [])
