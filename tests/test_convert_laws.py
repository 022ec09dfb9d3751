"""Laws of conversion and preparation, for every shape's rows and many spellings to every target.

- The new file has no fault of form: its records are of the target's shapes, types and roles, or they were refused.
- A fault of content, which only its author can mend, is in the report of the conversion as in that of a check.
- Converting twice is converting once.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick
from marked_rows import samples
from spelt_rows import CHATS, PAIRS

import ftlint
from ftlint import FileReport, Finding, UsageError
from ftlint.targets.target import target_names

# Shapes, types and fields; roles and system messages; calls, arguments, results and tools; marks of media.
FORM = {
    *("F004", "F005", "F015", "S001", "S003", "S004", "S005", "R009", "R010"),
    *("C001", "C007", "C010", "C011", "C014", "V006", "V007"),
    *("T001", "T003", "T008", "T009", "T010", "T012", "T013", "T016", "T017", "T018", "T019", "T021"),
}
# An image of another source than the target reads is reported, and so is what its record lacks for that.
IMAGES = "V003"
ROWS = {
    "chats": list(CHATS.values()),
    "pairs": list(PAIRS.values()),
    "samples": samples(),
}


def converted(source: Path, new: Path, target: str) -> FileReport | None:
    """The report of the conversion; None where no row fits the target."""
    try:
        return ftlint.convert(source, new, target, rejects=new.with_suffix(".rejects")).files[0]
    except UsageError as error:
        assert "no record can be converted, so nothing is written" in str(error)
        return None


def places(findings: list[Finding]) -> list[Any]:
    return sorted((f.code, f.severity, f.row or 0, f.path or "", f.message) for f in findings)


def faults_of_form(report: FileReport) -> list[str]:
    with_images = {finding.row for finding in report.findings if finding.code == IMAGES}
    wrong = [f for f in report.findings if f.severity == "error" and f.code in FORM]
    return [f"{f.code} {f.path}: {f.message}" for f in wrong if f.row not in with_images]


@pytest.mark.parametrize(
    ("rows", "target"), few_quick([(rows, target) for target in target_names() for rows in ROWS], 9)
)
def test_a_converted_file_is_right_for_its_target_and_converts_to_itself(
    rows: str, target: str, tmp_path: Path
) -> None:
    source, new, again = (tmp_path / f"{name}.jsonl" for name in ("source", "new", "again"))
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS[rows]), encoding="utf-8")
    report = converted(source, new, target)
    if report is None:
        assert rows != "samples" and not new.exists()
        return
    assert report.read == len(ROWS[rows]) == report.kept + report.dropped.total()
    checked = ftlint.check(new, target=target).files[0]
    assert places(report.findings) == places(checked.findings)
    assert faults_of_form(checked) == []
    second = converted(new, again, target)
    assert again.read_bytes() == new.read_bytes()
    assert second is not None and not any("lost" in note for note in second.notes)


@pytest.mark.parametrize(
    ("rows", "target"), few_quick([(rows, target) for target in target_names() for rows in ROWS], 2, 28)
)
def test_a_prepared_file_is_right_for_its_target(rows: str, target: str, tmp_path: Path) -> None:
    source, new = tmp_path / "source.jsonl", tmp_path / "new.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS[rows]), encoding="utf-8")
    made = ftlint.prepare(source, new, target=target, stats=False, split=False)
    assert [faults_of_form(ftlint.check(path, target=target).files[0]) for path in made.files.values()] in (
        [],
        [[]],
    )
