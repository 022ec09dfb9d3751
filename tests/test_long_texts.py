"""Long texts without blanks, of one character or of marks alone are checked like others."""

import json
from pathlib import Path

import pytest

import ftlint

LONG = 120_000
TEXTS = {
    "one letter": "a" * LONG,
    "Chinese without blanks": "\u4e2d\u6587" * (LONG // 2),
    "an address": "https://example.org/" + "x" * LONG,
    "a letter with marks": "e" + "\u0301" * LONG,
    "letters with marks": "e\u0301" * (LONG // 2),
}


@pytest.mark.parametrize("name", TEXTS)
def test_messages_stay_short(name: str, tmp_path: Path) -> None:
    """Each finding fits on a few lines. With work in the square of the length, these would take minutes."""
    path = tmp_path / "long.jsonl"
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"Say {end}."},
                {"role": "assistant", "content": TEXTS[name] + end},
            ]
        }
        for end in "xy"
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    findings = ftlint.check([path]).findings
    assert ("U006" in {finding.code for finding in findings}) is ("marks" in name)
    assert all(len(finding.message) < 400 for finding in findings)


@pytest.mark.parametrize("mark", ["<tool_call>", "<think>", "</think><think>"])
def test_a_turn_of_calls_of_marks_that_nothing_closes(mark: str, tmp_path: Path) -> None:
    turns = [
        {"from": "human", "value": "a"},
        {"from": "function_call", "value": mark * (LONG // 4) + '{"name": "f", "arguments": {}}'},
        {"from": "observation", "value": "b"},
        {"from": "gpt", "value": "c"},
    ]
    path = tmp_path / "long.jsonl"
    path.write_text(json.dumps({"conversations": turns}) + "\n", encoding="utf-8")
    assert "T002" in {finding.code for finding in ftlint.check([path]).findings}
