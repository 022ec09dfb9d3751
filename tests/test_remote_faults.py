"""What fails elsewhere is one line, without secrets; nothing is written there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Ran
from remote_files import (  # noqa: F401
    in_empty_folder,
    put,
    requests_to_s3,
    run_command,
    web_server,
)
from remote_servers import BUCKET, Requests, Web, s3
from test_cli import CHAT, NO_ANSWER

from ftlint import UsageError
from ftlint.io.address import is_remote, shown, shown_text
from ftlint.io.find import find_sources

pytestmark = pytest.mark.slow

for package in ("s3fs", "aiohttp", "moto"):
    pytest.importorskip(package)


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        ("broken", "the connection failed"),
        ("short", "the connection failed (only 262,144 of 524,288 bytes from 262,144 on came)"),
        ("forbidden", "no permission to read it (403 Forbidden)"),
        ("secret", "no permission to read it (401 Unauthorized)"),
        ("teapot", "cannot be read (the server said 418 I'm a Teapot)"),
    ],
)
@pytest.mark.parametrize("ending", ["jsonl", "parquet", "csv"])
def test_what_fails_is_one_line_and_never_the_end_of_the_file(
    manner: str, said: str, ending: str, web: Web, run
) -> None:
    web.files["big.jsonl"] = CHAT.encode() * 10_000
    web.files["big.csv"] = b"question,answer\n" + b"what is it,that is it\n" * 40_000
    web.files["big.parquet"] = web.files["big.csv"].replace(b"question", b"PAR1stion")
    address = f"{web.root}/{manner}/big.{ending}"
    ran: Ran = run("check", f"{address}?token=abc&X-Amz-Signature=topsecret")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err and address in ran.err and ran.err.count("\n") == 1
    assert "topsecret" not in ran.err and "Traceback" not in ran.err


def test_a_busy_server_is_asked_again_and_a_password_is_not_shown(web: Web, run) -> None:
    assert run("check", f"{web.root}/busy/table.csv").code == 1
    address = f"{web.root}/secret/plain.jsonl".replace("://", "://me:opensesame@")
    ran = run("check", address, "--output-format", "json")
    assert ran.code == 1 and "opensesame" not in ran.out + ran.err
    assert json.loads(ran.out)["files"][0]["path"] == f"{web.root}/secret/plain.jsonl"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"s3://{BUCKET}/none.jsonl", "no such file, folder or bucket"),
        (f"s3://{BUCKET}/none/*.jsonl", "no such file, folder or bucket"),
        ("s3://no-bucket/a.jsonl", "(The specified bucket does not exist)"),
        ("s3://no-bucket/*.jsonl", "(The specified bucket does not exist)"),
        ("http://127.0.0.1:9/a.jsonl", "the connection failed"),
        ("http://", ""),
        ("http://[::1/a.jsonl", ""),
        ("s3://", ""),
        ("memory://none", "no such file, folder or bucket"),
        (f"s3://{BUCKET}/\x07", "no such file, folder or bucket"),
        ("s33://a/b.jsonl", 'no file system is called s33; did you mean "s3"?'),
        (f"s3://{BUCKET}/*.png", "no data file among what is there (files: "),
    ],
)
def test_what_is_not_there_is_said(path: str, said: str, requests: Requests, run) -> None:
    ran = run("check", path)
    assert (
        ran.code == 2 and path.replace("\x07", "") in ran.err and said in ran.err and ran.err.count("\n") == 1
    )


@pytest.mark.parametrize(
    ("path", "lacking", "said"),
    [
        ("s3://b/a.jsonl", "s3fs", "pip install 'ftlint[remote]'"),
        ("s3://b/a.jsonl", "fsspec", "pip install 'ftlint[remote]'"),
        ("https://h/a.jsonl", "aiohttp", "pip install 'ftlint[remote]'"),
        ("gs://b/a.jsonl", "gcsfs", "pip install 'ftlint[gs]'"),
        ("hf://datasets/u/r/a.jsonl", "huggingface_hub", "pip install 'ftlint[hf]'"),
        ("az://b/a.jsonl", "adlfs", "adlfs"),
    ],
)
def test_what_must_be_installed_is_said(path: str, lacking: str, said: str) -> None:
    code = f"import sys; sys.modules[{lacking!r}] = None; from ftlint.cli.main import main; main(['check', {path!r}])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 2 and said in ran.stderr and ran.stderr.count("\n") == 1, ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--fix"),
        ("check", "--fix", "--in-place"),
        ("prepare", "--yes"),
        ("split", "--valid", "0.2"),
        ("submit", "--model", "gpt-4.1-mini-2025-04-14"),
        ("check", "--fix", "-o", f"s3://{BUCKET}/out.jsonl"),
        ("convert", "--to", "openai-chat", "-o", f"s3://{BUCKET}/out.jsonl"),
        ("prepare", "-o", f"s3://{BUCKET}/out.jsonl"),
        ("split", "--valid", "0.2", "-o", f"s3://{BUCKET}/out"),
        ("stats", "-o", f"s3://{BUCKET}/out.txt"),
    ],
)
def test_nothing_is_written_elsewhere(arguments: tuple[str, ...], requests: Requests, run) -> None:
    ran = run(*arguments, put("work.jsonl", (CHAT + NO_ANSWER) * 30))
    assert ran.code == 2 and ran.err.count("\n") == 1 and list(Path.cwd().iterdir()) == []
    assert "this machine" in ran.err


def test_a_public_bucket_needs_no_credentials(requests: Requests, monkeypatch: pytest.MonkeyPatch) -> None:
    name = put("public.jsonl", CHAT)
    s3().chmod(name, "public-read")
    kept = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED")
    environ = {key: os.environ[key] for key in kept if key in os.environ} | {"HOME": str(Path.cwd())}

    def ran(path: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ftlint", "check", path]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert (ran(name).returncode, ran(name).stderr) == (0, "")
    assert "no permission to read it (no credentials were found)" in ran(put("own.jsonl", CHAT)).stderr


def test_addresses_are_told_from_paths_and_shown_without_secrets() -> None:
    assert [is_remote(path) for path in ("s3://b/k", "C://x", "a/b.jsonl", "memory://x", "file:///x")] == [
        True, False, False, True, False,
    ]  # fmt: skip
    assert shown("https://me:pass@host/a.jsonl?X-Amz-Signature=1#x") == "https://host/a.jsonl"
    assert shown("https://token@host/a.jsonl") == "https://host/a.jsonl"
    assert shown("sftp://me:pass@host/a.jsonl") == "sftp://host/a.jsonl"
    assert shown("abfs://box@account/a.jsonl") == "abfs://box@account/a.jsonl"
    assert shown("az://box/a.jsonl?sv=1&sig=2") == "az://box/a.jsonl"
    assert shown("s3://b/what?.jsonl") == "s3://b/what?.jsonl"
    assert shown_text("GET 'https://u:p@h/a?sig=1' failed") == "GET 'https://h/a' failed"
    with pytest.raises(UsageError, match="only in what is not shown"):
        find_sources_of_two()


def find_sources_of_two() -> None:
    server = Web()
    server.files["a.jsonl"] = CHAT.encode()
    find_sources([f"{server.root}/ranges/a.jsonl?a=1", f"{server.root}/ranges/a.jsonl?a=2"])
