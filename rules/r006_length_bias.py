"""The preferred answer is nearly always the longer one.

What a model learns from preference pairs is whatever tells the two sides apart. Where the preferred answer is
longer in most pairs, that is its length before anything else, and the tuned model gets wordy.

There is no fix: add pairs in which the shorter answer is the better one, or look at how the pairs were labelled.
Some trainers have a setting against it, such as a loss that is normalised by length.

The finding is about the whole dataset and is a note. Lengths are counted in characters. Silent below 50 pairs and
up to a share of 80 %; the options `pairs` and `share` say otherwise. Pairs with an empty answer are not counted.
"""

from __future__ import annotations

from ftlint.rule import Annotated, Batch, Case, Conclusion, DatasetRule, Meta, RuleContext, Violation, pl
from ftlint.rule import Options as RuleOptions

LONG, SHORT = "a long answer, at length", "short"


class LengthBias(DatasetRule):
    """Counts pairs, and those whose preferred answer has more characters."""

    code, name, severity = "R006", "length-bias", "info"

    class Options(RuleOptions):
        """When it is worth a note."""

        share: Annotated[float, Meta(gt=0, lt=1, description="largest share of pairs that is fine")] = 0.8
        pairs: Annotated[int, Meta(ge=1, description="fewest pairs that say anything")] = 50

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        sizes = [pl.col(f"{side}_characters") for side in ("wanted", "rejected")]
        filled = batch.preference_pairs.filter((sizes[0] > 0) & (sizes[1] > 0))
        if not filled.height:
            return None
        return filled.select(n=pl.len().cast(pl.UInt64), longer=(sizes[0] > sizes[1]).sum().cast(pl.UInt64))

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).sum()

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        n, longer = observed.select("n", "longer").row(0) if observed is not None else (0, 0)
        if n < self.options.pairs or longer <= n * self.options.share:
            return Conclusion()
        share = f"{longer / n:.0%}" if longer == n else f"{min(longer / n, 0.999):.1%}"
        return Conclusion([Violation(f"the preferred answer is the longer one in {share} of {n:,} pairs")])

    cases = (
        Case(
            why="always the longer one",
            wrong=[{"prompt": f"{n}", "chosen": LONG, "rejected": SHORT} for n in range(50)],
            found=[(None, None)],
        ),
        Case(
            why="in nine of ten, in OpenAI's pairs",
            wrong=[
                {
                    "input": {"messages": [{"role": "user", "content": f"{n}"}]},
                    "preferred_output": [{"role": "assistant", "content": LONG if n % 10 else SHORT}],
                    "non_preferred_output": [{"role": "assistant", "content": SHORT if n % 10 else LONG}],
                }
                for n in range(60)
            ],
            found=[(None, None)],
        ),
        Case(
            why="in seven of ten, and of equal length",
            right=[
                {
                    "prompt": f"{n}",
                    "chosen": LONG if n % 10 < 7 else SHORT,
                    "rejected": SHORT,
                }
                for n in range(100)
            ],
        ),
        Case(
            why="too few pairs to say",
            right=[{"prompt": f"{n}", "chosen": LONG, "rejected": SHORT} for n in range(49)],
        ),
        Case(
            why="fewer pairs and another share",
            wrong=[
                {"prompt": f"{n}", "chosen": LONG if n < 7 else SHORT, "rejected": SHORT} for n in range(10)
            ],
            found=[(None, None)],
            options={"pairs": 10, "share": 0.6},
        ),
        Case(
            why="no pairs",
            right=[{"prompt": f"{n}", "completion": LONG} for n in range(50)],
        ),
    )
