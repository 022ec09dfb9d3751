"""``ftlint job …`` against the loopback provider, spoken to by the real SDK."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from provider_server import ProviderServer
from provider_world import failing
from submitted import (  # noqa: F401
    MODEL,
    Ran,
    command,
    example,
    lines,
    provider_server,
    submit_command,
    submitted_job,
    typed,
)

pytestmark = pytest.mark.slow

pytest.importorskip("openai")
Command = Callable[..., Ran]
JOBS = "/fine_tuning/jobs"


@pytest.fixture(name="ended")
def ended_job(job: str, run: Command) -> str:
    """The id of a job that succeeded."""
    assert run("job", "follow", job, "--every", "0").code == 0
    return job


def test_the_list_joins_provider_and_memory(run: Command, server: ProviderServer, ended: str) -> None:
    file = next(iter(server.world.files))
    server.world.create({"model": MODEL, "training_file": file})
    newest, first = run("job", "list").out.splitlines()
    assert newest.endswith(file)
    assert first.split()[:2] == [ended, "succeeded"]
    assert first.endswith(f"{server.world.jobs[ended]['fine_tuned_model']}  train.jsonl")
    told = [json.loads(line) for line in run("job", "list", "--output-format", "json").out.splitlines()]
    assert [one["remembered"] is None for one in told] == [True, False]
    assert told[1]["remembered"]["training"]["path"] == "train.jsonl"


def test_long_lists_come_in_pages(run: Command, server: ProviderServer, job: str) -> None:
    file = next(iter(server.world.files))
    for _ in range(250):
        server.world.create({"model": MODEL, "training_file": file})
    ran = run("job", "list", "--limit", "240")
    assert len(ran.out.splitlines()) == 240
    assert [one.query["limit"] for one in server.sent("GET", JOBS)][-3:] == ["100"] * 3
    assert run("job", "list", "--limit", "0").code == 2
    server.world.jobs.clear()
    ran = run("job", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "there are no jobs" in ran.err


def test_a_job_is_told_in_full(run: Command, server: ProviderServer, ended: str) -> None:
    out = run("job", "get", ended).out
    job = server.world.jobs[ended]
    for told in (
        f"job         {ended} · succeeded",
        f"tuned       {job['fine_tuned_model']}",
        f"train       train.jsonl ({job['training_file']})",
        f"validation  valid.jsonl ({job['validation_file']})",
        "parameters  batch_size 1 · learning_rate_multiplier 1.8 · n_epochs 3",
        f"results     {job['result_files'][0]}",
    ):
        assert told in out
    told = json.loads(run("job", "get", ended, "--output-format", "json").out)
    assert told["tuned"] == job["fine_tuned_model"]
    assert run("job", "get", ended, "--output-format", "xml").code == 2


def test_a_job_that_nobody_knows(run: Command, server: ProviderServer) -> None:
    for words in (("get",), ("follow",), ("events",), ("checkpoints",), ("cancel", "-y"), ("results",)):
        ran = run("job", words[0], "ftjob-nobody", *words[1:])
        assert ran.code == 2
        assert "says (404): Could not find fine tune: ftjob-nobody" in ran.err
        assert "not harmed" not in ran.err


def test_following_through_a_bad_line(run: Command, server: ProviderServer, job: str) -> None:
    for kind in ("reset", "cut", "lost", "status"):
        server.fail(kind, "GET", f"^{JOBS}/[^/]+$", skip=1, times=7)
        server.fail(kind, "GET", "/events$", skip=1)
    ran = run("job", "follow", job, "--every", "0")
    assert ran.code == 0
    assert ran.err.count("Fine-tuning job started") == 1
    assert "looking again in 0 s" in ran.err
    assert server.world.jobs[job]["status"] == "succeeded"


def test_following_gives_up_at_last(run: Command, server: ProviderServer, job: str) -> None:
    server.fail("status", "GET", f"^{JOBS}/[^/]+$", times=10_000)
    ran = run("job", "follow", job, "--every", "0")
    assert ran.code == 2
    assert "the job is not harmed by this; ftlint job follow" in ran.err


@pytest.mark.parametrize("state", ["cancelled", "paused"])
def test_following_ends_where_nothing_goes_on(
    run: Command, server: ProviderServer, job: str, state: str
) -> None:
    server.world.jobs[job]["status"] = state
    ran = run("job", "follow", job, "--every", "0")
    assert ran.code == 1
    assert state in ran.out


def test_a_job_is_paused_resumed_and_cancelled(run: Command, server: ProviderServer, job: str) -> None:
    for what, state in (("pause", "paused"), ("resume", "validating files")):
        ran = run("job", what, job)
        assert (ran.code, ran.out) == (0, f"{job} is {state}\n")
    ran = run("job", "cancel", job)
    assert (ran.code, server.world.jobs[job]["status"]) == (2, "validating_files")
    assert "-y does it without a question" in ran.err
    assert run("job", "cancel", job, "-y").out == f"{job} is cancelled\n"
    ran = run("job", "cancel", job, "-y")
    assert ran.code == 2
    assert "says (400): Job has already completed" in ran.err


def test_events_come_in_pages_and_oldest_first(run: Command, server: ProviderServer, ended: str) -> None:
    for n in range(230):
        server.world.tell(ended, f"event {n}")
    out = run("job", "events", ended, "--limit", "0").out.splitlines()
    assert "Created fine-tuning job" in out[0]
    assert out[-1].endswith("event 229")
    assert len(out) == len(server.world.events[ended])
    assert [line[-9:] for line in run("job", "events", ended, "--limit", "2").out.splitlines()] == [
        "event 228",
        "event 229",
    ]
    (told,) = run("job", "events", ended, "--limit", "1", "--output-format", "json").out.splitlines()
    assert json.loads(told)["message"] == "event 229"


def test_checkpoints(run: Command, server: ProviderServer, ended: str) -> None:
    newest, first = run("job", "checkpoints", ended).out.splitlines()
    tuned = server.world.jobs[ended]["fine_tuned_model"]
    assert newest.startswith(f"step      30  {tuned}  full valid loss 0.06774 · train loss 0.06452")
    assert first.startswith(f"step      15  {tuned}:ckpt-step-15")


def test_results_of_a_job(run: Command, server: ProviderServer, ended: str) -> None:
    ran = run("job", "results", ended)
    assert ran.code == 0
    assert "training loss" in ran.out
    ran = run("job", "results", ended, "--picture", "curves.svg")
    assert ran.code == 0
    assert Path("curves.svg").exists()
    Path("step.csv").write_bytes(server.world.contents[server.world.jobs[ended]["result_files"][0]])
    assert run("job", "results", "step.csv", where=()).code == 0


def test_a_job_without_results(run: Command, server: ProviderServer, job: str) -> None:
    ran = run("job", "results", job)
    assert ran.code == 2
    assert f"{job} has no results yet; it is queued" in ran.err


def test_a_model_is_deleted_once(run: Command, server: ProviderServer, ended: str) -> None:
    tuned = server.world.jobs[ended]["fine_tuned_model"]
    assert run("job", "delete-model", tuned).code == 2
    assert tuned in server.world.models
    ran = run("job", "delete-model", ended, "-y")
    assert (ran.code, ran.out) == (0, f"deleted {tuned}\n")
    assert tuned not in server.world.models
    ran = run("job", "delete-model", tuned, "-y")
    assert ran.code == 2
    assert "says (404)" in ran.err
    ran = run("job", "delete-model", MODEL, "-y")
    assert "The key is known, but may not do this" in ran.err


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals there")
@pytest.mark.parametrize(("answer", "code", "left"), [("", 1, True), ("n", 1, True), ("y", 0, False)])
def test_silence_deletes_nothing(
    server: ProviderServer, ended: str, answer: str, code: int, left: bool
) -> None:
    ran, shown = typed(answer, "job", "delete-model", ended, "--base-url", server.url)
    tuned = server.world.jobs[ended]["fine_tuned_model"]
    assert (ran, tuned in server.world.models) == (code, left)
    assert f"Delete {tuned} for good? [y/N]" in shown


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals there")
def test_a_person_sees_one_line_that_stays_alive(server: ProviderServer, job: str) -> None:
    server.world.course_of(job).states = (*["running"] * 5, "succeeded")
    words = ("job", "follow", job, "--every", "0", "--base-url", server.url)
    ran, shown = typed("", *words)
    assert ran == 0
    assert "\r\x1b[2Krunning · step 12 of 30" in shown
    assert "\n" not in shown.partition("step 12 of 30")[2].partition("step 18 of 30")[0]


def test_a_model_deleted_though_the_answer_was_lost(run: Command, server: ProviderServer, ended: str) -> None:
    server.fail("lost", "DELETE", "/models/")
    ran = run("job", "delete-model", ended, "-y")
    assert (ran.code, ran.err.count("connection")) == (0, 1)


def test_a_job_cancelled_though_the_answer_was_lost(run: Command, server: ProviderServer, job: str) -> None:
    server.fail("lost", "POST", "/cancel$")
    assert run("job", "cancel", job, "-y").out == f"{job} is cancelled\n"


def test_a_failed_job_names_the_line_and_where_it_came_from(run: Command, server: ProviderServer) -> None:
    rows = [f"question {n},answer {n} in words" for n in range(1, 31)]
    Path("t.csv").write_text("\n".join(["prompt,completion", "question 1,answer 1 in words", *rows]) + "\n")
    assert run("prepare", "t.csv", "-y", where=()).code == 0
    server.world.course = failing(
        'The job failed due to an invalid training file. Invalid file format. Line 3, message 2, key "content": '
        "Input should be a valid string"
    )
    words = ("submit", "t_prepared.jsonl", "--model", MODEL, "-y", "--follow", "--every", "0")
    ran = run(*words)
    assert ran.code == 1
    assert "the provider says (invalid_training_file): The job failed" in ran.out
    assert "Line 3, message 2 is line 3 of t_prepared.jsonl, its 2nd message" in ran.out
    assert "question 3" in ran.out
    assert "it was made of row 4 of t.csv" in ran.out
    assert "ftlint check t_prepared.jsonl --target openai-chat tells more" in ran.out
    (job,) = server.world.jobs
    assert "row 4 of t.csv" in run("job", "get", job).out
    Path("t_prepared.jsonl").write_text("\n\nedited\n")
    out = run("job", "get", job).out
    assert "t_prepared.jsonl is not what was sent any more; what stands there now is" in out
    assert 'Line 3, message 2 is line 3 of t_prepared.jsonl, its 2nd message: "edited"' in out
    Path("t_prepared.jsonl").unlink()
    assert "is line 3" not in run("job", "get", job).out
    ran = run("job", "retry", job, "-y")
    assert ran.code == 2
    assert "failed because of a file, and would again" in ran.err
    assert len(server.world.jobs) == 1


def test_an_example_is_found_by_what_was_said_of_it(submit: Command, server: ProviderServer) -> None:
    examples = [example(n) for n in range(12)]
    examples[6]["messages"][0]["content"] += " <|fim_suffix|>"
    lines("train.jsonl", examples)
    server.world.course = failing(
        "Invalid file format. Example 6 message contains an invalid token: <|fim_suffix|>"
    )
    ran = submit("--follow", "--force")
    assert ran.code == 1
    assert "Example 6 is line 7 of train.jsonl" in ran.out


def test_an_address_out_of_a_file_is_not_followed(run: Command, server: ProviderServer, job: str) -> None:
    with ProviderServer(server.key) as other:
        ran = run("job", "get", job, where=("--base-url", other.url))
        assert ran.code == 2
        assert f"{job} was submitted to {server.url}; --base-url {server.url} asks there" in ran.err


def test_what_a_provider_says_cannot_act_on_the_terminal(
    run: Command, server: ProviderServer, job: str
) -> None:
    server.world.tell(job, "\x1b[2Jboo ##vso[task.complete]")
    for words in (("events", job), ("follow", job, "--every", "0")):
        ran = run("job", *words)
        assert "\x1b" not in ran.out + ran.err
        assert "##vso" not in ran.out + ran.err
