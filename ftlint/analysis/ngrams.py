"""What texts have in common word for word: runs of so many words (n-grams) that stand in both.

A run of 13 words is what the GPT-3 paper (Brown et al. 2020, appendix C) takes for a sign that a text was seen before;
others use 8 to 13. Words are those of ``ftlint.shingles``: letters, marks and digits in lower case, composed; where a
script puts no spaces between words, a letter counts as half a word.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.analysis.shingles import FACTOR, LETTER, SEED, SPACED, UNSPACED

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

WORDS = 13
AT_ONCE = 4096


def strings(batch: "Batch") -> "DataFrame":
    """Every text in every record of a batch, whatever it is: i, text."""
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
    """The runs of so many words in texts (i, text): i, run (a hash), said (the words of the run, as a list)."""
    lower = texts.select("i", text=pl.col("text").str.normalize("NFC").str.to_lowercase())
    unspaced = lower["text"].str.contains(f"[{LETTER}]")
    pieces = [
        _runs(some, pattern, size)
        for mine, pattern, size in ((~unspaced, SPACED, words), (unspaced, UNSPACED, 2 * words))
        for some in lower.filter(mine).iter_slices(AT_ONCE)
    ]
    empty = pl.DataFrame(schema={"i": pl.UInt32, "run": pl.UInt64, "said": pl.String})
    return pl.concat([empty, *pieces])


def _runs(texts: "DataFrame", word: str, size: int) -> "DataFrame":
    found = texts.select("i", word=pl.col("text").str.extract_all(word)).with_row_index("text")
    each = found.explode("word").drop_nulls("word").with_columns(hash=pl.col("word").hash(SEED))
    run = pl.col("hash")
    for back in range(1, size):
        run = run * FACTOR + pl.col("hash").shift(back)
    whole = pl.col("text") == pl.col("text").shift(size - 1)
    said = pl.concat_str([pl.col("word").shift(back) for back in reversed(range(size))], separator=" ")
    return each.select("i", run=run.hash(SEED), said=said, whole=whole).filter("whole").drop("whole")
