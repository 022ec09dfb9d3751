"""Exact token counts of texts: equal texts are counted once, many texts in parallel on all cores.

A vocabulary is named as in ``ftlint.tokens.vocabulary``, or by the path of a ``tokenizer.json``. OpenAI's special
tokens are always ordinary text here, so data that contains ``<|endoftext|>`` is counted like any other.
"""

import re
import sys
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.tokens.counted import CountedTexts
from ftlint.tokens.fast import MARK, SCHEMES
from ftlint.tokens.pool import Task, fast_encoding, submit_all, thread_encoding
from ftlint.tokens.vocabulary import is_file, tokenizer

if TYPE_CHECKING:
    from polars import DataFrame, Series

# tiktoken's patterns overflow their stack on a million consecutive blanks.
MAX_BLANKS = 500_000
BLANKS = re.compile(r"\s+")
PART_BYTES = 500_000
# The name of tiktoken's method that returns tokens as bytes.
IN_BYTES = "encode_to_tiktoken_buffer"
# Below this many characters in total, columns and threads cost more than they save.
MIN_PARALLEL_CHARACTERS = 500_000
# Texts passed to a tokenizer.json at once; it allocates a hundred bytes and more for every token of them.
OPEN_PART_BYTES = 1_000_000


def count(text: str, vocabulary: str) -> int:
    """Tokens of a text. Exact, except for texts with more than half a million consecutive blanks.

    Such a run is split into segments of half a million, each of which may add a token or two.
    """
    if is_file(vocabulary):
        return _count_open([_valid_text(text)], vocabulary)[0]
    encode = thread_encoding(vocabulary).encode_ordinary
    return sum(len(encode(segment)) for segment in _segments(text))


def count_all(texts: Sequence[str], vocabulary: str) -> list[int]:
    """Tokens of each text, as :func:`count` counts them. Equal texts are counted once, many texts in parallel."""
    distinct = dict.fromkeys(texts)
    if sum(map(len, distinct)) >= MIN_PARALLEL_CHARACTERS:
        return count_column(_column(texts), vocabulary).to_list()
    counts = {text: count(text, vocabulary) for text in distinct}
    return [counts[text] for text in texts]


def count_column(texts: "Series", vocabulary: str) -> "Series":
    """The same for a column of texts, with hardly a Python object for them; a missing text has no tokens."""
    return counting(texts, vocabulary)()


def counting(texts: "Series", vocabulary: str, counted: CountedTexts | None = None) -> "Callable[[], Series]":
    """Start counting a column's texts in the background; calling the result waits for the counts.

    Texts that are among the ``counted`` are not counted again; others may be added to them.
    """
    frame = texts.to_frame("text")
    distinct, known = frame.drop_nulls().unique(), None
    if counted is not None and (found := counted.counts_of(distinct["text"])) is not None:
        known = distinct.with_columns(n=found).drop_nulls()
        distinct = distinct.filter(found.is_null())
    distinct, tasks = (_open_parts if is_file(vocabulary) else _parts)(distinct, vocabulary)
    numbered = (distinct if known is None else pl.concat([distinct, known.drop("n")])).with_row_index("place")
    places = frame.join(numbered, on="text", how="left", maintain_order="left")["place"]
    # The texts are released here, unless their counts are stored; pending tasks reference their own.
    parts = submit_all(tasks, vocabulary, int(distinct["text"].str.len_bytes().cast(pl.UInt64).sum()))
    new = distinct["text"] if counted is not None and known is None else None

    def counts_of_all() -> "Series":
        counts = pl.Series([number for part in parts for number in part], dtype=pl.UInt32)
        if counted is not None and new is not None:
            counted.add(new, counts)
        if known is not None:
            counts = pl.concat([counts, known["n"]])
        return counts.gather(places).fill_null(0)

    return counts_of_all


def _column(texts: Sequence[str]) -> "Series":
    try:
        return pl.Series(texts, dtype=pl.String)
    except UnicodeError:
        return pl.Series([_valid_text(text) for text in texts], dtype=pl.String)


def _valid_text(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, as in tiktoken."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _segments(text: str) -> list[str]:
    """The text, split inside runs of blanks that are too long for tiktoken."""
    if len(text) <= MAX_BLANKS:
        return [text]
    cuts = [0]
    for run in BLANKS.finditer(text):
        cuts.extend(range(run.start() + MAX_BLANKS, run.end(), MAX_BLANKS))
    return [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _parts(texts: "DataFrame", vocabulary: str) -> "tuple[DataFrame, list[Task]]":
    """The texts in the order in which they are counted, in parts large enough for a thread.

    A text that is long or contains the mark is a part of its own.
    """
    size = pl.col("text").str.len_bytes().cast(pl.UInt64)
    alone = texts.select((size > PART_BYTES) | pl.col("text").str.contains(MARK, literal=True)).to_series()
    short, separate = (texts.filter(~alone), texts.filter(alone)) if alone.any() else (texts, texts.clear())
    joined = short.group_by(part=size.cum_sum() // PART_BYTES, maintain_order=True).agg(
        pl.col("text").str.join(MARK)
    )
    tasks: list[Task] = [partial(_count_joined, text, vocabulary) for text in joined["text"]]
    tasks += [partial(_count_alone, text, vocabulary) for text in separate["text"]]
    return pl.concat([short, separate]), tasks


def _count_alone(text: str, vocabulary: str) -> list[int]:
    fast = fast_encoding(vocabulary) if MARK not in text else None
    if fast is None:
        return [count(text, vocabulary)]
    return [sum(len(fast.encode(segment)) for segment in _segments(text))]


def _count_joined(joined: str, vocabulary: str) -> list[int]:
    """Tokens of each of the texts between marks, by one call, so that threads rarely wait for each other."""
    fast = fast_encoding(vocabulary)
    # Two adjacent tokens cannot contain the mark's bytes across their boundary: no token id is that large.
    if fast is not None:
        mark = SCHEMES[vocabulary][1].to_bytes(4, sys.byteorder)
        return [len(ids) // 4 for ids in fast.encode(joined).tobytes().split(mark)]
    mark = thread_encoding(vocabulary).encode_single_token(MARK).to_bytes(4, sys.byteorder)
    return [len(ids) // 4 for ids in _ids(joined, vocabulary).split(mark)]


def _ids(text: str, vocabulary: str) -> bytes:
    """The tokens of a text with marks, four bytes each."""
    known = thread_encoding(vocabulary)
    # A list of integers is slower and blocks the other threads; only some versions of tiktoken return bytes.
    in_bytes = getattr(known._core_bpe, IN_BYTES, None)
    if in_bytes is not None:
        return bytes(memoryview(in_bytes(text, {MARK})))
    return array("I", known.encode(text, allowed_special={MARK}, disallowed_special=())).tobytes()


def _open_parts(texts: "DataFrame", vocabulary: str) -> "tuple[DataFrame, list[Task]]":
    """The same for a ``tokenizer.json``."""
    size = pl.col("text").str.len_bytes().cast(pl.UInt64)
    parts = texts.group_by(part=size.cum_sum() // OPEN_PART_BYTES, maintain_order=True).agg("text")
    return texts, [partial(_count_open, part.to_list(), vocabulary) for part in parts["text"]]


def _count_open(texts: list[str], vocabulary: str) -> list[int]:
    return [len(found) for found in tokenizer(vocabulary).encode_batch_fast(texts, add_special_tokens=False)]
