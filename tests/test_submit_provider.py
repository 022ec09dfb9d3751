"""Whom ``ftlint submit`` speaks to: keys, addresses, Azure, and the models that are trained there."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from provider_server import ProviderServer
from submitted import MODEL, Ran, command, provider_server, submit_command  # noqa: F401

pytestmark = pytest.mark.slow

pytest.importorskip("openai")
Command = Callable[..., Ran]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("curie:ft-acme-2023-04-04-03-03-26", "curie was shut down on 2024-01-04: it can neither be asked"),
        ("gpt-4.1-nano", "the model gpt-4.1-nano-2025-04-14 is shut down since 2026-10-23"),
        ("ft:gpt-4.1-nano-2025-04-14:acme::abc", "is shut down since 2026-10-23"),
        ("babbage-002", "openai-completions takes no new jobs since 2026-10-23"),
        ("gpt-4.1-mnii", 'no model "gpt-4.1-mnii"; did you mean "gpt-4.1-mini"?'),
        ("o4-mini", "openai-rft takes no new jobs since 2026-10-23"),
    ],
)
def test_models_that_nobody_trains_are_refused(
    run: Command, server: ProviderServer, model: str, said: str
) -> None:
    words = ("submit", "train.jsonl", "--model", model, "-y")
    ran = run(*words, where=())
    assert (ran.code, server.requests) == (2, [])
    assert said in ran.err


def test_a_server_of_ones_own_has_models_of_its_own(submit: Command, server: ProviderServer) -> None:
    server.world.models["llama-9"] = "system"
    ran = submit(model="llama-9")
    assert ran.code == 0
    assert "nothing is known here of the model llama-9" in ran.out


def test_no_key_is_ever_shown(
    submit: Command, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "my-very-own-key-without-a-form")
    ran = submit()
    assert ran.code == 2
    assert "says (401): Incorrect API key provided: …(masked)" in ran.err
    assert "my-very-own" not in ran.out + ran.err
    monkeypatch.delenv("OPENAI_API_KEY")
    assert submit("--provider", "openai").code == 2


def test_a_missing_key_is_said_before_the_file_is_checked(
    run: Command, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    ran = run("submit", "train.jsonl", "--model", MODEL, "--force", where=())
    assert (ran.code, ran.out) == (2, "")
    assert "there is no key: set OPENAI_API_KEY" in ran.err


def test_the_key_may_be_in_another_variable(
    submit: Command, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setenv("MY_KEY", server.key)
    assert submit("--key-env", "MY_KEY").code == 0


def test_azure_is_told_by_its_environment(
    run: Command, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("submit", "train.jsonl", "--model", MODEL, "--target", "azure-openai", "-y")
    assert "set AZURE_OPENAI_ENDPOINT" in run(*words, where=()).err
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.root)
    assert "set OPENAI_API_VERSION" in run(*words, where=()).err
    monkeypatch.setenv("OPENAI_API_VERSION", "2025-04-01-preview")
    assert "set AZURE_OPENAI_API_KEY" in run(*words, where=()).err
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", server.key)
    assert run(*words, where=()).code == 0
    assert {request.query["api-version"] for request in server.requests} == {"2025-04-01-preview"}
    (job,) = server.world.jobs
    assert run("job", "follow", job, "--every", "0", where=()).code == 0


def test_without_the_sdk_the_extra_is_named(server: ProviderServer) -> None:
    script = "import sys; sys.modules['openai'] = None; from ftlint.cli.main import main; main(sys.argv[1:])"
    words = ("submit", "train.jsonl", "--model", MODEL, "-y", "--base-url", server.url)
    ran = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert 'pip install "ftlint[openai]"' in ran.stderr
    dry = [sys.executable, "-c", script, *words[:4], "--dry-run"]
    assert subprocess.run(dry, capture_output=True).returncode == 0


def test_the_version_is_told_without_the_sdk_and_polars() -> None:
    script = "import sys; from ftlint.cli.app import app; sys.exit(any(m in sys.modules for m in ('openai', 'polars')))"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
