"""A text holds direction controls that its script does not need.

Direction controls (U+202A to U+202E, U+2066 to U+2069) make a reader see signs in another order than the file
has them. The model sees the order in the file. They are how harmful code is made to look harmless (Trojan
Source), and they come along with text copied from web pages and messengers, as do direction marks (U+200E,
U+200F, U+061C).

There is no fix: where the order matters, only somebody who reads the script can tell what was meant.

Silent in texts with letters of a script that is written from right to left (Hebrew, Arabic, Syriac, Thaana,
N'Ko, Adlam …): for direction marks, and for embeddings and isolates as long as each one is closed in its own
line. Overrides (U+202D, U+202E) are reported everywhere.
"""

from __future__ import annotations

import re

from ftlint.rule import Case, MatchedRow, RuleContext, TextRule, pl

NAMES = {
    "\u061c": "arabic letter mark",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding",
    "\u202c": "pop directional formatting",
    "\u202d": "left-to-right override",
    "\u202e": "right-to-left override",
    "\u2066": "left-to-right isolate",
    "\u2067": "right-to-left isolate",
    "\u2068": "first strong isolate",
    "\u2069": "pop directional isolate",
}
ANY = f"[{''.join(NAMES)}]"
# Blocks of scripts that are written from right to left: Hebrew to Arabic and their presentation forms, then those
# beyond the first 65,536 characters. The marks themselves stand in the Arabic block, but are no letters.
RIGHT_TO_LEFT = "[\u0590-\u061b\u061d-\u08ff\u07c0-\u085f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
OPENED_BY = {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": "\u2066\u2067\u2068"}
OPENING, CLOSING, OVERRIDES = "\u202a\u202b\u2066\u2067\u2068", "\u202c\u2069", "\u202d\u202e"


def needless(text: str) -> list[int]:
    """Places of the controls that a text has no use for."""
    controls = [match.start() for match in re.finditer(ANY, text)]
    if not re.search(RIGHT_TO_LEFT, text):
        return controls
    found: list[int] = []
    for line in re.finditer(r"[^\n\u2029]+", text):
        found += unbalanced(text, [at for at in controls if line.start() <= at < line.end()])
    return sorted(found)


def unbalanced(text: str, controls: list[int]) -> list[int]:
    """Places of overrides with what closes them, and of controls that open or close nothing, in one line."""
    found, opened = [], []
    for at in controls:
        sign = text[at]
        if sign in OVERRIDES:
            found.append(at)
            opened.append(at)
        elif sign in OPENING:
            opened.append(at)
        elif sign in CLOSING:
            if opened and text[opened[-1]] in OPENED_BY[sign]:
                opened.pop()
            else:
                found.append(at)
    return found + [at for at in opened if at not in found]


class BidiControl(TextRule):
    """Texts with an override, an unclosed embedding, or any control without right-to-left letters."""

    code, name, severity = "U002", "bidi-control", "warning"
    frame = "unusual_texts"

    def when(self, context: RuleContext) -> pl.Expr:
        candidate = pl.when(pl.col("text").str.contains(ANY)).then(pl.col("text"))
        return candidate.map_elements(lambda text: bool(needless(text)), return_dtype=pl.Boolean)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        first, *more = needless(match["text"])
        sign = match["text"][first]
        message = f"{NAMES[sign]} (U+{ord(sign):04X}) at character {first + 1}"
        return f"{message}, and {len(more)} more" if more else message

    cases = (
        Case(
            why="code that reads otherwise than it runs, and controls among Latin letters",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": 'if access != "user\u202e \u2066// admin\u2069 \u2066":'},
                        {"role": "assistant", "content": "\u200ephoto.jpg"},
                    ]
                },
                {"prompt": "\u202a12 34 56\u202c", "completion": "你\u2068好\u2069"},
            ],
            found=[
                (1, "messages[0].content"),
                (1, "messages[1].content"),
                (2, "completion"),
                (2, "prompt"),
            ],
        ),
        Case(
            why="in Hebrew and Arabic: overrides, and what is not closed in its line",
            wrong=[
                {"prompt": "שלום \u202eabc\u202c", "completion": "مرحبا \u2067abc\nd\u2069"},
                {"prompt": "שלום\u202c", "completion": "سلام \u202b\u2066x\u202c\u2069"},
            ],
            found=[(1, "completion"), (1, "prompt"), (2, "completion"), (2, "prompt")],
        ),
        Case(
            why="marks beside letters written from right to left",
            right=[
                {
                    "prompt": "המחיר: \u200e-5₪\u200e (C++\u200e)",
                    "completion": "الكتاب \u200f(1984)\u200f صدر في \u061c١٢/٣",
                },
                {"prompt": "فارسی\u200f!", "completion": "ܫܠܡܐ\u200f. ދިވެހި\u200f."},
            ],
        ),
        Case(
            why="embeddings and isolates that are closed",
            right=[
                {
                    "prompt": "קובץ \u2066report.pdf\u2069 נשמר",
                    "completion": "الملف \u202areport.pdf\u202c و\u2068x\u2067ب\u2069\u2069",
                },
            ],
        ),
        Case(
            why="other languages need none",
            right=[{"prompt": "שלום, مرحبا", "completion": "Привет 你好 สวัสดี"}],
        ),
    )
