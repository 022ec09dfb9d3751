"""Trained assistant answers of a batch, each with the messages before it."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch


class AssistantTurns:
    """The messages of a batch, for rules that need what stands before an answer. It keeps nothing else of the batch."""

    def __init__(self, batch: "Batch") -> None:
        kinds = [kind for kind in batch.detected_shapes if kind is not None]
        self._messages, self._sizes = batch.messages, batch.examples["n_messages"]
        self._bare = [kind.shape.name for kind in kinds if kind.shape.raw_text]
        self._unwanted = _unwanted(batch) if any(kind.shape.has_label for kind in kinds) else []

    @cached_property
    def all(self) -> "DataFrame":
        """All messages but plain texts and segments: the columns of ``Batch.messages``, and nth, the place there."""
        numbered = self._messages.with_columns(nth=pl.int_range(pl.len(), dtype=pl.UInt32))
        return numbered.filter(~pl.col("shape").is_in(self._bare)) if self._bare else numbered

    @cached_property
    def answers(self) -> "DataFrame":
        """What assistants say: i, at, content, nth, last (whether it is the last message of its record).

        Without answers whose weight is 0 or whose label is false, and messages without text.
        """
        wanted = (pl.col("role") == "assistant") & (pl.col("content") != "")
        if self._messages["weight"].null_count() < self._messages.height:
            wanted &= (pl.col("weight") != "0").fill_null(True)
        said = self.all.filter(wanted).select("i", "at", "content", "nth")
        if self._unwanted:
            places = pl.DataFrame(self._unwanted, schema={"i": pl.UInt32, "at": pl.UInt32}, orient="row")
            said = said.join(places, on=["i", "at"], how="anti", maintain_order="left")
        return said.with_columns(last=said["at"] + 1 == self._sizes.gather(said["i"]))

    @cached_property
    def questions(self) -> "DataFrame":
        """What users say: the columns of ``all``."""
        return self.all.filter(pl.col("role") == "user")

    @cached_property
    def replies(self) -> "DataFrame":
        """The answers that follow a message, with it: the columns of ``answers``, prompt and asker (its role)."""
        answers = self.answers.filter(pl.col("at") > 0)
        asked = self._messages.select("content", "role")[answers["nth"] - 1]
        return answers.with_columns(prompt=asked["content"], asker=asked["role"])

    def select(self, *wanted: "Expr") -> Iterable[tuple[int, int, str]]:
        """(i, at, content) of the answers for which all of ``wanted``, expressions on ``answers``, are true.

        Each is asked only where those before it are true: the cheap ones first.
        """
        return _selected(self.answers, wanted)

    def select_any(self, *wanted: "Expr") -> Iterable[tuple[int, int, str]]:
        """The same of all messages, whoever says them."""
        return _selected(self.all, wanted)

    def select_questions(self, *wanted: "Expr") -> Iterable[tuple[int, int, str]]:
        """The same of what users say."""
        return _selected(self.questions, wanted)

    def preceding(self, i: int, at: int) -> list[tuple[str | None, str]]:
        """(role, text) of the messages before one."""
        start, roles, contents = self._columns
        said = zip(roles.slice(start[i], at), contents.slice(start[i], at), strict=True)
        return [(role, text or "") for role, text in said]

    def records_mentioning(self, records: Iterable[int], pattern: str, *, answers: bool = False) -> set[int]:
        """Those of the records in which a message that is no answer, or any message, contains a pattern."""
        among = set(records)
        if not among:
            return among
        wanted = pl.col("i").is_in(list(among))
        asked = wanted if answers else wanted & (pl.col("role") != "assistant").fill_null(True)
        return set(self._messages.filter(asked).filter(pl.col("content").str.contains(pattern))["i"])

    def answers_to(self, i: int, at: int) -> list[str]:
        """What is said right after a message: one text, or none where the record ends."""
        start, _, contents = self._columns
        return [contents[start[i] + at + 1] or ""] if at + 1 < self._sizes[i] else []

    @cached_property
    def _columns(self) -> "tuple[Series, Series, Series]":
        starts = self._sizes.cum_sum() - self._sizes
        return starts, self._messages["role"], self._messages["content"]


def _unwanted(batch: "Batch") -> list[tuple[int, int]]:
    """The last messages of the records whose label says that they are not wanted."""
    sizes = batch.examples["n_messages"]
    return [
        (i, size - 1)
        for i, (seen, size) in enumerate(zip(batch.record_shapes, sizes, strict=True))
        if seen is not None
        and seen.shape.has_label
        and size
        and batch.records[i].get(seen.fields.get("label", "label")) is False
    ]


def _selected(frame: "DataFrame", wanted: "Sequence[Expr]") -> list[tuple[int, int, str]]:
    for expression in wanted:
        if frame.height:
            frame = frame.filter(expression)
    return frame.select("i", "at", "content").rows()
