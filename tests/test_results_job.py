"""``ftlint job results`` against the loopback provider: what it stores, in base64 or not, and the checkpoints."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import ran
from provider_server import ProviderServer

pytestmark = pytest.mark.slow

pytest.importorskip("openai")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderServer]:
    """A provider, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    with ProviderServer() as running:
        monkeypatch.setenv("OPENAI_API_KEY", running.key)
        yield running


def trained(server: ProviderServer, looks: int = 6) -> str:
    """A job that was looked at so many times; six end it."""
    world = server.world
    stored = world.store("train.jsonl", b'{"prompt": "a", "completion": "b"}\n', "fine-tune")
    job = world.create({"model": "babbage-002", "training_file": stored["id"]})
    for _ in range(looks):
        world.job(job["id"], looks=True)
    return str(job["id"])


def shown(
    server: ProviderServer, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    """What ``ftlint job results`` says."""
    return ran(capsys, "job", "results", *arguments, "--base-url", server.url)


@pytest.mark.parametrize("encoded", [False, True], ids=["as it is", "in base64"])
def test_the_results_of_a_job(
    server: ProviderServer, capsys: pytest.CaptureFixture[str], encoded: bool
) -> None:
    job = trained(server)
    (file,) = server.world.jobs[job]["result_files"]
    if encoded:
        server.world.contents[file] = base64.b64encode(server.world.contents[file])
    code, out, _ = shown(server, capsys, job)
    assert code == 0
    assert out.startswith(f"{job}  30 rows · up to step 30\n")
    assert "training loss" in out
    assert f"best checkpoint: {server.world.jobs[job]['fine_tuned_model']} at step 30" in " ".join(
        out.split()
    )


def test_a_job_without_results_says_so(server: ProviderServer, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = shown(server, capsys, trained(server, 2))
    assert (code, out) == (2, "")
    assert "has no results yet" in err


def test_a_file_needs_no_provider(
    server: ProviderServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    Path("results.csv").write_text("step,train_loss\n1,0.5\n2,0.25\n")
    shown = ran(capsys, "job", "results", "results.csv")
    assert (shown.code, server.requests) == (0, [])
    assert shown.out.startswith("results.csv  2 rows")
