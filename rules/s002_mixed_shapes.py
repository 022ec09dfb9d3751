"""Records of different shapes stand in one dataset.

Trainers read all records in one way, mostly the way of the first one. Records of another shape are refused,
or read as empty. It happens where files from two sources are joined.

The shape of most records is taken for the dataset's; of equals, the first by name. Each other shape is reported
once, at its first record, with the numbers. There is no fix: convert the parts on their own with
`ftlint convert`, then join them.

Silent where all records have one shape, even if their fields are spelled differently, or if some have a system
prompt, tools or an input and others do not. Records without any shape are reported as unknown-shape.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import (
    COMPATIBLE,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    RuleContext,
    Violation,
    pl,
)

CHAT = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
PAIR = {"prompt": "a", "completion": " b"}


class MixedShapes(DatasetRule):
    """Counts the records of each shape and remembers the first."""

    code, name, severity = "S002", "mixed-shapes", "error"

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        known = batch.examples.filter(pl.col("shape").is_not_null()).with_columns(
            pl.col("shape").replace(COMPATIBLE)
        )
        return known.group_by("shape").agg(
            n=pl.len().cast(pl.UInt64), row=pl.col("row").min(), line=pl.col("line").min()
        )

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        shapes = group.by_file([shape and shape.shape.name for shape in group.batch.record_shapes])
        return [number for number, names in enumerate(shapes) if len({*names} - {None}) > 1]

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return (
            pl.concat(frames)
            .group_by("shape")
            .agg(pl.col("n").sum(), pl.col("row").min(), pl.col("line").min())
            .sort("shape")
        )

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None or observed.height < 2:
            return Conclusion()
        most, *others = observed.sort(["n", "shape"], descending=[True, False]).to_dicts()
        total = observed["n"].sum()
        return Conclusion(
            [
                Violation(
                    f"{other['n']:,} of {total:,} records {_are(other['n'])} {other['shape']}, "
                    f"{most['n']:,} {_are(most['n'])} {most['shape']}; this is the first {other['shape']} one",
                    row=other["row"],
                    line=other["line"],
                )
                for other in sorted(others, key=lambda other: other["row"])
            ]
        )

    cases = (
        Case(
            why="Claude's shape without its system text is chat",
            right=[{"system": "s", **CHAT}, CHAT],
        ),
        Case(
            why="one prompt and completion among chats",
            wrong=[CHAT, PAIR, CHAT],
            found=[(2, None)],
        ),
        Case(
            why="of equals the first by name is the dataset's",
            wrong=[PAIR, CHAT],
            found=[(1, None)],
        ),
        Case(
            why="each other shape is reported once",
            wrong=[PAIR, PAIR, {"text": "c"}, CHAT, CHAT, PAIR],
            found=[(3, None), (4, None)],
        ),
        Case(
            why="tools and a system prompt make no other shape",
            right=[
                CHAT,
                {"messages": [{"role": "system", "content": "s"}, *CHAT["messages"]], "tools": []},
            ],
        ),
        Case(
            why="nor do other names for the same fields",
            right=[PAIR, {"Question": "a", "Answer": "b"}],
        ),
        Case(why="a record without a shape is not counted", right=[PAIR, {"title": "a"}]),
    )


def _are(n: int) -> str:
    return "is" if n == 1 else "are"
