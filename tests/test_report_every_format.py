"""What holds for every format and the diff, whatever strangers wrote into data and file names."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.report import FORMATS, Look, render
from ftlint.report.colour import STYLES
from ftlint.report.difference import differences
from ftlint.result import Change, FileReport, Finding, Report

HUMAN = sorted(set(FORMATS) - {"json"})
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
]
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), max_size=8).map("".join)
places = st.none() | st.integers(1, 10**9)
severities = st.sampled_from(["error", "warning", "info"])
looks = st.builds(Look, st.booleans(), st.integers(0, 200), st.booleans(), st.booleans(), st.booleans())


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
        )
        file.findings += draw(st.lists(made, max_size=min(count, 3)))
        file.counts[code], file.severities[code] = count, severity
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
    names=st.just({"C003": "empty\x1banswer"}),
    notes=st.lists(texts, max_size=2),
    fixing=st.booleans(),
)


def human(report: Report, look: Look) -> Iterator[str]:
    """All that is shown to people."""
    for name in HUMAN:
        yield "".join(render(report, name, look))
    yield "".join(differences(report, look))


@settings(deadline=None)
@given(reports, looks)
def test_no_control_character_reaches_a_terminal_but_our_own_colours(report: Report, look: Look) -> None:
    for out in human(report, look):
        plain = SGR.sub("", out) if look.colour else out
        assert [c for c in plain if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")] == []
        assert DIRECTION.isdisjoint(plain)
        out.encode()


@settings(deadline=None)
@given(reports, looks)
def test_no_build_log_finds_a_command(report: Report, look: Look) -> None:
    for out in human(report, look):
        assert re.search(r"##\w*\[", SGR.sub("", out)) is None
        assert [line for line in SGR.sub("", out).splitlines() if line.strip().startswith("::")] == []


@settings(deadline=None)
@given(reports)
def test_json_is_always_whole_and_valid_utf_8(report: Report) -> None:
    document = json.loads("".join(render(report, "json", Look())).encode())
    assert len(document["findings"]) == len(report.findings)
    assert len(document["files"]) == len(report.files)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_with_a_newline(name: str) -> None:
    file = FileReport("a.jsonl", "jsonl", "chat", None, 9, 9, 9, "", notes=["a note"])
    assert "".join(render(Report([file], None), name, Look())).endswith("\n")
