"""Digests of the canonical conversation: equal examples have equal digests, whatever their spelling.

Counted: roles (one that nobody knows, as it is written), texts, tool calls, declared tools, names, weights. Not
counted: ids, key order, escapes, Unicode composition (NFC) and blanks around a text. Two independent 64-bit sums make
one 128-bit digest.

Numbers for examples and prompts. The same example has the same number on every machine and in every version.

polars' own hash is faster, but may change with it. It does for prompts, which are only compared within one run.
"""

import json
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.records import BROKEN
from ftlint.json_values import as_sorted_json
from ftlint.shapes.shape import Record, follow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch
    from ftlint.shapes.detect import Sighting

# Odd constants make multiplication modulo 2**64 reversible; the values themselves mean nothing.
MIX = 0x9E3779B97F4A7C15
SEEDS = (17, 4242)
# Characters that NFC may change: marks, Hangul jamo, and those with a canonical decomposition of one character
# or excluded from composition (Unicode's NFC_Quick_Check No and Maybe). Few texts have any.
COMPOSABLE = (
    r"[\p{M}\x{1100}-\x{11FF}\x{0340}-\x{0345}\x{0374}\x{037E}\x{0387}\x{0958}-\x{095F}\x{09DC}-\x{09DF}\x{0A33}-\x{0A5E}"
    r"\x{0B5C}\x{0B5D}\x{0F43}-\x{0FB9}\x{1F71}-\x{1FFD}\x{2000}\x{2001}\x{2126}\x{212A}\x{212B}\x{2329}\x{232A}\x{2ADC}"
    r"\x{F900}-\x{FAFF}\x{FB1D}-\x{FB4E}\x{1D15E}-\x{1D1C0}\x{2F800}-\x{2FA1D}]"
)


def digests(batch: "Batch") -> "DataFrame":
    """One row per example with messages: i, row, line, high, low, and prompt.

    ``prompt`` is a digest of all that stands before the answer, with what is beyond messages. It is null where no
    question is asked: where nobody but the assistant says anything, or gives instructions, and where the record
    holds two answers.
    """
    messages = batch.messages
    if batch.rejected.height:
        messages = pl.concat([messages, batch.rejected])
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
    two = [kind.shape.name for kind in batch.kinds if kind is not None and kind.shape.sides]
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


def canonical_content(batch: "Batch") -> "Expr":
    """The column ``content`` of messages without outer blanks, and in NFC."""
    stripped = pl.col("content").str.strip_chars()
    touched = batch.unusual_texts.filter(pl.col("text").str.contains(COMPOSABLE))
    if not touched.height:
        return stripped
    return (
        pl.when(pl.col("i").is_in(touched["i"].implode()))
        .then(stripped.str.normalize("NFC"))
        .otherwise(stripped)
    )


def _message(seed: int) -> "Expr":
    text = pl.col("content").fill_null("").hash(seed)
    role = pl.col("speaker").hash(seed + 1)
    more = pl.col("beyond").fill_null("").hash(seed + 2)
    return text + role * 3 + more * 5


def beyond_messages(batch: "Batch") -> dict[int, str]:
    """For each record that has any: its tools and whatever else makes it another example, canonical."""
    found: dict[int, str] = {}
    keys = [key for kind in batch.kinds if kind is not None for key in _own(kind, batch.keys)]
    if not any(key in batch.keys or key.partition(".")[0] in batch.keys for key in keys):
        return found
    for i, (record, sighting) in enumerate(zip(batch.records, batch.sightings, strict=True)):
        if sighting is None:
            continue
        more = {key: _value(record, key) for key in _own(sighting, record)}
        more = {key: value for key, value in more.items() if value not in (None, "", [])}
        if more:
            found[i] = canonical(more)
    return found


def _own(kind: "Sighting", keys: Iterable[str]) -> set[str]:
    """Those of the file's keys whose values make two records different examples."""
    if kind.shape.all_beyond:
        return set(keys) - {kind.names[name] for name in kind.shape.required}
    return {kind.names.get(name, name) for name in kind.shape.beyond}


def _value(record: Record, key: str) -> Any:
    """A field's value; of a field inside another the shape writes both with a dot between."""
    return record[key] if key in record else follow(record, tuple(key.split(".")))


def canonical(value: Any) -> str:
    """JSON with sorted keys in NFC; JSON text inside a string counts as what it says."""
    if isinstance(value, dict):
        value = {key: json.loads(v) if _is_json(key, v) else v for key, v in value.items()}
    written = as_sorted_json(value)
    return written if written.isascii() else unicodedata.normalize("NFC", written)


def _is_json(key: str, value: Any) -> bool:
    if key != "tools" or not isinstance(value, str):
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


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
