"""The prompt alone fills the limit: nothing of the answer is trained.

Everything before the last answer takes as many tokens as the target trains on, or more. Where long examples are
cut from the end, this one trains on nothing at all, and its loss is zero or not a number.

The fix drops the example, so it is unsafe: you may prefer to shorten the prompt.

Silent without a target or a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlint.rule import Case, Example, Job, RecordRule, Severity, Spot, pl

LONG = "word " * 3000


class AnswerCut(RecordRule):
    """Counts only examples that have more bytes than the limit has tokens."""

    code, name, severity, fix = "L002", "answer-cut", "error", "unsafe"

    def severity_for(self, job: Job) -> Severity | None:
        return self.severity if job.limit is not None else None

    def picks(self, job: Job) -> pl.Expr:
        return pl.col("text_bytes") + pl.col("n_messages") * 8 > (job.limit or 0)

    def look(self, example: Example, job: Job) -> Iterable[Spot]:
        _, before_answer = job.tokens(example)
        limit = job.limit or 0
        if before_answer >= limit:
            yield Spot(
                f"{before_answer:,} tokens stand before the answer; {job.who} trains on {limit:,} in all"
            )

    def mend(self, example: Example, spots: Sequence[Spot], job: Job) -> None:
        example.drop()

    cases = (
        Case(
            wrong=[{"prompt": LONG, "completion": " yes"}, {"prompt": "b ->", "completion": " c"}],
            found=[(1, None)],
            fixed=[{"prompt": "b ->", "completion": " c"}],
            settings={"model": "davinci"},
        ),
        Case(
            why="some of the answer is still trained: too-long says so",
            right=[{"prompt": "a ->", "completion": " " + LONG}],
            settings={"model": "davinci"},
        ),
        Case(why="no target, no limit", right=[{"prompt": LONG, "completion": " yes"}]),
    )
