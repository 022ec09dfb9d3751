"""The records are good, but of another shape than the target reads.

This is the most common reason why a job is refused: ShareGPT's turns or prompts and completions where the
target reads `messages`, or the reverse. The error that comes back is mostly a bare KeyError.

The message holds the command that converts the file. It is no fix of `--fix`, because it makes a new file of
another shape: `ftlint convert` says what could not be carried over.

Silent without a target, and for records that fit no shape at all (unknown-shape).
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, RuleContext, Severity, Violation, pl

CHAT = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
PAIR = {"prompt": "a", "completion": " b"}
TURNS = {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}


class WrongShape(DatasetRule):
    """Counts the records of each shape that is not the target's."""

    code, name, severity = "S003", "wrong-shape", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.target is not None else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        wanted = list(context.target.shapes) if context.target is not None else []
        others = batch.examples.filter(~pl.col("shape").is_in(wanted))
        return others.group_by("shape").agg(n=pl.len().cast(pl.UInt64))

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).group_by("shape").agg(pl.col("n").sum()).sort("shape")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None or context.target is None:
            return Conclusion()
        wanted, target = " or ".join(context.target.shapes), context.target.name
        return Conclusion(
            [
                Violation(
                    f"{n:,} record{' is' if n == 1 else 's are'} {shape}, where {target} reads {wanted}: "
                    f"ftlint convert IN -o OUT --to {target}"
                )
                for shape, n in observed.select("shape", "n").rows()
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
            why="each other shape is told once",
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
        Case(why="the target's own shape", right=[CHAT], settings={"target": "openai-chat"}),
        Case(why="a record without a shape", right=[{"title": "a"}], settings={"target": "openai-chat"}),
        Case(why="no target, no wrong shape", right=[TURNS]),
    )
