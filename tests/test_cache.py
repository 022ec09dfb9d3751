"""Reports that are kept: the same report from a second run, and never a report of something else."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from command_line import exit_code
from examples import few_quick
from report_formats import EACH

from ftlint import Report
from ftlint.commands.check import cache
from ftlint.commands.check.cache import Cache, CacheFolder, folder_for
from ftlint.commands.check.cache_key import as_text, contents_named
from ftlint.commands.check.run import check_files
from ftlint.config.settings import FIELDS, Settings, from_python
from ftlint.io.find import find_sources

ROOT = Path(__file__).parent.parent
CHAT = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
FAULTY = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": ""}]}\n'
RULE = '''"""Somebody says hello."""

from ftlint.rule import TextRule, pl


class Hello(TextRule):
    code, name, severity = "MY001", "hello", "error"
    message = "hello"

    def when(self, context):
        return pl.col("text") == "hello"
'''


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FTLINT_NO_CACHE")
    for name in ("CI", "FTLINT_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    write("train.jsonl", CHAT + FAULTY)
    write("other.jsonl", CHAT)


def write(name: str, text: str) -> Path:
    """A file that was written long enough ago for its time to be believed."""
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - 100,) * 2)
    return path


SETTINGS = Settings(cache=Path("kept"), today=date(2030, 1, 1))


def check(*names: str, settings: Settings = SETTINGS) -> Report:
    return check_files(find_sources(names), settings)


def kept(*names: str, settings: Settings = SETTINGS) -> list[bool]:
    """For each file whether its report is kept."""
    cache = Cache(find_sources(names), settings, CacheFolder(settings.cache or Path("kept")))
    return [one is not None for one in cache.found]


def same(one: Report, other: Report) -> bool:
    return replace(one, seconds=0) == replace(other, seconds=0)


def test_a_second_run_gives_the_same_report() -> None:
    first = check("train.jsonl", "other.jsonl")
    assert first.total("error") == 1
    assert kept("train.jsonl", "other.jsonl") == [True, True]
    second = check("train.jsonl", "other.jsonl")
    assert same(first, second)
    assert second.files[0].counts == first.files[0].counts
    assert same(second, check("train.jsonl", "other.jsonl", settings=replace(SETTINGS, cache=None)))


@pytest.mark.parametrize("name", few_quick(EACH, 5))
def test_every_format_says_the_same_from_what_is_kept(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ROOT / "fixtures" / "messy.csv", "messy.csv")
    said = []
    for _ in range(2):
        code = exit_code("check", "messy.csv", "train.jsonl", "--isolated", "--output-format", name)
        out = re.sub(
            r"in [\d.]+ s\b|[\d.]+ ?s\b|\d{4}-\d\d-\d\dT[\d:.Z+]+|time=\"[\d.]+\"",
            "",
            capsys.readouterr().out,
        )
        said.append((code, out))
    assert said[0] == said[1]
    assert said[0][0] == 1


def test_only_what_changed_is_checked_anew() -> None:
    check("train.jsonl", "other.jsonl")
    write("other.jsonl", CHAT.replace("hello", "hellO"))
    assert kept("train.jsonl", "other.jsonl") == [True, False]
    mixed = check("train.jsonl", "other.jsonl")
    assert same(mixed, check("train.jsonl", "other.jsonl", settings=replace(SETTINGS, cache=None)))
    assert kept("other.jsonl", "train.jsonl") == [True, True]


def test_another_name_is_another_file() -> None:
    check("train.jsonl")
    shutil.copy("train.jsonl", "copy.jsonl")
    assert kept("copy.jsonl") == [False]


@pytest.mark.parametrize(
    "change",
    few_quick(
        [
            {"target": "openai-chat"},
            {"ignore": ("C003",)},
            {"max_per_rule": 3},
            {"today": date(2030, 1, 2)},
            {"severity": {"C003": "info"}},
            {"rule_options": {"C003": {"max-rate": 0.9}}},
            {"separator": "->"},
            {"fingerprints": True},
        ],
        2,
    ),
    ids=str,
)
def test_other_settings_are_another_check(change: dict[str, object]) -> None:
    check("train.jsonl")
    changed = replace(SETTINGS, **change)
    assert kept("train.jsonl", settings=changed) == [False]
    assert same(
        check("train.jsonl", settings=changed), check("train.jsonl", settings=replace(changed, cache=None))
    )
    assert kept("train.jsonl") == [True]


def test_rules_of_ones_own_count_with_their_text() -> None:
    Path("rules").mkdir()
    write("rules/my001_hello.py", RULE)
    own = replace(SETTINGS, rule_folders=(Path("rules"),))
    assert check("train.jsonl", settings=own).counts["MY001"] == 1
    assert kept("train.jsonl", settings=own) == [True]
    write("rules/my001_hello.py", RULE.replace('"error"', '"info"'))
    assert kept("train.jsonl", settings=own) == [False]


def test_what_a_file_is_held_against_counts() -> None:
    write("a_train.jsonl", CHAT)
    write("a_valid.jsonl", CHAT)
    leaking = check("a_train.jsonl", "a_valid.jsonl")
    assert kept("a_train.jsonl", "a_valid.jsonl") == [True, True]
    assert kept("a_train.jsonl") == [False]
    write("a_valid.jsonl", CHAT.replace("hi", "good evening"))
    assert kept("a_train.jsonl", "a_valid.jsonl") == [False, False]
    assert check("a_train.jsonl", "a_valid.jsonl").counts != leaking.counts


def test_given_held_data_counts() -> None:
    against = replace(SETTINGS, against=tuple(find_sources(["other.jsonl"])))
    check("train.jsonl", settings=against)
    assert kept("train.jsonl", settings=against) == [True]
    assert kept("train.jsonl") == [False]
    write("other.jsonl", FAULTY)
    assert kept("train.jsonl", settings=against) == [False]


def test_a_baseline_counts_with_its_text_and_with_all_files() -> None:
    assert (
        exit_code("check", "train.jsonl", "other.jsonl", "--isolated", "--write-baseline", "known.jsonl") == 0
    )
    known = replace(SETTINGS, baseline=Path("known.jsonl"))
    assert check("train.jsonl", settings=known).total("error") == 0
    assert kept("train.jsonl", settings=known) == [True]
    assert kept("train.jsonl", "other.jsonl", settings=known) == [False, False]
    assert same(
        check("train.jsonl", settings=known), check("train.jsonl", settings=replace(known, cache=None))
    )
    write("known.jsonl", "")
    assert kept("train.jsonl", settings=known) == [False]


@pytest.mark.parametrize(
    "damage", [b"", b"ftlint1\n", b"\x00" * 500, None], ids=["empty", "head", "zeros", "cut"]
)
def test_damaged_entries_are_passed_over(damage: bytes | None) -> None:
    first = check("train.jsonl")
    for path in Path("kept").glob("r-*"):
        path.write_bytes(path.read_bytes()[:-3] if damage is None else damage)
    assert kept("train.jsonl") == [False]
    assert same(first, check("train.jsonl"))
    assert kept("train.jsonl") == [True]


def test_an_entry_under_anothers_name_is_passed_over() -> None:
    check("train.jsonl")
    (mine,) = Path("kept").glob("r-*")
    data = mine.read_bytes()
    mine.unlink()
    check("other.jsonl")
    (other,) = Path("kept").glob("r-*")
    other.write_bytes(data)
    assert kept("other.jsonl") == [False]


def test_where_nothing_can_be_written_nothing_is_kept() -> None:
    write("kept", "a file where the folder would be")
    assert check("train.jsonl").total("error") == 1
    assert kept("train.jsonl") == [False]


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="whoever may do everything can write anywhere"
)
def test_a_folder_that_is_read_only() -> None:
    Path("kept").mkdir(mode=0o500)
    assert check("train.jsonl").total("error") == 1


def test_the_folder_hides_from_git_and_backups() -> None:
    check("train.jsonl")
    assert (
        Path("kept/CACHEDIR.TAG")
        .read_text(encoding="utf-8")
        .startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    )
    assert "*" in Path("kept/.gitignore").read_text(encoding="utf-8").splitlines()


def test_the_folder_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", 4)
    monkeypatch.setattr(cache, "FEWER_FILES", 2)
    for i in range(8):
        write("train.jsonl", CHAT.replace("hi", f"hi {i}"))
        check("train.jsonl")
    assert len(list(Path("kept").glob("r-*"))) <= 4
    assert kept("train.jsonl") == [True]


class TestLargeFiles:
    """A large file is known by its time; only if that says nothing are its bytes read."""

    @pytest.fixture(autouse=True)
    def _large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cache, "SMALL", 10)

    def test_a_second_run(self) -> None:
        first = check("train.jsonl")
        assert kept("train.jsonl") == [True]
        assert same(first, check("train.jsonl"))

    def test_a_file_that_was_only_just_written_is_known_by_its_bytes(self) -> None:
        Path("train.jsonl").write_text(FAULTY, encoding="utf-8")
        check("train.jsonl")
        assert kept("train.jsonl") == [True]
        Path("train.jsonl").write_text(FAULTY.replace("hi", "ho"), encoding="utf-8")
        assert kept("train.jsonl") == [False]

    def test_a_file_that_was_checked_out_again_is_known_by_its_bytes(self) -> None:
        check("train.jsonl")
        write("train.jsonl", CHAT + FAULTY)
        assert kept("train.jsonl") == [True]

    def test_the_same_size_and_time_are_not_enough(self) -> None:
        path = Path("train.jsonl")
        check("train.jsonl")
        times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
        other = Path("made.jsonl")
        other.write_text((CHAT + FAULTY).replace("hi", "ho"), encoding="utf-8")
        os.utime(other, ns=times)
        other.replace(path)
        assert kept("train.jsonl") == [False]

    def test_what_is_held_against_it_may_be_large_too(self) -> None:
        against = replace(SETTINGS, against=tuple(find_sources(["other.jsonl"])))
        check("train.jsonl", settings=against)
        assert kept("train.jsonl", settings=against) == [True]


@pytest.mark.parametrize(
    "name", few_quick(["messy.csv", *sorted(p.name for p in (ROOT / "fixtures/containers").iterdir())], 6)
)
def test_every_container(name: str) -> None:
    path = next(p for p in (ROOT / "fixtures" / name, ROOT / "fixtures/containers" / name) if p.exists())
    if name.endswith((".report.json", ".md", ".py")) or path.is_dir():
        pytest.skip("no data")
    shutil.copy(path, name)
    first = check(name)
    assert kept(name) == [True]
    assert same(first, check(name))


def test_without_a_project_nothing_is_left_beside_the_data(tmp_path: Path) -> None:
    assert folder_for(tmp_path, {"XDG_CACHE_HOME": str(tmp_path / "user")}) == tmp_path / "user" / "ftlint"
    assert exit_code("check", "other.jsonl") == 0
    assert sorted(path.name for path in Path().iterdir()) == ["other.jsonl", "train.jsonl", "user"]
    assert list((tmp_path / "user" / "ftlint").glob("r-*"))


@pytest.mark.parametrize("mark", [".git", "ftlint.toml"])
def test_a_project_keeps_its_cache_at_its_top(
    tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(mark).mkdir() if mark == ".git" else Path(mark).write_text("", encoding="utf-8")
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")
    assert exit_code("check", "../other.jsonl") == 0
    assert list((tmp_path / ".ftlint_cache").glob("r-*"))


def test_options_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exit_code("check", "other.jsonl", "--no-cache") == 0
    assert not Path("user").exists()
    monkeypatch.setenv("FTLINT_CACHE_DIR", "elsewhere")
    assert exit_code("check", "other.jsonl") == 0
    assert list(Path("elsewhere").glob("r-*"))
    assert exit_code("check", "other.jsonl", "--cache-dir", "here") == 0
    assert list(Path("here").glob("r-*"))
    monkeypatch.setenv("FTLINT_NO_CACHE", "1")
    assert exit_code("check", "other.jsonl", "--cache-dir", "there") == 0
    assert not Path("there").exists()


def test_a_pipeline_believes_no_cache_that_it_was_not_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".git").mkdir()
    monkeypatch.setenv("CI", "true")
    assert exit_code("check", "other.jsonl") == 0
    assert not Path(".ftlint_cache").exists()
    assert exit_code("check", "other.jsonl", "--cache-dir", "named") == 0
    assert list(Path("named").glob("r-*"))


def test_standard_input_and_fixes_keep_nothing() -> None:
    command = [sys.executable, "-m", "ftlint", "check", "-", "--isolated"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=environ, input=FAULTY, text=True, capture_output=True, check=False)
    assert not list(Path("user").glob("ftlint/r-*"))
    assert exit_code("check", "train.jsonl", "--isolated", "--fix") == 1
    assert exit_code("check", "train.jsonl", "--isolated", "--diff") in (0, 1)
    assert not list(Path("user").glob("ftlint/r-*"))


def test_a_second_run_does_not_load_what_checks() -> None:
    program = (
        "import sys, json\nfrom ftlint.cli.main import main\n"
        "try: main(['check', 'train.jsonl', '--isolated', '--output-format', 'json'])\n"
        "except SystemExit as left: print(json.dumps([left.code, 'polars' in sys.modules]), file=sys.stderr)\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = [
        subprocess.run(
            [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    assert [json.loads(one.stderr) for one in ran] == [[1, True], [1, False]]
    assert ran[0].stdout == ran[1].stdout


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_counts_if_it_changes_what_is_found(name: str) -> None:
    """What names other data is counted by what that data is, wherever a report depends on it."""
    about = FIELDS[name]
    counts = about.changes_findings and not about.names_data
    other = replace(Settings(), **{name: "another value"})
    assert (as_text(other.for_keys()) != as_text(Settings().for_keys())) is counts
    kept = {field for field in FIELDS if getattr(other.for_keys(), field) == "another value"}
    assert kept == ({name} if counts else set())


@pytest.mark.parametrize("name", [name for name, about in FIELDS.items() if about.is_path])
def test_what_a_path_holds_counts_if_it_changes_what_is_found(name: str) -> None:
    Path("named").mkdir()
    settings = from_python(**{name: "named"})
    write("named/a.py", "1")
    before = contents_named(settings)
    write("named/a.py", "2")
    assert (contents_named(settings) != before) is FIELDS[name].changes_findings
    before = contents_named(settings)
    write("named/notes.txt", "1")
    assert (contents_named(settings) != before) is (
        FIELDS[name].changes_findings and not FIELDS[name].is_code
    )
