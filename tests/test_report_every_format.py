"""What holds for every format and the diff, whatever strangers wrote into data and file names."""

import csv
import html
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from examples import some
from hypothesis import given, settings
from hypothesis import strategies as st
from report_formats import AVAILABLE, EACH

from ftlint import Change, FileReport, Finding, Report
from ftlint.report.fix_diff import differences
from ftlint.report.formats import render
from ftlint.report.terminal import STYLES, RenderOptions
from ftlint.result import Tally

# These are made of commands of a build log: nothing else in them may be one.
COMMANDS = {"github": "::", "azure": "##vso[task.logissue "}
SGR = re.compile("|".join(re.escape(f"\x1b[{code}m") for code in ("0", *STYLES.values())))
DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

NASTY = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\n::error::x",
    "\r##vso[task.x]y",
    "##[x]",
    "\u202e",
    "\ud800",
    " ::set-output ",
    "::add-mask::",
    "]]>",
    "<script>",
    "\uffff",
    "&#x3c;",
    "%0A::",
    "](https://evil.example)",
    "@everyone ",
    "#12",
    "a\\|b",
    "`",
    "=1+1",
    ";=2",
    "\t@SUM",
    ",line=1",
    ";]x",
]
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), max_size=8).map("".join)
places = st.none() | st.integers(1, 10**9)
severities = st.sampled_from(["error", "warning", "info"])
scopes = st.sampled_from(["row", "file", "dataset"])
looks = st.builds(
    RenderOptions, st.booleans(), st.integers(0, 200), st.booleans(), st.booleans(), st.booleans()
)


# A clean run has nothing to say in these.
SILENT = ("json-lines", "jsonl", "github", "pylint", "azure")
SARIF = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text(encoding="utf-8")),
    validate_formats=True,
)
GITHUB = re.compile(
    r"::(error|warning|notice) (?:(?:file|line|endLine|title)=[^,:%]*(?:%\w\w[^,:%]*)*,?)+::[^\r\n]*"
)
AZURE = re.compile(
    r"##vso\[task\.logissue (?:(?:type|sourcepath|linenumber|columnnumber|code)=[^;\]]*;)+\].*"
)


@st.composite
def files(draw: st.DrawFn) -> FileReport:
    path, shape = draw(texts), draw(st.none() | texts)
    size = draw(st.integers(0, 10**13))
    file = FileReport(
        path, "jsonl", shape, None, size, size, size, "", notes=draw(st.lists(texts, max_size=2))
    )
    for code in draw(st.lists(st.sampled_from(["C003", "F001", "X\x1b9"]), unique=True)):
        severity, count = draw(severities), draw(st.integers(1, 10**9))
        fix = st.sampled_from(["safe", "unsafe", None])
        made = st.builds(
            Finding,
            *map(st.just, (code, code, severity, path)),
            places,
            places,
            st.none() | texts,
            texts,
            fix,
            scopes,
            st.sampled_from(["", "0f" * 16, "1e" * 16]),
        )
        file.findings += draw(st.lists(made, max_size=min(count, 3)))
        file.suppressed += [
            replace(found, suppressed=draw(texts)) for found in draw(st.lists(made, max_size=1))
        ]
        file.tallies[Tally(code, severity, draw(scopes))] = count
    file.written, file.rejects = draw(st.none() | texts), draw(st.none() | texts)
    file.fixed, file.dropped = Counter(draw(st.sampled_from([{}, {"C003": 7}]))), Counter({"F001": 10**7})
    change = st.builds(
        Change, places, places, st.none() | texts, st.just(("C003", "X\x1b9")), texts, st.none() | texts
    )
    file.changes, file.changes_total = draw(st.lists(change, max_size=3)), size
    return file


reports = st.builds(
    Report,
    st.lists(files(), max_size=3),
    st.none() | texts,
    names=st.just({"C003": "empty\x1banswer", "F001": "empty", "Z001": "a rule that passed"}),
    pages=st.dictionaries(st.sampled_from(["C003", "F001"]), texts),
    notes=st.lists(texts, max_size=2),
    fixing=st.booleans(),
)


def text(report: Report, name: str, look: RenderOptions = RenderOptions()) -> str:  # noqa: B008
    return "".join(render(report, name, look))


def human(report: Report, look: RenderOptions, without: Container[str] = ()) -> Iterator[str]:
    """All that may be shown on a terminal."""
    for name in (name for name in AVAILABLE if name not in without):
        yield "".join(render(report, name, look))
    yield "".join(differences(report, look))


@settings(deadline=None)
@given(reports, looks)
def test_no_control_character_reaches_a_terminal_but_our_own_colours(
    report: Report, look: RenderOptions
) -> None:
    for out in human(report, look):
        plain = SGR.sub("", out) if look.colour else out
        assert [c for c in plain if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")] == []
        assert DIRECTION.isdisjoint(plain)
        out.encode()


@settings(deadline=None)
@given(reports, looks)
def test_no_build_log_finds_a_command(report: Report, look: RenderOptions) -> None:
    for out in human(report, look, without=COMMANDS):
        assert re.search(r"##\w*\[", SGR.sub("", out)) is None
        assert [line for line in SGR.sub("", out).splitlines() if line.strip().startswith("::")] == []


@settings(deadline=None)
@given(reports)
def test_json_is_always_whole_and_valid_utf_8(report: Report) -> None:
    document = json.loads(text(report, "json").encode())
    assert len(document["findings"]) == len(report.findings)
    assert len(document["files"]) == len(report.files)
    assert len(document["suppressed"]) == sum(len(file.suppressed) for file in report.files)


@settings(deadline=None)
@given(reports)
def test_every_json_has_all_findings_that_count(report: Report) -> None:
    lines = [json.loads(line) for line in text(report, "json-lines").encode().splitlines()]
    assert lines == json.loads(text(report, "json"))["findings"]
    assert len(json.loads(text(report, "rdjson").encode())["diagnostics"]) == len(report.findings)
    known_by = [one["fingerprint"] for one in json.loads(text(report, "gitlab").encode())]
    assert len(set(known_by)) == len(known_by) == len(report.findings)


def strings_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for entry in value.values() for text in strings_in(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in strings_in(entry)]
    return [value] if isinstance(value, str) else []


@settings(deadline=None, max_examples=some(50))
@given(reports)
def test_sarif_is_always_valid_and_every_result_is_known_by_its_own_name(report: Report) -> None:
    document = json.loads(text(report, "sarif").encode())
    assert [error.message for error in SARIF.iter_errors(document)] == []
    assert "" not in strings_in(document)
    (run,) = document["runs"]
    known = sum(len(file.suppressed) for file in report.files)
    assert len(run["results"]) == len(report.findings) + known
    assert [
        one["ruleId"] == run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] for one in run["results"]
    ].count(False) == 0
    prints = [
        one["partialFingerprints"]["ftlint/v1"] for one in run["results"] if "partialFingerprints" in one
    ]
    assert len(set(prints)) == len(prints)


@settings(deadline=None)
@given(reports)
def test_junit_is_xml_whose_numbers_are_right(report: Report) -> None:
    top = ElementTree.fromstring(text(report, "junit").encode())
    cases = [case for suite in top for case in suite]
    assert [top.get(key) for key in ("tests", "failures", "skipped")] == [
        str(len(found)) for found in (cases, top.findall("*/*/failure"), top.findall("*/*/skipped"))
    ]
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)
    assert {element.tag for element in top.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "skipped", "system-out"
    }  # fmt: skip


@settings(deadline=None)
@given(reports)
def test_no_cell_of_a_table_is_a_formula(report: Report) -> None:
    rows = list(csv.reader(io.StringIO(text(report, "csv"))))
    assert {len(row) for row in rows} == {10}
    assert len(rows) == 1 + len(report.findings)
    for piece in (piece for row in rows for cell in row for piece in cell.split(";")):
        assert not piece.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(deadline=None)
@given(reports)
def test_commands_are_whole_and_few(report: Report) -> None:
    found = [GITHUB.fullmatch(line) for line in text(report, "github").splitlines()]
    assert None not in found
    assert max(Counter(one.group(1) for one in found if one).values(), default=0) <= 10
    lines = text(report, "azure").splitlines()
    commands = [line for line in lines if line.lstrip().startswith("##")]
    assert [line for line in commands if not AZURE.fullmatch(line)] == []
    assert len(commands) == sum(finding.severity != "info" for finding in report.findings)


@settings(deadline=None)
@given(reports, looks)
def test_markdown_has_no_markup_but_our_own(report: Report, look: RenderOptions) -> None:
    out = text(report, "markdown", look)
    assert len(out) <= 60_000
    assert {line.count(" | ") for line in out.splitlines() if line.startswith("|")} <= {3}
    assert {line.count("|") for line in out.splitlines() if line.startswith("|")} <= {5}
    assert re.search(r"<|(?<!\\)[\[\]_*]|`(?!--report json=FILE`| has)", out) is None
    # Code hosts look for people, issues and addresses in what they show.
    assert re.search(r"[@#]\w|://|www\.", html.unescape(out), re.ASCII) is None


@pytest.mark.parametrize("name", EACH)
def test_every_format_ends_with_a_newline(name: str) -> None:
    file = FileReport("a.jsonl", "jsonl", "chat", None, 9, 9, 9, "", notes=["a note"])
    out = "".join(render(Report([file], None), name, RenderOptions()))
    assert out.endswith("\n") or (not out and name in SILENT)
