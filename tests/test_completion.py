"""Completion in shells, by the protocol that typer's scripts speak, and in a real bash."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from examples import few_quick

ROOT = Path(__file__).parent.parent
ENVIRON = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
SESSION = """
eval "$(ftlint completion bash)"
COMP_WORDS=(ftlint check --target openai-cha); COMP_CWORD=3; _ftlint_completion ftlint
echo "${COMPREPLY[@]}"
complete -p ftlint
"""
FTLINT = [sys.executable, "-m", "ftlint"]


def offered(*words: str) -> list[str]:
    """What is offered for the last of the words."""
    environ = {
        **ENVIRON,
        "_FTLINT_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["ftlint", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(FTLINT, env=environ, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "wanted"),
    few_quick(
        [
            (["che"], "check"),
            (["job", "fol"], "follow"),
            (["check", "--tar"], "--target"),
            (["check", "--target", "openai-c"], "openai-chat"),
            (["check", "--select", "C00"], "C003"),
            (["check", "--select", "c00"], "c003"),
            (["check", "--select", "D,empty-an"], "D,empty-answer"),
            (["prepare", "--skip", "P00"], "P003"),
            (["check", "--output-format", "js"], "json"),
            (["stats", "--output-format", "m"], "markdown"),
            (["check", "--fail-on", "w"], "warning"),
            (["check", "--color", "al"], "always"),
            (["try", "--task", "cl"], "classification"),
            (["try", "m", "--shape", "comp"], "completion"),
            (["convert", "--to", "alp"], "alpaca"),
            (["rule", "empty-a"], "empty-answer"),
            (["target", "toge"], "together"),
            (["config", "fail"], "fail-on"),
            (["completion", "b"], "bash"),
        ],
        2,
    ),
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_what_is_offered(words: list[str], wanted: str) -> None:
    assert wanted in offered(*words)


@pytest.mark.parametrize(
    "words", [["check", "tr"], ["check", "--baseline", "tr"], ["convert", "--recipe", "r"]]
)
def test_where_nothing_is_offered_the_shell_completes_files(words: list[str]) -> None:
    assert offered(*words) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    done = subprocess.run(
        [*FTLINT, "completion", shell], env=ENVIRON, capture_output=True, text=True, check=True
    )
    assert f"_FTLINT_COMPLETE=complete_{shell}" in done.stdout
    assert "%(" not in done.stdout


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_told_what_commands_do(shell: str) -> None:
    asked = {
        "_FTLINT_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "ftlint check --pro",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = subprocess.run(FTLINT, env={**ENVIRON, **asked}, capture_output=True, text=True, check=True)
    assert "--project" in done.stdout
    assert "Take the datasets of the configuration file, splits compared." in done.stdout


def test_an_unknown_shell_is_2() -> None:
    assert (
        subprocess.run(
            [*FTLINT, "completion", "csh"], env=ENVIRON, capture_output=True, check=False
        ).returncode
        == 2
    )


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="bash is not installed")
def test_a_real_bash_completes(tmp_path: Path) -> None:
    program = tmp_path / "ftlint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ftlint "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    said = subprocess.run(
        ["bash", "--norc", "-c", SESSION],
        env={**ENVIRON, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.splitlines()[0] == "openai-chat", said.stderr
    assert "-F _ftlint_completion ftlint" in said.stdout
