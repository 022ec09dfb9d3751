"""An example has more tokens than the target trains on.

What happens then is the target's business: OpenAI cuts from the end, silently, so that the answer you pay for is
the part that is never trained. Others drop the example or refuse the file.

The fix drops the example, so it is unsafe: you may prefer to shorten it. Tokens are counted exactly, with the
model's own vocabulary; name the model (`--model`) where models differ. Where the target trains models of all
kinds, the number is an estimate (`about`), counted with the vocabulary o200k_base, unless `--tokenizer` names the
model's own tokenizer.json.

A trainer's limit is mostly a setting of its own, and then the target's number is only what it is unless you say
otherwise: a warning. Say what you set with the option `tokens`.

Silent without a target or a model that states a limit, unless `tokens` does. Where the prompt alone fills the
limit, answer-cut says so instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlint.rule import Annotated, Case, Example, Job, Meta, RecordRule, Severity, Spot, pl
from ftlint.rule import Options as RuleOptions

LONG = "word " * 3000


class TooLong(RecordRule):
    """A text never has more tokens than bytes, so only examples with more bytes than the limit are counted."""

    code, name, severity, fix = "L001", "too-long", "error", "unsafe"

    class Options(RuleOptions):
        """The limit, where you set it."""

        tokens: Annotated[
            Annotated[int, Meta(gt=0)] | None,
            Meta(description="tokens trained on, instead of the target's number"),
        ] = None

    def severity_for(self, job: Job) -> Severity | None:
        if self.options.tokens is None and job.limit is None:
            return None
        certain = self.options.tokens is not None or not _setting(job)
        known = job.target is not None and job.target.verified("over_length") and job.counts_exactly
        lost = job.fact("over_length") in ("dropped", "rejected")
        return "error" if certain and known and lost else "warning"

    def picks(self, job: Job) -> pl.Expr:
        if job.limit is None:
            # Nobody but this option asked for a limit, so sizes were not measured.
            return pl.lit(value=True)
        return pl.col("text_bytes") + pl.col("n_messages") * 8 > (self.options.tokens or job.limit)

    def look(self, example: Example, job: Job) -> Iterable[Spot]:
        tokens, before_answer = job.tokens(example)
        limit = self.options.tokens or job.limit or 0
        if tokens > limit and before_answer < limit:
            about = "" if job.counts_exactly else "about "
            yield Spot(f"{about}{tokens:,} tokens; {self._limit(limit, job)}: {job.over_length}")

    def _limit(self, limit: int, job: Job) -> str:
        if self.options.tokens is not None:
            return f"{limit:,} are trained on"
        setting = _setting(job)
        unless = f" unless {setting} says otherwise" if setting else ""
        return f"{job.who} trains on {limit:,}{unless}"

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
        Case(
            why="a limit of your own, lower than the target's and without one",
            wrong=[{"prompt": "a ->", "completion": " b c d e f g h"}, {"prompt": "b", "completion": " c"}],
            found=[(1, None)],
            options={"tokens": 5},
        ),
        Case(
            why="a limit of your own, higher than what the trainer has unless it is told",
            right=[{"prompt": "a ->", "completion": " " + LONG}],
            settings={"target": "trl-sft"},
            options={"tokens": 8192},
        ),
        Case(
            why="a trainer's limit",
            wrong=[{"prompt": "a ->", "completion": " " + LONG}],
            found=[(1, None)],
            settings={"target": "trl-sft"},
        ),
    )


def _setting(job: Job) -> str | None:
    """The trainer's setting that changes the limit, where no model names another."""
    return job.target.text("tokens_setting") if job.target is not None and job.model is None else None
