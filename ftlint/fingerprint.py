"""Numbers for examples and prompts. The same example has the same number on every machine and in every version.

polars' own hash is faster, but may change with it. It does for prompts, which are only compared within one run.
"""

from hashlib import blake2b
from typing import TYPE_CHECKING

from ftlint.digest import MIX, SEEDS, answers_at, beyond_messages, canonical, canonical_content
from ftlint.lazy import pl
from ftlint.seen import BROKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polars import DataFrame, Series

    from ftlint.batch import Batch

BYTES = 8
# Signs that no text of a conversation is likely to hold: between the pieces of a message, between messages, before
# what stands beside them, and before a record that is no conversation.
PIECE, MESSAGE, BESIDE, RECORD = "\x1f", "\x1e", "\x1d", "\x1c"
INSTRUCTIONS = ("system", "developer")


def fingerprints(batch: "Batch") -> "DataFrame":
    """One row per record of the batch: row, digest and prompt, two unsigned 64-bit numbers.

    ``digest`` says what ``ftlint.digest`` counts as the same example; a record without messages is compared as a
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
    said = batch.said.with_columns(content=canonical_content(batch))
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
    if not any(kind is not None and kind.shape.sides for kind in batch.kinds):
        return at
    begins = at.to_list()
    for i, (sighting, view) in enumerate(zip(batch.sightings, batch.views, strict=True)):
        if sighting is not None and sighting.shape.sides and view:
            try:
                begins[i] = max(len(view) - sighting.shape.answer_size(batch.records[i], sighting.names), 0)
            except BROKEN:
                continue
    return pl.Series(begins, dtype=pl.UInt32)


def _whole_records(batch: "Batch", places: "Iterable[int]") -> "Series":
    return _numbers([(RECORD + canonical(batch.records[i])).encode("utf-8", "surrogatepass") for i in places])


def _numbers(texts: "list[bytes]") -> "Series":
    hashed = [blake2b(text, digest_size=BYTES).digest() for text in texts]
    return pl.Series(hashed, dtype=pl.Binary).bin.reinterpret(dtype=pl.UInt64, endianness="little")
