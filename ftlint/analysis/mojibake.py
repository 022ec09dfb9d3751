"""Mojibake: UTF-8 that was read as something else. ftfy detects it; here it is repaired only where nothing is lost.

A repair is kept if writing the new text the wrong way again gives the old one, sign by sign; what ftfy has to guess
(a no-break space that became a blank, a sign that became a question mark) is told and left.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import Expr

SIGNS = "".join(map(chr, range(0x80, 0xC0))) + "–—‘’‚“”„†‡•…‰‹›€™ˆ˜"
# Letters that UTF-8's first bytes become, and what the bytes 80 to BF become behind them, by the encoding that was
# meant wrongly. Left out of the latter: what stands behind such capitals in right Ukrainian, Russian and Greek.
PAIRS = (
    # Latin-1, Windows-1252, -1250, -1254, -1257
    ("".join(map(chr, range(0xC2, 0xE0))) + "ĂĐŃŘŮĆÅ", SIGNS + "ŒœŠšŸŽžƒŚŤŹśťźˇ˘ŁĄŞŻ˛łąşĽ˝ľżŖŗØøæ"),
    # Windows-1251, -1253
    ("ВГРС", "ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁёЄј\u0405ѕ¤¦§©¬\xad®°±µ¶·№‚„…†‡€‰™\xa0"),
    ("ΒΓΞΟ", "΅Ά―ΈΉΊΌΎΏ£¤¥¦§¨©«¬\xad®°±²³΄µ¶·½ƒ‚„†‡€‰™\xa0"),
    # Mac Roman, and the DOS console's
    ("√≈", bytes(range(0x80, 0xC0)).decode("mac_roman")),
    ("├┬┼╨╤╬╧╪┘α", bytes(range(0x80, 0xC0)).decode("cp437")),
)
# Letters that open three or four bytes; é before a dash or a quotation mark is French, and no text has only one.
OPENS_MORE = "".join(map(chr, range(0xE0, 0xF5))) + "ŕćęăěā"
BEHIND_THEM = [sign for sign in SIGNS if sign not in "\xa0«»–—‘’“”…"]
LIKELY = "|".join(
    [
        *(f"[{opens}][{re.escape(follow)}]" for opens, follow in PAIRS),
        f"[{OPENS_MORE}][{re.escape(''.join(BEHIND_THEM))}]",
        *("вЂ", "β€", "ā€", "‚Ä", "ΓÇ", "á[žŸ]", "â”", "[ÃÂ] ", "[\x80-\x9f]"),
    ]
)
# Of those the ones that can stand in a text without any unusual sign.
OF_USUAL_SIGNS = "вЂ|Ă[˘®]|╫[º¬⌐]|ΓÇ|Г©|ГЎ|Гі|Гј|√[À-ÿ©®†±§]|├á|├í|├¿|├»|├£|├╝|├ñ|├ó|├│|╨░|╪º|╬▒|áž"
PLAIN_READINGS = (("decode", "utf-8", "encode"), ("decode", "utf-8-variants", "encode"))
# More than twice is never seen in earnest.
MOST_TIMES = 4
C1 = re.compile("[\x80-\x9f]")


def likely(text: "Expr") -> "Expr":
    """The texts of the frame ``texts`` that are worth a closer look; null for the others.

    Nearly all are spared by what is known of them already, and the rest by a scan for pairs of signs.
    """
    odd = pl.when(pl.col("unusual") | text.str.contains(OF_USUAL_SIGNS)).then(text)
    return pl.when(odd.str.contains(LIKELY)).then(odd)


@lru_cache(maxsize=256)
def first_sign(text: str) -> tuple[str, str] | None:
    """The first garbled piece and what ftfy makes of it; None where there is no mojibake."""
    for line in text.split("\n"):
        new = _meant(line)
        if new != line:
            return _difference(line, new)
    return None


def garbled_lines(text: str) -> list[bool]:
    """For each line of a text, whether it holds mojibake."""
    return [_meant(line) != line for line in text.split("\n")]


@lru_cache(maxsize=256)
def repaired(text: str) -> str:
    """The text with all mojibake repaired that can be repaired without loss, and nothing else changed."""
    return "\n".join(_repaired_line(line) for line in text.split("\n"))


def _meant(line: str) -> str:
    """What ftfy makes of a line, its guesses included. Controls that stand alone are no mojibake."""
    if line.isascii():
        return line
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    if not is_bad(line):
        return line
    new = fix_encoding(line)
    return line if _controls_read(new) == _controls_read(line) else new


def _controls_read(line: str) -> str:
    """A line with its C1 controls read as Windows-1252: ftfy does that, too, where nothing is garbled."""
    return C1.sub(lambda match: bytes([ord(match.group())]).decode("cp1252", "replace"), line)


def _repaired_line(line: str) -> str:
    for _ in range(MOST_TIMES):
        new = _repaired_once(line)
        if new == line:
            break
        line = new
    return line


def _repaired_once(line: str) -> str:
    if _meant(line) == line:
        return line
    whole = _lossless(line)
    if whole is not None:
        return whole
    # Right signs stand beside garbled ones: look at each piece that could be UTF-8. Beside other garbled signs it is
    # no piece, but a part of one.
    from ftfy.badness import is_bad
    from ftfy.chardata import UTF8_DETECTOR_RE

    def piece(match: re.Match[str]) -> str:
        found = match.group()
        beside = line[match.start() - 1 : match.start()] + line[match.end() : match.end() + 1]
        alone = not any("\x7f" < sign < "\u2e80" for sign in beside)
        return (_lossless(found) or found) if alone and is_bad(found) else found

    return str(UTF8_DETECTOR_RE.sub(piece, line))


def _lossless(text: str) -> str | None:
    """The text repaired, if the way back gives exactly this text; else None."""
    from ftfy import fix_encoding_and_explain

    new, steps = fix_encoding_and_explain(
        text,
        restore_byte_a0=False,
        replace_lossy_sequences=False,
        decode_inconsistent_utf8=False,
        fix_c1_controls=False,
    )
    return new if new != text and _way_back(new, steps or []) == text else None


def _way_back(text: str, steps: list[Any]) -> str | None:
    """The text written the wrong way again; None where the steps were no plain reading of UTF-8."""
    try:
        for read, wrong in zip(reversed(steps[1::2]), reversed(steps[::2]), strict=True):
            if (read.action, read.parameter, wrong.action) not in PLAIN_READINGS:
                return None
            text = text.encode("utf-8").decode(wrong.parameter)
    except (UnicodeError, ValueError):
        return None
    return text


def _difference(old: str, new: str) -> tuple[str, str]:
    """The pieces in which two texts differ first: each begins alike and ends before what they share again."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    from difflib import SequenceMatcher

    # A garbled piece is short; a longer look would cost more than it tells.
    before, after = old[start : start + 60], new[start : start + 60]
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "replace":
            return before[i:j], after[k:m]
        if tag == "delete":
            return before[i : j + 1], after[k : m + 1]
    return before[:12], after[:12]
