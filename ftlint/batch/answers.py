"""Trained assistant answers of a batch, each with the messages before it."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series

    from ftlint.batch.batch import Batch


class AssistantTurns:
    """Messages of a batch for rules on answers and their context. It retains nothing else of the batch in memory."""

    def __init__(self, batch: "Batch") -> None:
        kinds = [kind for kind in batch.detected_shapes if kind is not None]
        self._messages, self._sizes = batch.messages, batch.examples["n_messages"]
        self._reads_weights = batch.context.reads_weights
        self._bare = [kind.shape.name for kind in kinds if kind.shape.raw_text]
        self._unwanted = _rejected_by_label(batch) if any(kind.shape.has_label for kind in kinds) else []

    @cached_property
    def all(self) -> "DataFrame":
        """All messages except raw texts and segments: the columns of ``Batch.messages``, and nth, the row there."""
        numbered = self._messages.with_columns(nth=pl.int_range(pl.len(), dtype=pl.UInt32))
        return numbered.filter(~pl.col("shape").is_in(self._bare)) if self._bare else numbered

    @cached_property
    def answers(self) -> "DataFrame":
        """The trained assistant answers: i, at, content, nth, last (whether it is the last message of its record).

        Answers with weight 0, if the target reads weights, or label false and messages without text are excluded.
        """
        conditions = (pl.col("role") == "assistant") & (pl.col("content") != "")
        if self._reads_weights and self._messages["weight"].null_count() < self._messages.height:
            conditions &= (~pl.col("weight").is_in(["0", "0.0", "-0.0"])).fill_null(True)
        answers = self.all.filter(conditions).select("i", "at", "content", "nth")
        if self._unwanted:
            places = pl.DataFrame(self._unwanted, schema={"i": pl.UInt32, "at": pl.UInt32}, orient="row")
            answers = answers.join(places, on=["i", "at"], how="anti", maintain_order="left")
        return answers.with_columns(last=answers["at"] + 1 == self._sizes.gather(answers["i"]))

    @cached_property
    def questions(self) -> "DataFrame":
        """The user messages: the columns of ``all``."""
        return self.all.filter(pl.col("role") == "user")

    @cached_property
    def replies(self) -> "DataFrame":
        """The answers with the message before: the columns of ``answers``, prompt (its text) and asker (its role)."""
        answers = self.answers.filter(pl.col("at") > 0)
        previous = self._messages.select("content", "role")[answers["nth"] - 1]
        return answers.with_columns(prompt=previous["content"], asker=previous["role"])

    def select(self, *conditions: "Expr") -> Iterable[tuple[int, int, str]]:
        """(i, at, content) of the answers for which all ``conditions``, expressions on ``answers``, are true.

        Each condition is evaluated only on rows where those before it are true: put cheap ones first.
        """
        return _selected(self.answers, conditions)

    def select_any(self, *conditions: "Expr") -> Iterable[tuple[int, int, str]]:
        """The same for messages of any role."""
        return _selected(self.all, conditions)

    def select_questions(self, *conditions: "Expr") -> Iterable[tuple[int, int, str]]:
        """The same for user messages."""
        return _selected(self.questions, conditions)

    def preceding(self, i: int, at: int) -> list[tuple[str | None, str]]:
        """(role, text) of the messages before one."""
        start, roles, contents = self._columns
        before = zip(roles.slice(start[i], at), contents.slice(start[i], at), strict=True)
        return [(role, text or "") for role, text in before]

    def records_mentioning(self, records: Iterable[int], pattern: str, *, answers: bool = False) -> set[int]:
        """The subset of records with a message that contains a pattern; answers count only with ``answers``."""
        candidates = set(records)
        if not candidates:
            return candidates
        conditions = pl.col("i").is_in(list(candidates))
        condition = conditions if answers else conditions & (pl.col("role") != "assistant").fill_null(True)
        return set(self._messages.filter(condition).filter(pl.col("content").str.contains(pattern))["i"])

    def answers_to(self, i: int, at: int) -> list[str]:
        """The text of the next message, in a list; empty at the end of the record."""
        start, _, contents = self._columns
        return [contents[start[i] + at + 1] or ""] if at + 1 < self._sizes[i] else []

    @cached_property
    def _columns(self) -> "tuple[Series, Series, Series]":
        starts = self._sizes.cum_sum() - self._sizes
        return starts, self._messages["role"], self._messages["content"]


def _rejected_by_label(batch: "Batch") -> list[tuple[int, int]]:
    """The final answers of the records whose label is false, as (i, at)."""
    sizes = batch.examples["n_messages"]
    return [
        (i, size - 1)
        for i, (detected, size) in enumerate(zip(batch.record_shapes, sizes, strict=True))
        if detected is not None
        and detected.shape.has_label
        and size
        and batch.records[i].get(detected.fields.get("label", "label")) is False
    ]


def _selected(frame: "DataFrame", conditions: "Sequence[Expr]") -> list[tuple[int, int, str]]:
    for expression in conditions:
        if frame.height:
            frame = frame.filter(expression)
    return frame.select("i", "at", "content").rows()
