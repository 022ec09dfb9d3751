"""What the tests of ``ftlint try`` have in common: the loopback provider, manifests and labelled files."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from command_line import ran
from provider_server import ProviderServer

CHAT, OLD = "ft:gpt-4.1-mini-2025-04-14:acme::tuned1", "ft:babbage-002:acme::tuned2"
POSITIVE, NEGATIVE = "Overjoyed with it!", "It broke at once."


# Fixtures under other names than their functions, so that a test that takes one does not hide what it imports.
@pytest.fixture(name="server")
def tuning_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderServer]:
    """A provider with two tuned models, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("FTLINT_RETRY_WAIT", "0.001")
    with ProviderServer() as running:
        monkeypatch.setenv("OPENAI_API_KEY", running.key)
        running.world.models |= {CHAT: "acme", OLD: "acme"}
        yield running


@pytest.fixture(name="run")
def try_command(server: ProviderServer, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``ftlint try`` with arguments: its exit code, standard output and standard error."""

    def running(*arguments: str) -> tuple[int, str, str]:
        return ran(capsys, "try", *arguments, "--base-url", server.url)

    return running


def manifest(name: str = "train.manifest.json", settings: Any = None, **asking: Any) -> str:
    """A manifest as prepare writes it, with these words on asking."""
    said = {"shape": "chat", "task": None, "classes": [], "separator": None, "stop": None, "system": None}
    content = {
        "schema": 1,
        "tool": {"name": "ftlint", "version": "0"},
        "input": {"path": "train.csv", "container": "csv", "bytes": 1, "sha256": "0"},
        "outputs": [],
        "counts": {},
        "remedies": {},
        "decisions": {},
        "asking": said | asking,
        "split": None,
        "intent": {},
        "settings": settings or {},
    }
    Path(name).write_text(json.dumps(content))
    return name


LABELS = {"task": "classification", "classes": ["positive", "negative"]}
MARKS = {"shape": "completion", "separator": " ->", "stop": " END"}


def labelled(*rows: tuple[str, str], name: str = "test.jsonl") -> str:
    """A file of prompts and completions."""
    lines = [json.dumps({"prompt": prompt, "completion": completion}) for prompt, completion in rows]
    Path(name).write_text("\n".join(lines) + "\n")
    return name


def asked(server: ProviderServer, path: str = ".*completions") -> list[Mapping[str, Any]]:
    """The bodies of the questions, in the order of their prompts: rows are asked side by side."""
    return [request.body for request in server.sent("POST", path)]


def said(body: Mapping[str, Any]) -> str:
    """What a request asks."""
    return str(body["prompt"] if "prompt" in body else body["messages"][-1]["content"])
