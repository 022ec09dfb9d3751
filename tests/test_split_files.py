"""``ftlint split`` as people and scripts use it: a file in, two or three out, or none."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import ran
from splitwork import as_lines, labelled, many, pair

import ftlint
from ftlint import UsageError
from ftlint.commands.split.run import SplitOptions, split_file
from ftlint.config.settings import from_python
from ftlint.io.source import Source
from ftlint.io.write.atomic import all_or_none


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run ftlint split: exit code, standard output, standard error."""

    def running(*arguments: str) -> tuple[int, str, str]:
        return ran(capsys, "split", *arguments)

    return running


def names() -> list[str]:
    """The files and folders that there are, hidden ones too."""
    return sorted(path.name for path in Path().iterdir())


def lines(*files: str) -> list[bytes]:
    """The lines of files."""
    return [line for file in files for line in Path(file).read_bytes().splitlines(keepends=True)]


def test_the_files_stand_beside_the_input_with_every_line_as_it_was(run) -> None:
    Path("data").mkdir()
    Path("data/in.jsonl").write_bytes(as_lines(many(100)))
    code, out, err = run("data/in.jsonl", "--no-near")
    assert (code, err) == (0, "")
    assert sorted(path.name for path in Path("data").iterdir()) == [
        "in.jsonl",
        "in_train.jsonl",
        "in_valid.jsonl",
    ]
    assert sorted(lines("data/in_train.jsonl", "data/in_valid.jsonl")) == sorted(lines("data/in.jsonl"))
    assert out.splitlines()[0].startswith("data/in.jsonl  completion · generation · 100 examples · ")
    assert "checked: no example or prompt on both sides" in out


def test_the_report_of_classes(run) -> None:
    Path("in.jsonl").write_bytes(as_lines(labelled(yes=60, no=30)))
    code, out, _ = run("in.jsonl", "--valid", "10", "--test", "20", "--no-near", "--seed", "4")
    assert code == 0
    said = [line.split() for line in out.splitlines()]
    assert ["in_train.jsonl", "60", "examples", "66.7", "%"] in [line[:5] for line in said]
    assert ["class", "train", "valid", "test"] in said
    table = {line[0]: [int(n) for n in line[1:]] for line in said if line and line[0] in ("yes", "no")}
    assert [sum(column) for column in zip(*table.values(), strict=True)] == [60, 10, 20]
    assert any("seed 4" in line for line in out.splitlines())


def test_of_many_classes_the_biggest_are_listed_and_the_others_summed(run) -> None:
    Path("in.jsonl").write_bytes(as_lines(labelled(**{f"class{k:02}": 8 + k for k in range(30)})))
    _, out, _ = run("in.jsonl", "--no-near")
    assert "class29" in out
    assert "class00" not in out
    assert "all others (11)" in out


def test_nothing_is_overwritten_and_one_run_has_one_number(run) -> None:
    Path("in.jsonl").write_bytes(as_lines(many(40)))
    Path("in_valid.jsonl").write_text("mine")
    assert run("in.jsonl", "--no-near")[0] == 0
    assert run("in.jsonl", "--no-near", "--test", "5")[0] == 0
    assert names() == [
        "in.jsonl",
        "in_test (2).jsonl",
        "in_train (1).jsonl",
        "in_train (2).jsonl",
        "in_valid (1).jsonl",
        "in_valid (2).jsonl",
        "in_valid.jsonl",
    ]
    assert Path("in_valid.jsonl").read_text() == "mine"
    assert run("in.jsonl", "--no-near", "--overwrite")[0] == 0
    assert Path("in_valid.jsonl").read_bytes() == Path("in_valid (1).jsonl").read_bytes()


@pytest.mark.parametrize(
    ("output", "made"),
    [
        ("out", ["out/in_train.jsonl", "out/in_valid.jsonl"]),
        ("out/", ["out/in_train.jsonl", "out/in_valid.jsonl"]),
        ("out/part", ["out/part_train.jsonl", "out/part_valid.jsonl"]),
        ("part.v1", ["part.v1_train.jsonl", "part.v1_valid.jsonl"]),
        ("part.jsonl", ["part_train.jsonl", "part_valid.jsonl"]),
        ("part.ndjson", ["part_train.ndjson", "part_valid.ndjson"]),
        ("part.jsonl.gz", ["part_train.jsonl.gz", "part_valid.jsonl.gz"]),
    ],
)
def test_where_they_go(run, output: str, made: list[str]) -> None:
    Path("out").mkdir()
    Path("in.jsonl").write_bytes(as_lines(many(40)))
    code, out, _ = run("in.jsonl", "--no-near", "-q", "-o", output)
    assert code == 0
    assert out.splitlines() == made
    assert all(Path(name).is_file() for name in made)
    unpacked = [
        gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        for data in map(Path.read_bytes, map(Path, made))
    ]
    assert sorted(b"".join(unpacked).splitlines(True)) == sorted(lines("in.jsonl"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "-"], "standard output"),
        (["-o", "nowhere/x"], "no such folder"),
        (["-o", "nowhere/"], "no such folder"),
        (["-o", "x.csv"], "JSON lines"),
        (["-o", "x.gz"], "JSON lines"),
        (["--valid", "1.5"], "a share below 1"),
        (["--valid", "ten"], "a share below 1"),
        (["--valid", "0"], "nothing would be split off"),
        (["--valid", "40"], "only 40 examples"),
        (["--valid", "0.6", "--test", "50%"], "nothing for training"),
        (["--group-by", "promt"], 'did you mean "prompt"?'),
        (["--target", "openai-chatt"], 'did you mean "openai-chat"?'),
        (["--target", "bedrock-claude", "--valid", "2000"], "at most 1,000"),
        (["--target", "mistral-platform", "--valid", "0.2"], "at most 5 %"),
        (["--target", "openai-rft", "--valid", "0", "--test", "3"], "demands a validation file"),
        (["--output-format", "jsn"], 'did you mean "json"?'),
        (["--task", "classify"], 'did you mean "classification"?'),
        (["--map", "promt=x"], 'did you mean "prompt"?'),
        (["--prompt", "{nothing}", "--completion", "{completion}"], "nothing"),
        (["--rejects", "in.jsonl"], "in.jsonl"),
        (["--rejects", "nowhere/x.jsonl"], "no folder"),
    ],
)
def test_a_wrong_command_is_2_and_leaves_nothing(run, arguments: list[str], said: str) -> None:
    Path("in.jsonl").write_bytes(as_lines(many(40)))
    code, out, err = run("in.jsonl", "--no-near", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) <= 2
    assert names() == ["in.jsonl"]


def test_several_files_are_too_many(run) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        Path(name).write_bytes(as_lines(many(3)))
    assert run(".")[0] == 2


def test_rows_that_cannot_be_read_are_left_out_and_counted(run) -> None:
    good = as_lines(many(40)).splitlines(True)
    Path("in.jsonl").write_bytes(b"".join([*good[:20], b"{broken\n", b"\n", *good[20:], b"[1]\n", b"\xff\n"]))
    code, out, _ = run("in.jsonl", "--no-near", "--rejects", "out.jsonl")
    assert code == 1
    assert sorted(lines("in_train.jsonl", "in_valid.jsonl")) == sorted(good)
    assert "left out: 3 rows could not be read (F002 1, F004 1, F015 1) · kept in out.jsonl" in out
    kept = [json.loads(line) for line in lines("out.jsonl")]
    assert [(row["line"], row["code"], row["record"]) for row in kept] == [
        (21, "F004", "{broken"),
        (43, "F015", "[1]"),
        (44, "F002", "\\xff"),
    ]


def test_a_mark_two_records_on_a_line_and_a_missing_newline_do_not_end_up_in_the_middle() -> None:
    rows = as_lines(many(30)).splitlines(True)
    joined = b"\xef\xbb\xbf" + b"".join(rows[:10]) + rows[10][:-1] + rows[11] + b"".join(rows[12:])[:-1]
    Path("in.jsonl").write_bytes(joined)
    report = ftlint.split("in.jsonl", near=False, valid=0.5)
    assert sorted(lines(*(str(file.path) for file in report.files))) == sorted(rows)


@pytest.mark.parametrize("name", ["in.json", "in.csv", "in.jsonl.gz", "in.tsv", "in.parquet", "in.xlsx"])
def test_other_containers_become_lines_with_their_records_as_they_are(name: str) -> None:
    Path("rows.jsonl").write_bytes(as_lines(many(50)))
    if name.endswith("gz"):
        Path(name).write_bytes(gzip.compress(Path("rows.jsonl").read_bytes()))
    elif name.endswith("json"):
        Path(name).write_text(json.dumps(many(50), indent=2))
    else:
        ftlint.convert("rows.jsonl", name, "completion")
    report = ftlint.split(name, "out", near=False)
    written = [json.loads(line) for line in lines("out_train.jsonl", "out_valid.jsonl")]
    assert sorted(written, key=str) == sorted(many(50), key=str)
    # The same examples go to the same side, whatever they are kept in.
    same = ftlint.split("rows.jsonl", "same", near=False)
    assert [file.examples for file in report.files] == [file.examples for file in same.files]
    assert [json.loads(line) for line in lines("out_valid.jsonl")] == [
        json.loads(line) for line in lines("same_valid.jsonl")
    ]


def test_a_template_only_tells_how_a_table_is_seen(run) -> None:
    table = "topic,story,author\n" + "".join(f"t{k // 2},story {k},x{k % 7}\n" for k in range(40))
    Path("in.csv").write_text(table)
    seeing = ["--prompt", "Tell of {topic}.", "--completion", "{story}"]
    assert run("in.csv", "--no-near", *seeing)[0] == 0
    valid = [json.loads(line) for line in lines("in_valid.jsonl")]
    train = [json.loads(line) for line in lines("in_train.jsonl")]
    assert set(valid[0]) == {"topic", "story", "author"}
    assert not {row["topic"] for row in valid} & {row["topic"] for row in train}
    assert run("in.csv", "--no-near", "--no-prompts", "--group-by", "author", *seeing)[0] == 0
    valid, train = (
        [json.loads(line) for line in lines(f"in_{part} (1).jsonl")] for part in ("valid", "train")
    )
    assert not {row["author"] for row in valid} & {row["author"] for row in train}


def test_standard_input_needs_to_be_told_where(run, monkeypatch: pytest.MonkeyPatch) -> None:
    data = as_lines(many(40))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, _, err = run("-")
    assert code == 2
    assert "-o" in err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert run("-", "-o", "x", "--no-near")[0] == 0
    assert sorted(lines("x_train.jsonl", "x_valid.jsonl")) == sorted(data.splitlines(True))


@pytest.mark.parametrize("data", [b"", b"\n", b"{broken\n", as_lines(many(1)), as_lines(many(1) * 3)])
def test_nothing_to_split_is_1_and_writes_nothing(run, data: bytes) -> None:
    Path("in.jsonl").write_bytes(data)
    code, out, err = run("in.jsonl", "--rejects", "rejects.jsonl")
    assert (code, err) == (1, "")
    assert "nothing to split: " in out
    assert names() == ["in.jsonl"]


def test_json_tells_all_that_happened(run) -> None:
    Path("in.jsonl").write_bytes(as_lines(labelled(yes=60, no=30)) + b"{\n")
    code, out, _ = run("in.jsonl", "--no-near", "--output-format", "json", "--target", "openai-completions")
    told = json.loads(out)
    assert code == 1
    assert (told["schema"], told["tool"]["name"], told["target"]) == (1, "ftlint", "openai-completions")
    assert told["input"]["rows"] == 91
    assert told["input"]["examples"] == 90
    assert told["unread"] == {"F004": 1}
    assert [file["part"] for file in told["files"]] == ["train", "valid"]
    assert sum(file["examples"] for file in told["files"]) == 90
    for file in told["files"]:
        assert file["bytes"] == Path(file["path"]).stat().st_size
    assert [one["label"] for one in told["classes"]] == ["yes", "no"]
    assert told["decisions"]["stratified"] is True
    assert told["checked"] == ["example", "prompt"]
    assert told["why_not"] is None


def test_the_configuration_is_heeded(run) -> None:
    Path("ftlint.toml").write_text('target = "openai-rft"\n[rules.B002]\nleast = 3\n')
    Path("in.jsonl").write_bytes(as_lines(many(40)))
    assert run("in.jsonl", "--no-near", "--valid", "0", "--test", "3")[0] == 2
    assert run("in.jsonl", "--no-near", "--valid", "0", "--test", "3", "--isolated")[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_new_files_may_be_read_by_whom_the_old_one_may() -> None:
    Path("in.jsonl").write_bytes(as_lines(many(40)))
    Path("in.jsonl").chmod(0o640)
    for file in ftlint.split("in.jsonl", near=False).files:
        assert file.path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_changes_while_it_is_read_is_not_split() -> None:
    path = Path("in.jsonl")
    path.write_bytes(as_lines(many(40)))

    def meddle(done: int) -> None:
        del done
        path.write_bytes(as_lines(many(41)))

    with pytest.raises(UsageError, match="changed while it was read"):
        split_file(Source("in.jsonl", path, None), from_python(), SplitOptions(), meddle)
    assert names() == ["in.jsonl"]


def test_all_files_appear_or_none() -> None:
    goals = [Path("a"), Path("b")]
    with pytest.raises(KeyboardInterrupt), all_or_none(goals) as staged:
        staged[0].write_text("a")
        raise KeyboardInterrupt
    assert names() == []
    with pytest.raises(UsageError, match="b has come to be meanwhile"), all_or_none(goals) as staged:
        for path in staged:
            path.write_text("new")
        Path("b").write_text("somebody else's")
    assert names() == ["b"]
    assert Path("b").read_text() == "somebody else's"
    with all_or_none(goals, overwrite=True) as staged:
        for path in staged:
            path.write_text("new")
    assert [path.read_text() for path in goals] == ["new", "new"]


def test_a_killed_run_leaves_no_file_that_looks_whole() -> None:
    Path("in.jsonl").write_bytes(as_lines(many(60_000)))
    for wait in (0.4, 0.8):
        process = subprocess.Popen(
            [sys.executable, "-m", "ftlint", "split", "in.jsonl", "--no-near", "-q"],
            stdout=subprocess.DEVNULL,
        )
        time.sleep(wait)
        process.kill()
        process.wait()
        seen = [name for name in names() if not name.startswith(".")]
        assert seen in (["in.jsonl"], ["in.jsonl", "in_train.jsonl", "in_valid.jsonl"])
        if len(seen) == 3:
            assert len(lines(*seen[1:])) == 60_000
            return


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.slow
def test_an_interrupted_run_leaves_nothing() -> None:
    Path("in.jsonl").write_bytes(as_lines(many(150_000)))
    process = subprocess.Popen(
        [sys.executable, "-m", "ftlint", "split", "in.jsonl", "--no-near"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    while not any(name.startswith(".ftlint-") for name in names()) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    if process.returncode == 130:
        assert b"interrupted" in said
        assert names() == ["in.jsonl"]


def test_a_pair_of_rows_is_enough() -> None:
    Path("in.jsonl").write_bytes(as_lines([pair("a", "b"), pair("c", "d")]))
    assert [file.examples for file in ftlint.split("in.jsonl").files] == [1, 1]
