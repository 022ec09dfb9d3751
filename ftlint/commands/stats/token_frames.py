"""A batch's tokens as columns: of every message, and of every example."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint._polars import pl
from ftlint.context import RuleContext
from ftlint.shapes import SHAPES
from ftlint.tokens.conversation import content_texts, message_texts, other_texts, role_text, token_overhead
from ftlint.tokens.counted import CountedTexts
from ftlint.tokens.counter import count_all, counting

if TYPE_CHECKING:
    from polars import DataFrame, Expr

    from ftlint.batch.batch import Batch

# Of these shapes a trainer trains on the completion alone, whatever its setting for chat.
COMPLETIONS = ("completion", "trl-completion")
PAIRS = [shape.name for shape in SHAPES.values() if shape.is_preference]
UNANSWERED = [shape.name for shape in SHAPES.values() if not shape.answered]
OFF = ("0", "0.0", "-0.0")
PLACE = ("i", "at")
KEPT = (*PLACE, "shape", "role", "written_role", "weight", "name", "wanted")


class TokenFrames(NamedTuple):
    """The tokens of a batch.

    ``messages`` has a row per message, including rejected answers: i, at, shape, role, weight, wanted, said
    (tokens of its content), beside (of its role, its name, its other texts and its template), around (of the
    template of its example). ``examples`` is described at ``example_tokens``.
    """

    messages: "DataFrame"
    examples: "DataFrame"


def start_counting(
    batch: "Batch", context: RuleContext, counted: CountedTexts | None = None
) -> Callable[[], TokenFrames]:
    """Start counting a batch's tokens concurrently; calling the result waits for the tally.

    The batch itself is not retained. Texts that are ``counted`` already are not counted again.
    """
    parts = ((batch.messages, True), (batch.rejected_messages, False))
    messages = pl.concat([frame.with_columns(wanted=pl.lit(wanted)) for frame, wanted in parts])
    starts = _starts(batch, messages)
    bare = [shape for shape in messages["shape"].unique() if token_overhead(context.target, shape).bare]
    wait_for_counts = _begin(batch, messages, bare, context.encoding, counted)
    messages = messages.select(KEPT)

    def tallied() -> TokenFrames:
        counted = _message_tokens(wait_for_counts(messages), bare, context)
        return TokenFrames(counted, example_tokens(counted, starts, context))

    return tallied


def example_tokens(messages: "DataFrame", starts: dict[int, int], context: RuleContext) -> "DataFrame":
    """One row per example of the messages: tokens, longest, before, lost_to, trained, turns.

    ``tokens`` are all, those of both answers of a pair; ``longest`` are those that are trained on at once,
    with only one of the answers. ``before`` precede the last answer, which truncation removes first; null if
    there is no answer. ``lost_to`` is the highest limit that cuts off that answer entirely. ``trained`` are
    trained on. ``turns`` are the assistant's messages.

    ``starts`` gives the index of the chosen answer of each pair.
    """
    whole, wanted, around = pl.col("said") + pl.col("beside"), pl.col("wanted"), pl.col("around").first()
    before = wanted & (pl.col("at") < pl.col("answer"))
    sums = (
        messages.with_columns(
            answer=_answers(starts), asked=_last(~_is_role("assistant", "tool", "function"))
        )
        .group_by("i", maintain_order=True)
        .agg(
            tokens=whole.sum() + around,
            wanted=_sum(whole, wanted & (pl.col("at") >= pl.col("answer"))),
            rejected=_sum(whole, ~wanted),
            before=_sum(whole, before) + pl.when(before.any()).then(around).otherwise(0),
            trained=_sum(pl.col("said"), _trained(context)),
            turns=(_is_role("assistant") & wanted).sum(),
        )
    )
    # An answer without a counterpart: the shorter of the two has no tokens.
    longest = pl.col("tokens") - pl.min_horizontal("wanted", "rejected")
    # Without an answer there is nothing after the prompt, and an empty answer cannot be lost.
    lost_to = pl.min_horizontal("before", pl.max_horizontal("longest", 1) - 1)
    counts = sums.select("tokens", "before", "trained", "turns", longest=longest)
    return counts.with_columns(lost_to=lost_to).cast(pl.UInt32)


def _begin(
    batch: "Batch",
    messages: "DataFrame",
    bare: list[str],
    vocabulary: str,
    counted: CountedTexts | None,
) -> "Callable[[DataFrame], DataFrame]":
    """Start counting the texts; the result adds said and other, the token counts of their texts, to the messages."""
    odd = batch.odd_messages
    if not odd:
        counts = counting(messages["content"], vocabulary, counted)
        return lambda messages: messages.with_columns(said=counts(), other=pl.lit(0, dtype=pl.UInt32))
    texts = [
        (i, at, text, is_content)
        for i, at, message in odd
        for is_content, found in _texts(message, bare=_shape(batch, i) in bare)
        for text in found
    ]
    place = {"i": pl.UInt32, "at": pl.UInt32}
    places = pl.DataFrame([entry[:2] for entry in odd], schema=place, orient="row")
    plain = messages.join(places, on=PLACE, how="anti", maintain_order="left")
    pieces = pl.concat(
        [
            plain.select(*PLACE, text="content", said=pl.lit(value=True)),
            pl.DataFrame(texts, schema=place | {"text": pl.String, "said": pl.Boolean}, orient="row"),
        ]
    )
    begun, pieces = counting(pieces["text"], vocabulary, counted), pieces.drop("text")

    def add(messages: "DataFrame") -> "DataFrame":
        tokens = pl.col("tokens")
        sums = pieces.with_columns(tokens=begun()).group_by(PLACE)
        added = sums.agg(said=_sum(tokens, pl.col("said")), other=_sum(tokens, ~pl.col("said")))
        joined = messages.join(added, on=PLACE, how="left", maintain_order="left")
        return joined.with_columns(pl.col("said", "other").fill_null(0))

    return add


def _texts(message: dict[str, Any], *, bare: bool) -> list[tuple[bool, Any]]:
    """The content of a message, and its other texts."""
    if bare:
        return [(True, content_texts(message))]
    return [(True, message_texts(message)), (False, other_texts(message))]


def _shape(batch: "Batch", i: int) -> str | None:
    record_shape = batch.record_shapes[i]
    return record_shape.shape.name if record_shape is not None else None


def _message_tokens(messages: "DataFrame", bare: list[str], context: RuleContext) -> "DataFrame":
    written = messages["written_role"].unique().to_list()
    counts = count_all([role_text(role) for role in written], context.encoding)
    own = _mapped("written_role", dict(zip(written, counts, strict=True))) + pl.col("other")
    frames = {shape: token_overhead(context.target, shape) for shape in messages["shape"].unique()}
    each, name, around = (
        _mapped("shape", {shape: getattr(frame, what) for shape, frame in frames.items()})
        for what in ("message", "name", "example")
    )
    beside = (
        pl.when(~pl.col("shape").is_in(bare)).then(own).otherwise(0)
        + each
        + pl.when(pl.col("name").is_not_null()).then(name).otherwise(0)
    )
    return messages.select(*PLACE, "shape", "role", "weight", "wanted", "said", beside=beside, around=around)


def _starts(batch: "Batch", messages: "DataFrame") -> dict[int, int]:
    """The start of the chosen answer of each pair."""
    if not messages["shape"].is_in(PAIRS).any():
        return {}
    return dict(batch.preference_pairs.select("i", "at").iter_rows())


def _answers(starts: dict[int, int]) -> "Expr":
    """The start of the last answer of each message's example; null if it has none."""
    last = _last(_is_role("assistant") & pl.col("wanted") & ~pl.col("shape").is_in(UNANSWERED))
    if not starts:
        return last
    return pl.coalesce(pl.col("i").replace_strict(starts, default=None, return_dtype=pl.UInt32), last)


def _trained(context: RuleContext) -> "Expr":
    """Whether a message is learnt: by its role and weight; and of a pair, or of a completion, the answer alone."""
    roles = context.fact("trained_roles")
    learnt = _is_role(*(roles if isinstance(roles, list) else ["assistant"]))
    if context.reads_weights:
        learnt &= ~pl.col("weight").is_in(OFF).fill_null(value=False)
    learnt &= ~pl.col("shape").is_in(UNANSWERED)
    of_pair = ~pl.col("wanted") | (pl.col("at") >= pl.col("answer"))
    of_completion = _is_role("assistant") & (pl.col("asked").is_null() | (pl.col("at") > pl.col("asked")))
    shape = pl.col("shape")
    alone = pl.when(shape.is_in(PAIRS)).then(of_pair).when(shape.is_in(COMPLETIONS)).then(of_completion)
    return learnt & alone.otherwise(statement=True).fill_null(value=False)


def _is_role(*roles: str) -> "Expr":
    return pl.col("role").is_in(roles).fill_null(value=False)


def _last(which: "Expr") -> "Expr":
    """The index of the last message of the example that matches."""
    return pl.when(which).then("at").max().over("i")


def _sum(numbers: "Expr", which: "Expr") -> "Expr":
    return pl.when(which).then(numbers).otherwise(0).sum()


def _mapped(column: str, numbers: dict[Any, int]) -> "Expr":
    """Decode a column's categories to their numbers."""
    if len(numbers) < 2:
        return pl.lit(next(iter(numbers.values()), 0), dtype=pl.UInt32)
    return pl.col(column).replace_strict(numbers, return_dtype=pl.UInt32)
