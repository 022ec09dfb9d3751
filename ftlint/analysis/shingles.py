"""Examples as sets of shingles: hashes of every few words that follow one another in a text.

Words are runs of letters, marks and digits in lower case and composed (NFC); punctuation and blanks do not count,
but in a short text, where they may be what it says. Where a script puts no spaces between words (Chinese, Japanese,
Thai, Lao, Khmer, Burmese) a letter with its marks counts as half a word. Shingles reach over both ends of a text, so
that a text of one word has some, and a changed word changes as many wherever it stands.

The hashes are polars' own, which another version of polars may make otherwise. They are only ever compared within
one run; two different shingles of a pair of examples fall together about once in a hundred thousand pairs.
"""

from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.canonical import COMPOSABLE, beyond_messages

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch

PARTS = ("context", "asked", "answer", "rejected", "beyond")
"""What an example consists of: system prompts; what users and tools say; what the assistant says and calls; the
answers that are not wanted; and what is beyond words: declared tools, labels, references and media, a hash each.
"""
CONTEXT, ASKED, ANSWER, REJECTED, BEYOND = range(len(PARTS))
MOST = 1024
"""So many shingles are kept of a part: those with the smallest hashes, a fair sample of a longer one."""
SPAN = 1 << 32
"""Hashes of shingles are below it."""
AT_ONCE = 4096
END = "\0"
LETTER = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
SPACED = r"\w+|\x00"
UNSPACED = rf"[{LETTER}]\p{{M}}*|[\w--[{LETTER}]]+|\x00"
# "-5" is not "5", and a thumb may point up or down; a full stop says nothing.
SHORT = rf"[{LETTER}]\p{{M}}*|[\w--[{LETTER}]]+|[^\w\s]"
SHORT_BYTES = 32
FULL_STOP = r"(\w)[.!?…。！？؟]+\s*$"
SEED = 17
# Odd and large, so that sums of its multiples do not meet.
FACTOR = 0x9E3779B97F4A7C15


def shingles(batch: "Batch", words: int) -> "DataFrame":
    """One row per example that says anything, in the order of the batch: row, line, whole (a digest of all its
    shingles), and for each of ``PARTS`` its hashes, ascending. A shingle is so many ``words``.
    """
    keys = _distinct(pl.concat([_said(batch, words), _beyond(batch)]))
    frame = pl.select(holder=keys // SPAN, shingle=(keys % SPAN).cast(pl.UInt32), mixed=keys % (SPAN * 8))
    holders = (
        frame.with_columns(pl.col("mixed").hash(SEED))
        .group_by("holder", maintain_order=True)
        .agg(pl.col("mixed").sum(), pl.col("shingle"))
        .with_columns(i=(pl.col("holder") // 8).cast(pl.UInt32), shingle=pl.col("shingle").list.head(MOST))
    )
    result = holders.group_by("i", maintain_order=True).agg(whole=pl.col("mixed").sum())
    places = batch.examples.select("i", "row", "line")
    result = result.join(places, on="i", how="left", maintain_order="left")
    empty = pl.lit([], dtype=pl.List(pl.UInt32))
    for number, name in enumerate(PARTS):
        part = holders.filter(pl.col("holder") % 8 == number).select("i", pl.col("shingle").alias(name))
        result = result.join(part, on="i", how="left", maintain_order="left")
    return result.select("row", "line", "whole", *[pl.col(name).fill_null(empty) for name in PARTS])


def _distinct(keys: "Series") -> "Series":
    ordered = keys.sort()
    return ordered.filter(ordered.ne_missing(ordered.shift(1)))


def _said(batch: "Batch", words: int) -> "Series":
    """The shingles of all that is said, as keys: (example × 8 + part) × SPAN + hash."""
    texts = _texts(batch)
    unspaced = texts["text"].str.contains(f"[{LETTER}]")
    short = (texts["text"].str.len_bytes() <= SHORT_BYTES) | ~texts["text"].str.contains(r"\w")
    ended = texts.with_columns(pl.col("text").str.replace(FULL_STOP, "$1"))
    return pl.concat(
        [
            _keys(texts.filter(~unspaced & ~short), SPACED, words),
            _keys(texts.filter(unspaced & ~short), UNSPACED, 2 * words),
            _keys(ended.filter(~unspaced & short), SHORT, words),
            _keys(ended.filter(unspaced & short), SHORT, 2 * words),
        ]
    )


def _texts(batch: "Batch") -> "DataFrame":
    """Every text of every example that is not blank, composed and in lower case: holder (example × 8 + part), text."""
    composed = (
        pl.when(pl.col("unusual") & pl.col("text").str.contains(COMPOSABLE))
        .then(pl.col("text").str.normalize("NFC"))
        .otherwise(pl.col("text"))
    )
    texts = batch.texts.filter(pl.col("field") != "arguments")
    pieces = [texts.select(holder=_holder(_part(batch, texts)), text=composed)]
    if batch.calls.height:
        part = pl.when("rejected").then(REJECTED).otherwise(ANSWER)
        told = pl.concat_str("name", "arguments", separator=" ", ignore_nulls=True)
        pieces.append(batch.calls.select(holder=_holder(part), text=told))
    said = pl.concat(pieces).with_columns(pl.col("text").str.to_lowercase())
    return said.filter(pl.col("text").str.strip_chars().str.len_bytes() > 0)


def _part(batch: "Batch", texts: "DataFrame") -> "Expr":
    """The part that a text belongs to, by its role; texts after the messages are of answers that are not wanted."""
    part = (
        pl.when(pl.col("role").is_in(["system", "developer"]))
        .then(CONTEXT)
        .when(pl.col("role") == "assistant")
        .then(ANSWER)
        .otherwise(ASKED)
    )
    if not batch.rejected_messages.height:
        return part
    sizes = batch.examples["n_messages"].gather(texts["i"])
    return pl.when(pl.lit(texts["at"] >= sizes)).then(REJECTED).otherwise(part)


def _holder(part: "Expr") -> "Expr":
    return pl.col("i").cast(pl.UInt64) * 8 + part.cast(pl.UInt64)


def _keys(texts: "DataFrame", word: str, size: int) -> "Series":
    """The shingles of texts, of so many words each, as keys."""
    slices = [_keys_at_once(some, word, size) for some in texts.iter_slices(AT_ONCE)]
    return pl.concat(slices) if slices else pl.Series(dtype=pl.UInt64)


def _keys_at_once(texts: "DataFrame", word: str, size: int) -> "Series":
    ended = pl.concat_str(pl.col("text"), pl.lit(END * (size - 1)))
    words = texts.select("holder", word=ended.str.extract_all(word)).with_row_index("text").explode("word")
    hashed = words.select("text", "holder", word=pl.col("word").hash(SEED))
    said = pl.col("word")
    for back in range(1, size):
        same = pl.col("text") == pl.col("text").shift(back)
        said = said * FACTOR + pl.when(same).then(pl.col("word").shift(back)).otherwise(0)
    shingle = (said + pl.col("holder") % 8 * FACTOR).hash(SEED) // SPAN
    return hashed.select(pl.col("holder") * SPAN + shingle).to_series()


def _beyond(batch: "Batch") -> "Series":
    """What is beyond words, as keys: a hash for the tools, labels and references of an example, one for each image."""
    found = beyond_messages(batch)
    pieces = [
        pl.DataFrame(
            {"i": list(found), "text": list(found.values())}, schema={"i": pl.UInt32, "text": pl.String}
        )
    ]
    if batch.media.height:
        more = batch.messages.select("i", "at", "beyond")
        media = batch.media.join(more, on=["i", "at"], how="left", maintain_order="left")
        pieces.append(media.select("i", text=pl.coalesce("url", "beyond")))
    hashed = (pl.col("text").fill_null("").hash(SEED) // SPAN).alias("hash")
    return pl.concat(pieces).select(_holder(pl.lit(BEYOND)) * SPAN + hashed).to_series()
