"""A preference pair has its answers under other names than OpenAI's.

The fields are `preferred_output` and `non_preferred_output`. OpenAI's own API description of 2025 called them
`preferred_completion` and `non_preferred_completion` by mistake, and people who come from TRL write `chosen` and
`rejected`. Under such names the file is refused.

The fix writes the right names, in place. No text changes, so it is safe. Each name is reported once, at the first
record that has it.

Silent where a target is named that does not read OpenAI's pairs (wrong-shape), for pairs in TRL's own layout,
whose names are right there, and for names that differ in capitals and blanks only (header-alias).
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Example,
    RuleContext,
    Severity,
    Violation,
    pl,
    quote,
)

FIELDS = ("preferred_output", "non_preferred_output")
QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}
GOOD = {"input": {"messages": [QUESTION]}, "preferred_output": [ANSWER], "non_preferred_output": [OTHER]}


class OldFieldNames(DatasetRule):
    """Names that stand for the two answers, each with its first record."""

    code, name, severity, fix = "R003", "old-field-names", "error", "safe"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.target is None or "preference" in context.target.shapes else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        found: dict[tuple[str, str], list[int]] = {}
        if any(kind is not None and _old(kind) for kind in batch.detected_shapes):
            for i, sighting in enumerate(batch.record_shapes):
                for pair in _old(sighting) if sighting is not None else ():
                    found.setdefault(pair, [i, 0])[1] += 1
        if not found:
            return None
        return pl.DataFrame(
            [(*pair, n, batch.rows[i], batch.lines[i]) for pair, (i, n) in found.items()],
            schema={
                "key": pl.String,
                "field": pl.String,
                "n": pl.UInt64,
                "row": pl.UInt64,
                "line": pl.UInt64,
            },
            orient="row",
        )

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        sums = (pl.col("n").sum(), pl.col("row").min(), pl.col("line").min())
        return pl.concat(frames).group_by("key", "field").agg(*sums).sort("row", "key", "field")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        violations = [
            Violation(
                f'{quote(key)} should be "{field}" ({n:,} record{"s" if n != 1 else ""})',
                path=key,
                row=row,
                line=line,
            )
            for key, field, n, row, line in observed.select("key", "field", "n", "row", "line").rows()
        ]
        return Conclusion(violations, decision={"apply": True})

    def apply_decision(self, example: Example, decision: dict[str, Any], context: RuleContext) -> None:
        names = {key: field for key, field in _old(example.sighting) if field not in example.record}
        if names:
            example.rename(names)

    cases = (
        Case(
            why="the names of 2025, reported once",
            wrong=[
                GOOD,
                *(
                    {
                        "input": {"messages": [QUESTION]},
                        "preferred_completion": [ANSWER],
                        "non_preferred_completion": [OTHER],
                    }
                    for _ in range(2)
                ),
            ],
            found=[(2, "non_preferred_completion"), (2, "preferred_completion")],
            fixed=[GOOD, GOOD, GOOD],
        ),
        Case(
            why="TRL's names in OpenAI's layout",
            wrong=[{"input": {"messages": [QUESTION]}, "chosen": [ANSWER], "rejected": [OTHER]}],
            found=[(1, "chosen"), (1, "rejected")],
            severity="error",
            fixed=[GOOD],
            settings={"target": "openai-dpo"},
        ),
        Case(why="the right names", right=[GOOD]),
        Case(
            why="TRL's own layout, with a prompt that has any name",
            right=[
                {"prompt": "a", "chosen": "b", "rejected": "c"},
                {"input": "a", "chosen": "b", "rejected": "c"},
                {"chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]},
            ],
        ),
        Case(
            why="a target that reads other pairs is told to convert, once",
            right=[{"input": {"messages": [QUESTION]}, "chosen": [ANSWER], "rejected": [OTHER]}],
            settings={"target": "llamafactory"},
        ),
    )


def _old(sighting: Any) -> list[tuple[str, str]]:
    """The (key, field) pairs of a sighting that are other names for the two answers."""
    if sighting.shape.name != "preference":
        return []
    return [
        (key, field)
        for key, field in sighting.renamed
        if field in FIELDS and "_".join(key.casefold().replace("-", " ").replace("_", " ").split()) != field
    ]
