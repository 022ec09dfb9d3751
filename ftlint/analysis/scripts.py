"""The scripts that texts are written in: counted, roughly told from how texts begin, or of one text."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, Series

LATIN = "Latin"
# Letters that Unicode counts to no script, since several could use them.
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
"""Scripts by their Unicode names, each with its letters as the inside of a regular expression's brackets."""
# Kana and Chinese characters are in one text, so they count as one.
KANA_OR_HAN = ("Han", "Hiragana", "Katakana")
NAMES = {
    **dict.fromkeys(KANA_OR_HAN, "Chinese or Japanese"),
    "Oriya": "Odia",
    "Myanmar": "Burmese",
}
"""What a script is called where it is not told apart from another, or is better known by another name."""
NOT_LATIN = f"[{''.join(letters for name, letters in SCRIPTS.items() if name != LATIN)}]"
SAMPLE = 80
"""Characters at the beginning of a text that its likely script is told from."""
CLEAR = 0.8
"""Share of a text's letters that makes a script the one it is in."""

_known: dict[str, str | None] = {}


def script_of(characters: Iterable[str]) -> dict[str, str | None]:
    """The script of each character by its Unicode name; None for letters of other scripts, and for no letters."""
    new = set(characters) - _known.keys()
    if new:
        _known.update(dict.fromkeys(new))
        column = pl.Series("letter", sorted(new))
        for name, letters in SCRIPTS.items():
            _known.update(dict.fromkeys(column.filter(column.str.contains(f"^[{letters}]$")), name))
    return _known


def letter_counts(texts: "Series") -> "DataFrame":
    """How often each letter is in each text: n (the index of the text), letter, times."""
    frame = pl.DataFrame({"n": pl.int_range(len(texts), eager=True), "letter": texts.str.split("")})
    counts = frame.explode("letter").group_by("n", "letter").len("times")
    return counts.filter(pl.col("letter").str.contains(r"\p{L}"))


def likely(texts: "Series") -> "Series":
    """The likely script of each text; null where its beginning has no letters to tell it from.

    Letters other than Latin ones take more bytes, so only texts that take many are searched for one.
    """
    heads = texts.to_frame("text").select(pl.col("text").str.head(SAMPLE))
    text = pl.col("text")
    wide = text.str.len_bytes() * 10 >= text.str.len_chars() * 14
    found = heads.select(
        first=pl.when(wide).then(text).str.extract(f"({NOT_LATIN})"),
        latin=pl.when(text.str.contains("[A-Za-z]{3}")).then(pl.lit(LATIN)),
    )
    first = found["first"].drop_nulls().unique()
    scripts = script_of(first)
    names = {letter: _name(scripts[letter]) for letter in first}
    others = found["first"].replace_strict(names, default=None, return_dtype=pl.String)
    return found.select(pl.coalesce(others, pl.col("latin"))).to_series()


def main(text: str, fewest: int = 1) -> str | None:
    """The script of nearly all letters of a text, if it has ``fewest`` of them."""
    letters = {sign: times for sign, times in Counter(text).items() if sign.isalpha()}
    scripts = script_of(letters)
    counts: Counter[str] = Counter()
    for letter, times in letters.items():
        counts[_name(scripts[letter])] += times
    name, most = counts.most_common(1)[0] if counts else ("", 0)
    return name if fewest <= most >= CLEAR * counts.total() else None


def _name(script: str | None) -> str:
    """What a script is called here; letters that are in none count as Latin."""
    return LATIN if script is None else NAMES.get(script, script)
