"""A letter and its mark are two characters where one is usual.

é can be written as one character, or as e and an accent behind it; 한 as one syllable, or as three jamo. They
look the same, but fall into other tokens, do not match in a search, and hide duplicates. The decomposed form
comes from file names of a Mac, from PDF files and from some keyboards. Unicode calls the composed form NFC;
most text is in it.

The fix composes those letters and leaves the rest of the text. It changes the text that is trained on, so it
is unsafe.

The signs for ohm, kelvin and ångström (U+2126, U+212A, U+212B) are reported as well: NFC makes letters of them.

Silent where NFC has no one character for a letter and its marks, such as vowel signs of India, pointed Hebrew
and vocalised Arabic, whose marks NFC would only put in another order. Also silent for what NFC itself takes
apart (क़, ড়, שׁ as one character: people type these), and for CJK compatibility ideographs, which NFC would
make look otherwise.
"""

from __future__ import annotations

import unicodedata

from ftlint.rule import Case, MatchedRow, RuleContext, TextRule, pl, quote

# Marks, vowel signs and jamo that NFC joins to what stands before them, by blocks: few texts have any.
JOINED = (
    "\u0300-\u0345\u0653-\u0655\u093c\u09be\u09d7\u0b3e-\u0b57\u0bbe\u0bd7\u0c56\u0cc2-\u0cd6\u0d3e\u0d57\u0dca"
    "\u0dcf\u0ddf\u102e\u1161-\u1175\u11a8-\u11c2\u1b35\u3099\u309a\U000110ba\U00011127\U0001133e-\U00011357"
    "\U000114b0-\U000114bd\U000115af\U00011930"
)
# How many characters of a letter with its marks are listed in a message.
MOST_SIGNS = 8
UNITS = "\u2126\u212a\u212b"
# What NFC takes apart, because it is excluded from composition, or makes another character of.
TAKEN_APART = (
    "\u0340\u0341\u0343\u0344\u0374\u037e\u0387\u0958-\u095f\u09dc-\u09df\u0a33-\u0a5e\u0b5c\u0b5d\u0f43-\u0fb9"
    "\u2000\u2001\u2329\u232a\u2adc\uf900-\ufaff\ufb1d-\ufb4e\U0001d15e-\U0001d1c0\U0002f800-\U0002fa1d"
)


def composed(text: str) -> str:
    """The text with every letter and mark made one that NFC makes one."""
    return "".join(_composed(cluster) for cluster in clusters(text))


def clusters(text: str) -> list[str]:
    """The text in pieces: a character with all that may be joined to it."""
    begins = [
        at for at, sign in enumerate(text) if not at or not (unicodedata.combining(sign) or sign in JOINING)
    ]
    return [text[begin:end] for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)]


def _composed(cluster: str) -> str:
    if len(cluster) == 1 or cluster[0] in APART:
        return unicodedata.normalize("NFC", cluster) if cluster in UNITS else cluster
    new = unicodedata.normalize("NFC", cluster)
    return new if len(new) < len(cluster) or cluster[0] in UNITS else cluster


def _numbers(signs: str) -> str:
    more = " …" if len(signs) > MOST_SIGNS else ""
    return " ".join(f"U+{ord(sign):04X}" for sign in signs[:MOST_SIGNS]) + more


def _signs(blocks: str) -> frozenset[str]:
    """The characters of a regular expression's class."""
    signs: set[str] = set()
    for at, sign in enumerate(blocks):
        if sign == "-":
            signs.update(map(chr, range(ord(blocks[at - 1]), ord(blocks[at + 1]))))
        signs.add(sign)
    return frozenset(signs - {"-"})


JOINING, APART = _signs(JOINED), _signs(TAKEN_APART)


class NotNFC(TextRule):
    """Texts that are shorter in NFC, or hold a letter for a unit."""

    code, name, severity, fix = "U006", "not-nfc", "info", "unsafe"
    frame = "unusual_texts"

    def when(self, context: RuleContext) -> pl.Expr:
        text = pl.col("text")
        candidate = (
            pl.when(text.str.contains(f"[{JOINED}]")).then(text).str.replace_all(f"[{TAKEN_APART}]", "一")
        )
        shorter = candidate.str.normalize("NFC").str.len_chars() < candidate.str.len_chars()
        return shorter.fill_null(False) | text.str.contains(f"[{UNITS}]")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        text = match["text"]
        wrong = [cluster for cluster in clusters(text) if _composed(cluster) != cluster]
        if not wrong:
            return "letters and their marks are two characters where one is usual (NFC)"
        first, at = wrong[0], text.index(wrong[0])
        signs, usual = _numbers(first), _numbers(_composed(first))
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return f"{quote(first)} is written {signs} at character {at + 1}; usual is {usual} (NFC){more}"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        # Python's tables may be older than those that found it.
        return bool(composed(match["text"]) != match["text"])

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        return composed(text)

    cases = (
        Case(
            why="Latin letters, Vietnamese with two marks, Greek, Cyrillic, kana, jamo, units",
            wrong=[
                {"prompt": "cafe\u0301 u\u0308ber", "completion": "Tie\u0302\u0301ng Vie\u0323\u0302t"},
                {"prompt": "Ελλα\u0301δα", "completion": "и\u0306 е\u0308"},
                {"prompt": "か\u3099き は\u309a", "completion": "\u1112\u1161\u11ab\u1100\u116e\u11a8"},
                {"prompt": "5 \u212b", "completion": "10 k\u2126, 300 \u212a"},
            ],
            found=[
                (1, "completion"),
                (1, "prompt"),
                (2, "completion"),
                (2, "prompt"),
                (3, "completion"),
                (3, "prompt"),
                (4, "completion"),
                (4, "prompt"),
            ],
            fixed=[
                {"prompt": "caf\u00e9 \u00fcber", "completion": "Ti\u1ebfng Vi\u1ec7t"},
                {"prompt": "Ελλ\u03acδα", "completion": "\u0439 \u0451"},
                {"prompt": "\u304cき \u3071", "completion": "\ud55c\uad6d"},
                {"prompt": "5 \u00c5", "completion": "10 k\u03a9, 300 K"},
            ],
        ),
        Case(
            why="Arabic, Bengali, Tamil, Burmese; what NFC would take apart or reorder stays",
            wrong=[
                {"prompt": "ا\u0653 مُدَرِّس", "completion": "ক\u09c7\u09be ব\u09dc"},
                {"prompt": "க\u0bc6\u0bbe", "completion": "\u1025\u102e \uf900"},
            ],
            found=[(1, "completion"), (1, "prompt"), (2, "completion"), (2, "prompt")],
            fixed=[
                {"prompt": "\u0622 مُدَرِّس", "completion": "ক\u09cb ব\u09dc"},
                {"prompt": "க\u0bca", "completion": "\u1026 \uf900"},
            ],
        ),
        Case(
            why="composed letters, and marks that nothing is composed with",
            right=[
                {"prompt": "café Tiếng Việt Ελλάδα й ё が", "completion": "한국 ǫ̈ x̂ m̄ е́ и́ А́"},
                {"prompt": "Z͑ͫ̓ͪ̂ͫ", "completion": "1️⃣ ❤️ 👍🏽"},
            ],
        ),
        Case(
            why="pointed Hebrew, vocalised Arabic, Indic nukta and vowels, Thai, Tibetan",
            right=[
                {"prompt": "בְּרֵאשִׁית בָּרָא \ufb2a\u05b8", "completion": "مُحَمَّدٌ رَسُولٌ خانهٔ"},
                {"prompt": "ल\u095cका क\u093cलम ज़रूर", "completion": "বা\u09dcি \u09df কা মা"},
                {"prompt": "காலை தமிழ்", "completion": "ที่นี่ བོད་སྐད་ ភាសាខ្មែរ မြန်မာ"},
            ],
        ),
        Case(
            why="compatibility ideographs, Greek punctuation, old Hangul",
            right=[{"prompt": "\uf900\ufa0e 金", "completion": "τι\u037e α\u0387 \u1112\u119e\u11ab"}],
        ),
    )
