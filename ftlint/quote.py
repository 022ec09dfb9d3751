"""Data in messages: secrets masked, escaped so that it cannot act on a terminal or a log, and shortened."""

import re

from ftlint.secrets import mask

# C0 and C1 controls, direction controls, invisible characters, line separators and lone surrogates.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
LONGEST = 12_000
"""Characters of the longest secret, a private key; only so many are looked at beside what is shown."""
NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def escape(text: str, most: int | None = None) -> str:
    """The text with every invisible or dangerous character spelled out, e.g. ``\\x1b``, ``\\u202e``.

    Secrets are masked, before the text is cut off after ``most`` characters: half a secret is one, too.
    """
    text = mask(text[: most + LONGEST] if most is not None else text)
    return UNSAFE.sub(_spell, text[:most])


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
