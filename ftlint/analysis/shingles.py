"""Examples as sets of shingles: hashes of all sequences of a few consecutive words (word n-grams).

Words are runs of letters, marks and digits in lower case and composed (NFC); punctuation and blanks are ignored,
except in a short text, where they may be its content. In scripts without spaces between words (Chinese, Japanese,
Thai, Lao, Khmer, Burmese) a letter with its marks counts as half a word. Shingles are padded at both ends of a text,
so that a text of one word has some, and a changed word changes the same number of shingles at any position.

The hash function is that of polars, which may change with its version. Hashes are only compared within one run; two
different shingles of a pair of examples collide about once in a hundred thousand pairs.
"""

from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.canonical import COMPOSABLE, beyond_messages

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch

PARTS = ("context", "asked", "answer", "rejected", "beyond")
"""The parts of an example: system prompts; user and tool messages; assistant messages and calls; rejected answers;
and fields that are not text: declared tools, labels, references and media, a hash each.
"""
CONTEXT, ASKED, ANSWER, REJECTED, BEYOND = range(len(PARTS))
MOST = 1024
"""The greatest number of shingles per part: those with the smallest hashes, a fair sample of a longer one."""
SPAN = 1 << 32
"""The exclusive upper limit of shingle hashes."""
TEXTS_PER_CHUNK = 4096
END = "\0"
LETTER = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
SPACED = r"\w+|\x00"
UNSPACED = rf"[{LETTER}]\p{{M}}*|[\w--[{LETTER}]]+|\x00"
# "-5" differs from "5", and an emoji is content; a full stop is not.
SHORT = rf"[{LETTER}]\p{{M}}*|[\w--[{LETTER}]]+|[^\w\s]"
SHORT_BYTES = 32
FULL_STOP = r"(\w)[.!?…。！？؟]+\s*$"
SEED = 17
# Odd and large, so that sums of its multiples do not collide.
FACTOR = 0x9E3779B97F4A7C15


def shingles(batch: "Batch", words: int) -> "DataFrame":
    """One row per example with any content, in the order of the batch: row, line, whole (a digest of all its
    shingles), and for each of ``PARTS`` its hashes, ascending. A shingle has ``words`` words.
    """
    keys = _distinct(pl.concat([_text_keys(batch, words), _other_keys(batch)]))
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


def _text_keys(batch: "Batch", words: int) -> "Series":
    """The shingles of all texts, as keys: (example × 8 + part) × SPAN + hash."""
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
    """All texts that are not blank, composed and in lower case: holder (example × 8 + part), text."""
    composed = (
        pl.when(pl.col("unusual") & pl.col("text").str.contains(COMPOSABLE))
        .then(pl.col("text").str.normalize("NFC"))
        .otherwise(pl.col("text"))
    )
    texts = batch.texts.filter(pl.col("field") != "arguments")
    frames = [texts.select(holder=_holder(_part(batch, texts)), text=composed)]
    if batch.calls.height:
        part = pl.when("rejected").then(REJECTED).otherwise(ANSWER)
        call_text = pl.concat_str("name", "arguments", separator=" ", ignore_nulls=True)
        frames.append(batch.calls.select(holder=_holder(part), text=call_text))
    combined = pl.concat(frames).with_columns(pl.col("text").str.to_lowercase())
    return combined.filter(pl.col("text").str.strip_chars().str.len_bytes() > 0)


def _part(batch: "Batch", texts: "DataFrame") -> "Expr":
    """The part of a text, by its role; texts with an index after the messages are those of rejected answers."""
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
    """The shingles of texts, of ``size`` words each, as keys."""
    slices = [_keys_of_chunk(chunk, word, size) for chunk in texts.iter_slices(TEXTS_PER_CHUNK)]
    return pl.concat(slices) if slices else pl.Series(dtype=pl.UInt64)


def _keys_of_chunk(texts: "DataFrame", word: str, size: int) -> "Series":
    ended = pl.concat_str(pl.col("text"), pl.lit(END * (size - 1)))
    words = texts.select("holder", word=ended.str.extract_all(word)).with_row_index("text").explode("word")
    hashed = words.select("text", "holder", word=pl.col("word").hash(SEED))
    combined = pl.col("word")
    for back in range(1, size):
        same = pl.col("text") == pl.col("text").shift(back)
        combined = combined * FACTOR + pl.when(same).then(pl.col("word").shift(back)).otherwise(0)
    shingle = (combined + pl.col("holder") % 8 * FACTOR).hash(SEED) // SPAN
    return hashed.select(pl.col("holder") * SPAN + shingle).to_series()


def _other_keys(batch: "Batch") -> "Series":
    """The hashes of fields that are not text, as keys: one for tools, labels and references, and one per media part."""
    by_record = beyond_messages(batch)
    frames = [
        pl.DataFrame(
            {"i": list(by_record), "text": list(by_record.values())},
            schema={"i": pl.UInt32, "text": pl.String},
        )
    ]
    if batch.media.height:
        beyond = batch.messages.select("i", "at", "beyond")
        media = batch.media.join(beyond, on=["i", "at"], how="left", maintain_order="left")
        frames.append(media.select("i", text=pl.coalesce("url", "beyond")))
    hashed = (pl.col("text").fill_null("").hash(SEED) // SPAN).alias("hash")
    return pl.concat(frames).select(_holder(pl.lit(BEYOND)) * SPAN + hashed).to_series()
