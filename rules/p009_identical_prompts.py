"""All prompts, or all completions, are the same: there is nothing to learn.

If every prompt is the same text, the model cannot tell the examples apart; if every completion is, it learns to
say that one thing whatever it is asked. Most often the wrong column was mapped.

There is no fix: look at the columns (`--map prompt=… --map completion=…`). If the prompt is one instruction and the
completions are all you have, leave the prompts empty: that is open-ended generation, more of the same kind of text.

Silent where all prompts are empty (open-ended generation), and for a single row.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, FileGroup, RuleContext, Violation, pl, quote


class IdenticalPrompts(DatasetRule):
    """Keeps one row a batch: the first text of each column and whether all equal it."""

    code, name, severity = "P009", "identical-prompts", "error"

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        pairs = batch.prompt_completions
        if not pairs.height:
            return None
        row: dict[str, object] = {"n": pairs.height}
        for column in ("prompt", "completion"):
            first = pairs[column][0]
            row[column] = first
            row[f"{column}_same"] = bool(pairs[column].eq_missing(first).all())
        schema = {"n": pl.UInt64, "prompt": pl.String, "prompt_same": pl.Boolean}
        return pl.DataFrame([row], schema={**schema, "completion": pl.String, "completion_same": pl.Boolean})

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        pairs = group.batch.prompt_completions
        if not pairs.height:
            return ()
        texts = pairs.group_by(file=group.file_of("i")).agg(pl.col("prompt", "completion").n_unique())
        same = pl.any_horizontal(pl.col("prompt", "completion") == 1)
        return texts.filter(same)["file"].to_list()

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None or int(observed["n"].sum()) < 2:
            return Conclusion()
        violations = []
        for column in ("prompt", "completion"):
            text = observed[column][0]
            if text and bool(observed[f"{column}_same"].all()) and observed[column].n_unique() == 1:
                violations.append(
                    Violation(f"all {observed['n'].sum():,} {column}s are the same: {quote(text)}")
                )
        return Conclusion(violations)

    cases = (
        Case(
            wrong=[{"prompt": "x", "completion": " a"}, {"prompt": "x", "completion": " b"}],
            found=[(None, None)],
        ),
        Case(
            why="both columns",
            wrong=[{"prompt": "x", "completion": " a"}, {"prompt": "x", "completion": " a"}],
            found=[(None, None), (None, None)],
        ),
        Case(
            why="open-ended generation has empty prompts",
            right=[{"prompt": "", "completion": " a"}, {"prompt": "", "completion": " b"}],
        ),
        Case(why="one row is no column", right=[{"prompt": "x", "completion": " a"}]),
        Case(right=[{"prompt": "x", "completion": " a"}, {"prompt": "y", "completion": " b"}]),
    )
