"""A line of a transcript begins with the name of somebody whom `--turns` does not name.

`--turns "Customer=user,Agent=assistant"` reads a transcript as messages. What a third one says (`Supervisor: I take
over.`) belongs to no message of its own then: it becomes the end of what the one before has said, and the model learns
to speak for both.

There is no fix: name the speaker with a role (`--turns "…,Supervisor=assistant"`), or take the lines out.

Up to three words with capitals before a colon count as a name where they begin several lines of the dataset. Silent
without `--turns`, and for a name in one line only and words such as Note, Subject or Example.
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, RuleContext, Violation, pl, quote

TURNS = {"turns": "Customer=user,Agent=assistant"}
FEWEST = 2
FIRST = ("row", "line", "path")


class UndeclaredSpeaker(DatasetRule):
    """Counts the records with each name, and remembers the first."""

    code, name, severity = "C018", "undeclared-speaker", "warning"

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        found = batch.schema_violations.filter(pl.col("kind") == "speaker")
        if not found.height:
            return None
        return _by_name(
            found.select(
                "path",
                speaker="message",
                row=pl.Series(batch.rows, dtype=pl.UInt64).gather(found["i"]),
                line=pl.Series(batch.lines, dtype=pl.UInt64).gather(found["i"]),
                n=pl.lit(1, dtype=pl.UInt64),
            )
        )

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return _by_name(pl.concat(frames))

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        often = observed.filter(pl.col("n") >= FEWEST).sort("row", "speaker")
        return Conclusion(
            [
                Violation(
                    f"{quote(speaker)} begins lines of {n:,} records; --turns does not name it",
                    path,
                    row,
                    line,
                )
                for speaker, n, row, line, path in often.select("speaker", "n", *FIRST).rows()
            ]
        )

    cases = (
        Case(
            why="a third speaker",
            wrong=[
                {"text": "Customer: Open?\nAgent: Let me ask.\nSupervisor: Until six."},
                {"text": "Customer: Closed?\nAgent: No.\nSupervisor: Not yet."},
            ],
            found=[(1, "text")],
            settings=TURNS,
        ),
        Case(
            why="declared names in any case, and notes",
            right=[
                {"text": "customer: Open?\nAGENT: Yes.\nNote: until six."},
                {"text": "[10:32] Customer: Open?\n[Agent] Yes.\nNote: until six."},
            ],
            settings=TURNS,
        ),
        Case(
            why="without turns a text is a text",
            right=[{"text": "Anna: a\nBen: b"}, {"text": "Anna: a\nBen: b"}],
        ),
    )


def _by_name(found: pl.DataFrame) -> pl.DataFrame:
    """One row a name: the number of records, and the first of them."""
    return (
        found.sort("row", maintain_order=True)
        .group_by("speaker", maintain_order=True)
        .agg(pl.col("n").sum(), pl.col(FIRST).first())
    )
