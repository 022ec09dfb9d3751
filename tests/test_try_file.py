"""``ftlint try --file`` against the loopback provider: every row asked, and what comes of the answers."""

import contextlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provider_server import ProviderServer
from tried import (  # noqa: F401
    CHAT,
    LABELS,
    MARKS,
    NEGATIVE,
    OLD,
    POSITIVE,
    asked,
    labelled,
    manifest,
    said,
    try_command,
    tuning_server,
)

from ftlint import UsageError
from ftlint.config.settings import Settings
from ftlint.io.source import Source
from ftlint.shapes.shape import CannotHold
from ftlint.training.evaluate.question import PromptFormat
from ftlint.training.evaluate.rows import QuestionRow, rows_of
from ftlint.training.evaluate.run import evaluate_rows, map_concurrently
from ftlint.training.provider import Address, ProviderError, find_provider
from ftlint.training.provider.retry import Retry

pytestmark = pytest.mark.slow

pytest.importorskip("openai")


FILE = [(POSITIVE, "positive"), (NEGATIVE, "negative"), ("Fine.", "positive"), ("So so.", "negative")]


def by_prompt(answers: Mapping[str, str]) -> Any:
    """Answers by what is asked."""
    return lambda body: next(text for prompt, text in answers.items() if said(body).startswith(prompt))


def test_a_labelled_file(run: Any, server: ProviderServer) -> None:
    # Of negative: row 4 alone is first, then rows 1 and 2 tie: 1/2 · 1 + 1/2 · 2/3.
    server.world.answer = by_prompt(
        {POSITIVE: "positive", NEGATIVE: "positive", "Fine": "maybe", "So": "negative"}
    )
    code, out, _ = run(CHAT, "--file", labelled(*FILE), "--manifest", manifest(**LABELS))
    assert code == 0
    assert out == (
        "test.jsonl  4 rows asked of ft:gpt-4.1-mini-2025-04-14:acme::tuned1\n"
        "  accuracy 50.0 % (2 of 4 rows) · weighted F1 0.5833\n"
        "  AUROC 0.7500 · AUPRC positive 0.5000, negative 0.8333 (1 row without probabilities left out)\n"
        '  1 answer is no class and counts as wrong, e.g. "maybe" in row 3\n'
        "\n"
        "  class     precision  recall      F1  rows\n"
        "  positive     50.0 %  50.0 %  50.0 %     2\n"
        "  negative    100.0 %  50.0 %  66.7 %     2\n"
        "\n"
        "  is ↓  said →  positive  negative  no class\n"
        "  positive             1         0         1\n"
        "  negative             1         1         0\n"
    )


def test_the_json_of_a_labelled_file(run: Any, server: ProviderServer) -> None:
    server.world.answer = by_prompt({POSITIVE: "positive", "": "negative"})
    told = ("--manifest", manifest(**LABELS), "--output-format", "json")
    code, out, _ = run(CHAT, "--file", labelled(*FILE), *told)
    found = json.loads(out)
    assert (code, found["schema"], found["command"], found["file"]) == (0, 1, "try", "test.jsonl")
    assert [(row["row"], row["label"], row["expected"], row["same"]) for row in found["rows"]] == [
        (1, "positive", "positive", True),
        (2, "negative", "negative", True),
        (3, "negative", "positive", False),
        (4, "negative", "negative", True),
    ]
    assert found["figures"]["confusion"] == {
        "labels": ["positive", "negative"],
        "counts": [[1, 1, 0], [0, 2, 0]],
    }
    assert found["figures"]["accuracy"] == 0.75
    assert (found["figures"]["auroc"], found["asking"]["api"]) == (0.75, "chat")


def test_classes_are_told_from_the_file_where_no_manifest_says_them(run: Any, server: ProviderServer) -> None:
    rows = [(f"{'Good' if at % 2 else 'Bad'} {at}", "positive" if at % 2 else "negative") for at in range(20)]
    server.world.answer = by_prompt({"Good": "positive", "Bad": "negative"})
    code, out, _ = run(CHAT, "--file", labelled(*rows), "--output-format", "json")
    assert (code, json.loads(out)["figures"]["weighted_f1"], json.loads(out)["figures"]["auroc"]) == (0, 1, 1)


def test_the_marks_of_a_prepared_file_are_no_part_of_its_labels(run: Any, server: ProviderServer) -> None:
    server.world.answer = lambda body: " yes END"
    rows = [("a ->", " yes END"), ("b ->", " no END")]
    told = ("--manifest", manifest(task="classification", classes=["yes", "no"], **MARKS))
    code, out, _ = run(OLD, "--file", labelled(*rows), *told, "--output-format", "json")
    assert code == 0
    assert [(row["label"], row["expected"]) for row in json.loads(out)["rows"]] == [
        ("yes", "yes"),
        ("yes", "no"),
    ]
    assert sorted(body["prompt"] for body in asked(server)) == ["a ->", "b ->"]


def test_a_table_like_the_one_that_was_prepared(run: Any, server: ProviderServer) -> None:
    templates = {"prompt": "{dynasty},{power}", "completion": "{story}", "system": None}
    name = manifest(settings={"templates": templates}, **MARKS)
    Path("more.csv").write_text("dynasty,power,story\nTang,invisible,A story\nHan,fire,Another\n")
    server.world.answer = lambda body: " A story END"
    code, out, _ = run(OLD, "--file", "more.csv", "--manifest", name, "--output-format", "json")
    assert (code, json.loads(out)["same"]) == (0, 1)
    prepared = labelled(("Song,flying ->", " A story END"))
    assert run(OLD, "--file", prepared, "--manifest", name)[0] == 0
    prompts = sorted(body["prompt"] for body in asked(server))
    assert prompts == ["Han,fire ->", "Song,flying ->", "Tang,invisible ->"]


def test_answers_that_are_texts_are_printed_beside_the_files(run: Any, server: ProviderServer) -> None:
    server.world.answer = lambda body: "Paris" if "France" in said(body) else "a town"
    rows = [("The capital of France?", "Paris"), ("The capital of Peru?", "Lima")]
    code, out, _ = run(CHAT, "--file", labelled(*rows))
    assert code == 0
    assert out == (
        'row 1  "Paris"\nrow 2  "a town"\n  the file: "Lima"\n\n'
        "test.jsonl  2 rows asked of ft:gpt-4.1-mini-2025-04-14:acme::tuned1\n"
        "  1 of 2 answers (50.0 %) are the file's\n"
    )


def test_conversations_are_asked_without_their_last_answer_and_weights(
    run: Any, server: ProviderServer
) -> None:
    messages = [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "1"},
        {"role": "assistant", "content": "one", "weight": 0},
        {"role": "user", "content": "2"},
        {"role": "assistant", "content": "two"},
    ]
    Path("chat.jsonl").write_text(json.dumps({"messages": messages}) + "\n")
    server.world.answer = lambda body: "two"
    code, out, _ = run(CHAT, "--file", "chat.jsonl", "--output-format", "json")
    (body,) = asked(server)
    assert [message["content"] for message in body["messages"]] == ["S", "1", "one", "2"]
    assert not any("weight" in message for message in body["messages"])
    assert (code, json.loads(out)["same"]) == (0, 1)


def test_rows_stay_in_order_whoever_answers_first(run: Any, server: ProviderServer) -> None:
    server.world.answer = lambda body: said(body)
    rows = [(f"question {at}", "x") for at in range(30)]
    _, out, _ = run(
        CHAT, "--file", labelled(*rows), "--output-format", "json", "--at-once", "8", "--limit", "20"
    )
    assert [row["answer"] for row in json.loads(out)["rows"]] == [f"question {at}" for at in range(20)]


def test_rows_that_cannot_be_asked_are_counted(run: Any, server: ProviderServer) -> None:
    server.fail("status", "POST", "/chat/completions", status=400, message="Too long.", skip=1)
    Path("test.jsonl").write_text(
        '{"prompt": "a", "completion": "b"}\n{"promp\n{"x": 1}\n{"prompt": "c", "completion": "d"}\n'
    )
    code, out, _ = run(CHAT, "--file", "test.jsonl", "--at-once", "1")
    assert code == 1
    assert "1 row without an answer, first row 2: the row cannot be read" in out
    assert "first row 3: the row has no known shape" in out
    assert "first row 4: the server says (400): Too long" in out


def test_busy_servers_are_asked_again(run: Any, server: ProviderServer) -> None:
    server.fail("status", "POST", "/chat/completions", status=429, times=2)
    code, out, _ = run(CHAT, "--file", labelled(("a", "b")), "--output-format", "json")
    assert (code, json.loads(out)["answered"]) == (0, 1)
    assert len(asked(server)) == 3


def test_what_concerns_every_row_ends_the_trial(run: Any, server: ProviderServer) -> None:
    server.fail("status", "POST", "/chat/completions", status=401, message="Bad key.", skip=2, times=9)
    rows = [(f"question {at}", "x") for at in range(50)]
    code, out, err = run(CHAT, "--file", labelled(*rows), "--at-once", "1", "--output-format", "json")
    found = json.loads(out)
    assert (code, found["wanted"], found["answered"], found["failed"]) == (2, 50, 2, 0)
    assert "Bad key" in found["stopped"]
    assert "Bad key" in err
    assert len(asked(server)) < 10


def test_an_unknown_model_is_an_error(run: Any) -> None:
    code, out, err = run("ft:nobody", "-p", "Hello")
    assert (code, out) == (2, "")
    assert "does not exist" in err


def test_ctrl_c_keeps_what_was_asked(server: ProviderServer) -> None:
    provider = find_provider("compatible", Address(server.url), Retry(first=0.001))
    rows = [QuestionRow(at, at, [{"role": "user", "content": str(at)}]) for at in range(1, 9)]

    def tell(rows: int) -> None:
        if len(asked(server)) >= 3:
            raise KeyboardInterrupt

    trial = evaluate_rows(provider, PromptFormat(CHAT, "chat"), rows, 1, tell)
    assert trial.interrupted
    assert [one.row.row for one in trial.answered][:3] == [1, 2, 3]
    assert len(trial.tried) < 8


def test_a_row_that_no_request_can_hold_is_that_rows_error(run: Any, server: ProviderServer) -> None:
    lines = ['{"prompt": "\\ud800", "completion": "b"}', '{"prompt": "c", "completion": "d"}']
    Path("test.jsonl").write_text("\n".join(lines) + "\n")
    code, out, _ = run(CHAT, "--file", "test.jsonl", "--output-format", "json")
    found = json.loads(out)
    assert (code, found["answered"], found["stopped"]) == (1, 1, None)
    assert found["rows"][0]["error"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
MESSAGE = (
    st.fixed_dictionaries({}, optional=dict.fromkeys(("role", "content", "tool_calls", "weight"), JSON))
    | JSON
)
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "messages": st.lists(MESSAGE, max_size=3) | JSON,
        "prompt": JSON,
        "completion": JSON,
        "tools": JSON,
    },
)


@given(st.lists(RECORD, min_size=1, max_size=4))
def test_no_record_ends_in_a_traceback(records: list[dict[str, Any]]) -> None:
    data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    try:
        found = rows_of(Source("test.jsonl", None, data), Settings())
    except UsageError:
        return
    for api in ("chat", "completion"):
        for row in found.rows:
            with contextlib.suppress(CannotHold):
                PromptFormat(CHAT, api, system="S", separator=" ->").question(row.messages, row.tools)  # type: ignore[arg-type]


def test_nobody_waits_for_what_is_in_work_when_it_ends() -> None:
    never = threading.Event()
    work = map_concurrently(lambda n: never.wait(30) if n else None, range(5), 2)
    next(work)
    work.close()
    never.set()


def test_the_first_failure_of_side_by_side_work_comes_where_it_belongs() -> None:
    def work(n: int) -> int:
        if n == 2:
            raise ProviderError("no")
        return n

    found = list(map_concurrently(work, range(4), 3))
    assert [type(future.exception()) for future in found] == [
        type(None),
        type(None),
        ProviderError,
        type(None),
    ]
