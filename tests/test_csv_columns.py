"""CSV that is read in columns: the same cells, lines and faults as row by row."""

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftlint
from ftlint.io.table.csv_columns import RowChunks, decode_rows

CELL = st.text(st.sampled_from('ab" ,;\n\r\té\u2028\ufeff😀\x1c'), max_size=6)
WRITTEN = st.lists(st.lists(CELL, min_size=1, max_size=3), max_size=5)
LOOSE = st.text(st.sampled_from('ab",\n\r é'), max_size=30)


def by_module(text: str, delimiter: str) -> list[list[str]] | None:
    """What Python's own module reads, strictly; None for an error."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def agrees(text: str, delimiter: str, columns: int) -> bool:
    """Whether the columns, if there are any, have what Python's module reads; returns whether there are."""
    rows = decode_rows(text.encode("utf-8", "surrogatepass"), columns, delimiter)
    if rows is None:
        return False
    assert [list(row) for row in rows.cells.rows()] == by_module(text, delimiter)
    assert sum(rows.heights) == text.count("\n") + (not text.endswith("\n"))
    return True


@given(WRITTEN, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_a_writer_wrote(rows: list[list[str]], delimiter: str, end: str, quoted: bool) -> None:
    """Columns have the same cells as Python's module, for whatever a CSV writer writes."""
    out = io.StringIO(newline="")
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=style).writerows(rows)
    for columns in (1, 2, 3):
        agrees(out.getvalue(), delimiter, columns)


@given(LOOSE, st.integers(1, 3))
def test_any_text(text: str, columns: int) -> None:
    """The same for any text: columns are right or not there."""
    agrees(text, ",", columns)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('a,b\n"c, d","e ""f"" g"\n', True),
        ('"two\n\nlines",b\r\nc,"d\r\n"\r\n', True),
        ("a,b", True),
        ('"",""""\n', True),
        ('""x"",b\n', False),
        ('"a"b,c\n', False),
        ('5" nail,b\n6" nail,c\n', False),
        ("a\nb,c\n", False),
        ("a,b,c\n", False),
        ("a,b\n\nc,d\n", False),
        (",\n", False),
        ("a,b\n   \n", False),
        ("a,b\rc,d\n", False),
        ("a,b\0\n", False),
        ('a,"b\n', False),
    ],
)
def test_plain_or_not(text: str, plain: bool) -> None:
    """What is read in columns, and what is not."""
    assert agrees(text, ",", 2) is plain


@given(
    st.binary(max_size=60).map(lambda data: data.replace(b"a", b'"').replace(b"b", b"\n")), st.integers(1, 20)
)
def test_chunks_are_the_file(data: bytes, size: int) -> None:
    """Chunks joined are the file, and each but the last ends with a line."""
    chunks = list(RowChunks(io.BytesIO(data).read, size))
    assert b"".join(chunks) == data
    assert all(chunk.endswith(b"\n") for chunk in chunks[:-1])


FAULTS = {
    10_000: 'odd 5" nail,It is long.\n',
    20_000: "only one cell\n",
    30_000: "\n",
    40_000: '"never doubled " here",x\n',
    50_000: "#REF!,An answer of some words.\n",
    60_000: '"two\nlines, and ""quotes""",An answer of some words.\n',
    70_000: ",\n",
}


def test_faults_in_a_large_table(tmp_path: Path) -> None:
    """Faults far apart in a table of several chunks have their own lines, and all other rows are read."""
    words = random.Random(7)
    lines = ["prompt,completion\n"]
    for number in range(80_000):
        prompt = f"Question {number} of {words.randrange(10**6)}: what is it?"
        lines.append(FAULTS.get(number, f"{prompt},An answer of {number} words.\n"))
    path = tmp_path / "large.csv"
    path.write_text("".join(lines), encoding="utf-8")
    file = ftlint.check([path], select=["F"]).files[0]
    found = sorted((one.code, one.line) for one in file.findings if one.line is not None)
    # The row of two lines moves the ones after it by one.
    assert found == [
        ("F006", 30_002),
        ("F006", 70_003),
        ("F016", 20_002),
        ("F016", 40_002),
        ("F019", 50_002),
    ]
    assert file.examples == 80_000 - 5


def test_a_table_of_pandas(tmp_path: Path) -> None:
    """The index column is left out and reported once, in columns as row by row."""
    path = tmp_path / "indexed.csv"
    rows = "".join(f'{number},"Question {number}, please?",Answer {number}.\n' for number in range(50))
    path.write_text(",prompt,completion\n" + rows, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    ftlint.convert(path, out, to="completion")
    assert out.read_text(encoding="utf-8").splitlines()[49] == (
        '{"prompt":"Question 49, please?","completion":"Answer 49."}'
    )
