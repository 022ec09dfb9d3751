"""Digests of examples in their canonical form: fast ones within a run, stable ones across runs and machines.

A fast digest is polars' own hash, which may change with polars: two independent 64-bit sums make one 128-bit digest.
A stable digest of an example is the same on every machine and in every version. Digests of prompts are fast ones in
both, since prompts are only compared within one run.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.canonical import beyond_messages, canonical, canonical_content
from ftlint.batch.records import BROKEN

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch

# Odd constants make multiplication modulo 2**64 reversible; the values themselves mean nothing.
MIX = 0x9E3779B97F4A7C15
SEEDS = (17, 4242)
BYTES = 8
# Signs that no text of a conversation is likely to hold: between the pieces of a message, between messages, before
# what stands beside them, and before a record that is no conversation.
PIECE, MESSAGE, BESIDE, RECORD = "\x1f", "\x1e", "\x1d", "\x1c"
INSTRUCTIONS = ("system", "developer")


def fast_digests(batch: "Batch") -> "DataFrame":
    """One row per example with messages: i, row, line, high, low, and prompt.

    ``prompt`` is a digest of all that stands before the answer, with what is beyond messages. It is null where no
    question is asked: where nobody but the assistant says anything, or gives instructions, and where the record
    holds two answers.
    """
    messages = batch.all_messages
    frame = messages.with_columns(content=canonical_content(batch)).select(
        "i",
        *[
            (_message(seed) * (pl.col("at").cast(pl.UInt64) * 2 + MIX)).alias(name)
            for name, seed in zip(("high", "low"), SEEDS, strict=True)
        ],
        before=pl.lit(messages["at"] < answers_at(batch).gather(messages["i"])),
    )
    asked = pl.when("before").then("high").otherwise(pl.lit(0, dtype=pl.UInt64))
    by_record = frame.with_columns(prompt=asked).group_by("i", maintain_order=True)
    sums = by_record.agg(pl.col("high", "low", "prompt").sum())
    asks = pl.col("i").is_in(_asking(batch).implode())
    sums = sums.with_columns(prompt=pl.when(asks).then("prompt"))
    sums = sums.join(batch.examples.select("i", "row", "line", "shape"), on="i", maintain_order="left")
    more = beyond_messages(batch)
    if not more:
        return sums.drop("shape")
    beyond = pl.DataFrame(
        {"i": list(more), "beyond": list(more.values())}, schema={"i": pl.UInt32, "beyond": pl.String}
    )
    return (
        sums.join(beyond, on="i", how="left", maintain_order="left")
        .with_columns(
            high=pl.col("high") + _or_nothing(pl.col("beyond"), SEEDS[0]),
            low=pl.col("low") + _or_nothing(pl.col("beyond"), SEEDS[1]),
            prompt=pl.col("prompt") + _or_nothing(pl.col("beyond"), SEEDS[0]),
        )
        .drop("shape", "beyond")
    )


def answers_at(batch: "Batch") -> "Series":
    """For each record, where its last answer begins: the assistant's messages that end it, one or several."""
    ends = pl.col("roles").str.strip_chars_end("a").str.len_bytes()
    return batch.examples.select(ends.cast(pl.UInt32)).to_series()


def _asking(batch: "Batch") -> "Series":
    """The places of the records that ask something and hold one answer to it."""
    two = [kind.shape.name for kind in batch.detected_shapes if kind is not None and kind.shape.is_preference]
    asks = pl.col("roles").str.contains("[^sda].*a$") & ~pl.col("shape").is_in(two)
    asking = batch.examples.filter(asks).select("i").to_series()
    empty = (pl.col("content").fill_null("").str.len_bytes() == 0) & pl.col("beyond").is_null()
    nothing = batch.messages.filter(empty & ~pl.col("role").is_in(["assistant", "system", "developer"]))
    if not nothing.height:
        return asking
    # An empty prompt asks nothing, unless another message does.
    speaking = batch.messages.filter(~empty & ~pl.col("role").is_in(["assistant", "system", "developer"]))
    doubtful = nothing.join(speaking, on="i", how="anti")["i"]
    return asking.filter(~asking.is_in(doubtful.implode()))


def _or_nothing(beyond: "Expr", seed: int) -> "Expr":
    # Nothing adds nothing: most batches have no record with more, and digests are compared between batches.
    return pl.when(beyond.is_not_null()).then(beyond.hash(seed)).otherwise(pl.lit(0, dtype=pl.UInt64))


def _message(seed: int) -> "Expr":
    text = pl.col("content").fill_null("").hash(seed)
    role = pl.col("speaker").hash(seed + 1)
    more = pl.col("beyond").fill_null("").hash(seed + 2)
    return text + role * 3 + more * 5


def stable_digests(batch: "Batch") -> "DataFrame":
    """One row per record of the batch: row, digest and prompt, two unsigned 64-bit numbers.

    ``digest`` is equal where the canonical forms are; a record without messages is compared as a
    whole. ``prompt`` is null where nothing is asked: no message before the answer but instructions, or empty ones.
    """
    written = _written(batch)
    frame = pl.DataFrame({"row": pl.Series(batch.rows, dtype=pl.UInt64)}).with_row_index("i")
    if not written.height:
        return frame.select(
            "row", digest=_whole_records(batch, range(len(batch))), prompt=pl.lit(None, dtype=pl.UInt64)
        )
    joined = written.group_by("i", maintain_order=True).agg(pl.col("written").str.join(MESSAGE))
    texts = joined["written"].cast(pl.Binary).to_list()
    places: list[int] = joined["i"].to_list()
    if more := beyond_messages(batch):
        beside = [(BESIDE + more[i]).encode("utf-8", "surrogatepass") if i in more else b"" for i in places]
        texts = [text + rest for text, rest in zip(texts, beside, strict=True)]
    digests = pl.DataFrame({"i": joined["i"], "digest": _numbers(texts)})
    bare = sorted(set(range(len(batch))).difference(places))
    if bare:
        rest = pl.DataFrame({"i": pl.Series(bare, dtype=pl.UInt32), "digest": _whole_records(batch, bare)})
        digests = pl.concat([digests, rest])
    frame = frame.join(digests, on="i", how="left", maintain_order="left")
    return frame.join(_prompts(batch, written), on="i", how="left", maintain_order="left").drop("i")


def _written(batch: "Batch") -> "DataFrame":
    """Every message, those of rejected answers last, as one canonical text: i, at, written, asks."""
    said = batch.all_messages.with_columns(content=canonical_content(batch))
    empty = pl.col("content").fill_null("") == ""
    return said.select(
        "i",
        "at",
        written=pl.concat_str(
            pl.col("speaker"),
            pl.col("content").fill_null(""),
            pl.col("beyond").fill_null(""),
            separator=PIECE,
        ),
        asks=~pl.col("role").is_in(INSTRUCTIONS).fill_null(False) & ~(empty & pl.col("beyond").is_null()),
    )


def _prompts(batch: "Batch", written: "DataFrame") -> "DataFrame":
    """The number of each prompt, all that stands before the wanted answer: i, prompt."""
    before = _answers_at(batch).gather(written["i"])
    asked = written.filter(pl.col("at") < before)
    number = (pl.col("written").hash(SEEDS[0]) * (pl.col("at").cast(pl.UInt64) * 2 + MIX)).sum()
    numbers = asked.group_by("i").agg(prompt=number, asks=pl.col("asks").any())
    return numbers.filter("asks").select("i", "prompt")


def _answers_at(batch: "Batch") -> "Series":
    """For each record, where its answer begins: what the assistant says last, of a pair what is wanted."""
    at = answers_at(batch)
    if not any(kind is not None and kind.shape.is_preference for kind in batch.detected_shapes):
        return at
    begins = at.to_list()
    for i, (sighting, view) in enumerate(zip(batch.record_shapes, batch.views, strict=True)):
        if sighting is not None and sighting.shape.is_preference and view:
            try:
                begins[i] = max(len(view) - sighting.shape.answer_size(batch.records[i], sighting.fields), 0)
            except BROKEN:
                continue
    return pl.Series(begins, dtype=pl.UInt32)


def _whole_records(batch: "Batch", places: "Iterable[int]") -> "Series":
    return _numbers([(RECORD + canonical(batch.records[i])).encode("utf-8", "surrogatepass") for i in places])


def _numbers(texts: "list[bytes]") -> "Series":
    hashed = [blake2b(text, digest_size=BYTES).digest() for text in texts]
    return pl.Series(hashed, dtype=pl.Binary).bin.reinterpret(dtype=pl.UInt64, endianness="little")
