"""``ftlint try`` against the loopback provider, spoken to by the real SDK: options in, requests and figures out."""

from pathlib import Path
from typing import Any

import pytest
from provider_server import ProviderServer
from tried import CHAT, LABELS, MARKS, OLD, POSITIVE, asked, manifest, try_command, tuning_server  # noqa: F401

from ftlint.training.submit.job_log import EndEntry, JobEntry, JobLog, UsedFile

pytestmark = pytest.mark.slow

pytest.importorskip("openai")


def test_a_completion_is_asked_as_its_manifest_says(run: Any, server: ProviderServer) -> None:
    server.world.answer = lambda body: " a story END and more"
    code, out, err = run(OLD, "-p", "Tang, invisible", "--manifest", manifest(**MARKS))
    assert (code, out) == (0, " a story\n")
    assert "asking as train.manifest.json says" in err
    assert asked(server, "/completions") == [
        {"model": OLD, "prompt": "Tang, invisible ->", "stop": [" END"], "max_tokens": 2000}
    ]


def test_a_separator_that_is_there_is_not_doubled(run: Any, server: ProviderServer) -> None:
    run(OLD, "-p", "Tang ->", "--manifest", manifest(**MARKS))
    assert [body["prompt"] for body in asked(server)] == ["Tang ->"]


def test_a_chat_gets_the_system_message_of_its_training(run: Any, server: ProviderServer) -> None:
    code, out, _ = run(CHAT, "-p", "Hello", "--manifest", manifest(system="Be brief."))
    assert (code, out) == (0, "hello there\n")
    (body,) = asked(server, "/chat/completions")
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
    ]
    assert not {"stop", "temperature", "logprobs", "max_tokens"} & set(body)


def test_wishes_go_before_the_manifest(run: Any, server: ProviderServer) -> None:
    told = ("--system", "Be long.", "--max-tokens", "7", "--temperature", "0.5")
    run(CHAT, "-p", "Hello", "--manifest", manifest(system="Be brief."), *told)
    (body,) = asked(server)
    assert body["messages"][0]["content"] == "Be long."
    assert (body["temperature"], body["max_tokens"]) == (0.5, 7)


@pytest.mark.parametrize(
    ("model", "shape", "limits"),
    [
        (CHAT, {"shape": "chat"}, {"max_tokens": 1, "logprobs": True, "top_logprobs": 5}),
        (OLD, {"shape": "completion"}, {"max_tokens": 1, "logprobs": 5}),
    ],
)
def test_classes_are_asked_for_with_probabilities(
    run: Any, server: ProviderServer, model: str, shape: dict[str, str], limits: dict[str, Any]
) -> None:
    server.world.answer = lambda body: "positive"
    code, out, err = run(model, "-p", POSITIVE, "--manifest", manifest(**LABELS, **shape))
    (body,) = asked(server)
    assert {name: body[name] for name in limits} == limits
    assert body["temperature"] == 0
    assert (code, out) == (0, "positive\n")
    assert "positive 90.5 %" in err


def test_an_answer_comes_in_a_stream(run: Any, server: ProviderServer) -> None:
    server.world.answer = lambda body: "once upon\na time \x1b[31mred"
    code, out, _ = run(CHAT, "-p", "Tell me", "--stream")
    assert (code, out) == (0, "once upon\na time \\x1b[31mred\n")
    assert asked(server)[0]["stream"] is True


def test_a_stream_that_breaks_off_keeps_what_came(run: Any, server: ProviderServer) -> None:
    server.world.answer = lambda body: "word " * 50
    server.fail("cut", "POST", "/chat/completions")
    code, out, err = run(CHAT, "-p", "Tell me", "--stream")
    assert code == 2
    assert out.startswith("word word")
    assert "broke off" in err or "connection" in err


def test_the_manifest_is_found_by_what_submit_remembers(run: Any, server: ProviderServer) -> None:
    manifest(**MARKS)
    training = UsedFile(path="train.jsonl", sha256="0", bytes=1, examples=1, file="file-1")
    common = {"when": "2026-11-21T00:00:00Z", "url": server.url}
    job = JobEntry(
        **common, job="ftjob-1", key="k", request="r", provider="compatible", model="babbage-002",
        method="supervised", target="openai-completions", training=training, manifest="train.manifest.json",
    )  # fmt: skip
    JobLog.here().add(job)
    JobLog.here().add(EndEntry(**common, job="ftjob-1", status="succeeded", tuned=OLD))
    server.world.models[f"{OLD}:ckpt-step-10"] = "acme"
    for name in (OLD, f"{OLD}:ckpt-step-10", "ftjob-1"):
        code, _, err = run(name, "-p", "Tang")
        assert (code, "asking as train.manifest.json says" in err) == (0, True)
    assert [body["prompt"] for body in asked(server)] == ["Tang ->"] * 3
    assert [body["model"] for body in asked(server)] == [OLD, f"{OLD}:ckpt-step-10", OLD]


def test_a_job_whose_end_nobody_saw_is_looked_at(run: Any, server: ProviderServer) -> None:
    manifest(**MARKS)
    world = server.world
    stored = world.store("train.jsonl", b'{"prompt": "a", "completion": "b"}\n', "fine-tune")
    job = world.create({"model": "babbage-002", "training_file": stored["id"]})
    for _ in range(6):
        world.job(job["id"], looks=True)
    training = UsedFile(path="train.jsonl", sha256="0", bytes=1, examples=1, file=stored["id"])
    JobLog.here().add(
        JobEntry(
            when="2026-11-21T00:00:00Z", url=server.url, job=job["id"], key="k", request="r",
            provider="compatible", model="babbage-002", method="supervised", target="openai-completions",
            training=training, manifest="train.manifest.json",
        )
    )  # fmt: skip
    tuned = world.jobs[job["id"]]["fine_tuned_model"]
    assert run(tuned, "-p", "Tang")[0] == 0
    assert run(job["id"], "-p", "Tang")[0] == 0
    assert [(body["model"], body["prompt"]) for body in asked(server)] == [(tuned, "Tang ->")] * 2


def test_without_a_manifest_the_model_tells_how(run: Any, server: ProviderServer) -> None:
    assert "asking it as a model that completes prompts" in run(OLD, "-p", "Tang")[2]
    assert "asking it as a chat model" in run(CHAT, "-p", "Tang")[2]
    assert [set(body) & {"prompt", "messages"} for body in asked(server)] == [{"prompt"}, {"messages"}]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say what to ask"),
        (("-p", "a", "--file", "b"), "say what to ask"),
        (("--file", "nowhere.jsonl"), "nowhere.jsonl"),
        (("--file", "empty.jsonl"), "no row that can be asked"),
        (("--file", "broken.jsonl"), "no row that can be asked: the first one cannot be read"),
        (("-p", "a", "--output-format", "xml"), 'no output format "xml"'),
        (("-p", "a", "--shape", "chats"), 'did you mean "chat"'),
        (("-p", "a", "--stream", "--output-format", "json"), "--stream is for -p"),
        (("-p", "a", "--limit", "3"), "--limit is for --file"),
        (("-p", "a", "--stop", "x"), "a chat model has neither"),
        (("-p", "a", "--manifest", "empty.jsonl"), "is no manifest"),
    ],
)
def test_wrong_usage(run: Any, server: ProviderServer, arguments: tuple[str, ...], told: str) -> None:
    Path("empty.jsonl").write_text("")
    Path("broken.jsonl").write_text("{\n")
    code, out, err = run(CHAT, *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert not asked(server)


def test_the_key_is_nowhere(run: Any, server: ProviderServer) -> None:
    server.fail("status", "POST", "/chat/completions", status=401, message=f"Incorrect API key: {server.key}")
    code, out, err = run(CHAT, "-p", "Hello")
    assert code == 2
    assert server.key not in out + err
