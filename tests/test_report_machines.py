"""Formats that other programs read: findings in, text out. What holds for any data is in test_report_every_format."""

import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any
from xml.etree import ElementTree

import pytest

from ftlint import FileReport, Finding, Report
from ftlint.report import junit as junit_report
from ftlint.report.formats import render
from ftlint.report.terminal import RenderOptions
from ftlint.result import Tally

PAGE = "An assistant message says nothing.\n\nThe model is trained\non every message.\n\nThe fix drops the example.\n"
NAMES = {
    "C003": "empty-answer",
    "F003": "byte-order-mark",
    "B001": "few-examples",
    "C013": "varies",
    "Z001": "passed",
}


@pytest.fixture(autouse=True)
def _root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")


def sample() -> Report:
    one = FileReport("./a b.jsonl", "jsonl", "chat", None, 55, 55, 1, "")
    one.findings = [
        Finding(
            "C003", "empty-answer", "error", one.path, 7, 7, "messages[2].content", "100 % nothing", "unsafe"
        ),
        Finding(
            "F003",
            "byte-order-mark",
            "warning",
            one.path,
            1,
            None,
            None,
            "3 bytes; invisible",
            "safe",
            "file",
        ),
        Finding("B001", "few-examples", "info", one.path, None, None, None, "55 are few", None, "dataset"),
    ]
    one.tallies = Counter(
        {
            Tally("C003", "error", "row"): 1200,
            Tally("F003", "warning", "file"): 1,
            Tally("B001", "info", "dataset"): 1,
        }
    )
    other = FileReport("../b.parquet", "parquet", "chat", None, 9, 9, 1, "")
    other.findings = [Finding("C013", "varies", "warning", other.path, None, 4, None, "it varies", None)]
    other.tallies = Counter({Tally("C013", "warning", "row"): 1})
    other.suppressed = [replace(one.findings[0], file=other.path, suppressed="known since May")]
    return Report([one, other], "openai-chat", names=NAMES, pages={"C003": PAGE}, seconds=0.4)


def given(name: str, report: Report | None = None) -> str:
    return "".join(render(report or sample(), name, RenderOptions()))


def many(n: int, *severities: str) -> Report:
    file = FileReport("a.jsonl", "jsonl", "chat", None, n, n, 1, "")
    for severity in severities:
        file.findings += [
            Finding("C003", "empty-answer", severity, file.path, at, at, None, "x", None)
            for at in range(1, n + 1)
        ]
        file.tallies[Tally("C003", severity, "row")] = n
    return Report([file], None, names=NAMES)


def test_json_lines_have_the_keys_of_json_and_leave_out_what_does_not_count() -> None:
    first, *rest = given("json-lines").splitlines()
    assert first == (
        '{"code":"B001","name":"few-examples","severity":"info","file":"./a b.jsonl","line":null,"row":null,'
        '"path":null,"message":"55 are few","fix":null,"scope":"dataset","fingerprint":null}'
    )
    assert [json.loads(line)["code"] for line in rest] == ["F003", "C003", "C013"]
    assert given("jsonl") == given("json-lines")


def test_pylint() -> None:
    assert given("pylint") == dedent("""\
        ./a b.jsonl:1: [B001] dataset: 55 are few
        ./a b.jsonl:1: [F003] 3 bytes; invisible
        ./a b.jsonl:7: [C003] 100 % nothing (messages[2].content)
        ../b.parquet:1: [C013] row 4: it varies
        """)


def test_github_gets_the_worst_first_with_paths_from_the_root() -> None:
    assert given("github") == dedent("""\
        ::error file=data/a b.jsonl,line=7,endLine=7,title=ftlint (C003 empty-answer)::data/a b.jsonl:7: C003 100 %25 nothing (messages[2].content)
        ::warning file=data/a b.jsonl,line=1,endLine=1,title=ftlint (F003 byte-order-mark)::data/a b.jsonl:1: F003 3 bytes; invisible
        ::warning file=b.parquet,title=ftlint (C013 varies)::b.parquet: C013 row 4: it varies
        ::notice file=data/a b.jsonl,title=ftlint (B001 few-examples)::data/a b.jsonl: B001 dataset: 55 are few
        ::notice title=ftlint::… and 1,199 more: 1,199 errors. The summary of the step tells of them.
        """)


def test_github_properties_cannot_be_left() -> None:
    file = FileReport("a,line=1::x%.jsonl", "jsonl", None, None, 1, 1, 1, "")
    file.findings = [Finding("C003", "", "error", file.path, 2, 2, None, "a\n::error::b", None)]
    file.tallies[Tally("C003", "error", "row")] = 1
    assert given("github", Report([file], None)) == (
        "::error file=data/a%2Cline=1%3A%3Ax%25.jsonl,line=2,endLine=2,title=ftlint (C003)"
        "::data/a,line=1::x%25.jsonl:2: C003 a\\n::error::b\n"
    )


@pytest.mark.parametrize(
    ("n", "severities", "shown", "last"),
    [
        (10, ("error", "warning", "info"), [10, 10, 10], "a.jsonl:10: C003 x"),
        (11, ("error",), [10, 0, 1], "… and 1 more: 1 error. The summary of the step tells of them."),
        (11, ("info",), [0, 0, 10], "… and 2 more: 2 notes. The summary of the step tells of them."),
        (12, ("error", "warning", "info"), [10, 10, 10], "… and 7 more: 2 errors, 2 warnings, 3 notes. The"),
    ],
)
def test_github_gets_ten_of_a_level(n: int, severities: tuple[str, ...], shown: list[int], last: str) -> None:
    out = given("github", many(n, *severities)).splitlines()
    assert [
        sum(line.startswith(f"::{level} ") for line in out) for level in ("error", "warning", "notice")
    ] == shown
    assert last in out[-1]


def test_azure_has_no_command_for_notes() -> None:
    here = Path.cwd().as_posix()
    out = given("azure").replace(str(Path.cwd()), here)
    assert out.splitlines()[:3] == [
        "./a b.jsonl:1: B001 dataset: 55 are few",
        f"##vso[task.logissue type=warning;sourcepath={here}/a b.jsonl;linenumber=1;columnnumber=1;code=F003;]3 bytes; invisible",
        f"##vso[task.logissue type=error;sourcepath={here}/a b.jsonl;linenumber=7;columnnumber=1;code=C003;]100 %AZP25 nothing (messages[2].content)",
    ]


def test_azure_properties_cannot_be_left() -> None:
    file = FileReport("/a;]##vso[x]%.jsonl", "jsonl", None, None, 1, 1, 1, "")
    file.findings = [Finding("C003", "", "error", file.path, 2, 2, None, "##vso[task.complete]x", None)]
    assert given("azure", Report([file], None)).endswith(
        "a%3B%5D#\\x23vso[x%5D%AZP25.jsonl;linenumber=2;columnnumber=1;code=C003;]#\\x23vso[task.complete]x\n"
    )


def test_rdjson() -> None:
    document = json.loads(given("rdjson"))
    assert document["source"] == {"name": "ftlint"}
    assert document["diagnostics"][2:] == [
        {"message": "100 % nothing (messages[2].content)", "severity": "ERROR", "code": {"value": "C003"}}
        | {"location": {"path": "data/a b.jsonl", "range": {"start": {"line": 7}}}},
        {"message": "row 4: it varies", "severity": "WARNING", "code": {"value": "C013"}}
        | {"location": {"path": "b.parquet"}},
    ]


def test_gitlab_knows_every_finding_by_a_name_of_its_own() -> None:
    report = sample()
    broken = Finding("F004", "invalid-json", "error", "./a b.jsonl", 9, None, None, "cut off", None)
    report.files[0].findings += [broken, broken, replace(report.files[0].findings[0], fingerprint="0f" * 16)]
    out = given("gitlab", report)
    found = json.loads(out)
    assert out.startswith("[\n {")
    assert found[2]["fingerprint"] != found[3]["fingerprint"]
    assert "0f" * 16 in [one["fingerprint"] for one in found]
    assert [one["severity"] for one in found] == [
        "info",
        "minor",
        "major",
        "major",
        "critical",
        "critical",
        "minor",
    ]
    assert found[-1] == {
        "description": "C013 varies: row 4: it varies",
        "check_name": "C013",
        "fingerprint": found[-1]["fingerprint"],
        "severity": "minor",
        "location": {"path": "b.parquet", "lines": {"begin": 1}},
    }
    assert given("gitlab", Report([], None)) == "[]\n"


def test_csv_is_read_back_and_calculates_nothing() -> None:
    report = sample()
    report.files[0].findings[0] = replace(
        report.files[0].findings[0], message='=HYPERLINK("x");+1, a\nb', path=None
    )
    assert given("csv", report) == dedent("""\
        code,name,severity,file,line,row,path,message,fix,scope
        B001,few-examples,info,./a b.jsonl,,,,55 are few,,dataset
        F003,byte-order-mark,warning,./a b.jsonl,1,,,3 bytes; invisible,safe,file
        C003,empty-answer,error,./a b.jsonl,7,7,,"'=HYPERLINK(""x"");'+1, a\\nb",unsafe,row
        C013,varies,warning,../b.parquet,,4,,it varies,,row
        """)


def test_junit_has_a_test_for_every_rule_and_file() -> None:
    assert given("junit") == dedent("""\
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="ftlint" tests="10" failures="3" errors="0" skipped="1" time="0.400">
        <testsuite name="data/a b.jsonl" tests="5" failures="2" errors="0" skipped="0" time="0">
        <testcase classname="data.a b_jsonl" name="B001 few-examples" file="data/a b.jsonl" time="0"><system-out>1 note
        dataset: 55 are few
        </system-out></testcase>
        <testcase classname="data.a b_jsonl" name="C003 empty-answer" file="data/a b.jsonl" time="0"><failure message="1,200 errors" type="error">./a b.jsonl:7: 100 % nothing (messages[2].content)
        … 1,199 more
        </failure></testcase>
        <testcase classname="data.a b_jsonl" name="F003 byte-order-mark" file="data/a b.jsonl" time="0"><failure message="1 warning" type="warning">./a b.jsonl:1: 3 bytes; invisible
        </failure></testcase>
        <testcase classname="data.a b_jsonl" name="C013 varies" file="data/a b.jsonl" time="0"/>
        <testcase classname="data.a b_jsonl" name="Z001 passed" file="data/a b.jsonl" time="0"/>
        </testsuite>
        <testsuite name="b.parquet" tests="5" failures="1" errors="0" skipped="1" time="0">
        <testcase classname="b_parquet" name="C013 varies" file="b.parquet" time="0"><failure message="1 warning" type="warning">row 4: it varies
        </failure></testcase>
        <testcase classname="b_parquet" name="C003 empty-answer" file="b.parquet" time="0"><skipped message="1 suppressed"/></testcase>
        <testcase classname="b_parquet" name="B001 few-examples" file="b.parquet" time="0"/>
        <testcase classname="b_parquet" name="F003 byte-order-mark" file="b.parquet" time="0"/>
        <testcase classname="b_parquet" name="Z001 passed" file="b.parquet" time="0"/>
        </testsuite>
        </testsuites>
        """)


def test_junit_lists_twenty_and_calls_no_two_files_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    report = many(25, "error")
    report.files.append(FileReport("a_jsonl", "jsonl", None, None, 1, 1, 1, ""))
    top = ElementTree.fromstring(given("junit", report))
    assert [case.get("classname") for case in top.findall("*/testcase[@name='C013 varies']")] == [
        "data.a_jsonl",
        "data.a_jsonl (2)",
    ]
    body = (top.findtext("*/*/failure") or "").splitlines()
    assert (len(body), body[-2:]) == (21, ["a.jsonl:20: x", "… 5 more"])
    monkeypatch.setattr(junit_report, "MAX_CASES", 9)
    names = [
        case.get("name") for case in ElementTree.fromstring(given("junit", report)).findall("*/testcase")
    ]
    assert names == ["C003 empty-answer", "4 rules without findings", "5 rules without findings"]


def run_of(report: Report) -> dict[str, Any]:
    (run,) = json.loads(given("sarif", report))["runs"]
    return dict(run)


def test_sarif_tells_of_the_rules_that_fired_and_of_true_totals() -> None:
    run = run_of(sample())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["B001", "C003", "C013", "F003"]
    assert rules[1] == {
        "id": "C003",
        "name": "empty-answer",
        "shortDescription": {"text": "An assistant message says nothing."},
        "fullDescription": {
            "text": "An assistant message says nothing. The model is trained on every message."
        },
        "help": {"text": PAGE.strip(), "markdown": PAGE.strip()},
        "defaultConfiguration": {"level": "error"},
        "properties": {"problem.severity": "error"},
    }
    assert rules[0]["help"]["text"] == rules[0]["shortDescription"]["text"] == "few-examples"
    assert run["automationDetails"] == {"id": "ftlint/openai-chat/"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [
        {"executionSuccessful": True, "workingDirectory": {"uri": f"{Path.cwd().as_uri()}/"}}
    ]
    assert run["properties"] == {
        "target": "openai-chat",
        "model": None,
        "examples": 64,
        "errors": 1200,
        "warnings": 2,
        "infos": 1,
        "suppressed": 1,
        "notListed": 1199,
        "counts": {"B001": 1, "C003": 1200, "C013": 1, "F003": 1},
    }


def test_sarif_has_the_worst_first_and_what_does_not_count_last() -> None:
    results = run_of(sample())["results"]
    assert [(one["ruleId"], one["level"], "suppressions" in one) for one in results] == [
        ("C003", "error", False),
        ("F003", "warning", False),
        ("C013", "warning", False),
        ("B001", "note", False),
        ("C003", "error", True),
    ]
    assert results[0] == {
        "ruleId": "C003",
        "ruleIndex": 1,
        "level": "error",
        "message": {"text": "100 % nothing (messages[2].content)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "data/a%20b.jsonl"},
                    "region": {"startLine": 7, "startColumn": 1, "endLine": 7},
                },
                "logicalLocations": [{"fullyQualifiedName": "messages[2].content"}],
            }
        ],
        "properties": {"scope": "row", "fix": "unsafe"},
    }
    row = results[2]
    assert row["message"] == {"text": "row 4: it varies"}
    assert row["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "row 4"}]
    assert row["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
    assert results[3]["properties"] == {"scope": "dataset"}
    assert results[4]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "known since May"}
    ]


def test_sarif_keeps_the_5000_worst() -> None:
    report = many(4000, "info", "error")
    run = run_of(report)
    assert Counter(one["level"] for one in run["results"]) == {"error": 4000, "note": 1000}
    assert (run["properties"]["infos"], run["properties"]["notListed"]) == (4000, 3000)


def test_sarif_results_with_one_fingerprint_are_told_apart() -> None:
    report = many(2, "error")
    report.files[0].findings = [replace(found, fingerprint="0f" * 16) for found in report.files[0].findings]
    assert [one["partialFingerprints"] for one in run_of(report)["results"]] == [
        {"primaryLocationLineHash": f"{'0f' * 16}:{n}", "ftlint/v1": f"{'0f' * 16}:{n}"} for n in (1, 2)
    ]


@pytest.mark.skipif(os.name == "nt", reason="these are no names of files on Windows")
@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("./x.jsonl", "data/x.jsonl"),
        ("../data/../x.jsonl", "x.jsonl"),
        ("50% #1?.jsonl", "data/50%25%20%231%3F.jsonl"),
        ("C:x.jsonl", "data/C%3Ax.jsonl"),
        ("é.jsonl", "data/%C3%A9.jsonl"),
        ("caf\udce9.jsonl", "data/caf%E9.jsonl"),
        ("nul\0.jsonl", "data/nul%00.jsonl"),
        ("/elsewhere/my data/x.jsonl", "file:///elsewhere/my%20data/x.jsonl"),
    ],
)
def test_sarif_paths_are_relative_references(path: str, uri: str) -> None:
    file = FileReport(path, "jsonl", None, None, 1, 1, 1, "")
    file.findings = [Finding("C003", "", "error", path, 1, 1, None, "see [x](https://evil.example)", None)]
    (result,) = run_of(Report([file], None))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}
    assert result["message"]["text"] == "see [x] (https://evil.example)"


@pytest.mark.skipif(os.name == "nt", reason="Windows lets few people make links")
def test_links_are_followed_unless_they_lead_out_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").touch()
    Path("link.jsonl").symlink_to(tmp_path / "real.jsonl")
    Path("out.jsonl").symlink_to("/")
    file = FileReport("link.jsonl", "jsonl", None, None, 1, 1, 1, "")
    file.findings = [
        Finding("C003", "", "error", path, 1, 1, None, "x", None) for path in ("link.jsonl", "out.jsonl")
    ]
    found = json.loads(given("gitlab", Report([file], None)))
    assert [one["location"]["path"] for one in found] == ["real.jsonl", "data/out.jsonl"]
