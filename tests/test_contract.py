"""What users rely on, by public surfaces only: it stays as it is however ftlint is built inside.

The facts are lines of the golden files in ``contract``; ``python tests/contract_golden.py --write`` writes them anew.
"""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import contract_formats as formats
import contract_golden as golden
import contract_outputs as outputs
import pytest
from command_line import ftlint
from contract_files import FIXTURES, fixture_names
from examples import few_quick

import ftlint as package
from ftlint import UsageError

ROOT = Path(__file__).parent.parent
CLEAN = str(FIXTURES / "chat.jsonl")
MESSY = str(FIXTURES / "messy.csv")
BROKEN = str(FIXTURES / "faults" / "f004_invalid_json.jsonl")
WARNED = str(FIXTURES / "faults" / "f003_byte_order_mark.jsonl")
EMPTY = str(FIXTURES / "faults" / "f001_empty_dataset.csv")
UTF16 = str(FIXTURES / "faults" / "f002_not_utf8_utf16.jsonl")
PAIRS = str(FIXTURES / "shapes" / "preference.jsonl")
FORMATS = (
    "text",
    "concise",
    "grouped",
    "json",
    "json-lines",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "markdown",
)
RULE = '''"""Somebody shouts."""

from ftlint.rule import TextRule, pl


class Shouting(TextRule):
    """Texts with three exclamation marks."""

    code, name, severity = "MY001", "three-marks", "error"
    message = "three exclamation marks"

    def when(self, context):
        return pl.col("text").str.contains("!!!", literal=True)
'''
MORE_FORMATS = ("csv", "pylint", "rdjson", "azure")


@pytest.mark.parametrize("topic", list(golden.SMALL))
def test_what_users_rely_on_is_unchanged(topic: str) -> None:
    told = golden.difference(golden.expected(topic), golden.SMALL[topic]())
    assert not told, f"\n{told}"


@pytest.mark.parametrize("name", few_quick(fixture_names(), 4, 36))
def test_what_is_written_is_unchanged(name: str, tmp_path: Path) -> None:
    before = [row for row in golden.expected("outputs") if row.startswith(f"{name} | ")]
    told = golden.difference(before, list(outputs.rows_of(name, tmp_path)))
    assert not told, f"\n{told}"


def test_every_row_has_its_fixture() -> None:
    rows = {row.partition(" | ")[0] for row in golden.expected("outputs")}
    assert rows == set(fixture_names())


def settings(folder: Path) -> dict[str, Any]:
    """Every setting of the functions by its name, with a value that it may have."""
    (folder / "rules").mkdir()
    (folder / "rules" / "my001_three_marks.py").write_text(RULE, encoding="utf-8")
    (folder / "schema.json").write_text('{"type": "object"}', encoding="utf-8")
    ftlint("check", MESSY, "--isolated", "--write-baseline", str(folder / "known.jsonl"))
    return {
        "target": "openai-chat",
        "model": "gpt-4o-mini-2024-07-18",
        "task": "generation",
        "select": "F,C003",
        "ignore": ["F003"],
        "extend_select": "X002",
        "rule_folders": [folder / "rules"],
        "rule_options": {"B001": {"max-rate": 0.5}},
        "per_file_ignores": {"*.csv": ["F003"]},
        "severity": {"F003": "info"},
        "sql_rules": {"MY002": {"on": "texts", "when": "text LIKE '%lorem%'", "message": "lorem"}},
        "json_schema": folder / "schema.json",
        "exclude": ("*.txt",),
        "baseline": folder / "known.jsonl",
        "record_ignores": True,
        "fingerprints": True,
        "fail_on": "warning",
        "max_per_rule": 1,
        "map": {"prompt": "question"},
        "turns": "Customer=user,Agent=assistant",
        "separator": "\n\n###\n\n",
        "stop": "\n",
        "against": CLEAN,
        "tokenizer": None,
        "cache": None,
        "today": date(2026, 11, 30),
        "encoding": "utf-8",
        "sheet": None,
        "join_rows": None,
        "delimiter": ";",
        "container": "csv",
        "prompt": "{question}",
        "completion": "{answer}",
        "system": "Be kind.",
        "jobs": 1,
        "engine": "local",
        "address": None,
        "executor": None,
        "part_bytes": 1 << 20,
        "block_bytes": 1 << 20,
    }


@pytest.mark.slow
def test_every_setting_is_accepted_by_its_name(tmp_path: Path) -> None:
    given = settings(tmp_path)
    table = tmp_path / "table.csv"
    table.write_text("question;answer;text\nHow?;So.;Customer: How?\n", encoding="utf-8")
    needed = {
        "model": {"target": "openai-chat"},
        "prompt": {"completion": "{answer}"},
        "system": {"prompt": "{question}", "completion": "{answer}"},
    }
    for name, value in given.items():
        assert package.check(table, **{**needed.get(name, {}), name: value}).files, name


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("check", [CLEAN]),
        ("fix", [CLEAN, "{folder}/out.jsonl"]),
        ("convert", [CLEAN, "{folder}/out.jsonl", "sharegpt"]),
        ("prepare", [CLEAN, "{folder}/out.jsonl"]),
        ("split", [CLEAN, "{folder}/out"]),
        ("stats", [CLEAN]),
        ("diff", [CLEAN, CLEAN]),
    ],
)
def test_an_unknown_setting_names_the_nearest(function: str, arguments: list[str], tmp_path: Path) -> None:
    places = [argument.format(folder=tmp_path) for argument in arguments]
    with pytest.raises(UsageError, match=r'"encodng".*encoding'):
        getattr(package, function)(*places, encodng="utf-8")
    assert not list(tmp_path.iterdir())


def test_functions_write_what_commands_write(tmp_path: Path) -> None:
    def same(name: str) -> bool:
        return (tmp_path / f"a_{name}").read_bytes() == (tmp_path / f"b_{name}").read_bytes()

    fixing = ("--fix", "--unsafe-fixes", "-o", "a_fixed.jsonl", "--output-format", "json")
    summary = ftlint("check", MESSY, "--isolated", *fixing, folder=tmp_path).json["summary"]
    report = package.fix(MESSY, tmp_path / "b_fixed.jsonl", unsafe=True)
    assert same("fixed.jsonl")
    assert (report.dropped, report.fixed) == (summary["dropped"], summary["fixed"])
    ftlint("convert", MESSY, "--isolated", "-o", "a_gemini.jsonl", "--to", "gemini", folder=tmp_path)
    package.convert(MESSY, tmp_path / "b_gemini.jsonl", "gemini")
    assert same("gemini.jsonl")
    ftlint("prepare", MESSY, "--isolated", "-y", "-o", "a_ready.jsonl", folder=tmp_path)
    prepared = package.prepare(MESSY, tmp_path / "b_ready.jsonl")
    assert same("ready.jsonl")
    assert prepared.files[""] == tmp_path / "b_ready.jsonl"
    ftlint("split", MESSY, "--isolated", "-o", "a", "--valid", "3", folder=tmp_path)
    package.split(MESSY, tmp_path / "b", valid=3)
    assert same("train.jsonl")
    assert same("valid.jsonl")


@pytest.mark.parametrize(
    ("code", "arguments"),
    few_quick(
        [
            (0, ["check", CLEAN]),
            (0, ["check", WARNED]),
            (1, ["check", BROKEN]),
            (1, ["check", MESSY, CLEAN]),
            (1, ["check", WARNED, "--fail-on", "warning"]),
            (1, ["check", WARNED, "--fail-on", "info"]),
            (0, ["check", CLEAN, "--fail-on", "info"]),
            (0, ["check", BROKEN, "--exit-zero"]),
            (1, ["check", EMPTY]),
            (1, ["check", UTF16]),
            (2, ["check", "missing.jsonl"]),
            (2, ["check", "*.nothing"]),
            (2, ["check"]),
            (2, ["check", CLEAN, "--selct", "F"]),
            (2, ["check", CLEAN, "--select", "nothing-such"]),
            (2, ["check", CLEAN, "--target", "openai-chatt"]),
            (2, ["check", CLEAN, "--fail-on", "never"]),
            (2, ["check", CLEAN, "--output-format", "yaml"]),
            (1, ["check", WARNED, "--diff"]),
            (0, ["check", CLEAN, "--diff"]),
            (0, ["check", WARNED, "--fix", "-o", "out.jsonl"]),
            (1, ["check", WARNED, "--fix", "-o", "out.jsonl", "--exit-non-zero-on-fix"]),
            (1, ["check", BROKEN, "--fix", "-o", "out.jsonl"]),
            (0, ["convert", CLEAN, "-o", "out.jsonl", "--to", "sharegpt"]),
            (1, ["convert", CLEAN, "-o", "out.jsonl", "--to", "openai-completions"]),
            (1, ["convert", BROKEN, "-o", "out.jsonl", "--to", "sharegpt"]),
            (2, ["convert", CLEAN, "-o", "out.jsonl", "--to", "sharegtp"]),
            (2, ["convert", CLEAN, "--to", "sharegpt"]),
            (2, ["convert", CLEAN, "-o", "out.doc", "--to", "sharegpt"]),
            (0, ["prepare", CLEAN, "-y", "-o", "out.jsonl"]),
            (1, ["prepare", MESSY, "--no-input", "-o", "out.jsonl"]),
            (1, ["prepare", EMPTY, "-y", "-o", "out.jsonl"]),
            (0, ["split", CLEAN, "-o", "part"]),
            (1, ["split", EMPTY, "-o", "part"]),
            (2, ["split", CLEAN, "-o", "part", "--valid", "100"]),
            (0, ["stats", MESSY]),
            (2, ["stats", "missing.jsonl"]),
            (0, ["diff", CLEAN, CLEAN]),
            (1, ["diff", CLEAN, PAIRS]),
            (2, ["diff", CLEAN, "missing.jsonl"]),
            (2, ["merge", "missing"]),
            (2, ["nothing-such"]),
        ],
        16,
    ),
)
def test_the_exit_code(code: int, arguments: list[str], tmp_path: Path) -> None:
    alone = () if arguments[0] in ("merge", "nothing-such") else ("--isolated",)
    ran = ftlint(*arguments, *alone, folder=tmp_path)
    assert ran.code == code, ran.err + ran.out
    assert bool(ran.err) == (code == 2) or arguments[0] != "check" or "--fix" in arguments
    if code == 2:
        assert ran.out == ""
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["rule", "C003"], ["rule", "empty-answer"], ["target", "openai-chat"], ["target", "--all"], ["config", "--isolated"], ["completion", "bash"], ["plugins"]],
)  # fmt: skip
def test_what_needs_no_data_succeeds(arguments: list[str]) -> None:
    ran = ftlint(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out


@pytest.mark.parametrize("name", few_quick([*FORMATS, *MORE_FORMATS], 6))
def test_every_output_format_tells_of_the_finding(name: str, tmp_path: Path) -> None:
    ran = ftlint("check", BROKEN, "--isolated", "--output-format", name)
    assert ran.code == 1
    assert "F004" in ran.out
    written = ftlint("check", BROKEN, "--isolated", "--report", f"{name}=report.out", "-q", folder=tmp_path)
    assert written.code == 1
    assert "F004" in (tmp_path / "report.out").read_text(encoding="utf-8")


def test_results_go_to_standard_output_and_the_rest_elsewhere() -> None:
    command = [sys.executable, "-m", "ftlint", "check", BROKEN, "--isolated", "--output-format", "json"]
    ran = subprocess.run(command, env=seeing(), capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert json.loads(ran.stdout)["summary"]["errors"] == 4


def seeing(*folders: Path) -> dict[str, str]:
    """The environment of a process that can see packages in folders."""
    path = os.pathsep.join(str(folder) for folder in (ROOT, *folders))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}


def test_merged_shards_are_one_run(tmp_path: Path) -> None:
    files = [MESSY, BROKEN, CLEAN]
    for number in (2, 1, 3):
        ran = ftlint(
            "check", *files, "--isolated", "--shard", f"{number}/3", "--save", "kept", folder=tmp_path
        )
        assert ran.code == 0
        assert ran.out == ""
    merged = ftlint("merge", "kept", "--output-format", "json", folder=tmp_path)
    whole = ftlint("check", *files, "--isolated", "--output-format", "json", folder=tmp_path)
    assert merged.code == whole.code == 1
    assert merged.json == whole.json


def test_a_baseline_makes_findings_not_count(tmp_path: Path) -> None:
    assert ftlint("check", BROKEN, "--isolated", "--write-baseline", folder=tmp_path).code == 0
    known = tmp_path / ".ftlint-baseline.jsonl"
    ran = ftlint(
        "check", BROKEN, "--isolated", "--baseline", str(known), "--output-format", "json", folder=tmp_path
    )
    assert ran.code == 0
    assert ran.json["counts"] == {}
    assert len(ran.json["suppressed"]) == 5


def test_a_manifest_does_the_same_again(tmp_path: Path) -> None:
    assert ftlint("prepare", MESSY, "-y", "-o", "one.jsonl", "--isolated", folder=tmp_path).code == 0
    again = ["prepare", MESSY, "--from", "one.manifest.json", "-o", "two.jsonl", "--isolated"]
    assert ftlint(*again, folder=tmp_path).code == 0
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package with the target of the example plug-in, whose file may be changed."""
    package_folder = tmp_path / "houses"
    package_folder.mkdir()
    (package_folder / "__init__.py").write_text("", encoding="utf-8")
    info = tmp_path / "houses-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: houses\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[ftlint.targets]\nhouses = houses\n", encoding="utf-8")
    text = (ROOT / "rules" / "targets" / "trl-sft.toml").read_text(encoding="utf-8")
    path = package_folder / "house.toml"
    path.write_text(text, encoding="utf-8")
    return path


def shown(house: Path) -> subprocess.CompletedProcess[str]:
    """What is said of the package's target."""
    command = [sys.executable, "-m", "ftlint", "target", "house"]
    where = seeing(house.parent.parent)
    return subprocess.run(command, env=where, capture_output=True, encoding="utf-8", check=False)


def test_a_target_of_a_package_is_read(house: Path) -> None:
    assert shown(house).returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("[facts]\n", '[facts]\nrols = { value = 1, source = "x", checked = 2026-01-01, verified = true }\n', "rols"),
        ("title =", "titel =", "titel"),
        ("title =", 'colour = "red"\ntitle =', "colour"),
    ],
)  # fmt: skip
def test_an_unknown_key_of_a_target_is_an_error(house: Path, old: str, new: str, word: str) -> None:
    text = house.read_text(encoding="utf-8")
    assert old in text
    house.write_text(text.replace(old, new, 1), encoding="utf-8")
    ran = shown(house)
    assert ran.returncode == 2
    assert word in ran.stderr


@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "rules" / "targets").glob("*.toml"))])
def test_every_target_is_read(name: str) -> None:
    assert ftlint("target", name).code == 0


def test_what_is_remembered_of_a_job_is_unchanged() -> None:
    pytest.importorskip("openai")
    told = golden.difference(golden.expected("jobs"), formats.jobs())
    assert not told, f"\n{told}"
