"""Some thousands of records seen as columns: the frames that rules look at, each built once."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.json_types import types_frame
from ftlint.batch.media import media_frame
from ftlint.batch.messages import Columns, flatten, flatten_said, shifted, text_frame
from ftlint.batch.null_padding import padding_frame
from ftlint.batch.pairs import exchanges_frame, sides_frame
from ftlint.batch.records import Seer
from ftlint.batch.speaker import canonical_role
from ftlint.batch.tool_pairing import UNREAD
from ftlint.batch.tools import Talked
from ftlint.context import Job
from ftlint.io.block import Block
from ftlint.io.json.columnar import Lines
from ftlint.shapes.shape import Message

if TYPE_CHECKING:
    from polars import DataFrame, Series

    from ftlint.batch.answers import Spoken

FAULT_COLUMNS = ("kind", "line", "row", "path", "message", "count", "healable")


class Batch(Talked):
    """Seen records, and the frames over them. Records without a shape are in no frame but ``misfits``."""

    @cached_property
    def _columns(self) -> Columns:
        if self.plain is not None:
            return flatten_said(self.plain)
        return flatten(self.views, tame=bool(self._odd) or len(self.kinds) > 1)

    @cached_property
    def _aside_columns(self) -> Columns | None:
        if not any(self.asides):
            return None
        return shifted(flatten(self.asides, tame=True), self._columns.counts)

    @cached_property
    def examples(self) -> "DataFrame":
        """One row per record: i, row, line, shape, n_messages, roles (one letter a message), n_calls, n_tools,
        n_media, legacy (functions, function_call or role function), text_bytes (null where no limit is asked for).
        """
        columns = self._columns
        frame = pl.DataFrame(
            {
                "i": pl.Series(range(len(self)), dtype=pl.UInt32),
                "row": pl.Series(self.rows, dtype=pl.UInt64),
                "line": pl.Series(self.lines, dtype=pl.UInt64),
                "shape": self._shapes,
                "n_messages": columns.counts,
                "roles": columns.signatures,
            }
        ).with_columns(**self._tallies())
        if self.job.limit is None:
            return frame.with_columns(text_bytes=pl.lit(None, dtype=pl.UInt64))
        sizes = self.texts.group_by("i").agg(text_bytes=pl.col("text").str.len_bytes().cast(pl.UInt64).sum())
        return frame.join(sizes, on="i", how="left", maintain_order="left")

    @cached_property
    def messages(self) -> "DataFrame":
        """One row per message: i, at, shape, role, written_role, speaker (the role, or what is
        written where nobody knows it), content, kind, n_media, n_calls, name, weight, refusal, beyond (all that a
        plain message has not, as canonical JSON).
        """
        frame = self._columns.messages
        shapes = self._shapes
        if len(self.kinds) == 1:
            return frame.with_columns(shape=pl.lit(shapes[0] if len(shapes) else None, dtype=pl.String))
        return frame.with_columns(shape=shapes.gather(frame["i"]))

    @cached_property
    def texts(self) -> "DataFrame":
        """One row per piece of text: i, at, part (-1: none), role, field, text, unusual (see ``UNUSUAL``), bare (no
        template is put around it).

        The texts of answers that are not wanted are among them; their places go on where the messages end.
        """
        texts = text_frame(self._columns)
        if self._aside_columns is not None:
            texts = pl.concat([texts, text_frame(self._aside_columns)]).sort("i", maintain_order=True)
        if not any(kind is not None and kind.shape.bare for kind in self.kinds):
            return texts.with_columns(bare=pl.lit(False))
        bare = [i for i, seen in enumerate(self.sightings) if seen is not None and seen.shape.bare]
        return texts.with_columns(bare=pl.col("i").is_in(bare))

    @cached_property
    def unusual_texts(self) -> "DataFrame":
        """The texts that hold any unusual character: few, so that a closer look costs little."""
        return self.texts.filter(pl.col("unusual"))

    @cached_property
    def weighted(self) -> "DataFrame":
        """The messages of the records in which any message has a weight: few, or none."""
        messages = self.messages
        if not self._columns.odd:
            return messages.clear()
        have = messages.filter(pl.col("weight").is_not_null())["i"].unique()
        return messages.filter(pl.col("i").is_in(have.implode()))

    @cached_property
    def rejected(self) -> "DataFrame":
        """The messages of answers that are not wanted, with the columns of ``messages``."""
        if self._aside_columns is None:
            return self.messages.clear()
        shapes = self._shapes.gather(self._aside_columns.messages["i"])
        return self._aside_columns.messages.with_columns(shape=shapes).select(self.messages.columns)

    @cached_property
    def said(self) -> "DataFrame":
        """The messages, and those of the answers that are not wanted."""
        return pl.concat([self.messages, self.rejected]) if self.rejected.height else self.messages

    @cached_property
    def sides(self) -> "DataFrame":
        """One row per pair of answers: i, row, line, at and rejected_at (places of their first messages), wanted
        and rejected (canonical: two that are equal say the same), wanted_characters and rejected_characters (of
        their texts), n_wanted and n_rejected (messages), wanted_roles, rejected_roles and input_roles (one letter
        a message; the input is what both answer).
        """
        return sides_frame(self)

    @cached_property
    def padding(self) -> "DataFrame":
        """One row per tool or call with nulls that mean nothing (see ``ftlint.padding``)."""
        return padding_frame(self)

    @cached_property
    def media(self) -> "DataFrame":
        """One row per image, video or audio (see ``ftlint.media.media_frame``)."""
        return media_frame(self.odd_messages, canonical_role)

    @property
    def odd_messages(self) -> list[tuple[int, int, Message]]:
        """(i, at, message) of every message with more than a role and a text, those not wanted last."""
        more = self._aside_columns.odd if self._aside_columns is not None else []
        return [*self._columns.odd, *more]

    @property
    def _signatures(self) -> "Series":
        return self._columns.signatures

    def _unread_calls(self) -> Sequence[int]:
        """The records in which a call is spelt in a text that cannot be read as one."""
        text = (pl.col("kind") == "text") & (pl.col("n_calls") == 0)
        return self._columns.messages.filter((pl.col("written_role") == UNREAD) & text)["i"].to_list()

    def _tallies(self) -> dict[str, Any]:
        """Columns that count calls, declared tools and media, zeros where messages are plain; and ``legacy``."""
        zero = pl.lit(0, dtype=pl.UInt32)
        counts: dict[str, Any] = {"n_calls": zero, "n_media": zero, "n_tools": zero}
        if self._columns.odd:
            for name in ("n_calls", "n_media"):
                sums = self._columns.messages.group_by("i").agg(pl.col(name).sum())
                counts[name] = _spread(sums, name, len(self))
        if self.tools.height:
            counts["n_tools"] = _spread(self.tools.group_by("i").agg(n_tools=pl.len()), "n_tools", len(self))
        counts["legacy"] = pl.col("i").is_in(self.legacy) if self.legacy else pl.lit(False)
        return counts

    @cached_property
    def misfits(self) -> "DataFrame":
        """One row per thing that a record's schema forbids: i, kind, pointer, path, message."""
        names = ("i", "kind", "pointer", "path", "message")
        schema = dict.fromkeys(names, pl.String) | {"i": pl.UInt32}
        self._misfits.sort(key=lambda misfit: misfit[0])
        return pl.DataFrame(self._misfits, schema=schema, orient="row")

    @cached_property
    def types(self) -> "DataFrame":
        """One row per path and JSON type of its values (see ``ftlint.json_types``), but for records with a value of
        a type that their schema forbids.
        """
        wrong = self.misfits.filter(pl.col("kind") == "wrong")["i"]
        return types_frame(self, set(wrong))

    @cached_property
    def faults(self) -> "DataFrame":
        """What the reader noticed: kind, line, row, path, message, count, healable."""
        schema = {
            "kind": pl.String,
            "line": pl.UInt64,
            "row": pl.UInt64,
            "path": pl.String,
            "message": pl.String,
            "count": pl.UInt64,
            "healable": pl.Boolean,
        }
        rows = [tuple(getattr(fault, name) for name in FAULT_COLUMNS) for fault in self.told]
        return pl.DataFrame(rows, schema=schema, orient="row")

    @cached_property
    def pairs(self) -> "DataFrame":
        """One row per record of the completion shape: i, row, line, prompt, completion (null where no text)."""
        kind, records = self.kinds[0] if self.kinds else None, self.records
        if self.plain is not None and kind is not None and isinstance(records, Lines):
            names = kind.names
            if kind.shape.name == "completion":
                places = self.examples.select("i", "row", "line")
                texts = records.columns.select(prompt=names["prompt"], completion=names["completion"])
                return places.hstack(texts)
        mine = self.exchanges.filter(pl.col("shape") == "completion")
        return mine.select("i", "row", "line", "prompt", "completion")

    @cached_property
    def exchanges(self) -> "DataFrame":
        """One row per example that is one question and one answer, with instructions or without, and no call, of
        whatever shape that holds no second answer: i, row, line, shape, prompt, completion (the texts), prompt_at
        and completion_at (their messages, for ``Example.put``; null where there is no single text to replace).

        For the completion shape these are all its ``pairs``, also those with a null; else the answer is a text.
        """
        return exchanges_frame(self)

    @cached_property
    def digests(self) -> "DataFrame":
        """One row per example: i, row, line, high and low, two 64-bit digests of its canonical conversation, and
        prompt, one of what it asks (see ``ftlint.digest.digests``).
        """
        from ftlint.batch.digest import digests

        return digests(self)

    @cached_property
    def answers(self) -> "DataFrame":
        """The last assistant text of each example, as the task is told from it (see ``ftlint.task``)."""
        from ftlint.batch.task_type import observe

        return observe(self)

    @cached_property
    def spellings(self) -> "DataFrame":
        """The same answers as they are written (see ``ftlint.task.spellings``)."""
        from ftlint.batch.task_type import spellings

        return spellings(self)

    @cached_property
    def spoken(self) -> "Spoken":
        """What assistants say, with what stands before it (see ``ftlint.spoken``)."""
        from ftlint.batch.answers import Spoken

        return Spoken(self)

    @cached_property
    def _shapes(self) -> "Series":
        if len(self.kinds) == 1:
            name = self.kinds[0].shape.name if self.kinds[0] else None
            return pl.Series([name], dtype=pl.String).new_from_index(0, len(self))
        return pl.Series([seen.shape.name if seen else None for seen in self.sightings], dtype=pl.String)


def _spread(sums: "DataFrame", name: str, records: int) -> "Series":
    """Sums by record as a column over all records, zero where there is none."""
    all_records = pl.DataFrame({"i": pl.Series(range(records), dtype=pl.UInt32)})
    joined = all_records.join(sums, on="i", how="left", maintain_order="left")
    return joined[name].fill_null(0).cast(pl.UInt32)


def batch_of(block: Block, seer: Seer, job: Job) -> Batch:
    """The batch of a block as it was read."""
    return Batch(block.records, block.rows, block.lines, seer, job, block.faults)


__all__ = ["Batch", "Seer", "batch_of"]
