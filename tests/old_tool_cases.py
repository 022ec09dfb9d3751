"""What OpenAI's old preparation tool really did, and what is expected of its successor.

Every outcome was measured with `openai tools fine_tunes.prepare_data -f x.… -q` of openai 0.28.1 on Python 3.11
(pandas 2.0.3, numpy 1.26.4), and compared with release 1.109.1; none is taken from its source or its manual.
The containers and rows are here, the marks and classes in old_tool_marks. The project does not need the old tool.
"""

import gzip
import json
from datetime import date

from old_tool_case import (
    CONVERTED,
    DONE,
    NOTHING,
    NUMBERS,
    QA,
    ZH,
    OldCase,
    Outcome,
    added,
    declined,
    jsonl,
    lacking,
    record,
    table,
    unreadable,
    unspaced,
    workbook,
)
from old_tool_marks import MARKS
from old_tool_rows import ROWS
from old_tool_texts import TEXTS

RECORDS = [record(pair) for pair in QA]
COLUMNS = {"prompt": [p for p, _ in QA], "completion": [c for _, c in QA]}
INDEXED = {name: {str(n): text for n, text in enumerate(texts)} for name, texts in COLUMNS.items()}
ANSWERS = [("", answer) for _, answer in QA]
OPEN = [("", " " + answer) for _, answer in QA]
ONE = [("What is red?", " A colour")]
ENDINGS = "Your file must have one of the following extensions: .CSV, .TSV, .XLSX, .TXT, .JSON or .JSONL"

CONTAINERS = [
    OldCase(name="csv", file="x.csv", content=table(QA), old=CONVERTED),
    OldCase(name="tsv", file="x.tsv", content=table(QA, delimiter="\t"), old=CONVERTED),
    OldCase(name="csv-in-capitals", file="x.CSV", content=table(QA), old=CONVERTED),
    OldCase(name="xlsx", file="x.xlsx", content=workbook(QA), old=CONVERTED),
    OldCase(
        name="xlsx-two-sheets",
        file="x.xlsx",
        content=workbook(QA[:3], QA[3:]),
        old=added(QA[:3], "convert", notes=("sheets",)),
        says=("F018",),
    ),
    OldCase(
        name="xlsx-first-sheet-empty",
        file="x.xlsx",
        content=workbook((), QA),
        old=lacking("prompt", notes=("sheets",)),
        expected="differs: the first sheet that holds data is read, so an empty one in front does no harm",
        new=CONVERTED,
    ),
    OldCase(
        name="xlsx-values",
        file="x.xlsx",
        content=workbook(
            [("one", 1), ("half", 0.5), ("two", 2.0), ("so", True), ("day", date(2024, 1, 5)), ("id", "007")]
        ),
        old=added(
            zip(
                ("one", "half", "two", "so", "day", "id"),
                ("1", "0.5", "2", "1", "2024-01-05 00:00:00", "007"),
                strict=True,
            ),
            "convert",
        ),
        expected="differs: cells are read as they are shown: a date without a time, TRUE rather than 1; "
        + NUMBERS,
        new=unspaced(
            added(
                zip(
                    ("one", "half", "two", "so", "day", "id"),
                    ("1", "0.5", "2", "TRUE", "2024-01-05", "007"),
                    strict=True,
                ),
                "convert",
            )
        ),
    ),
    OldCase(
        name="txt",
        file="x.txt",
        content=b"A colour\nThe Nile\n\nEight\nJane Austen\n",
        old=Outcome(rows=OPEN, remedies=("convert", "drop-empty", "add-space"), named=(2, 5)),
        expected="differs: a blank line between texts, or the newline at the end, is no example, so none is dropped",
        new=Outcome(rows=OPEN, remedies=("convert", "add-space")),
    ),
    OldCase(
        name="txt-from-windows",
        file="x.txt",
        content="\r\n".join(answer for _, answer in QA).encode(),
        old=Outcome(rows=OPEN, remedies=("convert", "add-space")),
    ),
    OldCase(
        name="txt-byte-order-mark",
        file="x.txt",
        content="\n".join(answer for _, answer in QA).encode("utf-8-sig"),
        old=Outcome(rows=[("", " \ufeffA colour"), *OPEN[1:]], remedies=("convert", "add-space")),
        expected="differs: the mark is no part of the first text",
        new=Outcome(rows=OPEN, remedies=("convert", "add-space")),
    ),
    OldCase(
        name="txt-empty",
        file="x.txt",
        content=b"",
        old=Outcome(rows=[], remedies=("convert", "drop-empty", "add-space"), named=(0,)),
        expected="differs: an empty dataset is said to be one, and no file without rows is written",
        new=NOTHING,
        says=("F001",),
    ),
    OldCase(name="json", file="x.json", content=json.dumps(RECORDS).encode(), old=DONE),
    OldCase(name="json-indented", file="x.json", content=json.dumps(RECORDS, indent=1).encode(), old=DONE),
    OldCase(name="json-columns", file="x.json", content=json.dumps(COLUMNS).encode(), old=DONE),
    OldCase(name="json-of-pandas", file="x.json", content=json.dumps(INDEXED).encode(), old=DONE),
    OldCase(
        name="json-wrapped",
        file="x.json",
        content=json.dumps({"data": RECORDS}).encode(),
        old=lacking("prompt"),
        expected="differs: records under a key of their own are found",
        new=CONVERTED,
    ),
    OldCase(
        name="json-one-record",
        file="x.json",
        content=json.dumps(RECORDS[:1]).encode(),
        old=declined("All prompts are identical: `What is red?`"),
        expected="differs: one row is no column of equal prompts; that it is too few is said instead",
        new=Outcome(rows=ONE, remedies=("convert", "add-space")),
        says=("B001",),
    ),
    OldCase(
        name="json-that-is-jsonl",
        file="x.json",
        content=jsonl(QA),
        old=added(QA, "convert", notes=("is-jsonl",)),
    ),
    OldCase(name="jsonl", content=QA, old=DONE),
    OldCase(
        name="jsonl-one-row",
        content=QA[:1],
        old=unreadable("JSONL"),
        expected="differs: a file of one row is read like any other; that it is too few is said",
        new=Outcome(rows=ONE, remedies=("add-space",)),
        says=("B001",),
    ),
    OldCase(
        name="jsonl-that-is-json",
        content=json.dumps(RECORDS).encode(),
        old=added(QA, "convert", notes=("not-jsonl",)),
    ),
    OldCase(
        name="jsonl-that-is-indented-json",
        content=json.dumps(RECORDS, indent=1).encode(),
        old=unreadable("JSONL"),
        expected="differs: JSON over several lines is read whatever the file is called",
        new=CONVERTED,
    ),
    OldCase(
        name="jsonl-byte-order-mark",
        content=b"\xef\xbb\xbf" + jsonl(QA),
        old=unreadable("JSONL"),
        expected="differs: the mark is read over, said and taken off",
        new=DONE,
        says=("F003",),
    ),
    OldCase(
        name="jsonl-cut",
        content=jsonl(QA) + b'{"prompt": "a", "comp',
        old=unreadable("JSONL"),
        expected="differs: one broken line does not spoil the file: it is named and left out",
        new=DONE,
        says=("F004",),
    ),
    OldCase(name="jsonl-blank-line", content=jsonl(QA[:2]) + b"\n" + jsonl(QA[2:]), old=DONE, says=("F006",)),
    OldCase(name="jsonl-empty", content=b"", old=lacking("prompt"), says=("F001",)),
    OldCase(
        name="ending-unknown",
        file="x.data",
        content=QA,
        old=declined(ENDINGS, few=False),
        expected="differs: what a file is, is told by its content where the name says nothing",
        new=DONE,
    ),
    OldCase(
        name="ending-missing",
        file="x",
        content=QA,
        old=declined(ENDINGS, few=False),
        expected="differs: what a file is, is told by its content where the name says nothing",
        new=DONE,
    ),
    OldCase(
        name="compressed",
        file="x.jsonl.gz",
        content=gzip.compress(jsonl(QA), mtime=0),
        old=declined(ENDINGS, few=False),
        expected="differs: compressed files are read",
        new=CONVERTED,
    ),
    OldCase(
        name="csv-byte-order-mark",
        file="x.csv",
        content=b"\xef\xbb\xbf" + table(QA),
        old=CONVERTED,
        says=("F003",),
    ),
    OldCase(
        name="csv-semicolons",
        file="x.csv",
        content=table(QA, delimiter=";"),
        old=lacking("prompt"),
        expected="differs: the separator of the cells is found, and said",
        new=CONVERTED,
        says=("F017",),
    ),
    OldCase(
        name="csv-gbk",
        file="x.csv",
        content=table(ZH).decode().encode("gbk"),
        old=unreadable("CSV"),
        expected="differs: nothing is written either, but the encoding is named, and the option that reads it",
        new=NOTHING,
        says=("F002",),
    ),
    OldCase(
        name="csv-utf-16",
        file="x.csv",
        content=table(QA, delimiter="\t").decode().encode("utf-16"),
        old=unreadable("CSV"),
        expected="differs: nothing is written either, but the encoding is named, and the option that reads it",
        new=NOTHING,
        says=("F002",),
    ),
    OldCase(
        name="csv-only-a-header",
        file="x.csv",
        content=b"prompt,completion\n",
        old=Outcome(rows=[], remedies=("convert", "add-space")),
        expected="differs: an empty dataset is said to be one, and no file without rows is written",
        new=NOTHING,
        says=("F001",),
    ),
    OldCase(name="csv-empty", file="x.csv", content=b"", old=unreadable("CSV"), says=("F001",)),
    OldCase(
        name="csv-lines-in-cells",
        file="x.csv",
        content=b'prompt,completion\n"Two\nlines","He said ""no"""\n"a, b",c d\nx,"Yes, he said"\n',
        old=added(
            [("Two\nlines", 'He said "no"'), ("a, b", "c d"), ("x", "Yes, he said")],
            "convert",
            separator="\n\n###\n\n",
        ),
    ),
    OldCase(
        name="csv-numbers",
        file="x.csv",
        content=b"prompt,completion\n7,007\n1.50,1e5\n0x1f,12345678901234567890\n",
        old=added([("7", "007"), ("1.50", "1e5"), ("0x1f", "12345678901234567890")], "convert"),
        expected=f"differs: {NUMBERS}",
        new=unspaced(added([("7", "007"), ("1.50", "1e5"), ("0x1f", "12345678901234567890")], "convert")),
    ),
]

CASES = [*CONTAINERS, *ROWS, *MARKS, *TEXTS]
