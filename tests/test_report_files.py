"""Where reports go: files beside and instead of standard output, and the summary of a step in GitHub Actions."""

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import ran
from report_formats import LIGHT_THEN_ALL

EMPTY = '{"messages": [{"role": "user", "content": "hi %d"}, {"role": "assistant", "content": ""}]}\n'
NO_ANSWER = '{"messages": [{"role": "user", "content": "hi %d"}]}\n'


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    rows = [EMPTY % at for at in range(30)] + [NO_ANSWER % at for at in range(30)]
    Path("train.jsonl").write_text("".join(rows))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Check train.jsonl with more arguments: exit code, standard output, standard error."""

    def running(*arguments: str) -> tuple[int, str, str]:
        return ran(capsys, "check", "train.jsonl", "--isolated", "--select", "C002,C003", *arguments)

    return running


@pytest.mark.parametrize("formats", LIGHT_THEN_ALL)
def test_one_pass_writes_every_format(run, formats: tuple[str, ...]) -> None:
    reports = [argument for name in formats for argument in ("--report", f"{name}=report.{name}")]
    code, out, err = run(*reports, "-q", "--output-format", "concise")
    assert (code, err, len(out.splitlines())) == (1, "", 60)
    found = {name: Path(f"report.{name}").read_text(encoding="utf-8") for name in formats}
    assert "… 25 more" in found["text"] == found["full"]
    assert len(json.loads(found["json"])["findings"]) == len(found["jsonl"].splitlines()) == 60
    assert len(json.loads(found["sarif"])["runs"][0]["results"]) == 60
    assert len({one["fingerprint"] for one in json.loads(found["gitlab"])}) == 60
    assert len(json.loads(found["rdjson"])["diagnostics"]) == 60
    assert [
        case.get("message") for case in ElementTree.fromstring(found["junit"]).findall("*/*/failure")
    ] == [
        "30 errors",
        "30 errors",
    ]
    assert len(list(csv.reader(found["csv"].splitlines()))) == 61
    assert (
        found["markdown"].startswith("## ftlint: 60 errors\n")
        and found["markdown"].count("| … 20 more |") == 2
    )
    assert found["github"].count("::error ") == 10 and "and 50 more: 50 errors" in found["github"]
    assert found["pylint"].count("] ") == found["azure"].count("##vso[") == 60
    assert found["grouped"].startswith("train.jsonl:\n   1  C003") and "Found 60 errors." in found["grouped"]


def test_totals_are_true_whatever_is_listed(run) -> None:
    names = ("text", "concise", "grouped", "json", "sarif", "github", "junit", "markdown")
    run("--max-per-rule", "2", *(part for name in names for part in ("--report", f"{name}=report.{name}")))
    found = {name: Path(f"report.{name}").read_text(encoding="utf-8") for name in names}
    assert "60 errors in 1 file" in found["text"]
    assert "56 more findings not listed" in found["concise"] and "Found 60 errors." in found["grouped"]
    assert json.loads(found["json"])["summary"]["errors"] == 60
    assert json.loads(found["sarif"])["runs"][0]["properties"]["notListed"] == 56
    assert "and 56 more: 56 errors" in found["github"]
    assert 'message="30 errors"' in found["junit"] and "… 28 more" in found["junit"]
    assert "4 of 60 findings listed." in found["markdown"]


def test_the_report_goes_to_a_file_instead(run) -> None:
    code, out, err = run("--output-file", "report.txt")
    assert (code, out, err) == (1, "", "")
    report = Path("report.txt").read_text(encoding="utf-8")
    assert report.startswith("train.jsonl  chat") and "\x1b" not in report
    assert run("--output-file", "-", "--output-format", "json")[1].startswith('{"schema"')
    run("--output-file", "report.txt", "--color", "always")
    assert "\x1b[" in Path("report.txt").read_text(encoding="utf-8")


def test_the_report_goes_to_a_file_while_the_data_goes_to_standard_output(run) -> None:
    code, out, _ = run(
        "--fix", "--unsafe-fixes", "-o", "-", "--output-file", "report.json", "--output-format", "json",
        "--target", "openai-chat",
    )  # fmt: skip
    assert [json.loads(line)["messages"][-1]["role"] for line in out.splitlines()] == ["user"] * 30
    assert (code, json.loads(Path("report.json").read_text())["summary"]["dropped"]) == (1, 30)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--output-file", "none/report.txt"], "--output-file none/report.txt: there is no folder none"),
        (["--output-file", "."], "--output-file .: . is a folder; name a file"),
        (["--output-file", "train.jsonl"], "--output-file train.jsonl: train.jsonl is the input itself"),
        (["--report", "json=train.jsonl"], "--report json=train.jsonl: train.jsonl is the input itself"),
        (["--report", "json=x", "--report", "csv=x"], "--report csv=x: x is for something else already"),
        (["--fix", "-o", "x", "--output-file", "./x"], "--output-file x: x is for something else already"),
        (["--diff", "--report", "json=x"], "--diff shows changes and no findings"),
        (["--report", "sarf=x"], 'did you mean "sarif"?'),
        (["--output-file", "x" * 300], "cannot be written: File name too long"),
    ],
)
def test_a_file_that_cannot_be_is_refused_before_any_work(run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err.replace("\\", "/")


def test_what_github_does_not_show_goes_to_the_summary_of_the_step(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = Path("summary.md")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run("--output-format", "json")
    assert not summary.exists()
    _, out, err = run("--output-format", "github")
    assert (out.count("::error "), err) == (10, "")
    once = summary.read_text(encoding="utf-8")
    assert once.startswith("## ftlint: 60 errors\n") and once.count("| error | C") == 60
    run("--output-format", "github")
    assert summary.read_text(encoding="utf-8") == f"{once}\n{once}"


def test_a_full_summary_is_left_alone(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    Path("summary.md").write_bytes(b"x" * 1_040_000)
    code, _, err = run("--output-format", "github")
    assert (code, err) == (1, "ftlint: the summary of this step is full; the report is not in it\n")
    assert Path("summary.md").stat().st_size == 1_040_000
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "none/summary.md")
    code, _, err = run("--output-format", "github")
    assert (code, err) == (
        1,
        "ftlint: the summary of this step cannot be written: No such file or directory\n",
    )
