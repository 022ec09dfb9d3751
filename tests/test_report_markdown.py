"""The report for pull requests: findings in, Markdown out."""

from collections import Counter
from dataclasses import replace
from textwrap import dedent

import pytest

from ftlint import FileReport, Finding, Report
from ftlint.report.formats import render
from ftlint.report.markdown import plain, within
from ftlint.report.terminal import RenderOptions
from ftlint.result import Tally


def sample() -> Report:
    one = FileReport(
        "data/a_b.jsonl", "jsonl", "chat", None, 55, 55, 1234, "", notes=["lengths are estimates"]
    )
    one.findings = [
        Finding(
            "C003", "empty-answer", "error", one.path, 7, 7, "messages[2].content", "it says a|b", "unsafe"
        ),
        Finding("C003", "empty-answer", "error", "old.csv", None, 9, None, "gone", None),
        Finding("C013", "varies", "info", one.path, None, None, None, "3 prompts", None, "dataset"),
    ]
    one.tallies = Counter({Tally("C003", "error", "row"): 1200, Tally("C013", "info", "dataset"): 1})
    one.suppressed = [replace(one.findings[0], suppressed="known")]
    clean = FileReport("b.jsonl", "jsonl", "chat", None, 9, 9, 1, "")
    return Report([clean, one], "openai-chat", names={"C003": "empty-answer", "C013": "varies"})


def given(report: Report, look: RenderOptions = RenderOptions()) -> str:  # noqa: B008
    return "".join(render(report, "markdown", look))


def many(rules: int, findings: int, message: str = "x" * 200) -> Report:
    file = FileReport("a.jsonl", "jsonl", "chat", None, findings, findings, 1, "")
    for rule in range(rules):
        code = f"R{rule:03}"
        file.findings += [
            Finding(code, "rule", "error", file.path, at, at, None, message, None)
            for at in range(1, findings + 1)
        ]
        file.tallies[Tally(code, "error", "row")] = findings
    return Report([file], None, names={f"R{rule:03}": "rule" for rule in range(rules)})


HEAD = """\
## ftlint: 1,200 errors, 1 note

64 examples in 2 files · findings in 1 of 2 files · for openai-chat · 1 suppressed

| rule | severity | findings | fix |
| :-- | :-- | --: | :-- |
| C003 empty-answer | error | 1,200 | unsafe |
| C013 varies | info | 1 |  |
"""


def test_a_table_for_each_file_and_one_for_the_dataset() -> None:
    assert given(sample()) == HEAD + dedent("""\

        - note: lengths are estimates

        ### data/a\\_b.jsonl

        55 examples · chat · 1.2 kB · 1,200 errors, 1 note

        | line | severity | rule | what |
        | --: | :-- | :-- | :-- |
        | old.csv row 9 | error | C003 empty-answer | gone |
        | 7 | error | C003 empty-answer | it says a&#124;b (messages\\[2\\].content) |
        |  | error | C003 empty-answer | … 1,198 more |

        ### About the dataset as a whole

        | file | severity | rule | what |
        | :-- | :-- | :-- | :-- |
        | data/a\\_b.jsonl | info | C013 varies | 3 prompts |

        3 of 1,201 findings listed. `--report json=FILE` has all.
        """)


def test_statistics_are_the_first_table() -> None:
    assert given(sample(), RenderOptions(statistics=True, quiet=True)) == HEAD


def test_a_clean_run_says_so() -> None:
    clean = Report([FileReport("b.jsonl", "jsonl", "chat", None, 9, 9, 1, "")], None)
    assert given(clean) == "## ftlint: nothing found\n\n9 examples in 1 file · no target named\n"


def test_ten_findings_of_a_rule_unless_more_are_wanted() -> None:
    assert given(many(1, 30)).count("| error | R000 rule | x") == 10
    assert given(many(1, 30), RenderOptions(most=25)).count("| error | R000 rule | x") == 25


def test_what_does_not_fit_into_a_comment_is_counted() -> None:
    out = given(many(100, 10))
    assert 58_000 < len(out) <= 60_000
    listed = out.count("| error | R") - 20
    assert "| 80 more rules |  | 800 |  |\n" in out
    assert out.endswith(
        f"\n{out.count(' rule | x')} of 1,000 findings listed. More would be too long. `--report json=FILE` has all.\n"
    )
    assert listed > 200


def test_the_limit_can_be_one_of_bytes() -> None:
    pieces = list(
        within(100_000, many(50, 10, "汉" * 200), RenderOptions(), size=lambda text: len(text.encode()))
    )
    assert 98_000 < len("".join(pieces).encode()) <= 100_000


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a|b", "a&#124;b"),
        ("a\\|b", "a&#92;&#124;b"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("&lt;", "&amp;&#8203;lt;"),
        ("`code` *a* _b_", "&#96;code&#96; \\*a\\* \\_b\\_"),
        ("[x](https://evil.example)", "\\[x\\](https:&#8203;//evil.example)"),
        ("www.evil.example", "www&#8203;.evil.example"),
        ("@ann, a@b.example", "@&#8203;ann, a@&#8203;b.example"),
        ("fixes #12, !3, GH-4", "fixes \\#&#8203;12, \\!&#8203;3, GH&#8203;-4"),
        ("96.1 % of messages[2].content", "96.1 % of messages\\[2\\].content"),
        ("a\nb\x1b[31m\u202e", "a&#92;nb&#92;x1b\\[31m&#92;u202e"),
        ("data/train.jsonl: 3", "data/train.jsonl: 3"),
        ("x" * 301, "x" * 299 + "…"),
    ],
)
def test_data_is_read_as_what_it_is(text: str, markdown: str) -> None:
    assert plain(text) == markdown
