"""Patterns of known secrets: prefix, length and, if there is one, checksum."""

from collections.abc import Callable

from msgspec import Struct

from ftlint.secrets.validators import (
    fits_checksum,
    has_digit,
    is_example,
    is_jwt,
    is_key_block,
    is_mixed,
    is_real_login,
)

Groups = dict[str, str | None]


class Form(Struct, frozen=True):
    """One form of secret: its name, the marker that replaces it, and a literal that every such secret contains.

    Every text is searched for the literals: they are few, and begin with rare characters. In ``pattern``, ``head`` is
    the part of the secret that may be shown, and ``body`` the secret part. Python's and polars' regular expressions
    interpret it alike. ``holds`` validates a match.
    """

    kind: str
    mark: str
    literal: str
    pattern: str
    holds: Callable[[Groups], bool]


def _body(*checks: Callable[[str], bool]) -> Callable[[Groups], bool]:
    """A validator: the body is not an example, and passes each check."""

    def holds(groups: Groups) -> bool:
        body = groups["body"] or ""
        return not is_example(body) and all(check(body) for check in checks)

    return holds


def _token(kind: str, head: str, body: str, *checks: Callable[[str], bool], literal: str = "") -> Form:
    """A form of a prefix and a body. ``literal`` is given if the prefix is a pattern, or has a rarer part."""
    mark = kind.upper().replace(" ", "_")
    return Form(kind, mark, literal or head, f"(?P<head>{head})(?P<body>{body})", _body(*checks))


def _login(groups: Groups) -> bool:
    return is_real_login(groups["user"] or "", groups["body"] or "", groups["host"] or "")


def _jwt(groups: Groups) -> bool:
    return is_jwt(f"{groups['head']}{groups['body']}")


def _key_block(groups: Groups) -> bool:
    return is_key_block(groups["body"] or "")


WORD, LETTER, HEX = "[A-Za-z0-9_-]", "[A-Za-z0-9]", "[0-9a-f]"
# A line end, as it is or as JSON and source code escape it.
END = r"(?:\s|\\+[nrt])"
KEY_HEAD = r"-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH|ENCRYPTED|PGP|SSH2 ENCRYPTED) )?PRIVATE KEY(?: BLOCK)?-----"
KEY_TAIL = r"-----END (?:[A-Z0-9]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?-----"
# Proc-Type, DEK-Info, Version, Comment.
KEY_TRAITS = rf"(?:{END}*[A-Z][A-Za-z-]{{2,20}}: [^\n\\]{{0,200}}{END}+){{0,6}}"
# Complete, perhaps in segments that a program concatenates; or truncated in the middle.
KEY_LINE = r"[A-Za-z0-9+/]{40,}={0,2}"
KEY_LINES = rf"{END}*{KEY_LINE}(?:{END}+{KEY_LINE})*(?:{END}+[A-Za-z0-9+/]{{1,39}}={{0,2}}$)?"
KEY = (
    rf"(?P<head>{KEY_HEAD})(?P<body>{KEY_TRAITS}(?:[A-Za-z0-9+/=\s\\\"'`,>|#*]{{40,20000}}?{KEY_TAIL}"
    rf"|{KEY_LINES}))"
)
LOGIN = (
    r"(?P<head>(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql)(?:\+[a-z0-9_]{1,20})?://"
    r"(?P<user>[^\s/:@\"'<>\\]{0,64}):)(?P<body>[^\s/:@\"'\\]{1,128})@(?P<host>[A-Za-z0-9.-]{1,200})"
)

FORMS: tuple[Form, ...] = (
    Form("private key", "PRIVATE_KEY", "PRIVATE KEY", KEY, _key_block),
    Form(
        "password of a database",
        "PASSWORD",
        "://",
        LOGIN,
        _login,
    ),
    Form(
        "JSON Web Token",
        "JWT",
        "eyJ",
        r"(?P<head>eyJ)(?P<body>[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{4,8000}\.[A-Za-z0-9_-]{43,700})",
        _jwt,
    ),
    # Every OpenAI key contains the company's name in base64.
    _token("OpenAI key", "sk-", f"{LETTER}{{20}}T3BlbkFJ{LETTER}{{20}}", literal="T3Bl"),
    _token(
        "OpenAI key",
        "sk-(?:proj|svcacct|admin)-",
        f"{WORD}{{20,100}}T3BlbkFJ{WORD}{{20,100}}",
        literal="T3Bl",
    ),
    _token(
        "Anthropic key",
        "sk-ant-(?:api|admin|oat|sid)[0-9]{2}-",
        f"{WORD}{{80,120}}",
        is_mixed,
        literal="sk-ant-",
    ),
    _token("AWS key id", "AKIA", "[A-Z2-7]{16}"),
    # Words in capitals also begin like this.
    _token("AWS key id", "ASIA", "[A-Z2-7]{16}", has_digit),
    *(_token("GitHub token", f"gh{kind}_", f"{LETTER}{{36}}", fits_checksum) for kind in "pousr"),
    _token("GitHub token", "github_pat_", f"{LETTER}{{22}}_{LETTER}{{59}}", is_mixed, literal="_pat_"),
    _token(
        "GitLab token",
        "glpat-",
        rf"{WORD}{{20}}|{WORD}{{27,300}}\.[0-9a-z]{{2}}[0-9a-z]{{7}}",
        is_mixed,
        literal="lpat-",
    ),
    _token("Slack token", "xoxb-", f"[0-9]{{9,14}}-(?:[0-9]{{9,14}}-)?{LETTER}{{24}}", is_mixed),
    _token("Slack token", "xoxp-", f"(?:[0-9]{{9,14}}-){{2,3}}{LETTER}{{28,34}}"),
    _token("Slack token", "xapp-[0-9]-", f"[A-Z0-9]{{9,14}}-[0-9]{{9,15}}-{HEX}{{60,70}}", literal="xapp-"),
    Form(
        "Slack webhook",
        "SLACK_WEBHOOK",
        ".slack.com",
        r"(?P<head>hooks\.slack\.com\\?/services\\?/)"
        r"(?P<body>T[A-Z0-9]{8,12}\\?/B[A-Z0-9]{8,12}\\?/[A-Za-z0-9]{24})",
        _body(is_mixed),
    ),
    _token("Google API key", "AIza", f"{WORD}{{35}}", is_mixed),
    _token("Google OAuth secret", "GOCSPX-", f"{WORD}{{28}}", is_mixed),
    _token("Stripe key", "[sr]k_live_", f"{LETTER}{{24}}|{LETTER}{{98,108}}", is_mixed, literal="k_live_"),
    _token("npm token", "npm_", f"{LETTER}{{36}}", fits_checksum),
    # The text encoded by this base64 is the name of the index that the token is for.
    _token("PyPI token", "pypi-AgEIcHlwaS5vcmc", f"{WORD}{{50,1000}}", is_mixed, literal="AgEIcHlw"),
    _token("Hugging Face token", "hf_", "[A-Za-z]{34}", is_mixed),
    _token("SendGrid key", "SG\\.", rf"{WORD}{{22}}\.{WORD}{{43}}", is_mixed, literal="SG."),
    Form(
        "Telegram bot token",
        "TELEGRAM_TOKEN",
        ":AA",
        f"(?P<head>[0-9]{{8,10}}:AA)(?P<body>{WORD}{{33}})",
        _body(is_mixed),
    ),
    _token("DigitalOcean token", "do[opr]_v1_", f"{HEX}{{64}}", literal="_v1_"),
    _token("Databricks token", "dapi", f"{HEX}{{32}}(?:-[0-9])?", has_digit),
    Form(
        "Azure storage key",
        "AZURE_STORAGE_KEY",
        "AccountKey=",
        r"(?P<head>AccountKey=)(?P<body>[A-Za-z0-9+/]{86}==)",
        # Azurite's key is public and always the same.
        lambda groups: not (groups["body"] or "").startswith("Eby8vdM02xNOcqFlq") and _body(is_mixed)(groups),
    ),
    _token("Shopify token", "shpat_", "[0-9a-fA-F]{32}", has_digit),
    _token("Groq key", "gsk_", f"{LETTER}{{52}}", is_mixed),
    _token("xAI key", "xai-", f"{LETTER}{{80}}", is_mixed),
    _token("Perplexity key", "pplx-", f"{LETTER}{{48}}", is_mixed),
    _token("Replicate token", "r8_", f"{LETTER}{{37}}", is_mixed),
    _token("OpenRouter key", "sk-or-v1-", f"{HEX}{{64}}"),
    _token("LangSmith key", "lsv2_(?:pt|sk)_", f"{HEX}{{32}}_{HEX}{{10}}", literal="lsv2_"),
    _token("age key", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", literal="SECRET-KEY-1"),
    _token("Grafana token", "glsa_", f"{LETTER}{{32}}_[0-9A-Fa-f]{{8}}", is_mixed),
    _token("Postman key", "PMAK-", f"{HEX}{{24}}-{HEX}{{34}}"),
    _token("Docker token", "dckr_pat_", f"{WORD}{{27}}", is_mixed, literal="_pat_"),
)
