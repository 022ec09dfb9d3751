"""The JSON contract: exactly these keys, these types, this order."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from ftlint import FileReport, Finding, Report, UsageError, __version__
from ftlint.report.formats import FORMATS, render
from ftlint.report.terminal import RenderOptions
from ftlint.result import Tally

TEXT, NUMBER, MAYBE_TEXT, MAYBE_NUMBER = (str,), (int,), (str, type(None)), (int, type(None))
FILE = {
    "path": TEXT,
    "container": TEXT,
    "shape": MAYBE_TEXT,
    "task": MAYBE_TEXT,
    "rows": NUMBER,
    "examples": NUMBER,
    "bytes": NUMBER,
    "sha256": TEXT,
    "written": MAYBE_TEXT,
    "rejects": MAYBE_TEXT,
    "read": MAYBE_NUMBER,
    "kept": MAYBE_NUMBER,
    "changed": MAYBE_NUMBER,
    "notes": (list,),
}
FINDING = {
    "code": TEXT,
    "name": TEXT,
    "severity": TEXT,
    "file": TEXT,
    "line": MAYBE_NUMBER,
    "row": MAYBE_NUMBER,
    "path": MAYBE_TEXT,
    "message": TEXT,
    "fix": MAYBE_TEXT,
    "scope": TEXT,
    "fingerprint": MAYBE_TEXT,
}


def sample(path: str = "a.jsonl", message: str = "it says nothing") -> FileReport:
    file = FileReport(path, "jsonl", "chat", None, 56, 55, 12345, "ab12")
    file.findings = [
        Finding("C003", "empty-answer", "error", path, 7, 7, "messages[2].content", message, "unsafe"),
        Finding("B001", "few-examples", "warning", path, None, None, None, "55 are few", None, "dataset"),
        Finding("U001", "zero-width", "info", path, 7, 6, None, "invisible", "safe"),
    ]
    file.tallies = Counter(
        {
            Tally("U001", "info", "row"): 1,
            Tally("C003", "error", "row"): 12,
            Tally("B001", "warning", "dataset"): 1,
        }
    )
    return file


def written(*files: FileReport, **rest: Any) -> str:
    return "".join(
        render(Report(list(files), **{"target": "openai-chat"} | rest), "json", RenderOptions(colour=True))
    )


def parsed(*files: FileReport, **rest: Any) -> Any:
    return json.loads(written(*files, **rest))


def test_the_document_has_the_keys_of_the_contract_and_a_few_more() -> None:
    document = parsed(sample(), model="gpt-4.1-mini", notes=["a note"])
    assert list(document) == [
        "schema",
        "tool",
        "target",
        "model",
        "files",
        "findings",
        "suppressed",
        "counts",
        "summary",
        "notes",
    ]
    assert document["schema"] == 1
    assert document["tool"] == {"name": "ftlint", "version": __version__}
    assert (document["target"], document["model"]) == ("openai-chat", "gpt-4.1-mini")
    assert document["counts"] == {"B001": 1, "C003": 12, "U001": 1}
    assert document["notes"] == ["a note"]


def test_a_run_without_target_and_model_has_nulls() -> None:
    document = parsed(sample(), target=None)
    assert (document["target"], document["model"]) == (None, None)


def test_files_and_findings_have_exactly_the_keys_and_types_of_the_contract() -> None:
    document = parsed(sample())
    for kind, values in ((FILE, document["files"]), (FINDING, document["findings"])):
        for value in values:
            assert list(value) == list(kind)
            assert [key for key, types in kind.items() if type(value[key]) not in types] == []


def test_a_file_is_told_as_it_is() -> None:
    assert parsed(sample())["files"] == [
        {"path": "a.jsonl", "container": "jsonl", "shape": "chat", "task": None, "rows": 56, "examples": 55}
        | {"bytes": 12345, "sha256": "ab12", "written": None, "rejects": None}
        | {"read": None, "kept": None, "changed": None, "notes": []}
    ]


def test_findings_come_by_file_then_line_then_row_and_those_about_the_file_first() -> None:
    found = parsed(sample("b.jsonl"), sample("a.jsonl"))["findings"]
    assert [(one["file"], one["line"], one["row"], one["code"]) for one in found] == [
        ("b.jsonl", None, None, "B001"),
        ("b.jsonl", 7, 6, "U001"),
        ("b.jsonl", 7, 7, "C003"),
        ("a.jsonl", None, None, "B001"),
        ("a.jsonl", 7, 6, "U001"),
        ("a.jsonl", 7, 7, "C003"),
    ]


def test_a_checking_run_sums_up_true_totals() -> None:
    assert parsed(sample(), sample("b.jsonl"))["summary"] == {
        "examples": 110,
        "errors": 24,
        "warnings": 2,
        "infos": 2,
        "fixed": 0,
        "dropped": 0,
        "read": None,
        "kept": None,
        "changed": None,
    }


def test_a_fixing_run_says_what_it_did() -> None:
    file = sample()
    file.written, file.rejects, file.read, file.kept, file.changed = "b.jsonl", "r.jsonl", 55, 53, 4
    file.fixed, file.dropped = Counter(U001=4, S005=1), Counter(D001=2)
    document = parsed(file, sample("left-alone.jsonl"), fixing=True)
    summary, (changed, untouched) = document["summary"], document["files"]
    assert [summary[key] for key in ("fixed", "dropped", "read", "kept", "changed")] == [5, 2, 55, 53, 4]
    assert [changed[key] for key in ("written", "rejects", "kept", "changed")] == [
        "b.jsonl",
        "r.jsonl",
        53,
        4,
    ]
    assert [untouched[key] for key in ("written", "kept", "changed")] == [None, None, None]


def test_nothing_found_is_a_whole_document_too() -> None:
    document = parsed()
    assert (document["files"], document["findings"], document["counts"]) == ([], [], {})


def test_what_does_not_count_stands_apart_with_its_reason() -> None:
    file = sample()
    file.suppressed = [replace(file.findings[0], fingerprint="0f" * 16, suppressed="known since May")]
    document = parsed(file)
    assert len(document["findings"]) == 3
    assert [one["fingerprint"] for one in document["findings"]] == [None, None, None]
    (known,) = document["suppressed"]
    assert list(known) == [*FINDING, "reason"]
    assert (known["code"], known["fingerprint"], known["reason"]) == ("C003", "0f" * 16, "known since May")


def test_what_a_terminal_or_a_log_would_act_on_is_an_escape_and_the_same_text() -> None:
    odd = "\x1b[2J \x7f \u202e \U000e0041 ##[error] ##vso[x]"
    out = written(sample(message=odd))
    assert json.loads(out)["findings"][2]["message"] == odd
    assert r"\u001b[2J \u007f \u202e \udb40\udc41 #\u0023[error] #\u0023vso[x]" in out


def test_half_a_surrogate_pair_is_spelled_out_and_other_text_stays() -> None:
    out = written(sample("caf\udce9.jsonl", 'a "\ud83d" and 😀 and é'))
    assert "😀 and é" in out.encode().decode()
    found = json.loads(out)["findings"][2]
    assert (found["file"], found["message"]) == ("caf\\udce9.jsonl", 'a "\\ud83d" and 😀 and é')


def test_the_document_comes_in_small_pieces_and_ends_with_a_newline() -> None:
    file = sample()
    file.findings *= 1000
    pieces = list(render(Report([file], None), "json", RenderOptions()))
    assert max(map(len, pieces)) < 1000
    assert pieces[-1].endswith("}\n")


def test_an_unknown_format_names_the_nearest_one_before_anything_is_written() -> None:
    with pytest.raises(UsageError) as error:
        render(Report([], None), "jsn", RenderOptions())
    assert str(error.value).startswith(
        'no output format "jsn"; did you mean "json"? (known: text, full, concise, grouped, json, json-lines,'
    )


def test_full_is_another_name_of_text() -> None:
    assert FORMATS["full"] is FORMATS["text"]
