"""The report for people: a Report in, exact text out."""

import re
from collections import Counter
from dataclasses import replace
from textwrap import dedent
from typing import Any

from ftlint import FileReport, Finding, Report
from ftlint.report.formats import render
from ftlint.report.terminal import RenderOptions
from ftlint.result import Tally

NAMES = {
    "C003": "empty-answer",
    "C013": "system-prompt-varies",
    "D001": "duplicate-example",
    "F004": "invalid-json",
    "S007": "mixed-types",
    "T004": "arguments-break-schema",
    "U001": "zero-width",
    "U005": "mojibake",
}
SEVERITIES = {"D001": "warning", "S007": "warning", "U001": "warning", "C013": "info"}
ARGUMENTS = "messages[2].tool_calls[0].function.arguments"


def finding(code: str, line: int | None = None, message: str = "it is wrong", **rest: Any) -> Finding:
    known = {"name": NAMES[code], "severity": SEVERITIES.get(code, "error"), "file": "a.jsonl"}
    known |= {"row": line, "path": None, "fix": None} | rest
    return Finding(code=code, line=line, message=message, **known)


def file(
    path: str = "a.jsonl", *findings: Finding, counts: dict[str, int] | None = None, **rest: Any
) -> FileReport:
    seen = Counter(Tally(found.code, found.severity, found.scope) for found in findings)
    given = {Tally(code, SEVERITIES.get(code, "error"), "row"): n for code, n in (counts or {}).items()}
    totals = seen | Counter(given)
    known = {"container": "jsonl", "shape": "chat", "task": None, "rows": 12_040, "examples": 12_040}
    own = [replace(found, file=path) if found.file == "a.jsonl" else found for found in findings]
    known |= {"bytes": 9_102_336, "sha256": "", "findings": own, "tallies": totals}
    return FileReport(path, **known | rest)


def text(*files: FileReport, look: RenderOptions = RenderOptions(), **rest: Any) -> str:  # noqa: B008
    report = Report(list(files), **{"target": "openai-chat", "names": NAMES, "seconds": 0.4} | rest)
    return "".join(render(report, "text", look))


def expected(wanted: str) -> str:
    return dedent(wanted).lstrip("\n")


def messy() -> FileReport:
    return file(
        "data/support.jsonl",
        finding("D001", 97, "the same conversation as line 12 (ids and key order ignored)", fix="unsafe"),
        finding("T004", 212, '"unit" is "celcius"; allowed: "celsius", "fahrenheit"', path=ARGUMENTS),
        finding("C013", None, "3 prompts: 96.1 %, 3.7 %, 0.2 %", scope="dataset"),
        finding("T004", 388, 'required "location" is missing', path=ARGUMENTS),
        finding(
            "F004",
            4813,
            "the last line ends in the middle of a string: the file was cut off (9,102,336 bytes)",
        ),
        counts={"T004": 37, "D001": 64},
        examples=4812,
        fixable=Counter(D001=64),
    )


def test_a_messy_file_at_eighty_columns() -> None:
    assert text(messy()) == expected("""
        data/support.jsonl  chat · 4,812 examples · 9.1 MB

          E  T004 arguments-break-schema   37 places
             :212  messages[2].tool_calls[0].function.arguments
                     "unit" is "celcius"; allowed: "celsius", "fahrenheit"
             :388  messages[2].tool_calls[0].function.arguments
                     required "location" is missing
             … 35 more (--max-per-rule 0 shows all)
          E  F004 invalid-json             1 line
             :4813  the last line ends in the middle of a string: the file was cut off
                    (9,102,336 bytes)
          W  D001 duplicate-example        64 examples   fix: unsafe
             :97  the same conversation as line 12 (ids and key order ignored)
             … 63 more (--max-per-rule 0 shows all)

          about the dataset as a whole
          I  C013 system-prompt-varies     3 prompts: 96.1 %, 3.7 %, 0.2 %

        38 errors, 64 warnings, 1 note in 1 file · 4,812 examples read in 0.4 s
        64 fixable with --fix --unsafe-fixes · ftlint rule T004 explains
        """)


def test_a_wide_terminal_gets_one_line_a_finding() -> None:
    assert f":388  {ARGUMENTS}   required" in text(messy(), look=RenderOptions(width=160))


def test_a_narrow_terminal_gets_no_line_that_is_too_long_but_for_long_words() -> None:
    lines = text(messy(), look=RenderOptions(width=50)).splitlines()
    assert [
        line for line in lines if len(line) > 50 and ARGUMENTS not in line and "W  D001" not in line
    ] == []


def test_chinese_takes_two_columns_when_lines_are_broken() -> None:
    out = text(file("a.jsonl", finding("C003", 1, "汉" * 40)), look=RenderOptions(width=49))
    assert f"     :1  {'汉' * 20}\n         {'汉' * 20}\n" in out


def test_one_clean_file_is_one_line() -> None:
    assert text(file("train.jsonl")) == "train.jsonl  chat · 12,040 examples · clean\n"


def test_without_a_target_one_line_says_what_was_not_checked() -> None:
    assert text(file("train.jsonl"), target=None, look=RenderOptions(width=130)) == expected("""
        train.jsonl  chat · 12,040 examples · clean
        no target named: limits and provider rules were not checked (--target openai-chat, or another of `ftlint target --all`)
        """)
    assert text(file("train.jsonl"), target=None) == expected("""
        train.jsonl  chat · 12,040 examples · clean
        no target named: limits and provider rules were not checked
          (--target openai-chat, or another of `ftlint target --all`)
        """)


def test_twenty_clean_files_are_listed_and_twenty_one_are_counted() -> None:
    assert text(*[file(f"{n}.jsonl") for n in range(20)]).count("clean\n") == 20
    many = [file(f"{n}.jsonl", notes=["lengths are estimates"]) for n in range(21)]
    assert text(*many) == expected("""
        21 files · 252,840 examples · clean
             note: lengths are estimates (21 files)
        """)
    assert text(*many, look=RenderOptions(verbose=True)).count("clean\n") == 21


def test_the_worst_file_comes_first_and_clean_ones_after_it() -> None:
    warned, wrong = file("warned.jsonl", finding("D001", 2)), file("wrong.jsonl", finding("C003", 1))
    assert text(warned, file("clean.jsonl"), wrong, file("also-clean.jsonl")) == expected("""
        wrong.jsonl  chat · 12,040 examples · 9.1 MB

          E  C003 empty-answer   1 example
             :1  it is wrong

        warned.jsonl  chat · 12,040 examples · 9.1 MB

          W  D001 duplicate-example   1 example
             :2  it is wrong

        clean.jsonl       chat · 12,040 examples · clean
        also-clean.jsonl  chat · 12,040 examples · clean

        1 error, 1 warning in 2 of 4 files · 48,160 examples read in 0.4 s
        ftlint rule C003 explains
        """)


def test_what_does_not_count_is_counted_apart() -> None:
    known = [finding("C003", line) for line in range(12)]
    assert text(file("a.jsonl", finding("C003", 1), suppressed=known)).splitlines()[-2] == (
        "1 error in 1 file · 12 suppressed · 12,040 examples read in 0.4 s"
    )
    assert text(file("a.jsonl", suppressed=known)) == expected("""
        a.jsonl  chat · 12,040 examples · clean
        12 suppressed · 12,040 examples read in 0.4 s
        """)


def test_findings_about_the_whole_file_have_no_line() -> None:
    long = "the path has text in most rows and numbers in some: loaders that guess types from the first rows break"
    assert text(
        file("a.jsonl", finding("S007", None, long, path="meta.score"), finding("C013", None, long))
    ) == expected(
        """
        a.jsonl  chat · 12,040 examples · 9.1 MB

          W  S007 mixed-types            1 finding
             meta.score
               the path has text in most rows and numbers in some: loaders that guess
               types from the first rows break
          I  C013 system-prompt-varies   1 finding
             the path has text in most rows and numbers in some: loaders that guess
             types from the first rows break

        1 warning, 1 note in 1 file · 12,040 examples read in 0.4 s
        ftlint rule S007 explains
        """
    )


def test_a_record_without_a_line_is_named_by_its_row() -> None:
    assert "     row 41  it is wrong\n" in text(file("a.parquet", finding("C003", None, row=41)))


def test_examples_are_counted_only_where_each_finding_is_another_example() -> None:
    twice = [finding("C003", 5, path="messages[1].content"), finding("C003", 5, path="messages[3].content")]
    apart = [finding("C003", 5, path="messages[1].content"), finding("C003", 6, path="messages[1].content")]
    assert "2 places" in text(file("a.jsonl", *twice))
    assert "2 examples" in text(file("a.jsonl", *apart))
    assert "3 places" in text(file("a.jsonl", *apart, counts={"C003": 3}))


def test_huge_counts_have_separators_and_stay_in_their_columns() -> None:
    out = text(
        file(
            "a.jsonl", finding("C003", 1_234_567), finding("D001", 9, fix="safe"), counts={"C003": 2_500_000}
        )
    )
    assert "E  C003 empty-answer        2,500,000 examples\n" in out
    assert "W  D001 duplicate-example   1 example   fix: safe\n" in out
    assert "… 2,499,999 more" in out


def test_rules_of_one_severity_are_sorted_by_number_then_code() -> None:
    out = text(file("a.jsonl", counts={"T004": 2, "F004": 9, "C003": 2, "D001": 99}))
    assert [line[5:9] for line in out.splitlines() if line[2:5] in ("E  ", "W  ")] == [
        "F004",
        "C003",
        "T004",
        "D001",
    ]


def test_a_fix_that_helps_only_some_places_says_so() -> None:
    out = text(file("a.jsonl", finding("C003", 1, fix="safe"), finding("C003", 2)))
    assert "E  C003 empty-answer   2 examples   fix: safe for some\n" in out


def test_safe_and_unsafe_fixes_are_told_apart() -> None:
    found = [finding("C003", 1, fix="unsafe"), finding("U001", 1, fix="safe")]
    both, safe = Counter(U001=12, C003=64), Counter(U001=12)
    assert "12 fixable with --fix, 64 more with --unsafe-fixes" in text(file("a", *found, fixable=both))
    assert "12 fixable with --fix · ftlint rule" in text(file("a", *found, fixable=safe))


def test_a_fixing_run_says_what_was_written_and_what_is_left() -> None:
    fixed = file(
        "old.csv",
        finding("C003", 7, "the assistant says nothing"),
        read=488,
        examples=486,
        bytes=812,
        written="old.fixed.csv",
        rejects="old.rejects.jsonl",
        fixed=Counter(U005=2, U001=10),
        dropped=Counter(D001=2),
        kept=486,
        changed=12,
        notes=["lengths are estimates"],
    )
    assert text(fixed, fixing=True, seconds=75.2) == expected("""
        old.csv  chat · 486 examples · 812 bytes

          E  C003 empty-answer   1 example
             :7  the assistant says nothing
          wrote old.fixed.csv
             488 read · 486 kept · 12 changed · 2 dropped
             fixed    U001 zero-width 10 · U005 mojibake 2
             dropped  D001 duplicate-example 2
             dropped rows are kept in old.rejects.jsonl
             note: lengths are estimates

        12 fixed, 2 dropped
        1 error left in 1 file · 486 examples read in 1 min 15 s
        ftlint rule C003 explains
        """)


def test_a_fixing_run_that_leaves_nothing_says_so() -> None:
    fixed = file("a.jsonl", written="b.jsonl", fixed=Counter(U001=1), read=12_040, kept=12_040, changed=1)
    assert text(fixed, fixing=True, seconds=0.04) == expected("""
        a.jsonl  chat · 12,040 examples · clean
          wrote b.jsonl
             12,040 read · 12,040 kept · 1 changed · 0 dropped
             fixed    U001 zero-width 1

        1 fixed
        nothing is left · 12,040 examples read in 0.04 s
        """)


def test_quiet_shows_findings_and_nothing_else() -> None:
    out = text(
        messy(), file("clean.jsonl", notes=["a"]), target=None, notes=["b"], look=RenderOptions(quiet=True)
    )
    assert out == text(messy()).partition("\n38 errors")[0]
    assert text(file("clean.jsonl"), look=RenderOptions(quiet=True)) == ""


def test_notes_of_the_run_come_before_the_missing_target() -> None:
    assert text(file("a.jsonl"), notes=["T004 was not checked: no tools"], target=None).splitlines()[1:3] == [
        "note: T004 was not checked: no tools",
        "no target named: limits and provider rules were not checked",
    ]


def test_statistics_take_the_place_of_the_findings() -> None:
    assert text(messy(), file("clean.jsonl"), look=RenderOptions(statistics=True)) == expected("""
        37  T004  error    arguments-break-schema
         1  F004  error    invalid-json
        64  D001  warning  duplicate-example  [unsafe]
         1  C013  info     system-prompt-varies

        38 errors, 64 warnings, 1 note in 1 of 2 files · 16,852 examples read in 0.4 s
        64 fixable with --fix --unsafe-fixes · ftlint rule T004 explains
        """)


def test_colour_changes_nothing_but_colour() -> None:
    plain, coloured = text(messy()), text(messy(), look=RenderOptions(colour=True))
    assert "\x1b[1;31mE\x1b[0m" in coloured
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_no_file_gives_no_text() -> None:
    assert not text(target=None)


def test_a_finding_about_the_source_of_a_fix_names_it() -> None:
    left = finding("F004", 3, "cut off", file="data/table.csv")
    assert "     table.csv:3  cut off\n" in text(file("fixed.jsonl", left, written="fixed.jsonl", read=3))


def test_what_is_about_the_dataset_stands_apart_from_its_rows() -> None:
    rate = finding("C013", None, "4 % of the answers", scope="dataset")
    told = text(
        file("a.jsonl", finding("C013", 3, "this one"), rate, counts={"C013": 12}),
        look=RenderOptions(quiet=True),
    )
    assert told == expected("""
        a.jsonl  chat · 12,040 examples · 9.1 MB

          I  C013 system-prompt-varies   12 examples
             :3  this one
             … 11 more (--max-per-rule 0 shows all)

          about the dataset as a whole
          I  C013 system-prompt-varies   4 % of the answers
        """)
