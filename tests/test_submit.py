"""``ftlint submit`` against the loopback provider, spoken to by the real SDK: what is sent, and what is not."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from provider_server import ProviderServer
from submitted import MODEL, Ran, command, example, lines, provider_server, submit_command  # noqa: F401

from ftlint.training.submit.job_log import JobLog

pytestmark = pytest.mark.slow

pytest.importorskip("openai")
Command = Callable[..., Ran]
JOBS = "/fine_tuning/jobs"


def body(server: ProviderServer) -> dict:
    """The only request for a job."""
    (request,) = server.sent("POST", JOBS)
    return request.body


def test_a_file_becomes_a_job(submit: Command, server: ProviderServer) -> None:
    ran = submit("--validation", "valid.jsonl", "--suffix", "sums", "--epochs", "2", "--seed", "5")
    assert ran.code == 0
    (job,) = server.world.jobs.values()
    assert f"ftlint job follow {job['id']} --base-url {server.url}" in ran.out
    assert "2 epochs → 696 billed tokens" in ran.out
    sent = body(server)
    assert set(sent.pop("metadata")) == {"ftlint"}
    assert sent == {
        "model": MODEL,
        "training_file": job["training_file"],
        "validation_file": job["validation_file"],
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
        "seed": 5,
        "suffix": "sums",
    }
    stored = server.world.contents[job["training_file"]]
    assert stored == Path("train.jsonl").read_bytes()


def test_all_parameters_arrive(submit: Command, server: ProviderServer) -> None:
    told = ("--batch-size", "4", "--lr-multiplier", "0.5", "--epochs", "auto", "--wandb", "sums")
    assert submit(*told, "--metadata", "team=a=b", "--metadata", "run=1").code == 0
    sent = body(server)
    chosen = {"batch_size": 4, "learning_rate_multiplier": 0.5}
    assert sent["method"]["supervised"]["hyperparameters"] == chosen
    assert sent["integrations"] == [{"type": "wandb", "wandb": {"project": "sums"}}]
    assert {key: value for key, value in sent["metadata"].items() if key != "ftlint"} == {
        "team": "a=b",
        "run": "1",
    }


def test_followed_to_its_end(submit: Command, server: ProviderServer) -> None:
    ran = submit("--validation", "valid.jsonl", "--follow", "--suffix", "sums")
    assert ran.code == 0
    (job,) = server.world.jobs.values()
    assert f"succeeded: {job['fine_tuned_model']}" in ran.out
    assert "ftlint try " in ran.out
    assert "running · step 10 of 30 · loss 0.182 · validation loss 0.282" in ran.err
    assert "The job has successfully completed" in ran.err
    assert JobLog.here().of_model(job["fine_tuned_model"]).job == job["id"]


def test_a_dry_run_sends_nothing_and_needs_no_key(
    submit: Command, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    ran = submit("--dry-run")
    assert ran.code == 0
    assert '"training_file": "(the id of train.jsonl)"' in ran.out
    assert server.requests == []
    assert not JobLog.here().path.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--suffix", "x" * 65), "--suffix has 65 characters; 1 to 64 are taken"),
        (("--suffix", ""), "--suffix has 0 characters"),
        (("--epochs", "0"), "--epochs 0: a whole number from 1 to 50, or auto"),
        (("--epochs", "51"), "from 1 to 50"),
        (("--epochs", "2.5"), "a whole number"),
        (("--batch-size", "257"), "--batch-size 257: a whole number from 1 to 256"),
        (("--lr-multiplier", "0"), "--lr-multiplier 0: a number above 0"),
        (("--lr-multiplier", "nan"), "a number above 0"),
        (("--beta", "1"), "--beta is for --method dpo, not for supervised"),
        (("--method", "dpo", "--beta", "2.5"), "above 0 and no more than 2"),
        (("--seed", "-1"), "--seed -1: 0 to 2147483647"),
        (("--metadata", "a"), "--metadata a: write key=value"),
        (("--metadata", "ftlint=1"), "choose another"),
        (("--metadata", f"{'k' * 65}=v"), "at most 64 characters"),
        (("--metadata", f"k={'v' * 513}"), "a value 512"),
        (tuple(w for n in range(16) for w in ("--metadata", f"k{n}=v")), "16 pairs; 16 are taken"),
        (("--method", "dop"), 'no method "dop"; did you mean "dpo"?'),
        (("--method", "reinforcement"), "needs a grader"),
        (("--grader", "g.json"), "--grader is for --method reinforcement"),
        (("--target", "openai-dpo", "--method", "supervised"), "openai-dpo is for --method dpo"),
        (("--target", "openai-chatt"), 'did you mean "openai-chat"?'),
        (("--part-size", "65MB", "--parts-above", "1"), "--part-size: 1 byte to 64 MB"),
        (("--part-size", "big"), "--part-size big: a size is wanted"),
        (("--every", "-1"), "seconds are wanted"),
        (("--provider", "opnai"), 'no provider "opnai"; did you mean "openai"?'),
        (("--key-env", "sk-nobody-reads-this"), "no environment variable of that name"),
    ],
)
def test_what_the_api_would_not_take_is_refused_before_anything_is_sent(
    submit: Command, server: ProviderServer, words: tuple[str, ...], said: str
) -> None:
    ran = submit(*words)
    assert (ran.code, server.requests) == (2, [])
    assert said in ran.err
    assert "sk-nobody" not in ran.err


def test_no_bad_file_is_sent(submit: Command, server: ProviderServer) -> None:
    lines(
        "train.jsonl", [*(example(n) for n in range(12)), {"messages": [{"role": "user", "content": "hi"}]}]
    )
    ran = submit()
    assert (ran.code, server.requests) == (1, [])
    assert "C002 no-assistant" in ran.out
    assert "not submitted: train.jsonl has 1 error" in ran.err


def test_force_says_what_it_ignores(submit: Command, server: ProviderServer) -> None:
    lines(
        "train.jsonl", [*(example(n) for n in range(12)), {"messages": [{"role": "user", "content": "hi"}]}]
    )
    ran = submit("--force")
    assert ran.code == 0
    assert "IGNORED with --force: train.jsonl has 1 error" in ran.err
    assert len(server.world.jobs) == 1


def test_what_is_trained_on_may_not_validate(submit: Command, server: ProviderServer) -> None:
    lines("valid.jsonl", [example(3), example(200)])
    ran = submit("--validation", "valid.jsonl")
    assert (ran.code, server.requests) == (1, [])
    assert "D004 leak" in ran.out


def test_few_examples_are_enough_to_validate(submit: Command, server: ProviderServer) -> None:
    assert submit("--validation", "valid.jsonl").code == 0
    lines("few.jsonl", [example(n) for n in range(3)])
    ran = submit(train="few.jsonl")
    assert ran.code == 1
    assert "3 examples; openai-chat takes 10 or more" in ran.out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.csv", "prompt,completion\na,b\n", "is csv, not JSON lines: ftlint prepare"),
        ("t.jsonl", "", "has 1 error"),
        ("t.jsonl", "not json\n", "error"),
    ],
)
def test_other_files_are_not_sent(
    submit: Command, server: ProviderServer, name: str, text: str, said: str
) -> None:
    Path(name).write_text(text)
    ran = submit(train=name)
    assert (ran.code, server.requests) == (1, [])
    assert said in ran.err


def test_paths_that_are_no_files(submit: Command, server: ProviderServer) -> None:
    Path("folder").mkdir()
    assert "submit takes a file" in submit(train="folder").err
    assert "submit takes a file" in submit(train="-").err
    assert submit(train="nowhere.jsonl").code == 2
    assert "both the training and the validation file" in submit("--validation", "train.jsonl").err
    assert server.requests == []


def test_nobody_is_asked_without_a_terminal(run: Command, server: ProviderServer) -> None:
    ran = run("submit", "train.jsonl", "--model", MODEL)
    assert ran.code == 2
    assert "-y submits without a question" in ran.err
    assert server.sent("POST", ".*") == []


def test_the_very_same_is_not_submitted_twice(submit: Command, server: ProviderServer) -> None:
    assert submit().code == 0
    ran = submit()
    (first,) = server.world.jobs
    assert ran.code == 2
    assert f"the very same was submitted before: {first}" in ran.err
    assert submit("--again").code == 0
    assert submit("--suffix", "other").code == 0
    assert len(server.world.jobs) == 3
    assert len(server.sent("POST", "/files")) == 1


def test_what_failed_may_be_submitted_again(submit: Command, run: Command, server: ProviderServer) -> None:
    submit()
    (first,) = server.world.jobs
    assert run("job", "cancel", first, "-y").code == 0
    assert submit().code == 0


def test_preferences_go_with_beta(submit: Command, server: ProviderServer) -> None:
    pairs = [
        {
            "input": {"messages": example(n)["messages"][:1]},
            "preferred_output": example(n)["messages"][1:],
            "non_preferred_output": [{"role": "assistant", "content": f"No idea, {n}."}],
        }
        for n in range(12)
    ]
    lines("pairs.jsonl", pairs)
    assert submit("--method", "dpo", "--beta", "0.2", train="pairs.jsonl").code == 0
    assert body(server)["method"] == {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2}}}


def test_reinforcement_wants_a_grader_and_a_validation_file(submit: Command, server: ProviderServer) -> None:
    lines("train.jsonl", [{"messages": example(n)["messages"][:1], "answer": str(n)} for n in range(12)])
    lines("valid.jsonl", [{"messages": example(n)["messages"][:1], "answer": str(n)} for n in range(90, 95)])
    Path("g.json").write_text('{"type": "sting_check"}')
    told = ("--method", "reinforcement", "--grader", "g.json")
    assert 'did you mean "string_check"?' in submit(*told, model="o4-mini-2025-04-16").err
    grader = {"type": "string_check", "name": "same", "input": "a", "reference": "b", "operation": "eq"}
    Path("g.json").write_text(json.dumps(grader))
    assert "wants a validation file" in submit(*told, model="o4-mini-2025-04-16").err
    ran = submit(*told, "--validation", "valid.jsonl", model="o4-mini-2025-04-16")
    assert ran.code == 0
    assert body(server)["method"]["reinforcement"]["grader"] == grader


def test_a_tuned_model_is_trained_further(submit: Command, server: ProviderServer) -> None:
    lines("many.jsonl", [example(n) for n in range(300, 400)])
    assert submit("--follow", train="many.jsonl").code == 0
    (job,) = server.world.jobs.values()
    ran = submit(model=job["fine_tuned_model"])
    assert ran.code == 0
    assert "(trained further)" in ran.out
    assert "100 examples before, 12 now" in ran.err
    assert "--lr-multiplier 0.45 to 0.9 (it was 1.8)" in ran.err
    ran = submit("--lr-multiplier", "0.5", model=job["fine_tuned_model"])
    assert "much less data" not in ran.err


def test_the_manifest_tells_the_target(run: Command, submit: Command, server: ProviderServer) -> None:
    rows = [f"question {n},answer {n} in words" for n in range(30)]
    Path("t.csv").write_text("\n".join(["prompt,completion", *rows]) + "\n")
    assert run("prepare", "t.csv", "-y", "--split", "--valid", "5", where=()).code == 0
    ran = submit("--validation", "t_prepared_valid.jsonl", train="t_prepared_train.jsonl")
    assert ran.code == 0
    (entry,) = JobLog.here().jobs().values()
    assert (entry.target, entry.manifest) == ("openai-chat", "t_prepared.manifest.json")
    ran = submit("--dry-run", train="t_prepared_train.jsonl")
    assert "--validation t_prepared_valid.jsonl" in ran.err


def test_the_command_that_prepare_tells_can_be_typed(run: Command, server: ProviderServer) -> None:
    rows = [f"question {n},answer {n} in words" for n in range(30)]
    Path("my table.csv").write_text("\n".join(["prompt,completion", *rows]) + "\n")
    for target, told in (("azure-openai", True), ("together", False)):
        out = run("prepare", "my table.csv", "-y", "--target", target, where=()).out
        commands = [line.strip() for line in out.splitlines() if line.startswith("  ftlint submit")]
        assert bool(commands) == told
        for words in commands:
            ran = run(*shlex.split(words)[1:], "--dry-run", where=())
            assert (ran.code, ran.err) == (0, "")


def test_machines_get_the_job_alone(submit: Command, server: ProviderServer) -> None:
    told = json.loads(submit("--output-format", "json").out)
    (job,) = server.world.jobs
    assert (told["id"], told["status"]) == (job, "validating_files")
    assert submit("--again", "-q").out == f"{list(server.world.jobs)[1]}\n"
    ran = submit("--again", "--output-format", "json", "--follow")
    assert json.loads(ran.out)["id"] == list(server.world.jobs)[2]
    assert "succeeded: ft:" in ran.err
