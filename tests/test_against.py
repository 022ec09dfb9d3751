"""Datasets held against one another: what is given, what names tell, and what the configuration says."""

import json
from pathlib import Path

import pytest
from command_line import exit_code

import ftlint
from ftlint import UsageError


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, *pairs: tuple[str, str]) -> None:
    Path(name).parent.mkdir(exist_ok=True, parents=True)
    rows = [{"prompt": prompt, "completion": completion} for prompt, completion in pairs]
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def leaks(report: ftlint.Report) -> list[tuple[str, int | None, str]]:
    return [(f.file, f.line, f.message) for f in report.findings if f.code in ("D004", "D005", "B006")]


TRAIN = (("Is it good?", "yes"), ("Is it bad?", "no"), ("Who?", "I"))
VALID = (("Is it so?", "yes"), ("Who?", "I"), ("Is it bad?", "yes"))


def test_a_file_is_held_against_others() -> None:
    write("a.jsonl", *TRAIN)
    write("b.jsonl", ("Where?", "here"))
    write("c.jsonl", *VALID)
    report = ftlint.check("a.jsonl", against=["b.jsonl", "c.jsonl"])
    assert leaks(report) == [
        ("a.jsonl", 2, '"c.jsonl", line 3 asks the same and is answered otherwise'),
        ("a.jsonl", 3, 'also in "c.jsonl", line 2'),
    ]
    assert report.files[0].notes == ["compared with b.jsonl (1 row)", "compared with c.jsonl (3 rows)"]


@pytest.mark.parametrize(
    ("train", "valid"),
    [
        ("train.jsonl", "valid.jsonl"),
        ("data/support_train.jsonl", "data/support_validation.jsonl"),
        ("x.train.jsonl", "x.dev.jsonl"),
        ("train-00000-of-00002.jsonl", "test-00000-of-00001.jsonl"),
        ("Training_v2.jsonl", "Val_v2.jsonl"),
    ],
)
def test_files_that_are_called_alike_but_for_the_split_are_held_against_one_another(
    train: str, valid: str
) -> None:
    write(train, *TRAIN)
    write(valid, *VALID)
    assert [(file, line) for file, line, _ in leaks(ftlint.check([train, valid]))] == [(train, 2), (train, 3)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a_train.jsonl", "b_valid.jsonl"),
        ("x/train.jsonl", "y/valid.jsonl"),
        ("trained.jsonl", "validated.jsonl"),
        ("train.jsonl", "train2.jsonl"),
        ("valid.jsonl", "test.jsonl"),
    ],
)
def test_files_of_other_names_are_not(one: str, other: str) -> None:
    write(one, *TRAIN)
    write(other, *VALID)
    assert leaks(ftlint.check([one, other])) == []


def test_a_file_among_those_held_is_not_held_against_itself() -> None:
    write("a.jsonl", *TRAIN)
    write("b.jsonl", *VALID)
    found = leaks(ftlint.check(["a.jsonl", "b.jsonl"], against="b.jsonl"))
    assert {file for file, _, _ in found} == {"a.jsonl"}


def test_nothing_to_compare_with_is_a_mistake_in_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.jsonl", *TRAIN)
    write("empty.jsonl")
    for against, told in (
        ("a.jsonl", "a.jsonl is held against nothing but itself"),
        ("empty.jsonl", "empty.jsonl: there is nothing in it to compare with"),
        ("b.jsonl", "b.jsonl: no such file"),
    ):
        assert exit_code("check", "a.jsonl", "--against", against) == 2
        assert told in capsys.readouterr().err


def test_rows_that_are_no_examples_are_counted() -> None:
    write("a.jsonl", *TRAIN)
    Path("b.jsonl").write_text('{"q": 1}\nnonsense\n{"prompt": "x", "completion": "y"}\n', encoding="utf-8")
    assert ftlint.check("a.jsonl", against="b.jsonl").files[0].notes == [
        "compared with b.jsonl (3 rows, 2 of them no examples)"
    ]


def test_a_map_is_for_the_checked_file_where_the_held_one_has_other_columns() -> None:
    Path("a.csv").write_text("frage,antwort\nWho?,I\n", encoding="utf-8")
    write("b.jsonl", *VALID)
    report = ftlint.check("a.csv", map={"prompt": "frage", "completion": "antwort"}, against="b.jsonl")
    assert [line for _, line, _ in leaks(report)] == [2]


def test_the_fix_leaves_the_held_file_as_it_is() -> None:
    write("train.jsonl", *TRAIN)
    write("valid.jsonl", *VALID)
    before = Path("valid.jsonl").read_bytes()
    report = ftlint.fix("train.jsonl", "out.jsonl", unsafe=True, against="valid.jsonl")
    assert report.files[0].dropped == {"D004": 1}
    assert [code for code in report.counts if code == "D004"] == []
    assert "Who?" not in Path("out.jsonl").read_text(encoding="utf-8")
    assert Path("valid.jsonl").read_bytes() == before


CONFIG = """
[datasets.support]
train = ["data/a.jsonl", "data/b.jsonl"]
valid = "data/c.jsonl"
"""


def test_the_configuration_names_splits(capsys: pytest.CaptureFixture[str]) -> None:
    write("data/a.jsonl", *TRAIN)
    write("data/b.jsonl", ("Where?", "here"))
    write("data/c.jsonl", *VALID)
    Path("ftlint.toml").write_text(CONFIG, encoding="utf-8")
    assert exit_code("check", "--project", "--output-format", "json", "--select", "D004") == 1
    document = json.loads(capsys.readouterr().out)
    assert [file["path"] for file in document["files"]] == ["data/a.jsonl", "data/b.jsonl", "data/c.jsonl"]
    assert [(found["file"], found["line"]) for found in document["findings"]] == [("data/a.jsonl", 3)]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("", "no [datasets] in the configuration"),
        ("datasets = 3", "datasets: 3 is not of type"),
        ("[datasets]\nx = 'a.jsonl'", 'datasets.x: "a.jsonl" is not of type'),
        ("[datasets.x]\ntrian = 'a.jsonl'", 'datasets.x has no split train; did you mean "train"?'),
        ("[datasets.x]\ntrain = 3", "datasets.x.train: 3 is not"),
        ("[datasets.x]\ntrain = 'no.jsonl'", "datasets.x.train: no.jsonl: no such file"),
    ],
)
def test_mistakes_in_it_are_told(config: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("ftlint.toml").write_text(config, encoding="utf-8")
    assert exit_code("check", "--project") == 2
    assert told in capsys.readouterr().err


def test_a_project_takes_no_paths(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("check", "a.jsonl", "--project") == 2
    assert "leave out PATHS" in capsys.readouterr().err
    assert exit_code("check") == 2
    assert "name a file or a folder" in capsys.readouterr().err


def test_a_setting_that_python_gives_wrongly_is_told() -> None:
    write("a.jsonl", *TRAIN)
    with pytest.raises(UsageError, match="no such file"):
        ftlint.check("a.jsonl", against="nothing.jsonl")


def test_commands_that_compare_nothing_say_so() -> None:
    write("a.jsonl", *TRAIN)
    with pytest.raises(UsageError, match="leave out against"):
        ftlint.convert("a.jsonl", "b.jsonl", to="openai-chat", against="a.jsonl")
