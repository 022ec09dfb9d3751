"""``ftlint job retry``: the same once more, and never twice."""

from collections.abc import Callable

import pytest
from provider_server import ProviderServer
from provider_world import Course
from submitted import MODEL, Ran, command, provider_server, submit_command, submitted_job  # noqa: F401

from ftlint.training.submit.job_log import JobLog

pytestmark = pytest.mark.slow

pytest.importorskip("openai")
Command = Callable[..., Ran]
JOBS = "/fine_tuning/jobs"


def test_a_job_that_failed_for_other_reasons_is_retried(
    submit: Command, run: Command, server: ProviderServer
) -> None:
    server.world.course = Course(
        ("queued", "failed"), {"code": "server_error", "message": "Internal error", "param": None}
    )
    words = ("--validation", "valid.jsonl", "--epochs", "3", "--suffix", "s", "--seed", "4", "--wandb", "w")
    assert submit(*words, "--metadata", "a=b", "--follow").code == 1
    (failed,) = server.world.jobs
    server.world.course = Course()
    ran = run("job", "retry", failed, "-y", "--follow", "--every", "0")
    assert ran.code == 0
    first, second = (request.body for request in server.sent("POST", JOBS))
    assert first["metadata"].pop("ftlint") != second["metadata"].pop("ftlint")
    assert first == second
    ran = run("job", "retry", list(server.world.jobs)[-1], "-y")
    assert ran.code == 2
    assert "is succeeded, not failed or cancelled" in ran.err


def test_a_job_of_somebody_else_is_retried(run: Command, server: ProviderServer) -> None:
    file = server.world.store("t.jsonl", b'{"a": 1}\n', "fine-tune")["id"]
    method = {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.3}}}
    old = server.world.create({"model": MODEL, "training_file": file, "method": method, "suffix": "x"})
    old["status"] = "cancelled"
    assert run("job", "retry", old["id"], "-y").code == 0
    (sent,) = (request.body for request in server.sent("POST", JOBS))
    assert sent["method"] == method
    assert sent["suffix"] == "x"
    server.world.files.clear()
    ran = run("job", "retry", old["id"], "-y")
    assert "has the file file-" in ran.err
    assert "uploads it anew" in ran.err


def test_a_retry_that_did_not_hear_of_its_job_finds_it(
    run: Command, server: ProviderServer, job: str
) -> None:
    server.world.jobs[job]["status"] = "cancelled"
    assert run("job", "retry", job, "-y").code == 0
    memory = JobLog.here()
    memory.path.write_text("\n".join(memory.path.read_text().splitlines()[:-1]) + "\n")
    ran = run("job", "retry", job, "-y")
    assert (ran.code, len(server.world.jobs)) == (0, 2)
    assert list(memory.jobs()) == list(server.world.jobs)


def test_a_retry_that_failed_is_not_taken_for_the_next(run: Command, server: ProviderServer) -> None:
    file = server.world.store("t.jsonl", b'{"a": 1}\n', "fine-tune")["id"]
    old = server.world.create({"model": MODEL, "training_file": file})
    for number in (2, 3):
        for job in server.world.jobs.values():
            job["status"] = "cancelled"
        assert run("job", "retry", old["id"], "-y").code == 0
        assert len(server.world.jobs) == number


def test_a_retry_is_created_once(run: Command, server: ProviderServer, job: str) -> None:
    server.world.jobs[job]["status"] = "cancelled"
    server.fail("lost", "POST", f"^{JOBS}$")
    assert run("job", "retry", job, "-y").code == 0
    assert len(server.world.jobs) == 2
