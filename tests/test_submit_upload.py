"""Uploads as networks are: cut off, resumed, refused; and a job that is created once whatever happens."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from provider_server import ProviderServer
from submitted import MODEL, Ran, command, example, lines, provider_server, submit_command  # noqa: F401

from ftlint.training.submit.job_log import IntentEntry, JobEntry, JobLog

pytestmark = pytest.mark.slow

pytest.importorskip("openai")
Command = Callable[..., Ran]
PARTS = ("--parts-above", "500", "--part-size", "400")
JOBS, FILES = "/fine_tuning/jobs", "/files"
PART = "/uploads/[^/]+/parts"


def stored(server: ProviderServer) -> list[bytes]:
    """What stands in the training files at the provider."""
    return [
        server.world.contents[id] for id, file in server.world.files.items() if file["purpose"] == "fine-tune"
    ]


def test_a_large_file_goes_in_parts(submit: Command, server: ProviderServer) -> None:
    assert submit(*PARTS).code == 0
    assert stored(server) == [Path("train.jsonl").read_bytes()]
    assert server.sent("POST", FILES) == []
    assert [request.body for request in server.sent("POST", PART)] == [{"data": 400}] * 4 + [{"data": 8}]
    (begun,) = server.sent("POST", "/uploads")
    assert begun.body == {
        "bytes": 1608,
        "filename": "train.jsonl",
        "mime_type": "application/jsonl",
        "purpose": "fine-tune",
    }
    (joined,) = server.sent("POST", "/uploads/[^/]+/complete")
    assert len(joined.body["md5"]) == 32


@pytest.mark.parametrize("kind", ["reset", "lost", "status"])
def test_a_part_that_is_cut_off_is_sent_again(submit: Command, server: ProviderServer, kind: str) -> None:
    server.fail(kind, "POST", "/parts$", times=2, skip=1)
    ran = submit(*PARTS)
    assert ran.code == 0
    assert "trying again in 0.0 s (2 of 5)" in ran.err
    assert stored(server) == [Path("train.jsonl").read_bytes()]


def test_an_upload_goes_on_where_it_ended(submit: Command, server: ProviderServer) -> None:
    server.fail("status", "POST", "/parts$", skip=2, status=403, message="not now")
    assert submit(*PARTS).code == 2
    server.faults.clear()
    sent = len(server.sent("POST", PART))
    ran = submit(*PARTS)
    assert ran.code == 0
    assert "going on with the upload of before: 2 parts are there already" in ran.err
    assert len(server.sent("POST", PART)) == sent + 3
    assert len(server.sent("POST", "/uploads")) == 1
    assert stored(server) == [Path("train.jsonl").read_bytes()]


def test_an_upload_that_is_gone_begins_anew(submit: Command, server: ProviderServer) -> None:
    server.fail("status", "POST", "/parts$", skip=2, status=403)
    assert submit(*PARTS).code == 2
    server.faults.clear()
    for upload in server.world.uploads.values():
        upload["status"] = "expired"
    ran = submit(*PARTS)
    assert ran.code == 0
    assert "beginning anew" in ran.err
    assert stored(server) == [Path("train.jsonl").read_bytes()]


def test_other_sizes_of_parts_are_another_upload(submit: Command, server: ProviderServer) -> None:
    server.fail("status", "POST", "/parts$", skip=2, status=403)
    assert submit(*PARTS).code == 2
    server.faults.clear()
    assert submit(*PARTS[:3], "500").code == 0
    assert len(server.sent("POST", "/uploads")) == 2


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_joined_parts_are_found_though_nobody_heard_of_it(
    submit: Command, server: ProviderServer, kind: str
) -> None:
    server.fail(kind, "POST", "/complete$")
    assert submit(*PARTS).code == 0
    assert stored(server) == [Path("train.jsonl").read_bytes()]


@pytest.mark.parametrize("kind", ["reset", "lost", "status", "cut"])
@pytest.mark.parametrize("path", ["^/files$"])
def test_a_file_that_is_cut_off_is_sent_again(
    submit: Command, server: ProviderServer, kind: str, path: str
) -> None:
    lines("train.jsonl", [example(n) for n in range(900)])
    server.fail(kind, "POST", path)
    ran = submit()
    assert ran.code == 0
    assert stored(server)[-1] == Path("train.jsonl").read_bytes()
    (job,) = server.world.jobs.values()
    assert server.world.contents[job["training_file"]] == Path("train.jsonl").read_bytes()


@pytest.mark.parametrize("how", [(), PARTS])
def test_names_in_any_script(submit: Command, server: ProviderServer, how: tuple[str, ...]) -> None:
    Path("train.jsonl").rename('奥特曼 "1".jsonl')
    assert submit(*how, train='奥特曼 "1".jsonl').code == 0
    assert stored(server) == [Path('奥特曼 "1".jsonl').read_bytes()]


def test_the_same_bytes_are_uploaded_once(submit: Command, server: ProviderServer) -> None:
    assert submit().code == 0
    Path("train.jsonl").rename("renamed.jsonl")
    ran = submit("--epochs", "2", train="renamed.jsonl")
    (file,) = server.world.files
    assert ran.code == 0
    assert f"renamed.jsonl is there already: {file}" in ran.err
    assert len(server.world.jobs) == 2


def test_a_file_that_the_provider_lost_is_uploaded_again(submit: Command, server: ProviderServer) -> None:
    assert submit().code == 0
    server.world.files.clear()
    assert submit("--epochs", "2").code == 0
    assert len(server.sent("POST", FILES)) == 2


@pytest.mark.parametrize(
    ("more", "waited"),
    [
        ({"status": 429, "message": "slow down", "headers": {"retry-after-ms": "20"}}, 0.02),
        ({"status": 503}, 0),
    ],
)
def test_who_is_busy_is_asked_again(
    submit: Command, server: ProviderServer, more: dict, waited: float
) -> None:
    server.fail("status", "POST", f"^{FILES}$", times=2, **more)
    server.fail("status", "POST", f"^{JOBS}$", times=2, **more)
    began = time.monotonic()
    ran = submit()
    assert ran.code == 0
    assert time.monotonic() - began >= 4 * waited
    assert len(server.world.jobs) == 1
    assert f"the server says ({more['status']})" in ran.err


def test_no_credit_is_not_asked_again(submit: Command, server: ProviderServer) -> None:
    server.fail(
        "status",
        "POST",
        f"^{JOBS}$",
        status=429,
        message="You exceeded your quota",
        code="insufficient_quota",
    )
    ran = submit()
    assert ran.code == 2
    assert "The account has no credit left" in ran.err
    assert len(server.sent("POST", JOBS)) == 1


def test_patience_ends(submit: Command, server: ProviderServer) -> None:
    server.fail("status", "POST", f"^{FILES}$", times=99)
    ran = submit()
    assert ran.code == 2
    assert len(server.sent("POST", FILES)) == 6


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_a_job_is_created_once_though_the_answer_was_lost(
    submit: Command, server: ProviderServer, kind: str
) -> None:
    server.fail(kind, "POST", f"^{JOBS}$")
    ran = submit()
    assert ran.code == 0
    assert "but the job was created" in ran.err
    (job,) = server.world.jobs
    assert job in ran.out
    assert len(server.sent("POST", JOBS)) == 1


@pytest.mark.parametrize("kind", ["lost", "status"])
def test_a_provider_without_metadata_creates_it_once_too(
    submit: Command, server: ProviderServer, kind: str
) -> None:
    server.world.keeps_metadata = False
    server.fail(kind, "POST", f"^{JOBS}$")
    assert submit().code == 0
    assert len(server.world.jobs) == 1


def test_a_provider_that_refuses_metadata_gets_none(submit: Command, server: ProviderServer) -> None:
    server.fail("status", "POST", f"^{JOBS}$", status=400, message="Unknown parameter: 'metadata'.")
    assert submit().code == 0
    assert "metadata" not in server.sent("POST", JOBS)[-1].body


def test_a_job_that_an_ended_run_created_is_found(submit: Command, server: ProviderServer) -> None:
    assert submit().code == 0
    memory, kept = JobLog.here(), []
    kept = [line for line in memory.path.read_text().splitlines() if '"kind":"job"' not in line]
    memory.path.write_text("\n".join(kept) + "\n")
    ran = submit()
    (job,) = server.world.jobs
    assert ran.code == 0
    assert f"created by a run that did not hear of it: {job}" in ran.err
    assert list(memory.jobs()) == [job]


def test_a_file_may_not_change_meanwhile(server: ProviderServer) -> None:
    from ftlint import SourceChanged
    from ftlint.training.provider import Address, Retry, find_provider
    from ftlint.training.submit.upload import FileToUpload, Uploader, UploadSizes

    provider = find_provider("compatible", Address(server.url), Retry(first=0.001))
    for sizes in (UploadSizes(), UploadSizes(500, 400)):
        store = Uploader(provider, JobLog.here(), sizes, print)
        with pytest.raises(SourceChanged, match="it changed meanwhile"):
            store.send(FileToUpload(Path("train.jsonl"), "0" * 64, 1608), lambda done: None)
    assert [upload["status"] for upload in server.world.uploads.values()] == ["cancelled"]
    assert server.world.jobs == {}


def test_waiting_until_files_are_processed(submit: Command, server: ProviderServer) -> None:
    ran = submit("--wait", "--validation", "valid.jsonl")
    assert ran.code == 0
    assert ran.err.count("waiting until file-") == 2
    assert {file["status"] for file in server.world.files.values()} == {"processed"}
    assert submit("--again").code == 0


def test_a_file_that_is_found_wanting_starts_no_job(submit: Command, server: ProviderServer) -> None:
    server.world.file_error = "Line 3, message 2, key content: Input should be a valid string"
    ran = submit("--wait")
    assert (ran.code, server.world.jobs) == (1, {})
    assert "Line 3, message 2 is line 3 of train.jsonl, its 2nd message" in ran.err
    assert "What is 2 plus 1?" in ran.err


def test_a_line_that_the_provider_refuses_is_shown(submit: Command, server: ProviderServer) -> None:
    with Path("train.jsonl").open("a") as file:
        file.write("[1]\n")
    ran = submit("--force")
    assert (ran.code, server.world.jobs) == (1, {})
    assert 'Line 13 is line 13 of train.jsonl: "[1]"' in ran.err


def test_what_is_remembered_survives_a_torn_line(submit: Command, server: ProviderServer) -> None:
    assert submit().code == 0
    path = JobLog.here().path
    path.write_bytes(path.read_bytes() + b'{"kind":"job","when":"20')
    assert submit("--epochs", "2").code == 0
    kinds = [type(entry) for entry in JobLog.here().entries()]
    assert kinds.count(JobEntry) == kinds.count(IntentEntry) == 2
    for line in path.read_text().splitlines():
        assert server.key not in line


def test_a_folder_below_knows_too(
    submit: Command, run: Command, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert submit().code == 0
    Path("below").mkdir()
    monkeypatch.chdir("below")
    assert "train.jsonl" in run("job", "list").out


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process there")
def test_ctrl_c_says_how_to_come_back(server: ProviderServer) -> None:
    server.world.course.states = ("validating_files", *["queued"] * 5000)
    words = [sys.executable, "-m", "ftlint", "submit", "train.jsonl", "--model", MODEL, "-y", "--follow"]
    with subprocess.Popen(
        [*words, "--every", "0.01", "--base-url", server.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while len(server.sent("GET", f"{JOBS}/[^/]+")) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    (job,) = server.world.jobs
    assert process.returncode == 130
    assert f"ftlint job follow {job} --base-url {server.url} comes back" in err.decode()
    assert server.world.jobs[job]["status"] == "queued"
    assert json.loads(JobLog.here().path.read_text().splitlines()[-1])["job"] == job
    assert b"Traceback" not in out + err
