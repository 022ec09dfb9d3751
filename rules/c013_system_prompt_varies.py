"""The examples have several system prompts, or some have none.

A tuned model expects the system prompt that it was trained with. Where a few examples have another one or none, it
is mostly a forgotten version of it, and at inference the model behaves as if it had two minds. It may also be meant:
several tasks in one dataset.

The finding is about the whole dataset and is a note: the shares of the prompts, with the line of each one's first
example. Blanks around a prompt do not count.

There is no fix: which prompt is the right one, only you know.

Silent where every example has the same prompt, or none has any; and where prompts hold what belongs to the example,
such as a document or a date: where more than half of the examples with a prompt have one of their own, or no prompt
stands in a tenth of them. Silent for shapes without instructions, and below 10 examples, of which shares say
little; the option `examples` says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import (
    SHAPES,
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    Meta,
    RuleContext,
    Violation,
    pl,
)
from ftlint.rule import Options as RuleOptions

HOLDING = [shape.name for shape in SHAPES.values() if shape.roles]
MOST = 5
SYSTEM, OTHER = {"role": "system", "content": "s"}, {"role": "system", "content": "t"}
FEW = {"examples": 1}
ASKED = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]


class SystemPromptVaries(DatasetRule):
    """Counts the examples of each system prompt by a 64-bit digest; a null digest stands for none."""

    code, name, severity = "C013", "system-prompt-varies", "info"
    keys = ("digest",)

    class Options(RuleOptions):
        """From how many examples on shares say anything."""

        examples: Annotated[int, Meta(ge=1, description="fewest examples")] = 10

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        first = batch.messages.filter(pl.col("at") == 0).filter(pl.col("shape").is_in(HOLDING))
        if not first.height:
            return None
        prompt = pl.col("content").fill_null("").str.strip_chars().hash(17)
        frame = first.select(
            digest=pl.when(pl.col("role").is_in(["system", "developer"])).then(prompt),
            n=pl.lit(1, dtype=pl.UInt64),
            **{place: batch.examples[place].gather(first["i"]) for place in ("row", "line")},
        )
        return _sums(frame)

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        return group.with_records(self.options.examples)

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return _sums(pl.concat(frames))

    def reduce(self, observed: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        # The prompts that most examples have, one by one; of the others only how many there are.
        prompts = observed.filter(pl.col("digest").is_not_null()).sort(["n", "row"], descending=[True, False])
        once = (pl.col("n") == 1).cast(pl.UInt64)
        others = prompts[MOST:].select(prompts=pl.len().cast(pl.UInt64), once=once.sum(), n=pl.col("n").sum())
        without = observed.filter(pl.col("digest").is_null()).select("n", without=pl.lit(True))
        each = prompts.head(MOST).with_columns(prompts=pl.lit(1, pl.UInt64), once=once)
        return pl.concat([each, others, without], how="diagonal")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        prompts = observed.filter(pl.col("digest").is_not_null()).sort(["n", "row"], descending=[True, False])
        without = int(observed.filter(pl.col("without"))["n"].sum())
        total, different = int(observed["n"].sum()), int(observed["prompts"].sum())
        varied = different + bool(without) > 1 and different > 0 and total >= self.options.examples
        if not varied or _belong_to_examples(
            int(prompts["n"][0]), int(observed["once"].sum()), total - without
        ):
            return Conclusion()
        shares = [
            f"{_share(n, total)} (line {line:,})" for n, line in prompts.head(MOST).select("n", "line").rows()
        ]
        if different > MOST:
            shares.append(f"and {different - MOST:,} more")
        listed = f"{different:,} system prompt{'s' if different > 1 else ''}: {', '.join(shares)}"
        return Conclusion([Violation(f"{listed}; none in {_share(without, total)}" if without else listed)])

    cases = (
        Case(
            why="three prompts, and examples without one",
            wrong=[
                *[{"messages": [SYSTEM, *ASKED]} for _ in range(4)],
                *[{"messages": [OTHER, *ASKED]} for _ in range(2)],
                {"messages": ASKED},
            ],
            found=[(None, None)],
            options=FEW,
            severity="info",
        ),
        Case(
            why="one prompt, which a few examples lack",
            wrong=[{"messages": [SYSTEM, *ASKED]}, {"messages": [SYSTEM, *ASKED]}, {"messages": ASKED}],
            found=[(None, None)],
            options=FEW,
        ),
        Case(
            why="in ShareGPT's turns and beside them, and in pairs",
            wrong=[
                *[
                    {
                        "system": "s",
                        "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
                    }
                ]
                * 2,
                {
                    "conversations": [
                        {"from": "system", "value": "t"},
                        {"from": "human", "value": "a"},
                    ],
                    "chosen": {"from": "gpt", "value": "b"},
                    "rejected": {"from": "gpt", "value": "c"},
                },
            ],
            found=[(None, None)],
            options=FEW,
        ),
        Case(
            why="the same prompt everywhere, with blanks around it",
            right=[
                {"messages": [SYSTEM, *ASKED]},
                {"messages": [{"role": "system", "content": " s\n"}, *ASKED]},
            ],
            options=FEW,
        ),
        Case(why="none anywhere", right=[{"messages": ASKED}, {"messages": ASKED}], options=FEW),
        Case(why="nine examples", right=[{"messages": [SYSTEM, *ASKED]}] * 8 + [{"messages": ASKED}]),
        Case(
            why="every example has its own: a document, a date",
            right=[{"messages": [{"role": "system", "content": f"document {n}"}, *ASKED]} for n in range(12)],
        ),
        Case(
            why="a document for every two examples",
            right=[
                {"messages": [{"role": "system", "content": f"document {n // 2}"}, *ASKED]} for n in range(24)
            ],
        ),
        Case(
            why="a prompt for all, and a few that were misspelt",
            wrong=[{"messages": [SYSTEM, *ASKED]}] * 9
            + [{"messages": [{"role": "system", "content": f"s{n}"}, *ASKED]} for n in range(4)],
            found=[(None, None)],
            options=FEW,
        ),
        Case(
            why="shapes without instructions",
            right=[
                {"prompt": "a", "completion": "b"},
                {"text": "a"},
                {"instruction": "a", "output": "b", "system": "s"},
            ],
            options=FEW,
        ),
    )


def _sums(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by("digest").agg(pl.col("n").sum(), pl.col("row").min(), pl.col("line").min())


def _belong_to_examples(most: int, once: int, examples: int) -> bool:
    """Whether prompts say something about the example rather than the task: by how many examples have the most frequent
    one, and how many prompts stand in one only.
    """
    return (once > 1 and once > examples / 2) or most < examples / 10


def _share(n: int, total: int) -> str:
    """A share in percent that says neither nothing nor all where it is not."""
    percent = 100 * n / total
    return f"{min(max(percent, 0.1), 99.9):.1f} %" if n < total else "100 %"
