"""A text holds a secret: a private key, a token or a password that opens something.

A model repeats what it was trained on, and whoever it talks to then has the key. A file for training is copied, kept
and uploaded, too. Revoke the secret where it was made; taking it out of the file does not make it safe again.

Secrets are known by their form: a prefix, a length and, where there is one, a checksum (GitHub, npm) or something to
decode (JSON Web Tokens). Private keys, keys of OpenAI, Anthropic, AWS, Google, Stripe, Hugging Face, Groq, xAI …,
tokens of GitHub, GitLab, Slack, npm, PyPI, Telegram …, Slack's webhooks, passwords in the addresses of databases.
Nothing is guessed from how random a text looks, so a password in prose is not found, nor a key whose lines stand in
different records, nor a secret in a field that no message or text is read from.

The fix puts a mark in the secret's place that says what it was: `[GITHUB_TOKEN]`, `[PRIVATE_KEY]`. It changes the
text, so it is unsafe. No report of ftlint shows a secret, whatever rule it is about; of each only the beginning is
left: `ghp_…(masked)`. The files that you ask for (the fixed file, rejects, what was lost) hold the data as it is.

Silent for what is no secret: examples in manuals (`AKIA…EXAMPLE`, jwt.io's token, Azurite's key), placeholders
(`sk-proj-xxxx`, `<your-token>`), tokens for tests (`sk_test_…`), a token whose checksum is wrong, the first line of
a private key alone, a database on one's own machine or with a password that is a plain word.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, RuleContext, SpanRule, TextSpan, pl, secrets

FEW = 100
# Put together here, so that scanners of this repository have nothing to find.
GITHUB = "gh" + "p_R4kZ8vQm2LxW7tYb9CnH3sJdF6pGaE" + "4IksVb"
AWS = "AKI" + "A5QXJ7ZLM2WRTB4NC"
ANTHROPIC = "sk-" + "ant-api03-" + "Qw8Zt3Lm_9Rb-" * 7 + "KdAA"
LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
BEGIN, END = "-----BEGIN " + "PRIVATE KEY-----", "-----END " + "PRIVATE KEY-----"
WRONG_SUM = GITHUB[:-1] + "U"
JWT_IO = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
    ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
LOGIN = "postgres://app:" + "vR7kQ2mZ9x" + "@db.acme-corp.io:5432/prod"


class KnownSecret(SpanRule):
    """Texts with a secret of a known form."""

    code, name, severity, fix = "X001", "secret", "error", "unsafe"

    def prefilter(self, context: RuleContext) -> pl.Expr:
        return pl.col("text").str.contains(secrets.LIKELY)

    def _have_spans(self, texts: pl.Series) -> pl.Series:
        # All forms at once are a large expression: it pays from many texts on.
        if len(texts) - texts.null_count() > FEW:
            texts = texts.set(~texts.str.contains(secrets.pattern()).fill_null(False), None)
        return super()._have_spans(texts)

    def find_spans(self, text: str) -> Sequence[TextSpan]:
        return [
            TextSpan(
                found.start,
                found.end,
                f"{found.kind} {found.head}…" if found.head else found.kind,
                found.mark,
            )
            for found in secrets.find(text)
        ]

    cases = (
        Case(
            why="a prompt, an answer, a call's arguments",
            wrong=[
                {"prompt": f"Why does {GITHUB} not work?", "completion": "It has expired."},
                {
                    "messages": [
                        {"role": "user", "content": f"key={AWS}; login {LOGIN}"},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "a",
                                    "type": "function",
                                    "function": {
                                        "name": "put",
                                        "arguments": f'{{"file": "x\\n{ANTHROPIC}\\n{BEGIN}\\n{LINE}\\n{LINE}\\n{END}\\n"}}',
                                    },
                                }
                            ],
                        },
                        {"role": "tool", "tool_call_id": "a", "content": "ok"},
                        {"role": "assistant", "content": f"{BEGIN}\n{LINE}\n{LINE}\n{END}"},
                    ]
                },
            ],
            found=[
                (1, "prompt"),
                (2, "messages[0].content"),
                (2, "messages[1].tool_calls[0].function.arguments"),
                (2, "messages[3].content"),
            ],
            fixed=[
                {"prompt": "Why does [GITHUB_TOKEN] not work?", "completion": "It has expired."},
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": "key=[AWS_KEY_ID]; login postgres://app:[PASSWORD]@db.acme-corp.io:5432/prod",
                        },
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "a",
                                    "type": "function",
                                    "function": {
                                        "name": "put",
                                        "arguments": '{"file": "x\\n[ANTHROPIC_KEY]\\n[PRIVATE_KEY]\\n"}',
                                    },
                                }
                            ],
                        },
                        {"role": "tool", "tool_call_id": "a", "content": "ok"},
                        {"role": "assistant", "content": "[PRIVATE_KEY]"},
                    ]
                },
            ],
        ),
        Case(
            why="between signs of other scripts",
            wrong=[{"prompt": f"密钥是{GITHUB}。", "completion": f"המפתח: {GITHUB}"}],
            found=[(1, "completion"), (1, "prompt")],
            fixed=[{"prompt": "密钥是[GITHUB_TOKEN]。", "completion": "המפתח: [GITHUB_TOKEN]"}],
        ),
        Case(
            why="examples, placeholders, tokens for tests, a wrong checksum",
            right=[
                {"prompt": "AKIAIOSFODNN7EXAMPLE", "completion": JWT_IO},
                {"prompt": "export OPENAI_API_KEY=sk-proj-xxxxxxxxxxxxxxxxxxxxxxxx", "completion": WRONG_SUM},
                {
                    "prompt": "GITHUB_TOKEN=ghp_" + "x" * 36,
                    "completion": "sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc",
                },
                {
                    "prompt": f"{BEGIN}\n...\n{END}",
                    "completion": f"The file begins with {BEGIN} and is text.",
                },
                {
                    "prompt": "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
                    "completion": "hf_...",
                },
                {
                    "prompt": "AIza" + "0123456789" * 3 + "01234",
                    "completion": "npm_config_registry_of_my_own_company_x",
                },
            ],
        ),
        Case(
            why="addresses of databases in examples",
            right=[
                {"prompt": f"{head}{who}@{host}/db", "completion": "a"}
                for head, who, host in (
                    ("postgres://", "user:password", "localhost:5432"),
                    ("postgresql+psycopg://", "app:s3cr3tpa55", "db.example.com"),
                    ("mysql://", "root:<password>", "db.acme.io"),
                    ("mongodb+srv://", "admin:${MONGO_PW1}", "cluster0.ab12.mongodb.net"),
                    ("redis://", ":********1", "cache.acme.io"),
                    ("postgres://", "app:vR7kQ2mZ9x", "db"),
                )
            ],
        ),
        Case(
            why="hashes, ids, code and other long words",
            right=[
                {
                    "prompt": "9e107d9d372bb6826bd81d3542a419d6",
                    "completion": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
                },
                {
                    "prompt": "commit 602b4cc1f0b7e39a6c1d2a3f4e5d6c7b8a9f0e1d",
                    "completion": "task-force risk-management",
                },
                {
                    "prompt": "from hf_hub import hf_hub_download_with_many_words",
                    "completion": "ASIAPACIFICECONOMICS",
                },
                {
                    "prompt": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
                    "completion": "eyJub3QiOiJhIGp3dCJ9",
                },
                {
                    "prompt": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
                    "completion": "a",
                },
            ],
        ),
    )
