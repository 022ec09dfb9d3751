"""Some examples have a weight and others have none.

A weight beside the messages says how much the whole example counts. Some targets want it in every example or in
none, and refuse the file otherwise.

There is no fix: give the others a weight, too, or take it out everywhere.

An error where the target's documentation demands it, else a warning. Silent without a target and for every other
target, and for weights of messages (bad-weight, nothing-trained). The finding stands at the first example without
a weight; null is none.
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, RuleContext, Severity, Violation, pl

MESSAGES = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
COLUMNS = {"n": "UInt64", "have": "UInt64", "row": "UInt64", "line": "UInt64"}
FIREWORKS = {"target": "fireworks"}


class WeightInSome(DatasetRule):
    """Counts examples with a weight, and remembers the first without."""

    code, name, severity = "C016", "weight-in-some", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return (
            context.severity_of_fact("example_weight")
            if context.fact("example_weight") == "all_or_none"
            else None
        )

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        seen = [i for i, sighting in enumerate(batch.record_shapes) if sighting is not None]
        if not seen:
            return None
        have = (
            {i for i in seen if batch.records[i].get("weight") is not None}
            if "weight" in batch.keys
            else set()
        )
        lacking = next((i for i in seen if i not in have), None)
        place = (None, None) if lacking is None else (batch.rows[lacking], batch.lines[lacking])
        types = {name: getattr(pl, kind) for name, kind in COLUMNS.items()}
        return pl.DataFrame([(len(seen), len(have), *place)], schema=types, orient="row")

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        sums = pl.col("n", "have").sum()
        return pl.concat(frames).select(sums, pl.col("row", "line").min())

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        n, have, row, line = observed.select(*COLUMNS).row(0) if observed is not None else (0, 0, None, None)
        if have in (0, n):
            return Conclusion()
        who = context.target.name if context.target is not None else "the target"
        message = (
            f"{have:,} of {n:,} examples have a weight, where {who} wants it in all or in none; this has none"
        )
        return Conclusion([Violation(message, "weight", row, line)])

    cases = (
        Case(
            why="one example without, another with null",
            wrong=[
                {"messages": MESSAGES, "weight": 0.5},
                {"messages": MESSAGES},
                {"messages": MESSAGES, "weight": None},
            ],
            found=[(2, "weight")],
            severity="error",
            settings=FIREWORKS,
        ),
        Case(
            why="in every example",
            right=[{"messages": MESSAGES, "weight": 0.5}, {"messages": MESSAGES, "weight": 0}],
            settings=FIREWORKS,
        ),
        Case(
            why="in none, whatever the messages weigh",
            right=[{"messages": [MESSAGES[0], {**MESSAGES[1], "weight": 0}]}, {"messages": MESSAGES}],
            settings=FIREWORKS,
        ),
        Case(
            why="a target that allows it in some",
            right=[{"messages": MESSAGES, "weight": 0.5}, {"messages": MESSAGES}],
            settings={"target": "together"},
        ),
        Case(
            why="without a target nobody minds",
            right=[{"messages": MESSAGES, "weight": 2}, {"messages": MESSAGES}],
        ),
    )
