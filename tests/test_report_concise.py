"""One finding a line, and ``--statistics``: a Report in, exact text out."""

from collections import Counter
from textwrap import dedent

from ftlint import FileReport, Finding, Report
from ftlint.report.formats import render
from ftlint.report.terminal import RenderOptions
from ftlint.result import Tally


def sample() -> Report:
    one = FileReport("data/a.jsonl", "jsonl", "chat", None, 55, 55, 1, "")
    one.findings = [
        Finding(
            "C003",
            "empty-answer",
            "error",
            one.path,
            7,
            7,
            "messages[2].content",
            "it says nothing",
            "unsafe",
        ),
        Finding(
            "F003", "byte-order-mark", "warning", one.path, None, None, None, "3 invisible bytes", "safe"
        ),
        Finding("C003", "empty-answer", "error", one.path, 2, 2, None, "it says nothing", None),
    ]
    one.tallies = Counter({Tally("C003", "error", "row"): 1200, Tally("F003", "warning", "file"): 1})
    one.fixable = Counter(F003=1, C003=3)
    other = FileReport("b.parquet", "parquet", "chat", None, 9, 9, 1, "")
    other.findings = [Finding("C013", "varies", "info", other.path, None, 4, None, "it varies", None)]
    other.tallies = Counter({Tally("C013", "info", "row"): 1, Tally("C003", "error", "row"): 1})
    return Report(
        [one, other], None, names={"C003": "empty-answer", "F003": "byte-order-mark", "C013": "varies"}
    )


def concise(report: Report, look: RenderOptions = RenderOptions()) -> str:  # noqa: B008
    return "".join(render(report, "concise", look))


FINDINGS = dedent("""\
    data/a.jsonl: F003 [*] 3 invisible bytes
    data/a.jsonl:2: C003 it says nothing
    data/a.jsonl:7: C003 it says nothing (messages[2].content)
    b.parquet[row 4]: C013 it varies
    """)


def test_a_line_for_each_finding_in_file_order_then_the_totals() -> None:
    assert concise(sample()) == FINDINGS + dedent("""\
        1,199 more findings not listed (--max-per-rule 0 shows all).
        Found 1,201 errors, 1 warning, 1 note.
        [*] 1 fixable with `--fix`.
        3 more fixable with `--fix --unsafe-fixes`.
        """)


def test_quiet_leaves_the_totals_out() -> None:
    assert concise(sample(), RenderOptions(quiet=True)) == FINDINGS


def test_a_clean_run_says_nothing() -> None:
    assert concise(Report([FileReport("a.jsonl", "jsonl", "chat", None, 9, 9, 1, "")], None)) == ""


def test_a_fixing_run_says_what_was_done() -> None:
    file = FileReport("a.jsonl", "jsonl", "chat", None, 9, 9, 1, "", notes=["lengths are estimates"])
    file.written, file.rejects, file.fixed, file.dropped = (
        "b.jsonl",
        "c.jsonl",
        Counter(U001=3),
        Counter(D001=1),
    )
    assert concise(Report([file], None, fixing=True, notes=["X002 is off"])) == dedent("""\
        a.jsonl: note: lengths are estimates
        Wrote b.jsonl. Dropped rows are kept in c.jsonl.
        note: X002 is off
        Done: 3 fixed, 1 dropped.
        """)


def test_statistics_add_up_all_files_the_worst_first() -> None:
    assert concise(sample(), RenderOptions(statistics=True, quiet=True)) == dedent("""\
        1,201  C003  error    empty-answer  [unsafe]
            1  F003  warning  byte-order-mark  [safe]
            1  C013  info     varies
        """)


def test_statistics_count_a_rule_apart_where_it_is_less_bad() -> None:
    report = sample()
    report.files[1].tallies[Tally("C003", "info", "row")] = report.files[1].tallies.pop(
        Tally("C003", "error", "row")
    )
    assert concise(report, RenderOptions(statistics=True, quiet=True)).splitlines()[2:] == [
        "    1  C003  info     empty-answer",
        "    1  C013  info     varies",
    ]


def test_grouped_has_the_same_lines_below_the_name_of_their_file() -> None:
    report = sample()
    report.files[0].findings.append(
        Finding("B001", "few", "info", "data/a.jsonl", None, None, None, "55", None, "dataset")
    )
    report.files[1].suppressed = report.files[1].findings[:]
    report.files[1].findings.append(
        Finding("C003", "empty-answer", "error", "old.csv", 12, 3, None, "gone", None)
    )
    assert "".join(render(report, "grouped", RenderOptions())) == dedent("""\
        data/a.jsonl:
             file  F003 [*] 3 invisible bytes
          dataset  B001 55
                2  C003 it says nothing
                7  C003 it says nothing (messages[2].content)

        b.parquet:
          row 4  C013 it varies

        old.csv:
          12  C003 gone

        1,197 more findings not listed (--max-per-rule 0 shows all).
        Found 1,201 errors, 1 warning, 1 note.
        1 suppressed.
        [*] 1 fixable with `--fix`.
        3 more fixable with `--fix --unsafe-fixes`.
        """)
    assert "".join(render(report, "grouped", RenderOptions(statistics=True))).startswith("1,201  C003  error")
    assert "".join(render(Report([], None), "grouped", RenderOptions())) == ""
