"""Validate candidates: checksums, token contents, and examples from documentation."""

import base64
import json
import re
import zlib
from itertools import pairwise
from typing import Any

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# The number of base64 characters in the signature of a JWT, by the algorithm in its header.
SIGNATURES = {
    "HS256": (43,),
    "HS384": (64,),
    "HS512": (86,),
    "ES256": (86,),
    "ES256K": (86,),
    "ES384": (128,),
    "ES512": (176,),
    "EdDSA": (86, 152),
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), (171, 342, 512, 683)),
}
EXAMPLE_WORDS = re.compile(
    r"(?i)example|sample|dummy|fake|placeholder|redacted|masked|secret|change.?me|replace|insert|your|test.?key"
    r"|xxxx|\*\*\*|\.\.\.|…|<|>|\{|\}|\$|%s|0123456|1234567|abcdefg|qwerty|deadbeef|foobar|not.?real"
)
REPEATED = re.compile(r"(.)\1{5}|^(.{1,12})\2+$")
# A published sample: jwt.io's subject and name, the names in the RFCs.
JWT_SAMPLES = ({"sub": "1234567890"}, {"name": "John Doe"}, {"iss": "joe"})
PASSWORD_WORDS = re.compile(
    r"(?i)pass|pwd|secret|change|your|example|sample|placeholder|dummy|fake|hunter2|xxx|\*\*|\.\.\.|…|^\$|[<>\[\]{}]|%\("
    r"|0123456|123456|admin|postgres|mysql|mongo|redis|rabbit|guest|user|root|test|demo|token|masked|redacted"
)
OWN_HOST = re.compile(
    r"(?i)localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|host\.|(?:.*\.)?(?:example\.\w+|"
    r"example|test|invalid|local|localhost|internal|localdomain|your[\w-]*\.\w+|my[\w-]*\.com|domain\.\w+|host\.com)"
    r"(?::|$)"
)


def is_example(body: str) -> bool:
    """Whether the text after the prefix says, or shows by its pattern, that it is an example."""
    if EXAMPLE_WORDS.search(body) or REPEATED.search(body):
        return True
    return len(set(body)) * 4 < min(len(body), 32) or _counts_up(body)


def _counts_up(body: str) -> bool:
    """Whether there are six consecutive characters in sequence, as in 123456 and abcdef, or in reverse."""
    steps = [ord(b) - ord(a) for a, b in pairwise(body)]
    return any(steps[k : k + 5] in ([1] * 5, [-1] * 5) for k in range(len(steps) - 4))


def is_mixed(body: str) -> bool:
    """Whether there are small and capital letters, as in nearly every random text of letters and digits."""
    return any(map(str.isupper, body)) and any(map(str.islower, body))


def has_digit(body: str) -> bool:
    """Whether there is a digit."""
    return any(map(str.isdecimal, body))


def fits_checksum(body: str) -> bool:
    """Whether the last six base62 digits are the CRC-32 of the text before them, as in GitHub's and npm's tokens."""
    number, digits = zlib.crc32(body[:-6].encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits.rjust(6, "0") == body[-6:]


def is_jwt(text: str) -> bool:
    """Whether three parts form a signed JSON Web Token that is not a published sample."""
    parts = text.split(".")
    header, payload = _object(parts[0]), _object(parts[1])
    if header is None or payload is None:
        return False
    known = SIGNATURES.get(str(header.get("alg")))
    if known is None or len(parts[2]) not in known or is_example(parts[2]):
        return False
    return not any(sample.items() <= payload.items() for sample in JWT_SAMPLES)


def _object(part: str) -> dict[str, Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def is_key_block(block: str) -> bool:
    """Whether a block contains a key: at least forty consecutive base64 characters that are not an example."""
    body = max(re.findall(r"[A-Za-z0-9+/=]{40,}", block), key=len, default="")
    # Keys begin with many zeros (as "AAAA"), so only the rest of the line is checked.
    return bool(body) and len(set(body)) >= 16 and not re.search(r"(?i)example|xxxx|\.\.\.|…", block)


def is_real_login(user: str, password: str, host: str) -> bool:
    """Whether a database address has a real password: not a placeholder, and not for the local machine."""
    if len(password) < 8 or not has_digit(password) or password.isdecimal():
        return False
    if PASSWORD_WORDS.search(password) or REPEATED.search(password) or _counts_up(password):
        return False
    return "." in host and password != user and OWN_HOST.match(host) is None
