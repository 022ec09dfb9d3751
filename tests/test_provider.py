"""The provider's methods by the real SDK against the loopback provider: answers, faults, plug-ins."""

import io
import sys
from pathlib import Path

import provider_checks as checks
import pytest
from provider_server import ProviderServer
from provider_world import World
from submitted import MODEL, provider_server  # noqa: F401

from ftlint import UsageError
from ftlint.training.provider import (
    Address,
    JobRequest,
    Provider,
    ProviderError,
    Question,
    Retry,
    find_provider,
    retry_from_environment,
)

pytestmark = pytest.mark.slow

pytest.importorskip("openai")
ASKED = [{"role": "user", "content": "hello?"}]
RECORD = b'{"a": 1}\n'


@pytest.fixture(name="said")
def notices() -> list[str]:
    """What the provider's patience said."""
    return []


@pytest.fixture(name="provider")
def compatible(server: ProviderServer, said: list[str]) -> Provider:
    """The loopback provider."""
    return find_provider("compatible", Address(server.url), Retry(first=0.001, notice=said.append))


def test_an_answer_has_its_tokens(provider: Provider, server: ProviderServer) -> None:
    for question in (
        Question(MODEL, messages=ASKED, logprobs=2, max_tokens=9, temperature=0, seed=1),
        Question(MODEL, prompt="hello?", logprobs=2, max_tokens=9, stop=["!"]),
    ):
        answer = provider.ask(question)
        assert (answer.text, answer.finish, answer.answer_tokens) == ("hello there", "stop", 2)
        assert [(token.text, token.logprob) for token in answer.tokens] == [("hello", -0.1), (" there", -0.1)]
        assert answer.tokens[0].alternatives == {"hello": -0.1, "other0": -2.5}
    chat, completion = (request.body for request in server.requests)
    assert chat == {
        "messages": ASKED,
        "model": MODEL,
        "logprobs": True,
        "top_logprobs": 2,
        "max_tokens": 9,
        "temperature": 0,
        "seed": 1,
    }
    assert completion == {"prompt": "hello?", "model": MODEL, "logprobs": 2, "max_tokens": 9, "stop": ["!"]}


def test_openai_and_azure_know_the_newer_name_of_the_limit(
    server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.root)
    monkeypatch.setenv("OPENAI_API_VERSION", "2025-04-01-preview")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", server.key)
    for name in ("openai", "azure"):
        provider = find_provider(name, Address(), Retry())
        assert provider.ask(Question(MODEL, messages=ASKED, max_tokens=1)).text == "hello"
    assert [request.body["max_completion_tokens"] for request in server.requests] == [1, 1]
    assert server.requests[1].path == f"/deployments/{MODEL}/chat/completions"


@pytest.mark.parametrize("asked", [{"messages": ASKED}, {"prompt": "hello?"}])
def test_a_stream_tells_when_it_breaks_off(provider: Provider, server: ProviderServer, asked: dict) -> None:
    question = Question(MODEL, **asked)
    assert list(provider.stream(question)) == ["hello", " there"]
    server.fail("cut", "POST", "completions$")
    heard = []
    with pytest.raises(ProviderError, match="broke off in the middle"):
        for word in provider.stream(question):
            heard.append(word)
    assert heard == ["hello"]


@pytest.mark.parametrize("kind", ["reset", "lost", "cut", "status"])
def test_what_is_cut_off_is_asked_again(
    provider: Provider, server: ProviderServer, said: list[str], kind: str
) -> None:
    file = provider.upload("t.jsonl", io.BytesIO(RECORD))
    for path in ("/files/[^/]+$", "/files/[^/]+/content$", "/models$", "/files$"):
        server.fail(kind, "GET", path)
    assert provider.file(file.id).bytes == len(RECORD)
    assert provider.content(file.id) == RECORD
    assert MODEL in list(provider.models())
    assert [one.id for one in provider.files()] == [file.id]
    assert len(said) == 4


def test_a_job_is_never_created_again_by_itself(provider: Provider, server: ProviderServer) -> None:
    file = provider.upload("t.jsonl", io.BytesIO(RECORD))
    server.fail("lost", "POST", "/jobs$")
    with pytest.raises(ProviderError) as lost:
        provider.create(JobRequest(MODEL, file.id))
    assert (lost.value.again, lost.value.unsure) == (True, True)
    assert len(server.sent("POST", "/fine_tuning/jobs")) == 1


@pytest.mark.parametrize(
    ("status", "again", "unsure"),
    [
        (400, False, False),
        (403, False, False),
        (404, False, False),
        (409, True, False),
        (429, True, False),
        (500, True, True),
        (503, True, True),
    ],
)
def test_what_may_help_to_try_again(server: ProviderServer, status: int, again: bool, unsure: bool) -> None:
    provider = find_provider("compatible", Address(server.url), Retry(tries=1))
    server.fail("status", "GET", "/models", status=status, message="No.", code="why")
    with pytest.raises(ProviderError, match=rf"the server says \({status}\): No") as refused:
        list(provider.models())
    error = refused.value
    assert (error.status, error.code, error.again, error.unsure) == (status, "why", again, unsure)


@pytest.mark.parametrize(("header", "waits"), [({"Retry-After": "700"}, 1), ({"Retry-After": "soon"}, 2)])
def test_how_long_a_provider_may_ask_to_wait(
    provider: Provider, server: ProviderServer, header: dict, waits: int
) -> None:
    server.fail("status", "GET", "/models", status=429, headers=header)
    if waits == 1:
        with pytest.raises(ProviderError):
            list(provider.models())
    else:
        assert MODEL in list(provider.models())
    assert len(server.sent("GET", "/models")) == waits


def test_waits_grow_and_differ() -> None:
    calm = Retry(first=1, longest=8)
    for tried, most in ((1, 1), (2, 2), (3, 4), (4, 8), (9, 8)):
        waits = {calm.wait(tried) for _ in range(20)}
        assert len(waits) > 1
        assert all(most / 2 <= wait <= most for wait in waits)
    assert calm.wait(1, asked=5) == 5


def test_the_first_wait_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTLINT_RETRY_WAIT", "0.25")
    assert retry_from_environment().first == 0.25
    for wrong in ("soon", "-1", "nan", "1e9"):
        monkeypatch.setenv("FTLINT_RETRY_WAIT", wrong)
        with pytest.raises(UsageError, match="seconds are wanted"):
            retry_from_environment()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("api.example.org/v1", "an address is wanted"),
        ("ftp://example.org", "an address is wanted"),
        ("https://me:secret@example.org/v1", "no name and no password in the address"),
    ],
)
def test_addresses_that_cannot_be(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        find_provider("compatible", Address(url), Retry())
    assert "secret" not in str(refused.value)


def test_a_key_that_would_go_unencrypted_is_said(server: ProviderServer, said: list[str]) -> None:
    find_provider("compatible", Address("http://192.0.2.1/v1"), Retry(notice=said.append))
    assert said == ["the key goes to 192.0.2.1 unencrypted: the address begins with http://"]


def test_nobody_there(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ProviderServer() as server:
        url = server.url
    provider = find_provider("compatible", Address(url), Retry(tries=2, first=0.001, notice=said.append))
    with pytest.raises(
        ProviderError, match=r"the connection to the server failed \(http://127\.0\.0\.1:\d+/v1\)"
    ):
        list(provider.models())
    assert len(said) == 1


def test_what_is_no_answer_of_an_api(provider: Provider, server: ProviderServer) -> None:
    server.fail("page", "GET", "", times=99)
    server.fail("page", "POST", "", times=99)
    for ask in (
        lambda: list(provider.models()),
        lambda: list(provider.jobs()),
        lambda: list(provider.events("ftjob-1")),
        lambda: provider.job("ftjob-1"),
        lambda: provider.file("file-1"),
        lambda: provider.cancel("ftjob-1"),
        lambda: provider.upload("t.jsonl", io.BytesIO(RECORD)),
        lambda: provider.begin_parts("t.jsonl", 9),
        lambda: provider.add_part("upload_1", RECORD),
        lambda: provider.join_parts("upload_1", ["part_1"], "0" * 32),
        lambda: provider.create(JobRequest(MODEL, "file-1")),
        lambda: provider.ask(Question(MODEL, messages=ASKED)),
        lambda: provider.ask(Question(MODEL, prompt="hello?")),
        lambda: list(provider.stream(Question(MODEL, prompt="hello?"))),
    ):
        with pytest.raises(ProviderError):
            ask()


def test_providers_of_other_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ftlint import plugins

    info = tmp_path / "theirs-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(
        "[ftlint.providers]\ntheirs = theirs:make\nbroken = theirs:nothing\n"
    )
    (tmp_path / "theirs.py").write_text(
        "def make(address, patience):\n    return ('mine', address.base_url)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    for kept in (plugins.installed, plugins._all):
        kept.cache_clear()
    try:
        assert find_provider("theirs", Address("https://a/v1"), Retry()) == ("mine", "https://a/v1")
        with pytest.raises(UsageError, match=r"plug-in broken \(theirs:nothing\) of theirs 1"):
            find_provider("broken", Address(), Retry())
        with pytest.raises(UsageError, match='did you mean "theirs"'):
            find_provider("their", Address(), Retry())
    finally:
        sys.modules.pop("theirs", None)
        for kept in (plugins.installed, plugins._all):
            kept.cache_clear()


@pytest.mark.parametrize(
    "wrong",
    [
        {"suffix": "x" * 65},
        {"seed": -1},
        {"method": {"type": "other"}},
        {"method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 51}}}},
        {"method": {"type": "supervised", "supervised": {"hyperparameters": {"beta": 1}}}},
        {"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 2.1}}}},
        {"method": {"type": "reinforcement", "reinforcement": {}}},
        {"metadata": {f"k{n}": "v" for n in range(17)}},
        {"metadata": {"k" * 65: "v"}},
        {"metadata": {"k": "v" * 513}},
        {"integrations": [{"type": "other"}]},
        {"n_epochs": 3},
    ],
)
def test_the_loopback_provider_is_as_strict_as_the_api(wrong: dict) -> None:
    world = World()
    file = world.store("t.jsonl", RECORD, "fine-tune")["id"]
    world.create({"model": MODEL, "training_file": file})
    with pytest.raises(checks.Refused):
        world.create({"model": MODEL, "training_file": file, **wrong})
