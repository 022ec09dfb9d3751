"""Make data safe to show: mask secrets, escape control characters, shorten; and suggest the nearest known name."""

import re
from collections.abc import Iterable
from functools import lru_cache

from ftlint.errors import UsageError
from ftlint.secrets import mask

# C0 and C1 controls, direction controls, invisible characters, line separators and lone surrogates.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
MAX_SECRET_LENGTH = 12_000
"""Length of the longest secret, a private key; only this many characters beyond the shown text are scanned."""
LOG_COMMAND = re.compile(r"##(?=\w*\[)")
NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def escape(text: str, most: int | None = None) -> str:
    """The text with every invisible or dangerous character escaped, e.g. ``\\x1b``, ``\\u202e``.

    Secrets are masked before the text is truncated to ``most`` characters: a truncated secret is still a secret.
    """
    text = mask(text[: most + MAX_SECRET_LENGTH] if most is not None else text)
    return UNSAFE.sub(_spell, text[:most])


@lru_cache(maxsize=1024)
def sanitize(text: str) -> str:
    """Escape text from data or a file name, so that neither a terminal nor a build log interprets it."""
    return LOG_COMMAND.sub(r"#\\x23", escape(text))


def quote(text: str, most: int = 60) -> str:
    """The text in double quotes, masked and escaped; beyond ``most`` characters the middle is omitted."""
    if len(text) > 2 * MAX_SECRET_LENGTH + most:
        # Text that is not shown need not be scanned.
        text = f"{mask(text[: MAX_SECRET_LENGTH + most])}{mask(text[-MAX_SECRET_LENGTH - most :])}"
    else:
        text = mask(text)
    if len(text) > most:
        head = most * 2 // 3
        text = f"{text[:head]}…{text[-(most - head - 1) :]}"
    return f'"{UNSAFE.sub(_spell, text)}"'


def _spell(found: re.Match[str]) -> str:
    character = found.group()
    if character in NAMED:
        return NAMED[character]
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def check_known(given: str, known: Iterable[str], what: str, hint: str = "") -> None:
    """Raise UsageError for a name that is not known: ``what`` says of what, ``hint`` precedes the list of all."""
    if given not in (names := list(known)):
        raise UsageError(f'{what} "{sanitize(given)}"{did_you_mean(given, names)} ({hint}{", ".join(names)})')


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """``; did you mean "openai-chat"?``, or an empty text if no known name is similar."""
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(wrong.casefold(), by_folded, n=1, cutoff=0.5)
    return f'; did you mean "{by_folded[found[0]]}"?' if found else ""
