"""Detect mojibake (UTF-8 decoded with another encoding) by ftfy, and repair it only without loss.

A repair is applied if encoding the new text the wrong way again gives exactly the old one. What ftfy has to guess
(a no-break space that became a blank, a character that became a question mark) is reported but not repaired.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import Expr

CONTINUATIONS = "".join(map(chr, range(0x80, 0xC0))) + "–—‘’‚“”„†‡•…‰‹›€™ˆ˜"
# The letters that UTF-8's first bytes become, and the characters that the bytes 80 to BF become after them, by wrong
# encoding. Characters that follow such capitals in correct Ukrainian, Russian and Greek are omitted.
PAIRS_BY_ENCODING = (
    # Latin-1, Windows-1252, -1250, -1254, -1257
    ("".join(map(chr, range(0xC2, 0xE0))) + "ĂĐŃŘŮĆÅ", CONTINUATIONS + "ŒœŠšŸŽžƒŚŤŹśťźˇ˘ŁĄŞŻ˛łąşĽ˝ľżŖŗØøæ"),
    # Windows-1251, -1253
    ("ВГРС", "ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁёЄј\u0405ѕ¤¦§©¬\xad®°±µ¶·№‚„…†‡€‰™\xa0"),
    ("ΒΓΞΟ", "΅Ά―ΈΉΊΌΎΏ£¤¥¦§¨©«¬\xad®°±²³΄µ¶·½ƒ‚„†‡€‰™\xa0"),
    # Mac Roman, and the DOS console's
    ("√≈", bytes(range(0x80, 0xC0)).decode("mac_roman")),
    ("├┬┼╨╤╬╧╪┘α", bytes(range(0x80, 0xC0)).decode("cp437")),
)
# First bytes of three or four bytes; é before a dash or a quotation mark is French, so these are omitted.
LONG_FIRST = "".join(map(chr, range(0xE0, 0xF5))) + "ŕćęăěā"
AFTER_LONG_FIRST = [sign for sign in CONTINUATIONS if sign not in "\xa0«»–—‘’“”…"]
LIKELY = "|".join(
    [
        *(f"[{opens}][{re.escape(follow)}]" for opens, follow in PAIRS_BY_ENCODING),
        f"[{LONG_FIRST}][{re.escape(''.join(AFTER_LONG_FIRST))}]",
        *("вЂ", "β€", "ā€", "‚Ä", "ΓÇ", "á[žŸ]", "â”", "[ÃÂ] ", "[\x80-\x9f]"),
    ]
)
# The subset that can occur in a text without any unusual character.
WITHOUT_UNUSUAL = "вЂ|Ă[˘®]|╫[º¬⌐]|ΓÇ|Г©|ГЎ|Гі|Гј|√[À-ÿ©®†±§]|├á|├í|├¿|├»|├£|├╝|├ñ|├ó|├│|╨░|╪º|╬▒|áž"
PLAIN_READINGS = (("decode", "utf-8", "encode"), ("decode", "utf-8-variants", "encode"))
# More than twice does not occur in practice.
MAX_REPAIRS = 4
C1 = re.compile("[\x80-\x9f]")


def likely(text: "Expr") -> "Expr":
    """The texts of the frame ``texts`` that may contain mojibake; null for the others.

    The column ``unusual`` excludes nearly all of them, a scan for pairs of characters most of the rest.
    """
    candidates = pl.when(pl.col("unusual") | text.str.contains(WITHOUT_UNUSUAL)).then(text)
    return pl.when(candidates.str.contains(LIKELY)).then(candidates)


@lru_cache(maxsize=256)
def first_sign(text: str) -> tuple[str, str] | None:
    """The first garbled span and its repair by ftfy; None where there is no mojibake."""
    for line in text.split("\n"):
        new = _fixed_by_ftfy(line)
        if new != line:
            return _difference(line, new)
    return None


def garbled_lines(text: str) -> list[bool]:
    """For each line of a text, whether it contains mojibake."""
    return [_fixed_by_ftfy(line) != line for line in text.split("\n")]


@lru_cache(maxsize=256)
def repaired(text: str) -> str:
    """The text with all mojibake repaired that can be repaired without loss; nothing else is changed."""
    return "\n".join(_repaired_line(line) for line in text.split("\n"))


def _fixed_by_ftfy(line: str) -> str:
    """The line repaired by ftfy, including its guesses. Control characters alone are not mojibake."""
    if line.isascii():
        return line
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    if not is_bad(line):
        return line
    new = fix_encoding(line)
    return line if _without_controls(new) == _without_controls(line) else new


def _without_controls(line: str) -> str:
    """A line with its C1 controls decoded as Windows-1252, which ftfy does even where nothing is garbled."""
    return C1.sub(lambda match: bytes([ord(match.group())]).decode("cp1252", "replace"), line)


def _repaired_line(line: str) -> str:
    for _ in range(MAX_REPAIRS):
        new = _repaired_once(line)
        if new == line:
            break
        line = new
    return line


def _repaired_once(line: str) -> str:
    if _fixed_by_ftfy(line) == line:
        return line
    repaired_line = _lossless(line)
    if repaired_line is not None:
        return repaired_line
    # The line has correct and garbled characters: repair each span that could be UTF-8. A span next to other garbled
    # characters is incomplete and stays unchanged.
    from ftfy.badness import is_bad
    from ftfy.chardata import UTF8_DETECTOR_RE

    def repair_span(match: re.Match[str]) -> str:
        span = match.group()
        neighbours = line[match.start() - 1 : match.start()] + line[match.end() : match.end() + 1]
        alone = not any("\x7f" < sign < "\u2e80" for sign in neighbours)
        return (_lossless(span) or span) if alone and is_bad(span) else span

    return str(UTF8_DETECTOR_RE.sub(repair_span, line))


def _lossless(text: str) -> str | None:
    """The text repaired, if the reverse encoding gives exactly this text; else None."""
    from ftfy import fix_encoding_and_explain

    new, steps = fix_encoding_and_explain(
        text,
        restore_byte_a0=False,
        replace_lossy_sequences=False,
        decode_inconsistent_utf8=False,
        fix_c1_controls=False,
    )
    return new if new != text and _garbled_again(new, steps or []) == text else None


def _garbled_again(text: str, steps: list[Any]) -> str | None:
    """The text encoded the wrong way again; None where the repair was not a plain decoding of UTF-8."""
    try:
        for read, wrong in zip(reversed(steps[1::2]), reversed(steps[::2]), strict=True):
            if (read.action, read.parameter, wrong.action) not in PLAIN_READINGS:
                return None
            text = text.encode("utf-8").decode(wrong.parameter)
    except (UnicodeError, ValueError):
        return None
    return text


def _difference(old: str, new: str) -> tuple[str, str]:
    """The first differing spans of two texts: each ends before the texts agree again."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    from difflib import SequenceMatcher

    # Garbled spans are short; comparing more would be expensive and add nothing.
    before, after = old[start : start + 60], new[start : start + 60]
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "replace":
            return before[i:j], after[k:m]
        if tag == "delete":
            return before[i : j + 1], after[k : m + 1]
    return before[:12], after[:12]
