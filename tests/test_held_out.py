"""What is held out from training is not judged by rules that are only about what is trained on."""

import json
import os
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from command_line import exit_code

import ftlint
from ftlint.commands.check.cache import Cache, CacheFolder
from ftlint.commands.check.run import check_files
from ftlint.config.settings import Settings
from ftlint.io.find import find_sources
from ftlint.rule.registry import all_rules

TARGET = "openai-completions"
ABOUT_TRAINING = {"B001", "B002", "B003", "L005"}
CONFIG = '[datasets.support]\ntrain = "a.jsonl"\nvalid = "b.jsonl"\n'


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FTLINT_NO_CACHE", raising=False)


def write(name: str, n: int) -> None:
    """So many examples of two classes, of which one is rare."""
    path = Path(name)
    path.parent.mkdir(exist_ok=True, parents=True)
    rows = [{"prompt": f"{name}{i} ->", "completion": (" yes", " no")[i % 12 == 11]} for i in range(n)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    os.utime(path, (time.time() - 100,) * 2)


def told(report: ftlint.Report) -> dict[str, set[str]]:
    """For each file the rules about training that have found something in it."""
    found: dict[str, set[str]] = {file.path: set() for file in report.files}
    for finding in report.findings:
        if finding.code in ABOUT_TRAINING:
            found[finding.file].add(finding.code)
    return found


UNEVEN = {"B001", "B002", "B003"}


def test_rules_that_are_only_about_what_is_trained_on() -> None:
    assert {code for code, rule in all_rules().items() if rule.training_only} == ABOUT_TRAINING - {"B001"} | {
        "R013"
    }


@pytest.mark.parametrize(
    ("train", "held"),
    [("train.jsonl", "valid.jsonl"), ("x/s_train.jsonl", "x/s_test.jsonl"), ("train_1.jsonl", "dev_1.jsonl")],
)
def test_a_file_whose_name_says_so_beside_its_training_file(train: str, held: str) -> None:
    write(train, 48)
    write(held, 24)
    assert told(ftlint.check([train, held], target=TARGET)) == {train: UNEVEN, held: set()}


@pytest.mark.parametrize("held", ["valid.jsonl", "test.jsonl", "b_valid.jsonl", "other/valid.jsonl"])
def test_a_name_alone_says_nothing(held: str) -> None:
    write("train.jsonl", 48)
    write(held, 24)
    alone = {held: UNEVEN}
    assert told(ftlint.check(held, target=TARGET)) == alone
    if held not in ("valid.jsonl", "test.jsonl"):
        both = ftlint.check(["train.jsonl", held], target=TARGET)
        assert told(both) == {"train.jsonl": UNEVEN, **alone}


def test_a_file_that_others_are_held_against() -> None:
    write("a.jsonl", 48)
    write("b.jsonl", 24)
    report = ftlint.check(["a.jsonl", "b.jsonl"], target=TARGET, against="b.jsonl")
    assert told(report) == {"a.jsonl": UNEVEN, "b.jsonl": set()}


def test_files_that_are_only_held_against_one_another_are_all_trained_on() -> None:
    write("a.jsonl", 48)
    write("b.jsonl", 24)
    report = ftlint.check(["a.jsonl", "b.jsonl"], target=TARGET, against=["a.jsonl", "b.jsonl"])
    assert told(report) == {"a.jsonl": UNEVEN, "b.jsonl": UNEVEN}


@pytest.mark.parametrize("arguments", [["--project"], ["a.jsonl", "b.jsonl"], ["b.jsonl"]])
def test_a_split_of_the_configuration(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    write("a.jsonl", 48)
    write("b.jsonl", 24)
    Path("ftlint.toml").write_text(CONFIG, encoding="utf-8")
    exit_code("check", *arguments, "--target", TARGET, "--output-format", "json")
    document = json.loads(capsys.readouterr().out)
    found = {(f["file"], f["code"]) for f in document["findings"] if f["code"] in ABOUT_TRAINING}
    files = {file["path"] for file in document["files"]}
    assert found == ({("a.jsonl", code) for code in UNEVEN} if "a.jsonl" in files else set())


@pytest.mark.parametrize("gone", ["gone.jsonl", "s3://gone/*.jsonl"])
def test_a_split_of_the_configuration_that_is_not_here_is_of_no_importance(gone: str) -> None:
    write("b.jsonl", 24)
    datasets = {"one": {"train": [gone], "valid": [gone, "b.jsonl"]}}
    assert told(ftlint.check("b.jsonl", target=TARGET, datasets=datasets)) == {"b.jsonl": set()}


def test_what_one_dataset_trains_on_is_trained_on_though_another_holds_it_out() -> None:
    write("b.jsonl", 24)
    datasets = {"one": {"train": ["a.jsonl"], "valid": ["b.jsonl"]}, "two": {"train": ["b.jsonl"]}}
    assert told(ftlint.check("b.jsonl", target=TARGET, datasets=datasets)) == {"b.jsonl": UNEVEN}


def test_the_fix_of_a_held_file_is_checked_as_one() -> None:
    write("train.jsonl", 48)
    write("valid.jsonl", 24)
    with Path("valid.jsonl").open("ab") as out:
        out.write(b"\n")
    report = ftlint.fix(["valid.jsonl"], "out.jsonl", target=TARGET)
    assert told(report) == {"out.jsonl": UNEVEN}
    report = ftlint.fix(
        ["valid.jsonl"], "kept.jsonl", target=TARGET, datasets={"x": {"valid": ["valid.jsonl"]}}
    )
    assert told(report) == {"kept.jsonl": set()}


@pytest.mark.parametrize(
    ("n", "found"),
    [(3, ["3 examples for validation; mlx-lm takes 4 or more"]), (4, []), (24, [])],
)
def test_what_a_target_demands_of_validation_files_counts(n: int, found: list[str]) -> None:
    write("train.jsonl", 600)
    write("valid.jsonl", n)
    report = ftlint.check(["train.jsonl", "valid.jsonl"], target="mlx-lm", select="B001")
    assert [(f.message, f.severity) for f in report.findings] == [(said, "error") for said in found]


def test_what_is_kept_of_a_file_alone_is_not_taken_for_it_as_held_out() -> None:
    write("train.jsonl", 48)
    write("valid.jsonl", 24)
    settings = Settings(target=TARGET, cache=Path("kept"), today=date(2030, 1, 1))
    alone, both = find_sources(["valid.jsonl"]), find_sources(["train.jsonl", "valid.jsonl"])
    assert told(check_files(alone, settings)) == {"valid.jsonl": UNEVEN}
    assert told(check_files(both, settings)) == {"train.jsonl": UNEVEN, "valid.jsonl": set()}
    for sources, expected in ((alone, UNEVEN), (both, set())):
        cache = Cache(sources, settings, CacheFolder(Path("kept")))
        assert all(one is not None for one in cache.found)
        assert told(check_files(sources, settings))["valid.jsonl"] == expected
    # By the configuration, too: it is part of the settings.
    named = replace(settings, datasets={"x": {"train": ["train.jsonl"], "valid": ["valid.jsonl"]}})
    assert told(check_files(alone, named)) == {"valid.jsonl": set()}
