"""Tool calls of typed chats, paired with their results in columns.

In most records every call has an id of its own, and every result answers an earlier call that no other one answers.
Such records are paired by a join; all others are paired one by one (``tool_pairing``).
"""

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from ftlint._polars import pl
from ftlint.batch.chat_messages import given
from ftlint.batch.chats import ChatColumns
from ftlint.batch.messages import MessageColumns
from ftlint.batch.tool_calls import CALLS, RESULTS, in_types, state

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series


class ChatCalls(Struct, frozen=True):
    """The calls of a batch of chats, and how they are paired with results."""

    chats: ChatColumns
    calls: "DataFrame"
    """Every call: i, at, part, id, name, arguments, role, content, nth (its number in its record)."""
    answers: "DataFrame"
    """The results of the records that are paired by ids: i, at, id, name, kind, nth (its number in its record), and
    call (the number of the call that it answers)."""
    others: "Series"
    """The indexes of the records that must be paired one by one."""

    def calls_frame(self, columns: MessageColumns) -> "DataFrame":
        """The calls that are paired by ids, with the columns of ``tool_calls.CALLS``."""
        states = {text: state(value, text) for text, value in self.chats.values.items()}
        paired = self.calls.filter(~pl.col("i").is_in(self.others.implode()))
        answered = self.answers.select("i", nth="call", answers=pl.lit(1))
        frame = paired.join(answered, on=["i", "nth"], how="left", maintain_order="left").with_columns(
            id_kind=pl.lit("text"),
            kind=pl.lit("text"),
            state=pl.Series([states[text] for text in paired["arguments"].to_list()], dtype=pl.String),
            earlier=pl.lit(0),
            answers=pl.col("answers").fill_null(0),
            last=pl.col("at") + 1 == columns.counts.gather(paired["i"]),
            beside=pl.col("content").fill_null("") != "",
            rejected=pl.lit(value=False),
            expected=pl.lit(value=False),
            own=pl.lit(value=True),
        )
        return in_types(frame, CALLS)

    def results_frame(self) -> "DataFrame":
        """The results that are paired by ids, with the columns of ``tool_calls.RESULTS``."""
        frame = self.answers.with_columns(
            part=pl.lit(None),
            id_kind=pl.lit("text"),
            role=pl.lit("tool"),
            own=pl.lit(value=True),
            call=pl.lit(value=True),
            repeated=pl.lit(value=False),
            waiting=pl.lit(None),
        )
        return in_types(frame, RESULTS)

    def answered(self) -> dict[int, list[int]]:
        """By record, where results are not in the order of the calls: the number of the call that each answers."""
        moved = self.answers.filter(pl.col("nth") != pl.col("call"))["i"].unique()
        answers = self.answers.filter(pl.col("i").is_in(moved.implode()))
        return dict(answers.group_by("i", maintain_order=True).agg("call").rows())


def pair_chats(chats: ChatColumns, columns: MessageColumns) -> ChatCalls:
    """Pair the calls of chats with their results."""
    calls = _calls(chats, columns)
    ids = pl.Series(given([message.tool_call_id for message in chats.flat]), dtype=pl.String)
    results = columns.messages.select("i", "at", "role", "name", "kind", id=ids).filter(
        pl.col("role") == "tool"
    )
    results = results.with_columns(nth=_number())
    twice = pl.struct("i", "id").is_duplicated()
    apart = pl.concat(
        [
            calls.filter(twice | (pl.col("role") != "assistant"))["i"],
            results.filter(twice | pl.col("id").is_null())["i"],
        ]
    )
    numbers = calls.select("i", "id", call="nth", called_at="at")
    answers = results.filter(~pl.col("i").is_in(apart.implode())).join(
        numbers, on=["i", "id"], how="left", maintain_order="left"
    )
    unasked = answers.filter(~(pl.col("called_at") < pl.col("at")).fill_null(value=False))["i"]
    others = pl.concat([apart, unasked]).unique().sort()
    return ChatCalls(chats, calls, answers.filter(~pl.col("i").is_in(others.implode())), others)


def texts_of_calls(calls: "DataFrame") -> "DataFrame":
    """The arguments of ``ChatCalls.calls`` as texts: i, at, part, role, field, text."""
    return calls.select("i", "at", "part", "role", field=pl.lit("arguments"), text="arguments")


def _calls(chats: ChatColumns, columns: MessageColumns) -> "DataFrame":
    """Every call: i, at, part, id, name, arguments, role, content, nth."""
    calls = list(chain.from_iterable([message.tool_calls for message in chats.flat if message.tool_calls]))
    calling = columns.messages.filter(pl.col("n_calls") > 0)
    parts = calling.select(
        "i", "at", "role", "content", part=pl.int_ranges(0, "n_calls", dtype=pl.Int32)
    ).explode("part")
    return parts.with_columns(
        id=pl.Series([call.id for call in calls], dtype=pl.String),
        name=pl.Series([call.function.name for call in calls], dtype=pl.String),
        arguments=pl.Series([call.function.arguments for call in calls], dtype=pl.String),
        nth=_number(),
    )


def _number() -> "Expr":
    """The number of a row among those of its record."""
    return pl.int_range(pl.len(), dtype=pl.Int32).over("i")
