"""Detect the writing scripts of texts: counted by letter, estimated from their beginning, or of one text."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, Series

LATIN = "Latin"
# Letters that Unicode assigns to no script, since several scripts use them.
SHARED = {"Katakana": "\u30fc\uff70", "Arabic": "\u0640"}
SCRIPTS = {
    name: rf"\p{{{name}}}{SHARED.get(name, '')}"
    for name in (
        *(
            LATIN,
            "Han",
            "Cyrillic",
            "Arabic",
            "Devanagari",
            "Hiragana",
            "Katakana",
            "Hangul",
            "Greek",
            "Hebrew",
        ),
        *("Thai", "Bengali", "Tamil", "Telugu", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Sinhala"),
        *("Khmer", "Lao", "Myanmar", "Tibetan", "Georgian", "Armenian", "Ethiopic", "Oriya"),
    )
}
"""Scripts by their Unicode names, each with its letters as the content of a regex character class."""
# Kana and Chinese characters occur in the same texts, so they count as one script.
KANA_OR_HAN = ("Han", "Hiragana", "Katakana")
NAMES = {
    **dict.fromkeys(KANA_OR_HAN, "Chinese or Japanese"),
    "Oriya": "Odia",
    "Myanmar": "Burmese",
}
"""Display names of scripts that are not distinguished from another, or that are better known by another name."""
NOT_LATIN = f"[{''.join(letters for name, letters in SCRIPTS.items() if name != LATIN)}]"
SAMPLE = 80
"""The number of characters at the beginning of a text from which its likely script is estimated."""
MAIN_SHARE = 0.8
"""The least share of a text's letters for a script to be the main one."""

_known: dict[str, str | None] = {}


def script_of(characters: Iterable[str]) -> dict[str, str | None]:
    """The Unicode name of the script of each character; None for other scripts and for non-letters."""
    new = set(characters) - _known.keys()
    if new:
        _known.update(dict.fromkeys(new))
        column = pl.Series("letter", sorted(new))
        for name, letters in SCRIPTS.items():
            _known.update(dict.fromkeys(column.filter(column.str.contains(f"^[{letters}]$")), name))
    return _known


def letter_counts(texts: "Series") -> "DataFrame":
    """The number of occurrences of each letter in each text: n (the index of the text), letter, times."""
    frame = pl.DataFrame({"n": pl.int_range(len(texts), eager=True), "letter": texts.str.split("")})
    counts = frame.explode("letter").group_by("n", "letter").len("times")
    return counts.filter(pl.col("letter").str.contains(r"\p{L}"))


def likely(texts: "Series") -> "Series":
    """The likely script of each text; null where its beginning has no letters.

    Letters other than Latin ones take more bytes, so only texts with many bytes per character are searched for one.
    """
    heads = texts.to_frame("text").select(pl.col("text").str.head(SAMPLE))
    text = pl.col("text")
    wide = text.str.len_bytes() * 10 >= text.str.len_chars() * 14
    first_letters = heads.select(
        first=pl.when(wide).then(text).str.extract(f"({NOT_LATIN})"),
        latin=pl.when(text.str.contains("[A-Za-z]{3}")).then(pl.lit(LATIN)),
    )
    first = first_letters["first"].drop_nulls().unique()
    scripts = script_of(first)
    names = {letter: _name(scripts[letter]) for letter in first}
    others = first_letters["first"].replace_strict(names, default=None, return_dtype=pl.String)
    return first_letters.select(pl.coalesce(others, pl.col("latin"))).to_series()


def main(text: str, fewest: int = 1) -> str | None:
    """The script of nearly all letters of a text, if it has at least ``fewest`` letters of it."""
    letters = {sign: times for sign, times in Counter(text).items() if sign.isalpha()}
    scripts = script_of(letters)
    counts: Counter[str] = Counter()
    for letter, times in letters.items():
        counts[_name(scripts[letter])] += times
    name, most = counts.most_common(1)[0] if counts else ("", 0)
    return name if fewest <= most >= MAIN_SHARE * counts.total() else None


def _name(script: str | None) -> str:
    """The display name of a script; letters without a script count as Latin."""
    return LATIN if script is None else NAMES.get(script, script)
