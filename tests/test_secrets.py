"""Secrets by their forms: each one is found, redacted and masked, and what is nearly one is left alone."""

import random

import pytest
from made_secrets import SECRETS, jwt, parts_that_must_not_show, some

from ftlint.rule import MatchedRow, RuleContext, escape, quote
from ftlint.rule.registry import find_rule
from ftlint.secrets import LIKELY, MASK, find, mask, mask_all, mask_from, pattern
from ftlint.secrets.patterns import FORMS

every = pytest.mark.parametrize("secret", [pytest.param(text, id=kind) for kind, text in SECRETS.items()])
AROUND = [
    "{}",
    "key: {}.",
    '"{}"',
    "密钥是{}。",
    "({})",
    "\\n{}\\n",
    "token={}&x=1",
    "`{}`",
    "\\u003c{}\\u003e",
    "a%3D{}",
]


def redact(text: str) -> str:
    """The text after the fix of the rule for secrets."""
    return find_rule("X001")().fix_text(text, MatchedRow({}, ()), RuleContext())


@every
@pytest.mark.parametrize("around", AROUND)
def test_a_secret_is_found_wherever_it_stands(secret: str, around: str) -> None:
    text = around.format(secret)
    assert len(find(text)) == 1
    assert not find(redact(text))
    for shown in (redact(text), mask(text), quote(text), escape(text), quote("a" * 100 + text + "b" * 100)):
        assert not [part for part in parts_that_must_not_show(secret) if part in shown]
    assert mask(mask(text)) == mask(text)


def test_every_form_has_an_example_here() -> None:
    kinds = {found.kind for secret in SECRETS.values() for found in find(secret)}
    assert kinds == {form.kind for form in FORMS}


@every
def test_polars_sees_what_python_sees(secret: str) -> None:
    import polars as pl

    texts = pl.Series([f"a {secret} b", "nothing of that kind"])
    assert texts.str.contains(LIKELY).to_list() == [True, False]
    assert texts.str.contains(pattern()).to_list() == [True, False]


@every
def test_a_key_in_json_text_is_one(secret: str) -> None:
    import json

    text = json.dumps({"content": f"a\n{secret}\nb", "other": "c"})
    for escaped in (text, json.dumps([text]), json.dumps(json.dumps([text]))):
        assert len(find(escaped)) == 1
        json.loads(redact(escaped))
        json.loads(mask(escaped))


@every
def test_invisible_characters_do_not_hide_a_secret(secret: str) -> None:
    middle = len(secret) // 2
    text = f"é\u200b {secret[:middle]}\u200b{secret[middle:-4]}\u2060{secret[-4:]} \u200b!"
    masked = mask(text)
    assert not [
        part
        for part in parts_that_must_not_show(secret)
        if part in masked.replace("\u200b", "").replace("\u2060", "")
    ]
    assert masked.startswith("é\u200b ")
    assert masked.endswith(" \u200b!")


@pytest.mark.parametrize(
    "kind", ["OpenAI project key", "Anthropic key", "GitHub token p", "Google API key", "private key"]
)
@pytest.mark.parametrize("end", ["", "…", '"'])
def test_a_secret_that_was_cut_off_is_masked(kind: str, end: str) -> None:
    secret = SECRETS[kind]
    cut = len(secret) * 3 // 4 if kind == "private key" else 30
    shown = mask(f"the key {secret[:cut]}{end}")
    assert MASK in shown
    assert secret[cut - 12 : cut] not in shown


@every
def test_a_place_inside_of_a_secret_shows_nothing_of_it(secret: str) -> None:
    text = f"before {secret} behind"
    for at in range(len(text)):
        shown = mask_from(text, at)
        assert not [part for part in parts_that_must_not_show(secret) if part in shown], at
        assert shown.endswith(text[-6:][max(0, at - len(text) + 6) :])


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSF" + "ODNN7EXAMPLE",
        "sk-proj-" + "x" * 60 + "T3BlbkFJ" + "x" * 60,
        "sk-abcdefghijklmnopqrstT3Blbk" + "FJabcdefghijklmnopqrst",
        "ghp_" + "a" * 36,
        "ghp_" + some(36),
        "npm_" + some(36),
        "ghp_" + "<your token>",
        "sk_test_" + some(24),
        "hf_" + "x" * 34,
        "hf_" + "abcdefghij" * 3 + "abcd",
        "glpat-" + "your-token-goes-here",
        "AIza" + "SyExample" + some(26),
        "-----BEGIN PRIVATE KEY-----",
        "Files that begin with -----BEGIN RSA PRIVATE KEY----- and end with -----END RSA PRIVATE KEY----- are keys.",
        "-----BEGIN PRIVATE KEY-----\n<your key here>\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\n" + some(64) + "\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\n" + some(64) + "\n-----END CERTIFICATE-----",
        jwt({"alg": "none"}, {"sub": "1"}),
        jwt({"typ": "JWT"}, {"sub": "u-81"}),
        jwt({"alg": "HS256"}, {"sub": "1234567890", "name": "John Doe", "iat": 1516239022}),
        jwt({"alg": "HS256"}, {"sub": "u-81"}, size=50),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.signature",
        "postgres://user:password@db.acme.io/x",
        "postgres://app:" + some(12) + "@localhost/x",
        "postgres://app:" + some(12) + "@127.0.0.1:5432/x",
        "postgres://app:${DB_PASSWORD_1}@db.acme.io/x",
        "postgres://app:<password1>@db.acme.io/x",
        "postgres://app:********@db.acme.io/x",
        "mongodb+srv://admin:Passw0rd1@cluster0.mongodb.net",
        "https://user:" + some(12) + "@host.acme.io",
        "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        "a" + "AKIA" + some(16, "ABCDEFGH234567"),
        "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
        "1700000000:AAA",
        "data:image/png;base64," + some(400),
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert find(text) == []
    assert redact(text) == text


def test_text_without_secrets_is_the_same_object_masked() -> None:
    for text in ("", "plain", "ein Satz mit Umläuten: äöü", "今天天气", "\ud800", "x" * 5000):
        assert mask(text) is text


def test_a_json_value_is_masked_in_keys_and_texts() -> None:
    secret = SECRETS["GitHub token p"]
    assert mask_all({secret: [secret, 1, None, {"a": secret}]}) == {
        f"ghp_{MASK}": [f"ghp_{MASK}", 1, None, {"a": f"ghp_{MASK}"}]
    }


def test_nothing_in_a_text_is_touched_but_the_secrets() -> None:
    chance = random.Random(3)
    words = ["a", "sk-learn", "ghp_", "eyJ", "the", "\n", "://", "xox", *SECRETS.values()]
    for _ in range(200):
        text = " ".join(chance.choices(words, k=12))
        expected = text
        for secret in find(text):
            expected = expected.replace(text[secret.start : secret.end], f"[{secret.mark}]")
        assert redact(text) == expected
