"""What the tests of submit and job have in common: a loopback provider, files to train on, and the command."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Ran, ran
from provider_server import ProviderServer

from ftlint.report.progress import UNWATCHED

MODEL = "gpt-4.1-mini"


def example(n: int) -> dict[str, Any]:
    """An example; none is like another."""
    asked = f"What is {n} plus {n * 7 % 13}?"
    answer = f"It is {n + n * 7 % 13}, as anybody can count."
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]}


def lines(path: str, examples: list[dict[str, Any]]) -> Path:
    """A file of JSON lines."""
    Path(path).write_text("".join(json.dumps(one) + "\n" for one in examples), encoding="utf-8")
    return Path(path)


def typed(answer: str, *words: str) -> tuple[int, str]:
    """Run ftlint under a terminal, and type an answer to its question: the exit code and all that was shown."""
    import pty

    ours, theirs = pty.openpty()
    # Under CI nobody watches, so there a line does not stay alive.
    about = {name: value for name, value in os.environ.items() if name not in UNWATCHED} | {"TERM": "xterm"}
    command = [sys.executable, "-m", "ftlint", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=about) as process:
        os.close(theirs)
        shown, answered = b"", False
        # The end is an error on Linux, and nothing more to read elsewhere.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                shown += piece
                if b"[y/N] " in shown and not answered:
                    os.write(ours, f"{answer}\n".encode())
                    answered = True
    os.close(ours)
    return process.returncode, shown.decode()


@pytest.fixture(name="server")
def provider_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderServer]:
    """A provider on loopback, its key in the environment, and a folder with a training and a validation file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    lines("train.jsonl", [example(n) for n in range(12)])
    lines("valid.jsonl", [example(n) for n in range(100, 104)])
    with ProviderServer() as server:
        monkeypatch.setenv("OPENAI_API_KEY", server.key)
        monkeypatch.setenv("FTLINT_RETRY_WAIT", "0.0002")
        yield server


@pytest.fixture(name="run")
def command(server: ProviderServer, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run ftlint as its entry point does, against the loopback provider."""

    def running(*words: str, where: tuple[str, ...] | None = None) -> Ran:
        told = where if where is not None else ("--base-url", server.url)
        return ran(capsys, *words, *told)

    return running


@pytest.fixture(name="submit")
def submit_command(run: Callable[..., Ran]) -> Callable[..., Ran]:
    """Submit the training file without questions, looking at the job without pause."""

    def running(*words: str, train: str = "train.jsonl", model: str = MODEL, yes: str = "-y") -> Ran:
        return run("submit", train, "--model", model, "--every", "0", yes, *words)

    return running


@pytest.fixture(name="job")
def submitted_job(submit: Callable[..., Ran], server: ProviderServer) -> str:
    """The id of a job that was just submitted."""
    assert submit("--validation", "valid.jsonl", "--suffix", "sums").code == 0
    return list(server.world.jobs)[-1]
