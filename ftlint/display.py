"""Make data safe to show: mask secrets, escape control characters, shorten; and suggest the nearest known name."""

import re
from collections.abc import Iterable
from functools import lru_cache

from ftlint.secrets import mask

# C0 and C1 controls, direction controls, invisible characters, line separators and lone surrogates.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
LONGEST = 12_000
"""Characters of the longest secret, a private key; only so many are looked at beside what is shown."""
LOG_COMMAND = re.compile(r"##(?=\w*\[)")
NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def escape(text: str, most: int | None = None) -> str:
    """The text with every invisible or dangerous character spelled out, e.g. ``\\x1b``, ``\\u202e``.

    Secrets are masked, before the text is cut off after ``most`` characters: half a secret is one, too.
    """
    text = mask(text[: most + LONGEST] if most is not None else text)
    return UNSAFE.sub(_spell, text[:most])


@lru_cache(maxsize=1024)
def sanitize(text: str) -> str:
    """Text from data or a file name, so that neither a terminal nor a build log acts on it."""
    return LOG_COMMAND.sub(r"#\\x23", escape(text))


def quote(text: str, most: int = 60) -> str:
    """The text in double quotes, masked and escaped, at most ``most`` characters of it (the middle is left out)."""
    if len(text) > 2 * LONGEST + most:
        # What is not shown need not be looked at.
        text = f"{mask(text[: LONGEST + most])}{mask(text[-LONGEST - most :])}"
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


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """``; did you mean "openai-chat"?`` or nothing when no known name is near."""
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(wrong.casefold(), by_folded, n=1, cutoff=0.5)
    return f'; did you mean "{by_folded[found[0]]}"?' if found else ""
