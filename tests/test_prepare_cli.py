"""``ftlint prepare`` as people and scripts use it: questions on a terminal, answers, streams and exit codes."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick

ROWS = "".join(
    json.dumps({"prompt": f"the {noun}", "completion": f"{noun.title()} of {n} years.\nThen came the {noun}"})
    + "\n"
    for n, noun in enumerate(
        ["river", "stone", "lamp", "garden", "window", "bridge", "market", "letter", "sea", "fog"]
    )
)
# Seconds to wait for a command that should say something.
PATIENCE = 30
LEGACY = ("--target", "openai-completions", "--isolated", "--no-stats")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.jsonl").write_text(ROWS, encoding="utf-8")
    return tmp_path


def ftlint(folder: Path, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ftlint", *words]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, text=True, encoding="utf-8")


def _as_terminal(slave: int) -> None:
    """Make the terminal the one whose Ctrl-C the command gets, also where this process was told to ignore it."""
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A command that has a terminal, as a person sees it."""

    def __init__(self, folder: Path, *words: str) -> None:
        pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
        self.master, slave = pty.openpty()
        self.shown = ""
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ftlint", *words],
            cwd=folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=partial(_as_terminal, slave),
        )
        os.close(slave)

    def until(self, text: str) -> None:
        """Read until the command shows a text that was not there before."""
        start = len(self.shown)
        while text not in self.shown[start:]:
            if not self._read():
                raise AssertionError(f"it ended or waits without {text!r}:\n{self.shown}")

    def type(self, text: str) -> None:
        """Type keys; the last may be Ctrl-C."""
        os.write(self.master, text.encode())

    def end(self) -> int:
        """Wait for the end; the exit code."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """Leave nothing running, whatever a test found."""
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def _read(self) -> str:
        """What is shown next; nothing at the end, or where nothing comes any more."""
        try:
            ready = select.select([self.master], [], [], PATIENCE)[0]
            new = os.read(self.master, 65_536).decode("utf-8", "replace") if ready else ""
        except OSError:
            new = ""
        self.shown += new
        return new


@pytest.fixture
def terminal(folder: Path) -> Iterator[Callable[..., Terminal]]:
    """Start a command on a terminal."""
    started: list[Terminal] = []

    def start(*words: str) -> Terminal:
        started.append(Terminal(folder, *words))
        return started[-1]

    yield start
    for one in started:
        one.close()


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "in.jsonl")


def first(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "in_prepared.jsonl").read_text(encoding="utf-8").splitlines()[0])


def test_a_person_agrees_and_refuses(folder: Path, terminal: Callable[..., Terminal]) -> None:
    person = terminal("prepare", "in.jsonl", *LEGACY)
    person.until('Add " ->" to every prompt? [Y/n]')
    person.type("\n")
    person.until("[Y/n]")
    person.type("n\n")
    person.until("[Y/n]")
    person.type("maybe\n")
    person.until("please answer y or n")
    person.type("y\n")
    assert person.end() == 0
    assert first(folder) == {
        "prompt": "the river ->",
        "completion": "River of 0 years.\nThen came the river END",
    }
    assert written(folder) == ["in_prepared.jsonl", "in_prepared.manifest.json"]


def test_ctrl_c_at_a_question_leaves_nothing(folder: Path, terminal: Callable[..., Terminal]) -> None:
    person = terminal("prepare", "in.jsonl", *LEGACY)
    person.until("[Y/n]")
    person.type("\x03")
    assert person.end() == 130
    assert "interrupted; nothing half-written is left" in person.shown
    assert written(folder) == []


@pytest.mark.slow
def test_the_end_of_the_input_at_a_question_leaves_nothing(
    folder: Path, terminal: Callable[..., Terminal]
) -> None:
    person = terminal("prepare", "in.jsonl", *LEGACY)
    person.until("[Y/n]")
    person.type("\x04")
    assert person.end() == 130
    assert written(folder) == []


@pytest.mark.slow
def test_what_is_only_offered_is_no_unless_somebody_says_yes(
    folder: Path, terminal: Callable[..., Terminal]
) -> None:
    rows = [
        {"prompt": f"Tell me something about the {n}", "completion": f"{n * 'x'}.y"} for n in range(1, 30)
    ]
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "P006" in (done := ftlint(folder, "prepare", "in.jsonl", "-y", *LEGACY)).stdout
    assert "[y/N] no" in done.stdout
    assert first(folder)["prompt"].startswith("Tell me something")
    person = terminal("prepare", "in.jsonl", "--only", "P006", *LEGACY)
    person.until("[y/N]")
    person.type("y\n")
    assert person.end() == 0
    again = (folder / "in_prepared (1).jsonl").read_text().splitlines()
    assert json.loads(again[0])["prompt"] == "1"


def test_yes_asks_nothing(folder: Path) -> None:
    done = ftlint(folder, "prepare", "in.jsonl", "-y", *LEGACY)
    assert done.returncode == 0
    assert done.stderr == ""
    assert first(folder)["prompt"] == "the river ->"
    assert "10 read · 10 kept · 10 changed · 0 dropped" in done.stdout


@pytest.mark.parametrize("words", [("--no-input",), ()], ids=["told so", "without a terminal"])
def test_nobody_to_ask_agrees_to_nothing(folder: Path, words: tuple[str, ...]) -> None:
    done = ftlint(folder, "prepare", "in.jsonl", *words, *LEGACY)
    assert "3 remedies were not applied because nobody was asked" in done.stdout
    assert (folder / "in_prepared.jsonl").read_text() == ROWS


@pytest.mark.slow
def test_standard_input_and_a_name(folder: Path) -> None:
    done = ftlint(folder, "prepare", "-", "-o", "out.jsonl", "-y", *LEGACY, stdin=ROWS)
    assert done.returncode == 0
    assert written(folder) == ["out.jsonl", "out.manifest.json"]


def test_json_is_all_that_is_on_standard_output(folder: Path) -> None:
    done = ftlint(folder, "prepare", "in.jsonl", "-y", "--output-format", "json", *LEGACY)
    told = json.loads(done.stdout)
    assert [remedy["code"] for remedy in told["remedies"]] == ["P001", "P003", "P004"]
    assert told["files"][0]["written"] == "in_prepared.jsonl"
    assert told["summary"]["kept"] == told["summary"]["read"] == 10
    assert told["manifest"] == "in_prepared.manifest.json"
    assert told["next"]["asking"][0] == 'end every prompt with " ->", as in training'


@pytest.mark.parametrize(
    ("words", "said"),
    few_quick([
        (("nowhere.jsonl",), "nowhere.jsonl"),
        ((), "name a file to prepare"),
        (("in.jsonl", "-y", "--no-input"), "choose one"),
        (("in.jsonl", "--only", "P01x"), 'no rule "P01x"'),
        (("in.jsonl", "--target", "openai-chatt"), 'did you mean "openai-chat"'),
        (("in.jsonl", "-y", "--output-format", "sarif"), "text, full, json; for its findings say --report"),
        (("in.jsonl", "--valid", "2.5"), "--valid 2.5"),
        (("in.jsonl", "-y", "--valid", "10"), "there are only 10 examples"),
        (("in.jsonl", "-o", "out.csv"), "name it .jsonl"),
        (("in.jsonl", "-o", "no/where.jsonl"), "there is no folder"),
        (("--from", "in.jsonl"), "is no manifest"),
        (("in.jsonl", "--map", "prompt=Frage"), 'no column "Frage"'),
    ], 3),
)  # fmt: skip
def test_a_wrong_command_writes_nothing(folder: Path, words: tuple[str, ...], said: str) -> None:
    done = ftlint(folder, "prepare", *words, "--isolated", "--no-stats")
    assert (done.returncode, done.stdout) == (2, "") if "-y" not in words else done.returncode == 2
    assert said in done.stderr
    assert written(folder) == []


def test_rows_that_cannot_be_used_are_exit_code_1(folder: Path) -> None:
    (folder / "in.jsonl").write_text(ROWS + "{broken\n")
    done = ftlint(folder, "prepare", "in.jsonl", "-y", *LEGACY)
    assert done.returncode == 1
    assert "11 read · 10 kept · 10 changed · 1 dropped" in done.stdout
    assert "F004" in done.stdout
