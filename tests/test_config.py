"""The configuration: where it is found, what goes before what, what cannot be, and what it does to a run."""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Unpack, get_type_hints

import pytest
from command_line import exit_code

import ftlint
from ftlint import UsageError
from ftlint.config.file import KEYS, config_schema, full_schema, load_config
from ftlint.config.keywords import CheckKeywords, ConvertKeywords, PrepareKeywords, SettingsKeywords
from ftlint.config.setting import Value
from ftlint.config.settings import FIELDS, SETTINGS, Settings, from_python, settings_from
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
    assert exit_code("check", "train.jsonl") == 2
    assert told in capsys.readouterr().err


def test_a_value_on_the_command_line_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    write("train.jsonl", FULL)
    assert exit_code("check", "train.jsonl", "--config", "target = ") == 2
    assert "write a file's name or key = value" in capsys.readouterr().err


def counts(*options: str, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, int]]:
    exit_code("check", "data", "--output-format", "json", "--select", "C003,D001", *options)
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
    assert exit_code("config", "--config", "ftlint.toml", "--config", "task = 'generation'") == 0
    lines = {line.split(" = ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert list(lines) == [key for key in KEYS if key != "extend"]
    assert lines["target"].split("#") == ['target = "together"               ', " ftlint.toml"]
    assert lines["task"].endswith("# --config")
    assert lines["rules"].startswith("rules = { B002 = { least = 3 } }")
    assert lines["fail-on"].startswith('fail-on = "error"')
    assert exit_code("config", "target") == 0
    assert capsys.readouterr().out == '"together"\n'
    assert exit_code("config", "tragte") == 2
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
    assert exit_code("init", "data", "--target", "openai-chat") == 0
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
    assert exit_code("check", "--project") == 1
    capsys.readouterr()
    assert exit_code("init", "data") == 2
    assert "ftlint.toml exists" in capsys.readouterr().err
    assert exit_code("init", "data", "--stdout") == 0
    assert '# target = "' in capsys.readouterr().out


def test_a_function_is_the_first_thing_that_is_called() -> None:
    write("a.jsonl", FULL)
    code = "import ftlint; print(len(ftlint.check('a.jsonl').files))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"


def test_every_setting_is_named_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """Fields, keywords of Python, keys of the file and options agree: whoever adds a setting forgets none."""
    assert set(get_type_hints(SettingsKeywords)) == set(SETTINGS)
    properties = config_schema()["$defs"]["Config"]["properties"]
    keys = [about.key for about in SETTINGS.values() if about.key is not None]
    assert list(properties) == ["extend", *keys] == list(KEYS)
    assert len(set(keys)) == len(keys)
    assert all(properties[key]["description"] for key in keys)
    assert exit_code("check", "--help") == exit_code("convert", "--help") == 0
    shown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", capsys.readouterr().out))
    assert {about.option for about in SETTINGS.values() if about.option is not None} <= shown
    for about in FIELDS.values():
        assert {about.source_field, about.root_field} <= {None, *FIELDS}


@pytest.mark.parametrize(
    ("function", "own"),
    [
        (ftlint.check, CheckKeywords),
        (ftlint.fix, SettingsKeywords),
        (ftlint.convert, ConvertKeywords),
        (ftlint.prepare, PrepareKeywords),
        (ftlint.split, SettingsKeywords),
        (ftlint.stats, CheckKeywords),
        (ftlint.write_report, CheckKeywords),
        (ftlint.diff, PrepareKeywords),
    ],
)
def test_every_function_takes_every_setting(function: Callable[..., object], own: type) -> None:
    parameters = inspect.signature(function).parameters
    named = {name for name, parameter in parameters.items() if parameter.kind is parameter.KEYWORD_ONLY}
    assert parameters["settings"].annotation == Unpack[own]
    assert set(get_type_hints(own)) == set(SETTINGS) - named


# For settings with an option: what is typed, what a file has, what Python passes.
ALIKE = [
    ("target", "together", "together", "together"),
    ("model", "davinci", "davinci", "davinci"),
    ("task", "generation", "generation", "generation"),
    ("select", ("C,F003", "D"), ["C", "F003", "D"], "C, F003, D"),
    ("ignore", ("C",), ["C"], ["C"]),
    ("extend_select", ("X",), ["X"], ("X",)),
    ("fail_on", "info", "info", "info"),
    ("max_per_rule", 3, 3, 3),
    ("baseline", "a/b.jsonl", "a/b.jsonl", "a/b.jsonl"),
    ("chat_template", "a/b.jinja", "a/b.jinja", "a/b.jinja"),
    ("rule_folders", ("a", "b"), ["a", "b"], [Path("a"), "b"]),
    ("map", ("prompt=Question",), {"prompt": "Question"}, {"prompt": "Question"}),
    ("encoding", "cp1252", "cp1252", "cp1252"),
    ("separator", "", "", ""),
    ("stop", "\n", "\n", "\n"),
    ("tool_arguments", "text", "text", "text"),
    ("system_messages", "fold", "fold", "fold"),
    ("merge_consecutive", r"\n\n", True, "\n\n"),
    ("reasoning", "inline", "inline", "inline"),
    ("media", "parts", "parts", "parts"),
    ("untrained", "split", "split", "split"),
    ("text_calls", "read", "read", "read"),
    ("tokenizer", "t.json", "t.json", Path("t.json")),
    ("turns", "A=user,B=assistant", {"A": "user", "B": "assistant"}, {"A": "user", "B": "assistant"}),
]


@pytest.mark.parametrize(("name", "typed", "written", "passed"), ALIKE, ids=lambda value: str(value)[:20])
def test_a_setting_means_the_same_wherever_it_is_said(
    name: str, typed: object, written: object, passed: object
) -> None:
    about = SETTINGS[name]
    by_option = settings_from({about.parameter: typed}, {})
    by_file = settings_from({}, {about.key: Value(written, "ftlint.toml", Path())})
    assert by_option == by_file == from_python(**{name: passed}) != Settings()


def test_every_setting_with_an_option_and_a_key_is_compared() -> None:
    both = {name for name, about in SETTINGS.items() if about.option is not None and about.key is not None}
    assert {name for name, *_ in ALIKE} == both


def test_what_was_not_typed_is_not_set() -> None:
    nothing = {about.parameter: None for about in SETTINGS.values() if about.parameter is not None}
    assert settings_from(nothing, {}) == settings_from({}, {}) == from_python() == Settings()
    for name in ("select", "ignore", "extend_select", "rules", "map"):
        assert settings_from({name: ()}, {}) == settings_from({name: []}, {}) == Settings()
    for name in ("tokenizer", "baseline", "fail_on", "engine"):
        assert settings_from({name: ""}, {}) == Settings()
    # Other parameters of commands are no settings.
    assert settings_from({"against": ("a",), "read": "x", "paths": ("a",), "cache": "x"}, {}) == Settings()
    # Without templates a command uses the system message as it is.
    assert settings_from({"system": "Be kind."}, {}) == Settings()
    assert settings_from({"system": "Be kind.", "completion": "{a}"}, {}).templates.system == "Be kind."


def test_an_option_goes_before_the_file_even_where_it_is_the_default() -> None:
    written = {"fail-on": "info", "max-per-rule": 3, "ignore": ["C"]}
    config = {key: Value(value, "ftlint.toml", Path()) for key, value in written.items()}
    typed = settings_from({"fail_on": "error", "max_per_rule": 0, "ignore": ("D",)}, config)
    assert (typed.fail_on, typed.max_per_rule, typed.ignore) == ("error", 0, ("C", "D"))
    assert settings_from({}, config) == Settings(fail_on="info", max_per_rule=3, ignore=("C",))


def test_an_option_that_is_the_default_goes_before_the_file_in_a_run() -> None:
    write("train.jsonl", FULL * 2)
    write("ftlint.toml", "fail-on = 'warning'")
    assert exit_code("check", "train.jsonl", "--select", "D001") == 1
    assert exit_code("check", "train.jsonl", "--select", "D001", "--fail-on", "error") == 0


def test_paths_are_those_of_the_file_and_workers_find_them() -> None:
    named = [name for name, about in FIELDS.items() if about.is_path and about.key is not None]
    values = {
        FIELDS[name].key: Value(["x"] if FIELDS[name].is_code else "x", "in/ftlint.toml", Path("in"))
        for name in named
    }
    settings = settings_from({"jobs": 3}, values)
    for name in named:
        found, there = getattr(settings, name), getattr(settings.for_workers(), name)
        assert found == ((Path("in/x"),) if FIELDS[name].is_code else Path("in/x"))
        assert there == ((Path.cwd() / "in" / "x",) if FIELDS[name].is_code else Path.cwd() / "in" / "x")
    assert replace(settings, cache=Path("kept")).for_workers().cache is None
    assert settings.for_workers().staff == Settings().staff != settings.staff


def test_one_path_or_text_is_as_good_as_a_list() -> None:
    for name in ("select", "exclude", "rule_folders"):
        assert from_python(**{name: "x"}) == from_python(**{name: ["x"]}) != Settings()
    assert from_python(select="C,D").select == ("C", "D")
