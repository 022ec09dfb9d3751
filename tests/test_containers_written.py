"""Writing containers: whatever is in the records, reading the file gives them back."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from examples import some
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ftlint import UsageError
from ftlint.io.block import ReadOptions
from ftlint.io.json.layout import wrapped_key
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.io.table.nested import kind_of
from ftlint.io.write.atomic import replacing
from ftlint.io.write.fields import CONTROL
from ftlint.io.write.writer import Entry, Refused, container_of, writer_for
from ftlint.rule import SHAPES
from ftlint.schema.violations import load_schema

Records = list[dict[str, Any]]
NAMES = (
    "x.jsonl",
    "x.ndjson.gz",
    "x.json",
    "x.json.zst",
    "x.csv",
    "x.csv.gz",
    "x.tsv",
    "x.xlsx",
    "x.parquet",
)
TABLES = ("x.csv", "x.tsv", "x.xlsx", "x.parquet")
every_name = pytest.mark.parametrize("name", NAMES)

USER, ANSWER = {"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}


def write(path: Path, records: Records) -> tuple[list[Refused], list[str]]:
    """The records in a file of that name; what was refused, and the notes."""
    with replacing(path) as out:
        writer = writer_for(path, out)
        for number, record in enumerate(records, 1):
            writer.add(Entry(record, number, number))
        refused = list(writer.finish())
    return refused, writer.notes


def read(path: Path) -> Records:
    """The records of a file."""
    reading = open_reader(Source(str(path), path, None), ReadOptions())
    return [record for block in reading.blocks() for record in block.records]


def there_and_back(folder: Path, name: str, records: Records) -> Records:
    """The records as they come back; nothing may be refused or said to come back otherwise."""
    refused, notes = write(folder / name, records)
    assert refused == []
    assert [note for note in notes if not note.startswith("JSON text: ")] == []
    return read(folder / name)


SAME: dict[str, Records] = {
    "chats, with tools in some": [{"messages": [USER, ANSWER]}, {"messages": [USER], "tools": [TOOL]}],
    "messages that are not made alike": [{"messages": [USER, {"role": "assistant", "content": None, "name": "x"}]}],
    "a null that is no list": [{"messages": None}],
    "texts that spreadsheets take for something else": [
        {"prompt": text, "completion": "b"}
        for text in ("007", "1e5", "=1+1", "+1", "-1", "@a", "'x", "NA", "null", "None", "TRUE", "1/2", "#", " a ", "")
    ],
    "texts that formats take for something else": [
        {"prompt": text, "completion": "b"}
        for text in (
            "a\nb", "a\r\nb", "a\rb", '"', '""', ",", ";", "\t", "a\u2028b\u2029c\x85d", "\ufeff", "<f>&amp;</f>",
            "_x000D_", "_x005F_x000D_", "x005F_", "sep=;", "\U0001f600", "\ufffe\uffff", "]]>", "{", "[1]",
        )
    ],
    "control characters": [{"prompt": "a\x00\x01\x0b\x1f\x7fb", "completion": "\x08"}],
    "JSON in a text stays a text": [
        {"prompt": "[]", "completion": '{"role": "user"}'},
        {"prompt": '[{"role": "user", "content": "hi"}]', "completion": "null"},
    ],
    "JSON in a text that is called like messages": [{"messages": '[{"role": "user"}]'}, {"messages": "[oops"}],
    "tools as text beside turns": [{"conversations": [{"from": "human", "value": "a"}], "tools": '[{"name": "f"}]'}],
    "tools as text beside messages": [{"messages": [USER], "tools": '[{"name": "f"}]'}],
    "messages as prompt and completion": [{"prompt": [USER], "completion": [ANSWER]}],
    "pairs of answers as messages": [{"prompt": [USER], "chosen": [ANSWER], "rejected": [USER]}],
    "pairs of answers as texts": [{"prompt": "a", "chosen": "b", "rejected": '{"c": 1}'}],
    "a yes or no as a label": [{"prompt": "a", "completion": "b", "label": flag} for flag in (True, False)],
    "labels that are texts": [{"text": "a", "label": "true"}, {"text": "b", "label": "FALSE"}],
    "labels that are a text and a flag": [{"messages": [USER], "label": "true"}, {"messages": [USER], "label": False}],
    "numbers": [{"text": "a", "n": number} for number in (0, -1, 7.0, 0.1 + 0.2, 1e300, 10**15, 1234567890123)],
    "whole numbers of any size": [{"text": "a", "n": 2**80}, {"text": "a", "n": 1}],
    "a field of several kinds": [{"text": "a", "n": value} for value in (1, "1", None, True, [], {}, [1, "a"], "")],
    "fields with odd names": [{"text": "a", " ": "b", "a,b\n\"": "c", "x (JSON)": "d", "é": "e", "sep=;": "f"}],
    "a field like a mark, beside the marked one": [{"text": "a", "n": 1, "n (JSON)": 2}],
    "only a field with an odd name": [{"sep=;": "a"}],
    "empty lists and objects": [{"text": "a", "list": [], "object": {}, "deep": [[], [{}]]}],
    "no records": [],
}  # fmt: skip


@every_name
@pytest.mark.parametrize("records", SAME.values(), ids=SAME)
def test_the_records_come_back_as_they_were(tmp_path: Path, name: str, records: Records) -> None:
    back = there_and_back(tmp_path, name, records)
    assert back == records
    assert [json.dumps(record, sort_keys=True) for record in back] == [
        json.dumps(record, sort_keys=True) for record in records
    ], "7 and 7.0, or 1 and true, are not the same"


texts = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(
    ["", "=1", "007", "NA", "null", "[1]", '{"role": "a"}', "a\r\nb", "\x00", "TRUE", "_x000D_", '"', "#N/A"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(texts, inside, max_size=3),
    max_leaves=6,
)
fields = texts.filter(lambda name: not CONTROL.search(name)) | st.sampled_from(
    [
        "messages",
        "tools",
        "conversations",
        "prompt",
        "completion",
        "label",
        "chosen",
        "n (JSON)",
        "text",
        "Tools ",
    ]
)


@every_name
@settings(max_examples=some(120), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(st.dictionaries(fields, values, min_size=1, max_size=4), max_size=4))
def test_whatever_is_in_them(tmp_path: Path, name: str, records: Records) -> None:
    # One record that is nothing but a list of objects is read as the list that it wraps.
    assume(len(records) != 1 or wrapped_key(records[0]) is None)
    refused, notes = write(tmp_path / name, records)
    gone = {again.entry.row for again in refused}
    assert not gone or name.startswith(("x.csv", "x.tsv", "x.xlsx"))
    kept = [record for row, record in enumerate(records, 1) if row not in gone]
    back = read(tmp_path / name)
    assert len(back) == len(kept)
    for was, now in zip(kept, back, strict=True):
        for field in {**was, **now}:
            if repr(was.get(field, notes)) != repr(now.get(field, notes)):
                # Only what was missing or null may read back as the other or as empty, and the notes say so.
                assert was.get(field) is None
                assert now.get(field) in (None, "")
                assert any("missing" in note for note in notes)


def test_a_table_says_what_an_empty_cell_is(tmp_path: Path) -> None:
    records = [{"prompt": "a", "system": "s"}, {"prompt": "b"}, {"prompt": "c", "system": None}]
    _, notes = write(tmp_path / "x.csv", records)
    assert notes == ['an empty cell is read back as an empty text; missing or null: "system" in 2 records']
    assert [record["system"] for record in read(tmp_path / "x.csv")] == ["s", "", ""]
    _, notes = write(tmp_path / "x.parquet", records)
    assert notes == ['missing and null are one in Parquet: "system" in 1 record']
    assert [record["system"] for record in read(tmp_path / "x.parquet")] == ["s", None, None]


REFUSED = {
    "a row of empty cells": ("x.csv", {"prompt": "", "completion": ""}, "whose fields are all empty"),
    "an error of a spreadsheet": ("x.tsv", {"prompt": "a", "completion": "#N/A"}, '#N/A in "completion"'),
    "a long cell": ("x.xlsx", {"prompt": "a", "completion": "b" * 32_768}, "more than 32,767 characters"),
    "a cell that is long as Excel counts": (
        "x.xlsx",
        {"prompt": "😀" * 16_384, "completion": "b"},
        '"prompt"',
    ),
    "a row that is too long": (
        "x.csv",
        {"prompt": "a\n" * (9 << 20), "completion": "b"},
        "a row of more than",
    ),
}


@pytest.mark.parametrize(("name", "record", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_a_row_cannot_hold_is_handed_back(tmp_path: Path, name: str, record: dict, reason: str) -> None:
    good = {"prompt": "a", "completion": "b"}
    refused, _ = write(tmp_path / name, [good, record, good])
    assert [(again.entry.row, again.entry.record) for again in refused] == [(2, record)]
    assert refused[0].reason.startswith(f".{name[2:]} cannot hold ")
    assert reason in refused[0].reason
    assert read(tmp_path / name) == [good, good]


@pytest.mark.parametrize("name", ["x.csv", "x.tsv"])
def test_a_field_name_that_no_header_can_hold_is_the_end_of_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="control character"):
        write(tmp_path / name, [{"a\0b": "c"}])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x", "x.txt", "x.docx", "x.jsonl.bz2", "x.xlsx.gz", "x.parquet.zst", ".gz"])
def test_a_name_that_asks_for_no_container_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match=r"^-o "):
        container_of(Path(name))


def test_cells_of_a_workbook_are_texts_but_for_numbers_and_flags(tmp_path: Path) -> None:
    row = {"prompt": "=1+1", "zip": "007", "n": 1.5, "big": 10**15, "flag": True}
    write(tmp_path / "x.xlsx", [row])
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert [cell.value for cell in sheet[1]] == ["prompt", "zip", "n (JSON)", "big (JSON)", "flag (JSON)"]
    assert [cell.value for cell in sheet[2]] == ["=1+1", "007", 1.5, "1000000000000000", True]
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "n", "s", "b"]
    assert {cell.number_format for cell in sheet[2] if cell.data_type == "s"} == {"@"}


def test_a_workbook_saved_by_another_program_comes_back(tmp_path: Path) -> None:
    records = [
        {"messages": [{"role": "user", "content": "a\r\nb _x000D_"}], "n": 7, "label": True, "t": "=x\r"}
    ]
    write(tmp_path / "x.xlsx", records)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    book.save(tmp_path / "y.xlsx")
    assert read(tmp_path / "y.xlsx") != [], "openpyxl itself turns = into a formula, but the rest is there"
    assert read(tmp_path / "x.xlsx") == records


def test_what_a_spreadsheet_program_makes_of_a_csv_is_understood(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "\ufeffmessages;label;n (JSON)\r\n"
        '"[{""role"": ""user"", ""content"": ""hi""}]";TRUE;7\r\n'
        '"[{""role"": ""user"", ""content"": ""hi""}]";false;TRUE\r\n',
        encoding="utf-8",
        newline="",
    )
    talk = [{"role": "user", "content": "hi"}]
    assert read(tmp_path / "x.csv") == [
        {"messages": talk, "label": True, "n": 7},
        {"messages": talk, "label": False, "n": True},
    ]


def test_a_csv_is_a_plain_csv(tmp_path: Path) -> None:
    write(tmp_path / "x.csv", [{"prompt": "=1, 2", "completion": 'say "hi"\nnow', "n": 7}])
    rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8"), newline="")))
    assert rows == [["prompt", "completion", "n (JSON)"], ["=1, 2", 'say "hi"\nnow', "7"]]


def test_a_json_array_has_a_record_a_line(tmp_path: Path) -> None:
    write(tmp_path / "x.json", [{"a": 1}, {"a": 2}])
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == '[\n{"a":1},\n{"a":2}\n]\n'
    write(tmp_path / "y.json.gz", [])
    assert gzip.decompress((tmp_path / "y.json.gz").read_bytes()) == b"[]\n"


def test_parquet_has_types_where_they_change_nothing(tmp_path: Path) -> None:
    alike = [{"messages": [USER, ANSWER], "n": 1, "flag": True}, {"messages": [], "n": 2, "flag": False}]
    write(tmp_path / "x.parquet", alike)
    message = pl.Struct({"role": pl.String, "content": pl.String})
    assert pl.read_parquet_schema(tmp_path / "x.parquet") == {
        "messages": pl.List(message),
        "n": pl.Int64,
        "flag": pl.Boolean,
    }
    mixed = [{"messages": [USER, {**ANSWER, "weight": 0}], "n": 1}, {"messages": [], "n": 1.5}]
    _, notes = write(tmp_path / "y.parquet", mixed)
    assert pl.read_parquet_schema(tmp_path / "y.parquet") == {"messages": pl.String, "n (JSON)": pl.String}
    assert notes[0].startswith('JSON text: "messages", "n (JSON)"')


@pytest.mark.parametrize("name", TABLES)
def test_equal_records_are_equal_bytes(tmp_path: Path, name: str) -> None:
    records = [{"messages": [USER, ANSWER], "n": number} for number in range(30)]
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / name, records)
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("name", TABLES)
def test_fields_stand_where_they_stood(tmp_path: Path, name: str) -> None:
    write(
        tmp_path / name, [{"messages": [USER], "id": "a"}, {"messages": [USER], "tools": [TOOL], "id": "b"}]
    )
    assert list(read(tmp_path / name)[1]) == ["messages", "tools", "id"]


def test_every_field_that_is_never_a_text_is_read_as_what_it_is() -> None:
    kinds: dict[str, set[str]] = {}
    for shape in SHAPES:
        for name, node in load_schema(shape).get("properties", {}).items():
            types = node.get("type", "object" if "$ref" in node else "any")
            kinds.setdefault(name, set()).update([types] if isinstance(types, str) else types)
    nested = {name for name, types in kinds.items() if types <= {"array", "object", "null"}}
    # A list or its JSON text: both are read as what they are.
    either = {"tools", "answers", "conversation"}
    texts = {name for name, types in kinds.items() if "string" in types} - either
    assert {name for name in nested if kind_of(name, ()) != "list"} - texts == set()
    assert {name for name in texts if kind_of(name, ()) == "list"} == set()


BROKEN = {
    "a list that is not closed": ('messages\n"[1,"\n', "bad-json", "messages"),
    "a marked cell that is no JSON": ("n (JSON)\noops\n", "bad-json", "n"),
    "a key twice": ('messages\n"[{""a"": 1, ""a"": 2}]"\n', "twin-key", "messages[0].a"),
    "half a surrogate pair": ('messages\n"[{""a"": ""\\ud800""}]"\n', "surrogate", "messages[0].a"),
    "not a number": ("n (JSON)\n[NaN]\n", "non-finite", "n[0]"),
}


@pytest.mark.parametrize(("table", "kind", "place"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_in_a_cell_is_told_with_its_place(
    tmp_path: Path, table: str, kind: str, place: str
) -> None:
    reading = open_reader(Source("x.csv", None, table.encode()), ReadOptions())
    faults = [fault for block in reading.blocks() for fault in block.faults]
    assert [(fault.kind, fault.line, fault.row, fault.path) for fault in faults] == [(kind, 2, 1, place)]
