"""The records are good, but of another shape than the target reads.

This is the most common reason why a job is refused: ShareGPT's turns or prompts and completions where the
target reads `messages`, or the reverse. The error that comes back is mostly a bare KeyError.

The message holds the command that converts the file. It is no fix of `--fix`, because it makes a new file of
another shape: `ftlint convert` says what could not be carried over. Where no record could be converted, because each
lacks a rejected answer, a label or an answer, the message says so instead.

Silent without a target, and for records that fit no shape at all (unknown-shape).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ftlint.rule import (
    SHAPES,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    RuleContext,
    Severity,
    Violation,
    pl,
    truth_of,
)

CHAT = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
PAIR = {"prompt": "a", "completion": " b"}
LONG = {"messages": CHAT["messages"] * 2}
TURNS = {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}


SINGLE = "^[sd]*u?a$"


LABELS = ("label", "kto_tag")


def _remedy(name: str, single: int, labelled: int, target: str, wanted: Iterable[str]) -> str:
    """How records of a shape become those that the target reads.

    Some have a ``single`` answer, and some are ``labelled`` by a text or a number that is true or false.
    """
    shape, shapes = SHAPES[name], [SHAPES[other] for other in wanted]
    shapes = [other for other in shapes if shape.is_preference or not other.is_preference]
    if not shapes:
        return "each needs a rejected answer, too, which no command can make"
    shapes = [other for other in shapes if shape.has_label or labelled or not other.has_label]
    if not shapes:
        return "each needs a label that says whether its answer is wanted, which no command can make"
    if not shape.answered and all(other.answered for other in shapes):
        return "each needs an answer, which no command can make"
    if not single and all(other.name == "completion" for other in shapes):
        return f"ftlint prepare IN --target {target} --expand-turns makes an example of each answer"
    return f"ftlint convert IN -o OUT --to {target}"


def _labelled(batch: Batch) -> list[int]:
    """The records with a label that says whether their answer is wanted, however it is written."""
    keys = batch.keys.intersection(LABELS)
    records = enumerate(batch.records) if keys else ()
    return [i for i, record in records if any(truth_of(record.get(key)) is not None for key in keys)]


class WrongShape(DatasetRule):
    """Counts the records of each shape that is not the target's."""

    code, name, severity = "S003", "wrong-shape", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.target is not None else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        wanted = list(context.target.shapes) if context.target is not None else []
        others = batch.examples.filter(~pl.col("shape").is_in(wanted))
        single = pl.col("roles").str.contains(SINGLE) & (pl.col("n_calls") == 0)
        counts = {
            "n": pl.len(),
            "single": single.sum(),
            "labelled": pl.col("i").is_in(_labelled(batch)).sum(),
        }
        return others.group_by("shape").agg(**{name: n.cast(pl.UInt64) for name, n in counts.items()})

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        wanted = context.target.shapes if context.target is not None else ()
        shapes = group.batch.record_shapes
        return group.of_records(
            i for i, shape in enumerate(shapes) if shape is not None and shape.shape.name not in wanted
        )

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).group_by("shape").agg(pl.col("n", "single", "labelled").sum()).sort("shape")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None or context.target is None:
            return Conclusion()
        wanted, target = " or ".join(context.target.shapes), context.target.name
        return Conclusion(
            [
                Violation(
                    f"{n:,} record{' is' if n == 1 else 's are'} {shape}, where {target} reads {wanted}: "
                    f"{_remedy(shape, single, labelled, target, context.target.shapes)}"
                )
                for shape, n, single, labelled in observed.select("shape", "n", "single", "labelled").rows()
            ]
        )

    cases = (
        Case(
            why="ShareGPT's turns for a target that reads messages",
            wrong=[TURNS, TURNS],
            found=[(None, None)],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="each other shape is reported once",
            wrong=[TURNS, CHAT, PAIR],
            found=[(None, None), (None, None)],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="chats for a target that reads prompts and completions",
            wrong=[CHAT],
            found=[(None, None)],
            settings={"target": "openai-completions"},
        ),
        Case(
            why="pairs are wanted, which no conversion can make",
            wrong=[CHAT],
            found=[(None, None)],
            settings={"target": "openai-dpo"},
        ),
        Case(
            why="a label is wanted",
            wrong=[CHAT],
            found=[(None, None)],
            settings={"target": "trl-kto"},
        ),
        Case(
            why="prompts without answers",
            wrong=[{"prompt": [{"role": "user", "content": "a"}]}],
            found=[(None, None)],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="conversations of several turns for a target that reads single ones",
            wrong=[LONG],
            found=[(None, None)],
            settings={"target": "bedrock-llama"},
        ),
        Case(why="the target's own shape", right=[CHAT], settings={"target": "openai-chat"}),
        Case(why="a record without a shape", right=[{"title": "a"}], settings={"target": "openai-chat"}),
        Case(why="no target, no wrong shape", right=[TURNS]),
    )
