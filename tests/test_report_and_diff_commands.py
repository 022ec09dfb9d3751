"""``ftlint report`` and ``ftlint diff`` as people and scripts use them: exit code, streams and files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import exit_code
from picture_records import chat, hostile, shop, write

Run = Callable[..., tuple[int, str, str]]
ROWS = [chat(f"question {n}", f"answer {n}") for n in range(6)]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run ``ftlint`` with arguments: its exit code, standard output and standard error."""

    def running(*arguments: str) -> tuple[int, str, str]:
        code = exit_code(*arguments)
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return running


@pytest.fixture
def drawing() -> None:
    """Skip where pages cannot be made."""
    for name in ("altair", "vl_convert", "jinja2"):
        pytest.importorskip(name, reason="the extra report is not installed")


def old_and_new() -> None:
    write(Path("old.jsonl"), ROWS)
    write(Path("new.jsonl"), [*ROWS[:4], chat("question 4", ""), chat("new", "one")])


@pytest.mark.usefixtures("drawing")
@pytest.mark.slow
def test_a_page_is_written_and_written_anew(run: Run) -> None:
    write(Path("shop.jsonl"), shop())
    for _ in range(2):
        code, out, err = run("report", "shop.jsonl", "-o", "report.html")
        assert (code, out) == (0, "") and err.startswith("wrote report.html (")
    assert Path("report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.usefixtures("drawing")
def test_nothing_else_is_overwritten(run: Run) -> None:
    write(Path("shop.jsonl"), shop())
    Path("notes.html").write_text("<!doctype html>mine")
    code, _, err = run("report", "shop.jsonl", "-o", "notes.html")
    assert code == 2 and "--overwrite" in err
    assert run("report", "shop.jsonl", "-o", "notes.html", "--overwrite")[0] == 0
    assert run("report", "shop.jsonl", "-o", "shop.jsonl", "--overwrite")[0] == 2


@pytest.mark.usefixtures("drawing")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("shop.jsonl",), "-o FILE"),
        (("-o", "x.html"), "name a file"),
        (("shop.jsonl", "-o", "nowhere/x.html"), "no folder"),
        (("shop.jsonl", "-o", "x.html", "--target", "nobody"), "nobody"),
        (("shop.jsonl", "-o", "x.html", "--against", "none.jsonl"), "none.jsonl"),
        (("--project", "-o", "x.html"), "[datasets]"),
    ],
)
def test_what_cannot_be_is_said_before_any_work(run: Run, arguments: tuple[str, ...], said: str) -> None:
    write(Path("shop.jsonl"), shop())
    code, _, err = run("report", *arguments)
    assert code == 2 and said in err
    assert not Path("x.html").exists()


def test_markdown_goes_to_standard_output(run: Run) -> None:
    write(Path("shop.jsonl"), shop())
    code, out, _ = run("report", "shop.jsonl", "--markdown", "--target", "openai-chat")
    assert code == 0 and "## shop.jsonl" in out and "C003 empty-answer" in out


def test_named_splits_are_compared(run: Run) -> None:
    write(Path("a.jsonl"), shop())
    write(Path("b.jsonl"), shop()[40:])
    Path("ftlint.toml").write_text('[datasets.shop]\ntrain = "a.jsonl"\nvalid = "b.jsonl"\n')
    code, out, _ = run("report", "--project", "--markdown")
    assert code == 0 and "### Train and validation" in out and "20 × D004 leak" in out


def test_nothing_to_show_is_no_success(run: Run) -> None:
    Path("empty.jsonl").write_text("")
    assert run("report", "empty.jsonl", "--markdown")[0] == 1


def test_diff_ends_as_diff_does(run: Run) -> None:
    old_and_new()
    assert run("diff", "old.jsonl", "old.jsonl")[:2] == (0, "old.jsonl → old.jsonl\n  the same: 6 examples\n")
    assert run("diff", "old.jsonl", "new.jsonl")[0] == 1
    assert run("diff", "old.jsonl", "none.jsonl")[0] == 2
    assert run("diff", "-", "-")[0] == 2


def test_diff_in_words(run: Run) -> None:
    old_and_new()
    out = run("diff", "old.jsonl", "new.jsonl")[1]
    assert "examples  6 → 6 · 4 the same, 1 changed, 1 removed, 1 added" in out
    assert "E  C003 empty-answer" in out and "0 → 1 (1 appeared)" in out
    assert "     - answer 4\n     + (nothing)\n" in out
    assert "+ new.jsonl:6  new → one" in out


def test_diff_as_json(run: Run) -> None:
    old_and_new()
    told = json.loads(run("diff", "old.jsonl", "new.jsonl", "--output-format", "json")[1])
    assert {name: told[name] for name in ("differs", "same", "moved", "changed", "removed", "added")} == {
        "differs": True,
        "same": 4,
        "moved": 0,
        "changed": 1,
        "removed": 1,
        "added": 1,
    }
    assert told["changes"][0] == {
        "old": {"file": "old.jsonl", "row": 5, "line": 5},
        "new": {"file": "new.jsonl", "row": 5, "line": 5},
        "who": "assistant",
        "before": "answer 4",
        "after": "(nothing)",
    }


def test_diff_shows_as_many_as_are_asked_for(run: Run) -> None:
    write(Path("old.jsonl"), ROWS[:1])
    write(Path("new.jsonl"), [chat(f"q {n}", "a") for n in range(40)])
    out = run("diff", "old.jsonl", "new.jsonl", "--max-shown", "3")[1]
    assert out.count("\n  + ") == 3 and "… 37 more" in out


def test_diff_of_hostile_data_stays_text(run: Run) -> None:
    write(Path("old.jsonl"), hostile()[:60])
    write(Path("new.jsonl"), hostile()[30:])
    text = run("diff", "old.jsonl", "new.jsonl", "--max-shown", "200")[1]
    markdown = run("diff", "old.jsonl", "new.jsonl", "--output-format", "markdown", "--max-shown", "1000")[1]
    assert not set(text + markdown) & set("\u202a\u202e\u2028\u2029\x07\x9b\x1b")
    assert "<script" not in markdown and "<img" not in markdown and len(markdown) <= 60_000
