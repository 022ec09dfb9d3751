"""The scripts that texts are written in: told roughly for many texts at once, and letter by letter for one."""

import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import Series

LATIN = "Latin"
SCRIPTS = {
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f",
    "Armenian": "\u0530-\u058f",
    "Hebrew": "\u0590-\u05ff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "Devanagari": "\u0900-\u097f",
    "Bengali": "\u0980-\u09ff",
    "Gurmukhi": "\u0a00-\u0a7f",
    "Gujarati": "\u0a80-\u0aff",
    "Odia": "\u0b00-\u0b7f",
    "Tamil": "\u0b80-\u0bff",
    "Telugu": "\u0c00-\u0c7f",
    "Kannada": "\u0c80-\u0cff",
    "Malayalam": "\u0d00-\u0d7f",
    "Sinhala": "\u0d80-\u0dff",
    "Thai": "\u0e00-\u0e7f",
    "Lao": "\u0e80-\u0eff",
    "Tibetan": "\u0f00-\u0fff",
    "Burmese": "\u1000-\u109f",
    "Georgian": "\u10a0-\u10ff",
    "Hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "Ethiopic": "\u1200-\u137f",
    "Khmer": "\u1780-\u17ff",
    "Chinese or Japanese": "\u3040-\u30ff\u3400-\u9fff",
}
"""Every script but Latin, with its letters. Kana and Chinese characters stand in one text, so they count as one."""
ANY = f"[{''.join(SCRIPTS.values())}]"
SAMPLE = 80
"""Characters at the beginning of a text that its likely script is told from."""
CLEAR = 0.8
"""Share of a text's letters that makes a script the one it is in."""


def likely(texts: "Series") -> "Series":
    """The likely script of each text; null where its beginning has no letters to tell it from.

    Letters other than Latin ones take more bytes, so only texts that take many are searched for one.
    """
    heads = texts.to_frame("text").select(pl.col("text").str.head(SAMPLE))
    text = pl.col("text")
    wide = text.str.len_bytes() * 10 >= text.str.len_chars() * 14
    found = heads.select(
        first=pl.when(wide).then(text).str.extract(f"({ANY})"),
        latin=pl.when(text.str.contains("[A-Za-z]{3}")).then(pl.lit(LATIN)),
    )
    names = {sign: script_of(sign) for sign in found["first"].drop_nulls().unique()}
    others = found["first"].replace_strict(names, default=None, return_dtype=pl.String)
    return found.select(pl.coalesce(others, pl.col("latin"))).to_series()


def main(text: str, fewest: int = 1) -> str | None:
    """The script of nearly all letters of a text, if it has ``fewest`` of them."""
    scripts: Counter[str] = Counter()
    for sign, times in Counter(text).items():
        if sign.isalpha():
            scripts[script_of(sign)] += times
    name, most = scripts.most_common(1)[0] if scripts else ("", 0)
    return name if fewest <= most >= CLEAR * scripts.total() else None


@lru_cache(20_000)
def script_of(letter: str) -> str:
    """The script of a letter; those that are in no other one count as Latin."""
    if letter < "\u0250":
        return LATIN
    return next((name for name, letters in _patterns() if letters.match(letter)), LATIN)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(f"[{ranges}]")) for name, ranges in SCRIPTS.items()]
