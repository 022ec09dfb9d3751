"""Findings that do not count: a baseline keyed by content, and records that say so themselves."""

import json
from datetime import date
from pathlib import Path

import pytest
from command_line import exit_code

import ftlint
from ftlint import UsageError

NAME = Path(".ftlint-baseline.jsonl")


def chat(question: str, answer: str) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


EMPTY = chat("a", "")
HIDDEN = chat("b\u200bc", "d")
GOOD = chat("e", "f")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(*rows: object, name: str = "a.jsonl") -> None:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def entries() -> list[dict[str, object]]:
    return [json.loads(line) for line in NAME.read_text(encoding="utf-8").splitlines()]


def check(*paths: str, **settings: object) -> ftlint.Report:
    return ftlint.check(paths or ("a.jsonl",), baseline=NAME, **settings)


def left(report: ftlint.Report) -> list[tuple[str, int | None]]:
    return [(found.code, found.line) for found in report.findings]


def test_what_is_in_the_baseline_does_not_count_wherever_it_stands() -> None:
    write(EMPTY, GOOD, HIDDEN, "nonsense")
    assert exit_code("check", "a.jsonl", "--write-baseline") == 0
    assert [(entry["rule"], entry["count"], entry["file"]) for entry in entries()] == [
        ("C003", 1, "a.jsonl"),
        ("F004", 1, "a.jsonl"),
        ("U001", 1, "a.jsonl"),
    ]
    write(
        "nonsense",
        HIDDEN,
        {"messages": [dict(reversed(message.items())) for message in EMPTY["messages"]]},
        GOOD,
    )
    report = check()
    assert left(report) == []
    assert report.counts == {}
    assert sorted((f.code, f.line, f.suppressed) for f in report.files[0].suppressed) == [
        ("C003", 3, "in the baseline"),
        ("F004", 1, "in the baseline"),
        ("U001", 2, "in the baseline"),
    ]
    assert exit_code("check", "a.jsonl", "--baseline", str(NAME)) == 0


def test_what_is_new_counts_and_so_does_one_more_of_the_same() -> None:
    write(EMPTY, GOOD)
    exit_code("check", "a.jsonl", "--write-baseline")
    write(GOOD, EMPTY, EMPTY, HIDDEN)
    report = check(select="C003,U001")
    assert left(report) == [("C003", 3), ("U001", 4)]
    assert exit_code("check", "a.jsonl", "--baseline", str(NAME)) == 1


def test_findings_that_are_capped_are_the_ones_that_count() -> None:
    rows = [chat(str(n), "") for n in range(9)]
    write(*rows[:6])
    exit_code("check", "a.jsonl", "--write-baseline")
    write(*rows)
    report = check(select="C003", max_per_rule=2)
    assert left(report) == [("C003", 7), ("C003", 8)]
    assert report.counts == {"C003": 3}


def test_entries_that_match_nothing_are_told_and_taken_out() -> None:
    write(EMPTY, HIDDEN)
    write(EMPTY, name="b.jsonl")
    exit_code("check", "a.jsonl", "b.jsonl", "--write-baseline")
    before = entries()
    write(GOOD, HIDDEN)
    # Of the other file and of rules that do not run nothing is known.
    assert check(select="U001").notes == []
    write(chat("x", "y"), name="b.jsonl")
    told = ["1 of the baseline's entries match nothing any more; --prune-baseline takes them out"]
    assert check("a.jsonl", "b.jsonl").notes == told
    assert exit_code("check", "a.jsonl", "b.jsonl", "--prune-baseline") == 0
    assert [entry["rule"] for entry in entries()] == ["U001"]
    assert [entry["rule"] for entry in before] == ["C003", "U001"]


def test_what_people_wrote_into_it_stays() -> None:
    write(EMPTY, HIDDEN)
    exit_code("check", "a.jsonl", "--write-baseline")
    first, second = entries()
    first |= {"reason": "a known gap", "added": "2020-01-01"}
    second |= {"expires": "2020-06-01"}
    write(first, second, name=str(NAME))
    report = check(today=date(2020, 5, 1))
    assert [f.suppressed for f in report.files[0].suppressed] == ["a known gap", "in the baseline"]
    late = check(today=date(2020, 7, 1))
    assert left(late) == [("U001", 2)]
    assert late.notes == ["1 of the baseline's entries have expired, so what they knew counts again"]
    exit_code("check", "a.jsonl", "--write-baseline", "--baseline", str(NAME))
    assert entries() == [first, second]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nonsense", ".ftlint-baseline.jsonl:1: "),
        ('{"rule": "C003"}', "fingerprint"),
        ('{"rule": "C003", "fingerprint": "12"}', "fingerprint"),
        ('{"rule": "C003", "fingerprint": "00000000000000000000000000000000", "why": ""}', "why"),
    ],
)
def test_a_broken_baseline_names_its_line(line: str, told: str) -> None:
    write(EMPTY)
    write(line, name=str(NAME))
    with pytest.raises(UsageError, match=told):
        check()


def test_options_that_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    write(EMPTY)
    assert exit_code("check", "a.jsonl", "--write-baseline", "--fix") == 2
    assert exit_code("check", "a.jsonl", "--prune-baseline") == 2
    assert "there is no .ftlint-baseline.jsonl" in capsys.readouterr().err


IGNORES = {"_ftlint": {"ignore": ["C003", "zero-width"], "reason": "on purpose"}}


def test_a_record_says_what_does_not_count_for_it() -> None:
    write({**EMPTY, **IGNORES}, {**HIDDEN, "_ftlint": "U001"}, EMPTY, {**HIDDEN, "_ftlint": {"ignore": 3}})
    report = ftlint.check("a.jsonl", record_ignores=True, target="openai-chat", select="C003,U001,S006")
    assert left(report) == [("C003", 3), ("U001", 4)]
    told = [(f.code, f.line, f.suppressed) for f in report.files[0].suppressed if f.code != "S006"]
    assert told == [("C003", 1, "on purpose"), ("U001", 2, "the record says so")]


def test_nobody_obeys_a_record_unless_asked() -> None:
    write({**EMPTY, **IGNORES})
    assert left(ftlint.check("a.jsonl", select="C003")) == [("C003", 1)]


def test_a_column_of_a_table_says_the_same() -> None:
    Path("a.csv").write_text("prompt,completion,_ftlint_ignore\na,,P010\nb,,\n", encoding="utf-8")
    report = ftlint.check("a.csv", record_ignores=True, select="P010")
    assert left(report) == [("P010", 3)]


@pytest.mark.parametrize("ignores", [IGNORES, {"_ftlint_ignore": "C003"}])
def test_it_is_left_out_of_what_is_trained_on(ignores: dict[str, object]) -> None:
    write({**GOOD, **ignores})
    report = ftlint.convert("a.jsonl", "b.jsonl", to="openai-chat", record_ignores=True)
    assert json.loads(Path("b.jsonl").read_text(encoding="utf-8")) == GOOD
    assert not Path("b.jsonl.lost.jsonl").exists()
    assert not any("lost" in note for note in report.files[0].notes)
