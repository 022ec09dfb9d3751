"""A text holds zero-width characters that its script does not need.

Zero-width spaces, joiners, byte order marks and soft hyphens come with text copied from web pages and PDF
files. Nobody sees them, but the tokenizer does: a word with one inside falls into other tokens than the word
without, and the model learns to write them.

The fix removes exactly those characters. It changes the text that is trained on, so it is unsafe.

Silent where they are spelling: joiners (U+200C, U+200D) beside letters of Arabic and Persian, Hebrew, Syriac,
Mongolian and the scripts of India and Southeast Asia; joiners inside emoji such as families, flags and
professions; zero-width spaces (U+200B) beside letters of Thai, Lao, Khmer, Burmese and other scripts that
write words without blanks. Direction marks are bidi-control's, soft hyphens in UTF-8 that was read wrongly
(`Ã` and one for í) are mojibake's, and a content of nothing else is empty (empty-answer, empty-message).
"""

from __future__ import annotations

import re

from ftlint.rule import BLANK, Case, MatchedRow, RuleContext, TextRule, mojibake, pl

NAMES = {
    "\u200b": "zero width space",
    "\u200c": "zero width non-joiner",
    "\u200d": "zero width joiner",
    "\u2060": "word joiner",
    "\ufeff": "zero width no-break space",
    "\u00ad": "soft hyphen",
}
ANY = f"[{''.join(NAMES)}]"
# Blocks of scripts whose spelling needs joiners: Hebrew to Arabic, India, Southeast Asia, Mongolian, Adlam.
JOINING = (
    "\u0590-\u08ff\u0900-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1c7f\u1cd0-\u1cff\ua800-\ua95f\ua980-\uaaff"
    "\uabc0-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010a00-\U00010a5f\U00010d00-\U00010d3f\U00011000-\U00011fff"
    "\U0001e900-\U0001e95f\U0001ee00-\U0001eeff"
)
# Blocks of scripts that write words without blanks and mark where a line may break.
UNSPACED = (
    "\u0e00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaadf"
    "\U00011000-\U00011fff"
)
# Pictures, arrows and signs that emoji are made of, with variation selectors, skin tones and tags.
EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u20e3\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\ufe0e\ufe0f\U0001f000-\U0001fbff\U000e0020-\U000e007f"
)
JOINER, BREAK = "[\u200c\u200d]", "[\u200b-\u200d]"
# There is no look-around in polars' regular expressions, so what is spelling is matched with its neighbour.
SPELLING = (
    f"{BREAK}{{0,4}}[{UNSPACED}]{BREAK}{{1,4}}|{BREAK}{{1,4}}[{UNSPACED}]"
    f"|{JOINER}{{0,4}}[{JOINING}]{JOINER}{{1,4}}|{JOINER}{{1,4}}[{JOINING}]"
    f"|[{EMOJI}](?:\u200d[{EMOJI}]+)+"
)
NEEDLESS = re.compile(f"({SPELLING})|{ANY}")
# í, Э and other letters end in a soft hyphen where UTF-8 was read wrongly; without it they could not be repaired.
HALF_A_LETTER = "[^\x00-\x7f]\xad|\xad[\x80-\xff]"


def kept(text: str) -> str:
    """The text without the soft hyphens that are part of mojibake."""
    if not re.search(HALF_A_LETTER, text):
        return text
    lines = zip(text.split("\n"), mojibake.garbled_lines(text), strict=True)
    return "\n".join(line.replace("\xad", " ") if garbled else line for line, garbled in lines)


class ZeroWidth(TextRule):
    """Texts in which a zero-width character is left when those that are spelling are taken away."""

    code, name, severity, fix = "U001", "zero-width", "warning", "unsafe"
    frame = "unusual_texts"

    def when(self, context: RuleContext) -> pl.Expr:
        text = pl.col("text")
        candidate = pl.when(text.str.contains(ANY)).then(text)
        halved = pl.when(candidate.str.contains(HALF_A_LETTER)).then(candidate)
        shown = halved.map_elements(kept, return_dtype=pl.String).fill_null(candidate)
        says_nothing = (pl.col("field") == "content") & text.str.contains(BLANK)
        return shown.str.replace_all(SPELLING, "").str.contains(ANY) & ~says_nothing

    def message_for(self, found: MatchedRow, context: RuleContext) -> str:
        first, *more = [match for match in NEEDLESS.finditer(kept(found["text"])) if not match.group(1)]
        sign = first.group()
        message = f"{NAMES[sign]} (U+{ord(sign):04X}) at character {first.start() + 1}"
        return f"{message}, and {len(more)} more zero-width" if more else message

    def fix_text(self, text: str, found: MatchedRow, context: RuleContext) -> str:
        shown = kept(text)
        needless = {match.start() for match in NEEDLESS.finditer(shown) if not match.group(1)}
        return "".join(sign for at, sign in enumerate(text) if at not in needless)

    cases = (
        Case(
            why="between Latin letters, at the start, in Chinese",
            wrong=[
                {"prompt": "zero\u200bwidth", "completion": "\ufeffa\u2060b\u00adc"},
                {
                    "messages": [
                        {"role": "user", "content": "你\u200b好"},
                        {"role": "assistant", "content": "a\u200d"},
                    ]
                },
            ],
            found=[(1, "completion"), (1, "prompt"), (2, "messages[0].content"), (2, "messages[1].content")],
            fixed=[
                {"prompt": "zerowidth", "completion": "abc"},
                {"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "a"}]},
            ],
        ),
        Case(
            why="an answer of nothing else is an empty one",
            right=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "\u200b"}]}
            ],
        ),
        Case(
            why="half a letter of mojibake is no soft hyphen",
            right=[{"prompt": "AquÃ\u00ad estÃ¡", "completion": "Ð\u00adÑ\x82Ð¾"}],
        ),
        Case(
            why="only the needless ones go",
            wrong=[{"prompt": "می\u200cخواهم\u200b", "completion": "👩\u200d👩\u200d👧 a\u200cb 👩\u200d"}],
            found=[(1, "completion"), (1, "prompt")],
            fixed=[{"prompt": "می\u200cخواهم", "completion": "👩\u200d👩\u200d👧 ab 👩"}],
        ),
        Case(
            why="joiners that are spelling: Persian, Hindi, Bengali, Sinhala, Malayalam, Mongolian",
            right=[
                {"prompt": "می\u200cخواهم نامه\u200cهای ه\u200d.", "completion": "क्\u200dष क्\u200cष"},
                {"prompt": "র\u200d্যাব", "completion": "ශ්\u200dරී ලංකා"},
                {"prompt": "അവന്\u200d", "completion": "ᠠ\u200dᠡ"},
            ],
        ),
        Case(
            why="emoji made of several: families, skin tones, flags, hearts, arrows",
            right=[
                {
                    "prompt": "👨\u200d👩\u200d👧\u200d👦 👩🏽\u200d🚀",
                    "completion": "🏳️\u200d🌈 🏴\u200d☠️ ❤️\u200d🔥",
                },
                {"prompt": "🧑\u200d⚕️ 👁️\u200d🗨️", "completion": "🙂\u200d↔️ 🐦\u200d⬛ 🏃🏾\u200d♀️\u200d➡️"},
            ],
        ),
        Case(
            why="breaks between words without blanks: Thai, Lao, Khmer, Burmese",
            right=[
                {"prompt": "สวัสดี\u200bครับ", "completion": "ສະບາຍ\u200bດີ"},
                {"prompt": "ខ្ញុំ\u200bស្រឡាញ់\u200b«កម្ពុជា»", "completion": "မြန်မာ\u200bစာ"},
            ],
        ),
    )
