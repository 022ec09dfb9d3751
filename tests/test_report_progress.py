"""The progress bar: late, quiet, and never in a log."""

import io

import pytest

from ftlint.report.progress import ProgressBar, progress, wanted


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("no_progress", "quiet", "environ", "stderr", "expected"),
    [
        pytest.param(False, False, {}, Terminal(), True, id="somebody watches a terminal"),
        pytest.param(False, False, {"CI": ""}, Terminal(), True, id="an empty variable says nothing"),
        pytest.param(False, False, {}, io.StringIO(), False, id="nobody watches a pipe"),
        pytest.param(True, False, {}, Terminal(), False, id="not if told so"),
        pytest.param(False, True, {}, Terminal(), False, id="not if quiet"),
        pytest.param(False, False, {"CI": "true"}, Terminal(), False, id="not in CI"),
        pytest.param(False, False, {"PRE_COMMIT": "1"}, Terminal(), False, id="not in a hook"),
        pytest.param(False, False, {"GITHUB_ACTIONS": "true"}, Terminal(), False, id="not in GitHub Actions"),
        pytest.param(
            False, False, {"TERM": "dumb"}, Terminal(), False, id="not where a line cannot be redrawn"
        ),
    ],
)
def test_who_wants_a_bar(
    no_progress: bool, quiet: bool, environ: dict[str, str], stderr: io.StringIO, expected: bool
) -> None:
    assert wanted(no_progress, quiet, environ, stderr) is expected


def test_without_a_watcher_counting_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(10, "a.jsonl", False) as advance:
        advance(10)
    assert capsys.readouterr() == ("", "")


def test_quick_work_shows_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(10, "a.jsonl", True) as advance:
        advance(10)
    assert capsys.readouterr() == ("", "")


def test_long_work_shows_label_and_bytes_and_is_wiped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    stream = Terminal()
    bar = ProgressBar(1_000_000, "data/[red]\x1b[2J.jsonl", stream, patience=0)
    bar(400_000)
    bar.close()
    out = stream.getvalue()
    assert "data/[red]\\x1b[2J.jsonl" in out
    assert "400.0 kB of 1.0 MB" in out
    assert " 40%" in out
    assert out.endswith("\r\x1b[2K\x1b[?25h")


def test_a_size_that_nobody_knows_has_no_bar() -> None:
    with progress(None, "a.jsonl", True) as advance:
        advance(10)


def test_a_terminal_that_goes_away_does_not_stop_the_work() -> None:
    stream = Terminal()
    bar = ProgressBar(10, "a.jsonl", stream, patience=0)
    bar(1)
    bar.due = 0
    stream.close()
    bar(1)
    bar.close()
    assert bar.done == 2


def test_the_bar_is_taken_away_when_the_work_fails() -> None:
    with pytest.raises(KeyError), progress(10, "a.jsonl", True) as advance:
        advance(1)
        raise KeyError
