"""Word n-grams of texts, to detect verbatim overlap between datasets (contamination).

The GPT-3 paper (Brown et al. 2020, appendix C) takes a shared 13-gram as evidence of contamination; others use 8 to 13
words. Words are those of ``ftlint.analysis.shingles``: letters, marks and digits in lower case, composed; in scripts
without spaces between words, a letter counts as half a word.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.analysis.shingles import FACTOR, LETTER, SEED, SPACED, UNSPACED

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

WORDS = 13
TEXTS_PER_CHUNK = 4096


def strings(batch: "Batch") -> "DataFrame":
    """Every string in every record of a batch: i, text."""
    rows = [(i, text) for i, record in enumerate(batch.records) for text in _strings(record)]
    return pl.DataFrame(rows, schema={"i": pl.UInt32, "text": pl.String}, orient="row")


def _strings(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value.encode("utf-8", "replace").decode() if not value.isascii() else value
        elif isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)


def runs(texts: "DataFrame", words: int = WORDS) -> "DataFrame":
    """The n-grams of ``words`` words in texts (i, text): i, run (a hash), said (the words, separated by blanks)."""
    lower = texts.select("i", text=pl.col("text").str.normalize("NFC").str.to_lowercase())
    unspaced = lower["text"].str.contains(f"[{LETTER}]")
    frames = [
        _runs(chunk, pattern, size)
        for in_script, pattern, size in ((~unspaced, SPACED, words), (unspaced, UNSPACED, 2 * words))
        for chunk in lower.filter(in_script).iter_slices(TEXTS_PER_CHUNK)
    ]
    empty = pl.DataFrame(schema={"i": pl.UInt32, "run": pl.UInt64, "said": pl.String})
    return pl.concat([empty, *frames])


def _runs(texts: "DataFrame", word: str, size: int) -> "DataFrame":
    words_by_text = texts.select("i", word=pl.col("text").str.extract_all(word)).with_row_index("text")
    each = words_by_text.explode("word").drop_nulls("word").with_columns(hash=pl.col("word").hash(SEED))
    run = pl.col("hash")
    for back in range(1, size):
        run = run * FACTOR + pl.col("hash").shift(back)
    whole = pl.col("text") == pl.col("text").shift(size - 1)
    words = pl.concat_str([pl.col("word").shift(back) for back in reversed(range(size))], separator=" ")
    return each.select("i", run=run.hash(SEED), said=words, whole=whole).filter("whole").drop("whole")
