"""An example has more tokens than the target trains on.

What happens then is the target's business: OpenAI cuts from the end, silently, so that the answer you pay for is
the part that is never trained. Others drop the example or refuse the file.

The fix drops the example, so it is unsafe: you may prefer to shorten it. Tokens are counted exactly, with the
model's own vocabulary; name the model (`--model`) where models differ.

Silent without a target or a model. Where the prompt alone fills the limit, answer-cut says so instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlint.rule import Case, Example, Job, RecordRule, Severity, Spot, pl

LONG = "word " * 3000


class TooLong(RecordRule):
    """A text never has more tokens than bytes, so only examples with more bytes than the limit are counted."""

    code, name, severity, fix = "L001", "too-long", "error", "unsafe"

    def severity_for(self, job: Job) -> Severity | None:
        if job.limit is None:
            return None
        known = job.target is not None and job.target.verified("over_length")
        return "error" if known and job.fact("over_length") in ("dropped", "rejected") else "warning"

    def picks(self, job: Job) -> pl.Expr:
        return pl.col("text_bytes") + pl.col("n_messages") * 8 > (job.limit or 0)

    def look(self, example: Example, job: Job) -> Iterable[Spot]:
        tokens, before_answer = job.tokens(example)
        limit = job.limit or 0
        if tokens > limit and before_answer < limit:
            yield Spot(f"{tokens:,} tokens; {job.who} trains on {limit:,}: {job.over_length}")

    def mend(self, example: Example, spots: Sequence[Spot], job: Job) -> None:
        example.drop()

    cases = (
        Case(
            wrong=[{"prompt": "a ->", "completion": " " + LONG}, {"prompt": "b ->", "completion": " c"}],
            found=[(1, None)],
            fixed=[{"prompt": "b ->", "completion": " c"}],
            settings={"model": "davinci"},
        ),
        Case(
            why="long in bytes, short in tokens",
            right=[{"prompt": "a ->", "completion": " international" * 400}],
            settings={"model": "davinci"},
        ),
        Case(why="no target, no limit", right=[{"prompt": "a ->", "completion": " " + LONG}]),
    )
