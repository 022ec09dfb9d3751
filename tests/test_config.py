"""The configuration: where it is found, what goes before what, what cannot be, and what it does to a run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import ftlint
from ftlint.cli.main import main
from ftlint.config.file import KEYS, full_schema, load_config
from ftlint.errors import UsageError
from ftlint.rule.registry import all_rules

EMPTY = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": ""}]}\n'
FULL = EMPTY.replace('"a"', '"b"').replace('""', '"c"')


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    return int(stopped.value.code or 0)


def values(*given: str, isolated: bool = False) -> dict[str, object]:
    return {key: found.value for key, found in load_config(given, isolated=isolated).items()}


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({".ftlint.toml": "", "ftlint.toml": "", "pyproject.toml": "[tool.ftlint]"}, ".ftlint.toml"),
        ({"ftlint.toml": "", "pyproject.toml": "[tool.ftlint]"}, "ftlint.toml"),
        ({"pyproject.toml": "[tool.ftlint]\n"}, "pyproject.toml"),
        ({"../ftlint.toml": "", "pyproject.toml": "[tool.other]"}, "../ftlint.toml"),
    ],
)
def test_the_nearest_file_is_taken(
    files: dict[str, str], source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("inner").mkdir()
    monkeypatch.chdir("inner")
    for name, text in files.items():
        write(name, f"{text}\ntask = 'generation'\n")
    found = load_config(())
    assert Path(found["task"].source).resolve() == Path(source).resolve()
    assert load_config((), isolated=True) == {}


def test_what_is_extended_holds_where_a_file_says_nothing() -> None:
    write(
        "base.toml",
        "target = 'together'\nfail-on = 'info'\n[rules.B002]\nleast = 3\n[severity]\nD001 = 'error'",
    )
    write("in/ftlint.toml", "extend = '../base.toml'\nfail-on = 'warning'\n[rules.B005]\nexamples = 9")
    assert values("in/ftlint.toml") == {
        "extend": "../base.toml",
        "target": "together",
        "fail-on": "warning",
        "severity": {"D001": "error"},
        "rules": {"B002": {"least": 3}, "B005": {"examples": 9}},
    }
    write("base.toml", "extend = 'base.toml'")
    with pytest.raises(UsageError, match="in a circle"):
        load_config(("in/ftlint.toml",))


def test_a_value_goes_before_every_file() -> None:
    write("ftlint.toml", "target = 'together'\nignore = ['C']\n")
    assert values("ftlint.toml", "target = 'openai-chat'") == {"target": "openai-chat", "ignore": ["C"]}
    assert values("rules.B002.least = 3") == {"rules": {"B002": {"least": 3}}, **values()}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ignroe = []", 'ftlint.toml: unknown key "ignroe"; did you mean "ignore"?'),
        ("target = 3", 'ftlint.toml: target: 3 is not of type "string"'),
        ("max-per-rule = -1", "ftlint.toml: max-per-rule: -1 is less than the minimum of 0"),
        ("fail-on = 'bad'", "ftlint.toml: fail-on: "),
        ("[severity]\nD001 = 'bad'", "ftlint.toml: severity.D001: "),
        ("[severity]\nD0001 = 'info'", 'severity: no rule "D0001"'),
        ("[rules]\nB002 = 3", "ftlint.toml: rules.B002: 3 is not of type"),
        ("[rules.B002]\nmax-rate = 3", "B002: max-rate is a share from 0 to 1"),
        ("[rules.B2]\nx = 3", 'no rule "B2"'),
        ("a = = b", "ftlint.toml: "),
        ("extend = 'none.toml'", "none.toml: No such file"),
        ("baseline = 'none.jsonl'", "none.jsonl: No such file"),
    ],
)
def test_what_cannot_be_names_the_file(text: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("train.jsonl", FULL)
    write("ftlint.toml", text)
    assert run("check", "train.jsonl") == 2
    assert told in capsys.readouterr().err


def test_a_value_on_the_command_line_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    write("train.jsonl", FULL)
    assert run("check", "train.jsonl", "--config", "target = ") == 2
    assert "write a file's name or key = value" in capsys.readouterr().err


def counts(*options: str, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, int]]:
    run("check", "data", "--output-format", "json", "--select", "C003,D001", *options)
    document = json.loads(capsys.readouterr().out)
    return {
        found["code"]: (found["severity"], document["counts"][found["code"]])
        for found in document["findings"]
    }


def test_it_decides_what_counts(capsys: pytest.CaptureFixture[str]) -> None:
    write("data/a.jsonl", EMPTY + FULL * 3)
    write("data/eval/b.jsonl", EMPTY + FULL * 3)
    assert counts(capsys=capsys) == {"C003": ("error", 2), "D001": ("warning", 4)}
    write("ftlint.toml", '[per-file-ignores]\n"data/eval/*" = ["D"]\n"*.csv" = ["C003"]\n')
    assert counts(capsys=capsys) == {"C003": ("error", 2), "D001": ("warning", 2)}
    write("ftlint.toml", "[severity]\nC003 = 'info'\nduplicate-example = 'error'\n")
    assert counts(capsys=capsys) == {"C003": ("info", 2), "D001": ("error", 4)}
    assert counts("--ignore", "C003", "--config", "ignore = ['D001']", capsys=capsys) == {}


def test_a_little_is_tolerated() -> None:
    write("a.jsonl", EMPTY + "".join(FULL.replace('"b"', f'"{n}"') for n in range(9)))
    for rate, severity in ((0.1, "info"), (0.09, "error"), (0, "error"), (1, "info")):
        report = ftlint.check("a.jsonl", select="C003", rule_options={"C003": {"max-rate": rate}})
        assert [found.severity for found in report.findings] == [severity]
        assert (report.total("error"), report.total("info")) == ((1, 0) if severity == "error" else (0, 1))
        told = [note for note in report.files[0].notes if "max-rate" in note]
        assert told == (
            []
            if severity == "error"
            else [f"C003: 1 findings (10.00% of the examples) are within max-rate {rate:g}"]
        )


def test_every_value_is_shown_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    write("ftlint.toml", "target = 'together'\n[rules.B002]\nleast = 3\n")
    assert run("config", "--config", "ftlint.toml", "--config", "task = 'generation'") == 0
    lines = {line.split(" = ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert list(lines) == [key for key in KEYS if key != "extend"]
    assert lines["target"].split("#") == ['target = "together"               ', " ftlint.toml"]
    assert lines["task"].endswith("# --config")
    assert lines["rules"].startswith("rules = { B002 = { least = 3 } }")
    assert lines["fail-on"].startswith('fail-on = "error"')
    assert run("config", "target") == 0
    assert capsys.readouterr().out == '"together"\n'
    assert run("config", "tragte") == 2
    assert 'did you mean "target"?' in capsys.readouterr().err


def test_the_schema_that_is_committed_is_the_one_that_is_made() -> None:
    committed = Path(ftlint.__file__).parent / "config.schema.json"
    made = json.dumps(full_schema(all_rules()), indent=1, ensure_ascii=False) + "\n"
    assert committed.read_text(encoding="utf-8") == made, "ftlint config --schema > ftlint/config.schema.json"


def test_the_schema_allows_what_is_allowed_and_nothing_else() -> None:
    import jsonschema_rs

    validator = jsonschema_rs.validator_for(full_schema(all_rules()))
    assert validator.is_valid({"target": "x", "rules": {"B002": {"least": 3, "max-rate": 0.1}}})
    for wrong in ({"tragte": "x"}, {"rules": {"B002": {"lesat": 3}}}, {"rules": {"B002": {"least": "3"}}}):
        assert not validator.is_valid(wrong)


def test_init_writes_a_configuration_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    write("data/train.jsonl", EMPTY + FULL)
    write("data/valid.jsonl", FULL)
    assert run("init", "data", "--target", "openai-chat") == 0
    assert "now: ftlint check --project" in capsys.readouterr().out
    text = Path("ftlint.toml").read_text(encoding="utf-8")
    assert "#   data/train.jsonl: chat, 2 examples" in text
    assert '  # "C003",  # empty-answer: 1' in text
    assert values() == {
        "target": "openai-chat",
        "fail-on": "error",
        "ignore": [],
        "datasets": {"main": {"train": "data/train.jsonl", "held": "data/valid.jsonl"}},
    }
    assert run("check", "--project") == 1
    capsys.readouterr()
    assert run("init", "data") == 2
    assert "ftlint.toml exists" in capsys.readouterr().err
    assert run("init", "data", "--stdout") == 0
    assert '# target = "' in capsys.readouterr().out


def test_a_function_is_the_first_thing_that_is_called() -> None:
    write("a.jsonl", FULL)
    code = "import ftlint; print(len(ftlint.check('a.jsonl').files))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"
