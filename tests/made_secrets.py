"""A secret of every known form, made up anew at run time: the repository itself holds none."""

import base64
import json
import random
import string
import zlib
from itertools import pairwise

LETTERS = string.ascii_letters + string.digits
WORD = LETTERS + "_-"
HEX = "0123456789abcdef"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
chance = random.Random(7)


def some(size: int, letters: str = LETTERS) -> str:
    """Letters at random, both small and capital ones and a digit among them where there are such; no sign twice in a row."""
    while True:
        made = "".join(chance.choice(letters) for _ in range(size))
        kinds = [
            k
            for k in (string.ascii_lowercase, string.ascii_uppercase, string.digits)
            if set(k) & set(letters)
        ]
        if all(set(kind) & set(made) for kind in kinds) and all(a != b for a, b in pairwise(made)):
            return made


def summed(prefix: str) -> str:
    body = some(30)
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return prefix + body + digits.rjust(6, "0")


def jwt(header: dict, payload: dict, size: int = 43) -> str:
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, payload)
    )
    return f"{'.'.join(parts)}.{some(size, WORD)}"


def key_block(kind: str, lines: int = 6) -> str:
    middle = "\n".join(some(64, LETTERS + "+/") for _ in range(lines))
    return f"-----BEGIN {kind}-----\n{middle}\n{some(20)}==\n-----END {kind}-----"


BOT = "".join(chance.sample(string.digits[1:], 9))
SECRETS: dict[str, str] = {
    "private key": key_block("RSA " + "PRIVATE KEY"),
    "PGP private key": key_block("PGP " + "PRIVATE KEY BLOCK"),
    "JSON Web Token": jwt({"alg": "HS256", "typ": "JWT"}, {"sub": "u-81", "scope": "all"}),
    "OpenAI key": "sk-" + some(20) + "T3Blbk" + "FJ" + some(20),
    "OpenAI project key": "sk-" + "proj-" + some(74, WORD) + "T3Blbk" + "FJ" + some(74, WORD),
    "Anthropic key": "sk-" + "ant-api03-" + some(93, WORD) + "AA",
    "AWS key id": "AK" + "IA" + some(16, string.ascii_uppercase + "234567"),
    "AWS session key id": "AS" + "IA" + some(16, string.ascii_uppercase + "234567"),
    **{f"GitHub token {kind}": summed(f"gh{kind}_") for kind in "pousr"},
    "GitHub token": "github" + "_pat_" + some(22) + "_" + some(59),
    "GitLab token": "gl" + "pat-" + some(20),
    "Slack bot token": "xo" + f"xb-{some(12, '2468013579')}-{some(13, '9753102468')}-{some(24)}",
    "Slack user token": "xo"
    + f"xp-{some(12, '2468013579')}-{some(12, '2468013579')}-{some(12, '97531')}-{some(32, HEX)}",
    "Slack app token": "xa" + f"pp-1-A{some(10, '0428AKZ')}-{some(13, '2468013579')}-{some(64, HEX)}",
    "Slack webhook": "https://hooks.slack"
    + f".com/services/T{some(9, '0428AKZ')}/B{some(10, '0428AKZ')}/{some(24)}",
    "Google API key": "AI" + "za" + some(35),
    "Google OAuth secret": "GOC" + "SPX-" + some(28),
    "Stripe key": "sk" + "_live_" + some(24),
    "npm token": summed("npm" + "_"),
    "PyPI token": "pypi-" + "AgEIcHlwaS5vcmc" + some(150, WORD),
    "Hugging Face token": "h" + "f_" + some(34, string.ascii_letters),
    "SendGrid key": "S" + f"G.{some(22)}.{some(43)}",
    "Telegram bot token": f"{BOT}:A" + "A" + some(33),
    "DigitalOcean token": "dop" + "_v1_" + some(64, HEX),
    "Databricks token": "da" + "pi" + some(32, HEX),
    "Azure storage key": "Account" + "Key=" + some(86) + "==",
    "Shopify token": "shp" + "at_" + some(32, HEX),
    "Groq key": "gs" + "k_" + some(52),
    "xAI key": "xa" + "i-" + some(80),
    "Perplexity key": "ppl" + "x-" + some(48),
    "Replicate token": "r" + "8_" + some(37),
    "OpenRouter key": "sk-" + "or-v1-" + some(64, HEX),
    "LangSmith key": "lsv2" + f"_pt_{some(32, HEX)}_{some(10, HEX)}",
    "age key": "AGE-" + "SECRET-KEY-1" + some(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    "Grafana token": "gl" + f"sa_{some(32)}_{some(8, HEX)}",
    "Postman key": "PM" + f"AK-{some(24, HEX)}-{some(34, HEX)}",
    "Docker token": "dckr" + "_pat_" + some(27),
    "password of a database": "postgres://app:" + some(14) + "@db.acme-corp.io:5432/prod",
}


def parts_that_must_not_show(secret: str) -> list[str]:
    """The secret, each line of it, and the last eight signs of what is secret in it."""
    if secret.startswith("postgres"):
        secret = secret.split(":")[2].split("@")[0]
    lines = [line for line in secret.split("\n") if not line.startswith("---")]
    return [part for line in lines for part in (line, line.rstrip("=")[-8:])]
