"""Digests of examples in canonical form: fast digests within a run, stable digests across runs and machines.

A fast digest uses the hash function of polars, which may change with its version: two independent 64-bit sums make
one 128-bit digest. A stable digest is the same on every machine and in every version. Digests of prompts are always
fast ones, since prompts are only compared within one run.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.canonical import beyond_messages, beyond_prompt, call_ids, canonical, canonical_content
from ftlint.batch.columns import unread_texts
from ftlint.batch.records import BROKEN

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch

# Odd constants make multiplication modulo 2**64 reversible; the values are arbitrary.
MIX = 0x9E3779B97F4A7C15
SEEDS = (17, 4242)
EXACT = 99
BYTES = 8
# Separators that are unlikely in texts: between the fields of a message, between messages, before fields beyond the
# messages, before what else distinguishes a record, and before a record without messages.
FIELD_SEPARATOR, MESSAGE_SEPARATOR, BEYOND_SEPARATOR, RECORD_PREFIX = "\x1f", "\x1e", "\x1d", "\x1c"
# No text, which is not an empty one.
NULL = "\x1c\x1c"
OTHER_SEPARATOR = f"{BEYOND_SEPARATOR}{BEYOND_SEPARATOR}"
INSTRUCTION_ROLES = ("system", "developer")


def fast_digests(batch: "Batch") -> "DataFrame":
    """One row per example with messages: i, row, line, high, low, prompt, exact, and columns.

    ``exact`` is equal only for examples that are equal as they are written: blanks, composition and ids count.
    ``columns`` is a digest of the columns that are not read (see ``unread_texts``), 0 for none.
    ``prompt`` is a digest of all messages before the answer and of the fields beyond messages. It is null for an
    example without a question (only assistant messages and instructions) and for a preference pair.
    """
    sums = _sums(batch)
    has_question = pl.col("i").is_in(_with_question(batch).implode())
    sums = sums.with_columns(prompt=pl.when(has_question).then("prompt"))
    sums = sums.join(batch.examples.select("i", "row", "line"), on="i", maintain_order="left")
    beyond = _beside(sums, beyond_messages(batch))
    high, low = (_hash_or_zero(beyond, seed) for seed in SEEDS)
    sums = sums.with_columns(
        high=pl.col("high") + high, low=pl.col("low") + low, prompt=pl.col("prompt") + high
    )
    other, ids = _beside(sums, beyond_prompt(batch)), _beside(sums, call_ids(batch))
    high, low = (_hash_or_zero(other, seed + 1) for seed in SEEDS)
    sums = sums.with_columns(high=pl.col("high") + high, low=pl.col("low") + low)
    unread = unread_texts(batch)
    columns = None if unread is None else unread.replace("", None).gather(sums["i"])
    sums = sums.with_columns(columns=_hash_or_zero(columns, EXACT))
    return sums.with_columns(exact=pl.col("exact") + pl.col("high") + _hash_or_zero(ids, EXACT))


def _sums(batch: "Batch") -> "DataFrame":
    """The digests of the messages of each record: i, high, low, exact, and prompt, of those before the answer."""
    messages = batch.all_messages
    by_message = {name: _message(seed) for name, seed in zip(("high", "low"), SEEDS, strict=True)}
    place = pl.col("at").cast(pl.UInt64) * 2 + MIX
    written = _text().hash(EXACT) + pl.col("written_role").fill_null(pl.col("speaker")).hash(EXACT) * 3
    frame = messages.with_columns(content=canonical_content(batch), exact=written).select(
        "i",
        *[(number * place).alias(name) for name, number in by_message.items()],
        exact=pl.col("exact") * place,
        before=pl.lit(messages["at"] < answers_at(batch).gather(messages["i"])),
    )
    asked = pl.when("before").then("high").otherwise(pl.lit(0, dtype=pl.UInt64))
    by_record = frame.with_columns(prompt=asked).group_by("i", maintain_order=True)
    return by_record.agg(pl.col("high", "low", "prompt", "exact").sum())


def _beside(sums: "DataFrame", by_record: "Mapping[int, str]") -> "Series | None":
    """The texts of the records of a frame; None if there are none."""
    if not by_record:
        return None
    return pl.Series([by_record.get(i) for i in sums["i"].to_list()], dtype=pl.String)


def answers_at(batch: "Batch") -> "Series":
    """The index of the final answer of each record: of the first of the assistant messages at its end."""
    ends = pl.col("roles").str.strip_chars_end("a").str.len_bytes()
    return batch.examples.select(ends.cast(pl.UInt32)).to_series()


def _with_question(batch: "Batch") -> "Series":
    """The indexes of the records with a question and a single answer."""
    pairs = [
        kind.shape.name for kind in batch.detected_shapes if kind is not None and kind.shape.is_preference
    ]
    has_question = pl.col("roles").str.contains("[^sda].*a$") & ~pl.col("shape").is_in(pairs)
    with_question = batch.examples.filter(has_question).select("i").to_series()
    empty = (pl.col("content").fill_null("").str.len_bytes() == 0) & pl.col("beyond").is_null()
    empty_messages = batch.messages.filter(
        empty & ~pl.col("role").is_in(["assistant", "system", "developer"])
    )
    if not empty_messages.height:
        return with_question
    # An empty message is no question, unless the record has another one that is not empty.
    non_empty = batch.messages.filter(~empty & ~pl.col("role").is_in(["assistant", "system", "developer"]))
    unasked = empty_messages.join(non_empty, on="i", how="anti")["i"]
    return with_question.filter(~with_question.is_in(unasked.implode()))


def _hash_or_zero(texts: "Series | None", seed: int) -> "Expr":
    # Null adds 0: most batches have no such fields, and digests must be comparable between batches.
    if texts is None:
        return pl.lit(0, dtype=pl.UInt64)
    return pl.lit(texts.hash(seed).set(texts.is_null(), 0))


def _message(seed: int) -> "Expr":
    text = _text().hash(seed)
    role = pl.col("speaker").hash(seed + 1)
    beyond_json = pl.col("beyond").fill_null("").hash(seed + 2)
    return text + role * 3 + beyond_json * 5


def _text() -> "Expr":
    """The text of a message; beside calls null is an empty one, alone it is not."""
    alone = pl.col("content").is_null() & pl.col("beyond").is_null()
    return pl.when(alone).then(pl.lit(NULL)).otherwise(pl.col("content").fill_null(""))


def stable_digests(batch: "Batch") -> "DataFrame":
    """One row per record of the batch: row, digest and prompt, two unsigned 64-bit numbers.

    ``digest`` is equal for equal canonical forms; a record without messages is digested as one JSON value.
    ``prompt`` is null for an example without a question: only instructions or empty messages before the answer.
    """
    written = _written(batch)
    frame = pl.DataFrame({"row": pl.Series(batch.rows, dtype=pl.UInt64)}).with_row_index("i")
    if not written.height:
        return frame.select(
            "row", digest=_record_digests(batch, range(len(batch))), prompt=pl.lit(None, dtype=pl.UInt64)
        )
    joined = written.group_by("i", maintain_order=True).agg(pl.col("written").str.join(MESSAGE_SEPARATOR))
    texts = joined["written"].cast(pl.Binary).to_list()
    places: list[int] = joined["i"].to_list()
    for mark, beyond_json in (
        (BEYOND_SEPARATOR, beyond_messages(batch)),
        (OTHER_SEPARATOR, beyond_prompt(batch)),
    ):
        if beyond_json:
            suffixes = [
                (mark + beyond_json[i]).encode("utf-8", "surrogatepass") if i in beyond_json else b""
                for i in places
            ]
            texts = [text + rest for text, rest in zip(texts, suffixes, strict=True)]
    digests = pl.DataFrame({"i": joined["i"], "digest": _hash_texts(texts)})
    without_messages = sorted(set(range(len(batch))).difference(places))
    if without_messages:
        rest = pl.DataFrame(
            {
                "i": pl.Series(without_messages, dtype=pl.UInt32),
                "digest": _record_digests(batch, without_messages),
            }
        )
        digests = pl.concat([digests, rest])
    frame = frame.join(digests, on="i", how="left", maintain_order="left")
    return frame.join(_prompts(batch, written), on="i", how="left", maintain_order="left").drop("i")


def _written(batch: "Batch") -> "DataFrame":
    """Every message, including rejected answers (last), as one canonical text: i, at, written, asks."""
    messages = batch.all_messages.with_columns(content=canonical_content(batch))
    empty = pl.col("content").fill_null("") == ""
    return messages.select(
        "i",
        "at",
        written=pl.concat_str(
            pl.col("speaker"),
            _text(),
            pl.col("beyond").fill_null(""),
            separator=FIELD_SEPARATOR,
        ),
        asks=~pl.col("role").is_in(INSTRUCTION_ROLES).fill_null(False)
        & ~(empty & pl.col("beyond").is_null()),
    )


def _prompts(batch: "Batch", written: "DataFrame") -> "DataFrame":
    """A digest of each prompt, all messages before the preferred answer: i, prompt."""
    before = _answers_at(batch).gather(written["i"])
    asked = written.filter(pl.col("at") < before)
    number = (pl.col("written").hash(SEEDS[0]) * (pl.col("at").cast(pl.UInt64) * 2 + MIX)).sum()
    numbers = asked.group_by("i").agg(prompt=number, asks=pl.col("asks").any())
    return numbers.filter("asks").select("i", "prompt")


def _answers_at(batch: "Batch") -> "Series":
    """The index of the answer of each record: the final answer, or the preferred answer of a pair."""
    at = answers_at(batch)
    if not any(kind is not None and kind.shape.is_preference for kind in batch.detected_shapes):
        return at
    begins = at.to_list()
    for i, (detected, view) in enumerate(zip(batch.record_shapes, batch.views, strict=True)):
        if detected is not None and detected.shape.is_preference and view:
            try:
                begins[i] = max(len(view) - detected.shape.answer_size(batch.records[i], detected.fields), 0)
            except BROKEN:
                continue
    return pl.Series(begins, dtype=pl.UInt32)


def _record_digests(batch: "Batch", places: "Iterable[int]") -> "Series":
    return _hash_texts(
        [(RECORD_PREFIX + canonical(batch.records[i])).encode("utf-8", "surrogatepass") for i in places]
    )


def _hash_texts(texts: "list[bytes]") -> "Series":
    hashed = [blake2b(text, digest_size=BYTES).digest() for text in texts]
    return pl.Series(hashed, dtype=pl.Binary).bin.reinterpret(dtype=pl.UInt64, endianness="little")
