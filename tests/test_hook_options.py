"""What hooks and pipelines ask for beside the findings: the exit code, and files that stay excluded."""

from pathlib import Path

import pytest
from command_line import exit_code

CLEAN = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}\n'
FAULTY = '{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": ""}]}\n'
MENDABLE = CLEAN + "\n" + CLEAN.replace("hi", "good evening")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("clean", CLEAN), ("faulty", FAULTY), ("mendable", MENDABLE)):
        Path(f"{name}.jsonl").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["faulty.jsonl"], 1),
        (["faulty.jsonl", "--exit-zero"], 0),
        (["faulty.jsonl", "--fix", "--exit-zero"], 0),
        (["mendable.jsonl", "--diff"], 1),
        (["mendable.jsonl", "--diff", "--exit-zero"], 0),
        (["nowhere.jsonl", "--exit-zero"], 2),
        (["mendable.jsonl", "--fix"], 0),
        (["mendable.jsonl", "--fix", "--exit-non-zero-on-fix"], 1),
        (["mendable.jsonl", "--fix", "--in-place", "--exit-non-zero-on-fix"], 1),
        (["mendable.jsonl", "--fix-only", "--exit-non-zero-on-fix"], 1),
        (["clean.jsonl", "--fix", "--exit-non-zero-on-fix"], 0),
        (["faulty.jsonl", "--fix-only", "--exit-non-zero-on-fix"], 0),
        (["faulty.jsonl", "--fix", "--unsafe-fixes", "--exit-non-zero-on-fix"], 1),
    ],
)
def test_exit_codes(arguments: list[str], expected: int) -> None:
    assert exit_code("check", "--isolated", *arguments) == expected


def test_a_named_file_is_read_although_it_is_excluded_unless_that_is_forced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exclude = ["--config", 'exclude = ["faulty.*"]']
    assert exit_code("check", "clean.jsonl", "faulty.jsonl", *exclude) == 1
    assert exit_code("check", "clean.jsonl", "faulty.jsonl", *exclude, "--force-exclude") == 0
    assert "faulty" not in capsys.readouterr().out.split("clean.jsonl")[-1]
    assert exit_code("check", ".", *exclude, "--fail-on", "error") == 0


def test_nothing_is_left_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("check", "faulty.jsonl", "--config", 'exclude = ["*.jsonl"]', "--force-exclude") == 0
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err == "ftlint: nothing to check: every file is excluded\n"
