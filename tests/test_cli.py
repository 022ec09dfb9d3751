"""The command as people and scripts use it: arguments in, exit code and streams out."""

import inspect
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from command_line import Ran, ran

import ftlint
from ftlint import UsageError
from ftlint.cli.app import Commands
from ftlint.cli.check import check
from ftlint.config import panels

CHAT = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
NO_ANSWER = '{"messages": [{"role": "user", "content": "hi"}, {"role": "system", "content": "Be brief."}]}\n'


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run ftlint with arguments, as its entry point does."""

    def running(*arguments: str) -> Ran:
        return ran(capsys, *arguments)

    return running


def write(name: str, text: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_clean_file_is_0_and_one_line(run) -> None:
    write("train.jsonl", CHAT)
    ran = run("check", "train.jsonl")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "train.jsonl  chat · 1 example · clean"
    assert ran.err == ""


def test_a_faulty_file_is_1(run) -> None:
    write("train.jsonl", CHAT + NO_ANSWER)
    ran = run("check", "train.jsonl")
    assert ran.code == 1
    assert "C002 no-assistant" in ran.out


def test_warnings_alone_are_0_unless_asked_to_fail_on_them(run) -> None:
    write("train.jsonl", CHAT + "\n" + CHAT.replace("hi", "ho"))
    assert run("check", "train.jsonl").code == 0
    assert run("check", "train.jsonl", "--fail-on", "warning").code == 1


@pytest.mark.parametrize("data", ["", "\n\n", "\ufeff", "[]", '{"a": 1}\n'])
def test_an_empty_dataset_is_never_clean(run, data: str) -> None:
    write("train.jsonl", data)
    assert run("check", "train.jsonl").code == 1
    assert run("check", "train.jsonl", "--select", "C003").code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere.jsonl"], "nowhere.jsonl"),
        (["check", "train.jsonl", "--target", "openai-chatt"], 'did you mean "openai-chat"?'),
        (["check", "train.jsonl", "--select", "C0033"], "C0033"),
        (["check", "train.jsonl", "--ignore", "empty-answr"], 'did you mean "empty-answer"?'),
        (["check", "train.jsonl", "--output-format", "jsn"], 'did you mean "json"?'),
        (["check", "train.jsonl", "--report", "json"], "FORMAT=FILE"),
        (["check", "train.jsonl", "--task", "classify"], 'did you mean "classification"?'),
        (["check", "train.jsonl", "--map", "promt=x"], 'did you mean "prompt"?'),
        (["check", "train.jsonl", "--prompt", "{a}"], "--completion"),
        (["check", "train.jsonl", "--prompt", "{hi}", "--completion", "{mesages}"], "column"),
        (["check", "train.jsonl", "-o", "x.jsonl"], "--fix"),
        (["check", "train.jsonl", "--fix", "-o", "train.jsonl"], "--in-place"),
        (["check", "train.jsonl", "--config", "none.toml"], "none.toml"),
        (["check", "train.jsonl", "--rules", "none"], "no such folder"),
        (["check", "train.jsonl", "--encoding", "utf-9"], "utf-9"),
        (["convert", "train.jsonl", "-o", "x.jsonl", "--to", "alpacca"], 'did you mean "alpaca"?'),
        (["convert", "train.jsonl", "-o", "x.docx", "--to", "alpaca"], ".jsonl"),
        (["rule", "C9999"], "C9999"),
        (["target", "openai"], 'did you mean "openai-'),
    ],
)
def test_a_wrong_command_is_2_and_says_what_is_meant(run, arguments: list[str], said: str) -> None:
    write("train.jsonl", CHAT)
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err
    assert len(ran.err.splitlines()) <= 2


@pytest.mark.parametrize("arguments", [["chekc"], ["check"], ["check", "--nonsense"], ["convert", "x.jsonl"]])
def test_usage_errors_of_the_command_line_itself_are_2(run, arguments: list[str]) -> None:
    assert run(*arguments).code == 2


def test_json_is_the_contract(run) -> None:
    write("train.jsonl", CHAT + NO_ANSWER + "{broken\n")
    found = json.loads(run("check", "train.jsonl", "--output-format", "json").out)
    assert found["schema"] == 1
    assert found["tool"]["name"] == "ftlint"
    assert found["target"] is None
    (file,) = found["files"]
    assert (file["path"], file["container"], file["shape"], file["rows"]) == (
        "train.jsonl",
        "jsonl",
        "chat",
        3,
    )
    assert file["bytes"] == Path("train.jsonl").stat().st_size
    assert len(file["sha256"]) == 64
    assert [(f["code"], f["line"], f["row"]) for f in found["findings"]] == [("C002", 2, 2), ("F004", 3, 3)]
    assert found["counts"] == {"C002": 1, "F004": 1}
    assert found["summary"]["examples"] == 2
    assert found["summary"]["errors"] == 2


def test_totals_stay_true_where_findings_are_capped(run) -> None:
    write("train.jsonl", "".join(NO_ANSWER.replace("hi", f"hi {i}") for i in range(9)))
    found = json.loads(run("check", "train.jsonl", "--output-format", "json", "--max-per-rule", "2").out)
    assert found["counts"]["C002"] == 9
    assert sum(f["code"] == "C002" for f in found["findings"]) == 2
    text = run("check", "train.jsonl").out
    assert "… 4 more (--max-per-rule 0 shows all)" in text


def test_several_reports_of_one_run(run) -> None:
    write("train.jsonl", NO_ANSWER * 9)
    ran = run("check", "train.jsonl", "--report", "json=out.json", "--report", "concise=out.txt")
    assert "more (--max-per-rule 0 shows all)" in ran.out
    assert len(json.loads(Path("out.json").read_text(encoding="utf-8"))["findings"]) >= 17
    assert "train.jsonl:1: C002 " in Path("out.txt").read_text(encoding="utf-8")


def test_fix_writes_beside_the_input_and_never_over_anything(run) -> None:
    path = write("train.jsonl", "\ufeff" + CHAT + "\n" + CHAT.replace("hi", "ho"))
    before = path.read_bytes()
    for name in ("train_fixed.jsonl", "train_fixed (1).jsonl"):
        assert run("check", "train.jsonl", "--fix").code == 0
        assert Path(name).read_text(encoding="utf-8") == CHAT + CHAT.replace("hi", "ho")
    assert path.read_bytes() == before
    assert run("check", "train.jsonl", "--fix", "-o", "train_fixed.jsonl").code == 2
    assert run("check", "train.jsonl", "--fix", "-o", "train_fixed.jsonl", "--overwrite").code == 0


def test_in_place_only_where_lines_stay_lines(run) -> None:
    path = write("train.jsonl", CHAT.rstrip("\n"))
    assert run("check", "train.jsonl", "--fix", "--in-place").code == 0
    assert path.read_text(encoding="utf-8") == CHAT
    write("train.csv", "prompt,completion\na, b\n")
    assert run("check", "train.csv", "--fix", "--in-place").code == 2


def test_what_a_fix_leaves_is_what_the_report_says(run) -> None:
    empty = CHAT.replace('"hello"', '""')
    write("train.jsonl", CHAT + empty + NO_ANSWER)
    ran = run("check", "train.jsonl", "--fix", "--unsafe-fixes", "-o", "out.jsonl", "--rejects", "bad.jsonl")
    assert ran.code == 1
    assert Path("out.jsonl").read_text(encoding="utf-8") == CHAT + NO_ANSWER
    (rejected,) = [json.loads(line) for line in Path("bad.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (rejected["file"], rejected["line"], rejected["code"]) == ("train.jsonl", 2, "C003")
    assert rejected["record"] == json.loads(empty)
    assert "3 read · 2 kept · 0 changed · 1 dropped" in ran.out


def test_rows_that_a_table_cannot_carry_over_are_counted_and_kept(run) -> None:
    write("train.csv", "prompt,completion\na, b\nc, d,e\nf, g\n")
    ran = run("check", "train.csv", "--fix", "-o", "out.jsonl", "--rejects", "bad.jsonl")
    assert len(Path("out.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert "3 read · 2 kept" in ran.out
    assert "1 dropped" in ran.out
    (rejected,) = [json.loads(line) for line in Path("bad.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (rejected["line"], rejected["row"], rejected["code"]) == (3, 2, "F016")
    assert rejected["record"] == "c, d,e"
    assert ran.code == 1, "a row that was lost is an error that is left"


def test_diff_writes_nothing_and_is_1_where_something_would_change(run) -> None:
    path = write("train.jsonl", CHAT.replace("hello", "hel\u200blo"))
    before = path.read_bytes()
    ran = run("check", "train.jsonl", "--fix", "--unsafe-fixes", "--diff")
    assert ran.code == 1
    assert "train.jsonl:1" in ran.out
    assert "messages[1].content" in ran.out
    assert "\\u200b" in ran.out
    assert path.read_bytes() == before
    assert [p.name for p in Path.cwd().iterdir()] == ["train.jsonl"]
    write("clean.jsonl", CHAT)
    assert run("check", "clean.jsonl", "--diff").code == 0


def test_fix_only_does_not_fail_for_what_is_left(run) -> None:
    write("train.jsonl", "\ufeff" + NO_ANSWER)
    assert run("check", "train.jsonl", "--fix-only", "-o", "out.jsonl").code == 0
    assert Path("out.jsonl").read_text(encoding="utf-8") == NO_ANSWER


def test_statistics_count_by_rule(run) -> None:
    write("train.jsonl", "".join(NO_ANSWER.replace("hi", f"hi {i}") for i in range(9)))
    ran = run("check", "train.jsonl", "--statistics")
    assert any(line.split()[:2] == ["9", "C002"] for line in ran.out.splitlines())


def test_a_folder_respects_gitignore_and_a_file_named_is_always_read(run) -> None:
    Path("data").mkdir()
    write("data/a.jsonl", CHAT)
    write("data/b.jsonl", NO_ANSWER)
    write("data/.gitignore", "b.jsonl\n")
    Path(".git").mkdir()
    assert run("check", "data").code == 0
    assert run("check", "data/b.jsonl").code == 1


def test_configuration_is_found_and_its_mistakes_are_told(run) -> None:
    write("train.jsonl", NO_ANSWER)
    write("ftlint.toml", 'ignore = ["C002"]\nfail-on = "error"\n')
    assert run("check", "train.jsonl").code == 0
    assert run("check", "train.jsonl", "--isolated").code == 1
    write("ftlint.toml", 'ignroe = ["C002"]\n')
    ran = run("check", "train.jsonl")
    assert ran.code == 2
    assert 'did you mean "ignore"?' in ran.err
    assert "ftlint.toml" in ran.err
    write("ftlint.toml", "[rules.B002]\nlesat = 3\n")
    assert 'did you mean "least"?' in run("check", "train.jsonl").err


def test_a_broken_plug_in_names_its_file_and_line(run) -> None:
    write("train.jsonl", CHAT)
    Path("mine").mkdir()
    write("mine/z001_broken.py", '"""Broken."""\n\nfrom ftlint.rule import TextRule\n\n1 / 0\n')
    ran = run("check", "train.jsonl", "--rules", "mine")
    assert ran.code == 2
    assert "z001_broken.py:5: ZeroDivisionError" in ran.err.replace("\\", "/")


def test_a_rule_of_ones_own(run) -> None:
    write("train.jsonl", CHAT)
    Path("mine").mkdir()
    write(
        "mine/z002_greeting.py",
        '"""Greets."""\n\nfrom ftlint.rule import TextRule, pl\n\n\n'
        'class Greeting(TextRule):\n    code, name, severity = "Z002", "greeting", "error"\n'
        '    message = "greets"\n\n    def when(self, context):\n        return pl.col("text") == "hello"\n',
    )
    ran = run("check", "train.jsonl", "--rules", "mine", "--output-format", "concise")
    assert ran.code == 1
    assert "train.jsonl:1: Z002" in ran.out
    assert "Greets." in run("rule", "Z002", "--rules", "mine").out


def test_a_rule_that_fails_is_a_bug_with_a_ready_report(run) -> None:
    write("train.jsonl", CHAT)
    Path("mine").mkdir()
    write(
        "mine/z003_fails.py",
        '"""Fails."""\n\nfrom ftlint.rule import TextRule, pl\n\n\n'
        'class Fails(TextRule):\n    code, name, severity = "Z003", "fails", "error"\n\n'
        "    def when(self, context):\n        return [][0]\n",
    )
    ran = run("check", "train.jsonl", "--rules", "mine")
    assert ran.code == 2
    assert "z003_fails.py:10: rule Z003 failed: IndexError" in ran.err
    assert "ready report" in ran.err
    assert "Traceback" not in ran.err


def test_pages(run) -> None:
    assert "empty-answer" in run("rule", "C003").out
    assert run("rule", "empty-answer").out == run("rule", "c003").out
    assert len(run("rule", "--all").out.splitlines()) > 40
    assert "65,536" in run("target", "openai-chat").out
    assert "openai-completions" in run("target", "--all").out


def process(*arguments: str, **more) -> subprocess.CompletedProcess[bytes]:
    """ftlint in a process of its own."""
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.run(
        [sys.executable, "-m", "ftlint", *arguments], capture_output=True, env=environ, **more
    )


def test_standard_input_and_output() -> None:
    done = process(
        "convert", "-", "--stdin-name", "x.csv", "-o", "-", "--to", "chat", input=b"question,answer\na,b\n"
    )
    assert json.loads(done.stdout) == {
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    }
    assert b"1 completion" in done.stderr
    assert done.returncode == 0
    done = process("check", "-", "--fix", "-o", "-", input=b"\xef\xbb\xbf" + CHAT.encode())
    assert done.stdout == CHAT.encode()


def test_the_version_says_whether_ftlint_flat_is_used(run) -> None:
    used = find_spec("ftlint_flat") is not None
    assert (
        run("--version").out == f"ftlint {ftlint.__version__} {'with' if used else 'without'} ftlint-flat\n"
    )


def test_nothing_heavy_is_loaded_for_pages_and_version() -> None:
    code = (
        "import sys\nfrom ftlint.cli.main import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "loaded = {'polars', 'rich', 'pydantic'} & set(sys.modules)\nassert not loaded, loaded"
    )
    for arguments in (
        ["--version"],
        ["--help"],
        ["check", "--help"],
        ["rule", "C003"],
        ["rule", "--all"],
        ["target", "openai-chat"],
    ):
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, env=environ)


def test_a_reader_that_goes_away_is_no_fault() -> None:
    Path("train.jsonl").write_text(NO_ANSWER * 20_000, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-m", "ftlint", "check", "train.jsonl", "--output-format", "concise"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


def test_lines_that_the_reader_mends_count_as_changed(run) -> None:
    write("train.jsonl", CHAT + CHAT.replace("}\n", ",}\n").replace("hi", "ho"))
    ran = run("check", "train.jsonl", "--fix", "--unsafe-fixes", "-o", "out.jsonl")
    assert "2 read · 2 kept · 1 changed · 0 dropped" in ran.out


def test_the_list_of_commands_says_what_their_own_help_says(run) -> None:
    for name, (_, help) in Commands.modules.items():
        said = " ".join(run(name, "--help").out.partition("\n\n")[2].split())
        assert said.startswith(help), name


def test_help_lists_options_in_panels(run) -> None:
    said = run("check", "--help").out
    titles = [line for line in said.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == [f"{panel}:" for panel in panels.ORDER if f"\n{panel}:\n" in said]
    assert said.index("Rules:\n") < said.index("--select") < said.index("Baseline:\n")
    assert "Job:" not in said


def test_an_option_may_stand_without_its_value(run) -> None:
    write("train.jsonl", CHAT)
    assert run("convert", "train.jsonl", "-o", "a.jsonl", "--to", "trl-sft", "--recipe").code == 0
    assert run("convert", "train.jsonl", "-o", "b.jsonl", "--to", "trl-sft", "--recipe", "how.md").code == 0
    assert Path("how.md").exists()
    assert run("check", "train.jsonl", "--write-baseline").code == 0
    assert Path(".ftlint-baseline.jsonl").exists()


def test_options_are_objects_whose_own_fields_come_first() -> None:
    names = list(inspect.signature(check).parameters)
    assert names[0] == "target"
    assert names.index("select") < names.index("stdin_name") < names.index("output_file")
    assert len(names) == len(set(names))


def test_of_a_command_that_is_not_there_the_nearest_is_named(run) -> None:
    assert "'check'" in run("chekc").err


def test_ctrl_c_is_130_and_says_so(run) -> None:
    Path("mine").mkdir()
    write(
        "mine/z004_stopped.py",
        '"""Somebody presses Ctrl-C while it is loaded."""\n\nraise KeyboardInterrupt\n',
    )
    ran = run("rule", "Z004", "--rules", "mine")
    assert ran.code == 130
    assert ran.err == "ftlint: interrupted; nothing half-written is left\n"


@pytest.mark.parametrize("typed", ["\n\n###\n\n", r"\n\n###\n\n", "\\u000a\\n###\\n\\n", r"'\n\n###\n\n'"])
def test_escapes_of_a_separator_mean_the_same_in_every_shell(run, typed: str) -> None:
    rows = [{"prompt": f"Question {i}\n\n###\n\n", "completion": f" {i} END"} for i in range(12)]
    write("train.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    ran = run("check", "train.jsonl", "--select", "P001,P004", "--separator", typed, "--stop", " END")
    assert ran.code == 0
    made = run("convert", "train.jsonl", "--to", "chat", "-o", "-", "--separator", typed)
    assert json.loads(made.out.splitlines()[0])["messages"][0]["content"] == "Question 0"


@pytest.mark.parametrize(
    ("command", "more"),
    [("convert", ("-o", "new.jsonl", "--to", "alpaca")), ("prepare", ("-y",)), ("split", ())],
)
def test_what_takes_one_file_says_how_many_were_named(run, command: str, more: tuple[str, ...]) -> None:
    Path("data").mkdir()
    for name in ("data/a.jsonl", "data/b.jsonl"):
        write(name, CHAT)
    said = f"{command} takes one file, not the 2 in data"
    ran = run(command, "data", *more)
    assert (ran.code, ran.err) == (2, f"ftlint: {said}\n")
    given = {"convert": ("new.jsonl", "alpaca")}.get(command, ())
    with pytest.raises(UsageError, match=said):
        getattr(ftlint, command)("data", *given)
