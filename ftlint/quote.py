"""Data in messages: escaped so that it cannot act on a terminal or a log, and shortened."""

import re

# C0 and C1 controls, direction controls, invisible characters, line separators and lone surrogates.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def escape(text: str) -> str:
    """The text with every invisible or dangerous character spelled out, e.g. ``\\x1b``, ``\\u202e``."""
    return UNSAFE.sub(_spell, text)


def quote(text: str, most: int = 60) -> str:
    """The text in double quotes, escaped, at most ``most`` characters of it (the middle is left out)."""
    if len(text) > most:
        head = most * 2 // 3
        text = f"{text[:head]}…{text[-(most - head - 1) :]}"
    return f'"{escape(text)}"'


def _spell(found: re.Match[str]) -> str:
    character = found.group()
    if character in NAMED:
        return NAMED[character]
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
