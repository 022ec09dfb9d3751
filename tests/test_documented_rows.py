"""No row in a layout that its target's own documentation shows is an error for that target.

``documented_rows.jsonl`` has the rows, each with its target: the layouts are those of the pages, the words this project's own.
"""

import json
from pathlib import Path

import pytest
from examples import few_quick

import ftlint

ROWS = [json.loads(line) for line in Path(__file__).with_name("documented_rows.jsonl").open(encoding="utf-8")]
TARGETS = sorted({row["target"] for row in ROWS})
# What is true of a file of a few rows in several layouts, and not of any of them.
OF_THE_FILE = ["B", "C016", "D", "L007", "P", "R013", "S002", "S011", "V008"]


@pytest.mark.parametrize("target", few_quick(TARGETS, 12))
def test_a_documented_row_is_no_error(target: str, tmp_path: Path) -> None:
    rows = [row["row"] for row in ROWS if row["target"] == target]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    report = ftlint.check(file, target=target, ignore=OF_THE_FILE)
    errors = [finding for finding in report.findings if finding.severity == "error"]
    assert [(rows[(error.row or 1) - 1], error.code, error.message) for error in errors] == []
