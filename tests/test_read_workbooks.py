"""XLSX and Parquet: what a cell holds as text, and what was lost before ftlint saw it."""

import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from test_read_jsonl import Seen, read

from ftlint import UsageError, api
from ftlint.io.block import ReadOptions
from ftlint.io.reader import open_reader
from ftlint.io.source import Source

HEADER = ["prompt", "completion"]


def workbook(**sheets: list[list[Any]]) -> bytes:
    """An .xlsx with the given sheets."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with one part of it changed, as another program might have written it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            target.writestr(name, text)
    return out.getvalue()


def sheet(*rows: list[Any], **options: Any) -> Seen:
    """What is read of a workbook with one sheet."""
    return read(workbook(data=[HEADER, *rows]), "x.xlsx", **options)


CELLS = {
    "text": ("a ", "a "),
    "text like a number": ("007", "007"),
    "NA": ("NA", "NA"),
    "a whole number": (7, "7"),
    "a whole number kept as a fraction": (7.0, "7"),
    "a fraction": (1.5, "1.5"),
    "a fraction with the digits that Excel shows": (0.1 + 0.2, "0.3"),
    "true": (True, "TRUE"),
    "false": (False, "FALSE"),
    "a day": (datetime.date(2024, 2, 29), "2024-02-29"),
    "a moment": (datetime.datetime(2024, 2, 29, 13, 5), "2024-02-29T13:05:00"),
    "a moment with a fraction": (
        datetime.datetime(2024, 2, 29, 13, 5, 0, 250_000),
        "2024-02-29T13:05:00.250",
    ),
    "a time": (datetime.time(13, 5), "13:05:00"),
    "nothing": (None, ""),
}


@pytest.mark.parametrize(("value", "text"), CELLS.values(), ids=CELLS)
def test_a_cell_becomes_text(value: Any, text: str) -> None:
    seen = sheet(["a", value])
    assert seen.records == [{"prompt": "a", "completion": text}]
    assert seen.faults == []


def test_lines_are_the_rows_of_the_sheet() -> None:
    seen = sheet(["a", "b"], [], [None, None], ["c", "d"])
    assert (seen.rows, seen.lines) == ([1, 2], [2, 5])
    assert seen.told == [("blank", 3, None, None), ("blank", 4, None, None)]


def test_a_table_may_begin_anywhere() -> None:
    seen = read(workbook(data=[[], [None, *HEADER], [None, "a", "b"], [None, "c"]]), "x.xlsx")
    assert seen.columns == HEADER
    assert seen.records == [{"prompt": "a", "completion": "b"}, {"prompt": "c", "completion": ""}]
    assert seen.lines == [3, 4]
    assert seen.faults == []


def test_a_cell_beyond_the_header_is_a_ragged_row() -> None:
    assert sheet(["a", "b", "c"]).told == [("ragged", 2, 1, None)]


def test_errors_and_numbers_that_lost_digits_are_told_by_column() -> None:
    seen = sheet(["a", "#REF!"], ["b", 1234567890123456], ["c", 123456789012345])
    assert seen.told == [("error-cell", 2, 1, "completion"), ("precision", 3, 2, "completion")]
    assert [record["completion"] for record in seen.records] == [
        "#REF!",
        "1234567890123456",
        "123456789012345",
    ]


def test_a_formula_without_a_result_is_no_empty_cell() -> None:
    seen = sheet(["a", "=1+1"], ["b", "c"])
    assert seen.told == [("error-cell", 2, 1, "completion")]
    assert seen.records == [{"prompt": "a", "completion": "=1+1"}, {"prompt": "b", "completion": "c"}]


@pytest.mark.parametrize("command", ["fix", "convert", "prepare", "split"])
def test_the_text_of_a_formula_without_a_result_is_kept(command: str, tmp_path: Path) -> None:
    rows = [["a", "=B1&1", "n"], ["b", "c", "=C1&2"], ["d", "#REF!", "m3"], ["e", "f", "#N/A"]]
    rows += [[f"q{at}", f"a{at}", "x"] for at in range(4)]
    path, out, rejects = tmp_path / "in.xlsx", tmp_path / "out.jsonl", tmp_path / "rejects.jsonl"
    path.write_bytes(workbook(data=[[*HEADER, "note"], *rows]))
    if command == "fix":
        api.fix(path, out, unsafe=True, rejects=rejects)
    elif command == "convert":
        api.convert(path, out, "openai-chat", rejects=rejects)
    elif command == "prepare":
        api.prepare(path, out, rejects=rejects, stats=False)
    else:
        api.split(path, tmp_path / "out", rejects=rejects)
    written = "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir() if file != path)
    assert [text for text in ("=B1&1", "=C1&2", "#REF!", "m3", "#N/A") if text not in written] == []


@pytest.mark.parametrize(
    ("row", "severity", "examples"),
    [
        (["a", "b", "=1+1"], "warning", 2),
        (["a", "b", "#REF!"], "warning", 2),
        (["a", "=1+1", "n"], "error", 1),
        (["#REF!", "b", "=1+1"], "error", 1),
    ],
)
def test_a_broken_cell_costs_its_row_only_where_an_example_is_made_of_it(
    tmp_path: Path, row: list[Any], severity: str, examples: int
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(data=[[*HEADER, "score"], row, ["c", "d", "1"]]))
    report = api.check(path, select=("F019",)).files[0]
    assert {finding.severity for finding in report.findings} == {severity}
    assert report.examples == examples


def test_a_formula_is_its_result_even_if_that_is_an_empty_text() -> None:
    data = workbook(data=[HEADER, ["a", "=1+1"], ["b", '=""']])
    part = "xl/worksheets/sheet1.xml"
    text = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
    two, empty = re.findall(r"<c [^>]*><f>[^<]*</f><v ?/?>(?:</v>)?</c>", text)
    data = edited(data, part, two, '<c r="B2"><f>1+1</f><v>2</v></c>')
    data = edited(data, part, empty, '<c r="B3" t="str"><f>""</f><v></v></c>')
    seen = read(data, "x.xlsx")
    assert seen.records == [{"prompt": "a", "completion": "2"}, {"prompt": "b", "completion": ""}]
    assert seen.faults == []


def test_the_first_sheet_with_data_is_read_and_the_others_are_told() -> None:
    data = workbook(notes=[], train=[HEADER, ["a", "b"]], more=[HEADER, ["c", "d"]], last=[["x"]])
    seen = read(data, "x.xlsx")
    assert seen.records == [{"prompt": "a", "completion": "b"}]
    assert [fault.kind for fault in seen.faults] == ["other-sheet", "other-sheet"]
    assert ['"more"' in seen.faults[0].message, '"last"' in seen.faults[1].message] == [True, True]
    assert read(data, "x.xlsx", sheet="more").records == [{"prompt": "c", "completion": "d"}]
    assert read(data, "x.xlsx", sheet="notes").records == []


def test_a_sheet_that_is_not_there_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match='no sheet "trian"; did you mean "train"'):
        read(workbook(train=[HEADER]), "x.xlsx", sheet="trian")


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_the_block_size_of_a_workbook_changes_nothing(size: int) -> None:
    rows = [[f"p{n}", n] for n in range(30)]
    seen = sheet(*rows, block_bytes=size)
    assert [(r["prompt"], r["completion"]) for r in seen.records] == [(f"p{n}", str(n)) for n in range(30)]
    assert (seen.rows, seen.lines) == (list(range(1, 31)), list(range(2, 32)))


def test_a_damaged_workbook_is_a_fault() -> None:
    whole = workbook(train=[HEADER, ["a", "b"]])
    for data in (whole[: len(whole) // 2], edited(whole, "xl/worksheets/sheet1.xml", "</sheetData>", "<")):
        seen = read(data, "x.xlsx")
        assert [fault.kind for fault in seen.faults] == ["not-data"]


def parquet(frame: pl.DataFrame) -> bytes:
    """The frame as a Parquet file."""
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_parquet_keeps_nested_values_and_null(size: int) -> None:
    chats = [[{"role": "user", "content": "a"}, {"role": "assistant", "content": None}], None]
    frame = pl.DataFrame({"messages": chats, "id": [1, None], "day": [datetime.date(2024, 2, 29), None]})
    seen = read(parquet(frame), "x.parquet", block_bytes=size)
    assert seen.columns == ["messages", "id", "day"]
    assert seen.records == [
        {"messages": chats[0], "id": 1, "day": "2024-02-29"},
        {"messages": None, "id": None, "day": None},
    ]
    assert (seen.rows, seen.lines) == ([1, 2], [1, 2])
    assert seen.faults == []


def test_parquet_with_nan_or_bytes_that_are_no_text_tells_the_row() -> None:
    frame = pl.DataFrame({"a": [1.0, float("nan"), 2.0], "b": [b"x", b"x", b"\xff"]})
    seen = read(parquet(frame), "x.parquet")
    assert seen.records == [{"a": 1.0, "b": "x"}]
    assert seen.told == [("non-finite", 2, 2, "a"), ("not-utf8", 3, 3, None)]


def test_files_on_disk_are_read_like_files_in_memory(tmp_path: Path) -> None:
    for name, data in (
        ("x.xlsx", workbook(train=[HEADER, ["a", "b"]])),
        ("x.parquet", parquet(pl.DataFrame({"prompt": ["a"], "completion": ["b"]}))),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        reading = open_reader(Source(name, path, None), ReadOptions())
        records = [record for block in reading.blocks() for record in block.records]
        assert records == [{"prompt": "a", "completion": "b"}]
        assert reading.sha256 == read(data, name).sha256
        assert not reading.changed()
        path.unlink()
        assert reading.changed()
