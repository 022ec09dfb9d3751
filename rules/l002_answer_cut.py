"""The prompt alone fills the limit: nothing of the answer is trained.

Everything before the last answer takes as many tokens as the target trains on, or more. Where long examples are
cut from the end, this one trains on nothing at all, and its loss is zero or not a number.

The fix drops the example, so it is unsafe: you may prefer to shorten the prompt.

A warning where the limit is a setting of the trainer's, or where tokens are an estimate (see too-long). Say what
you set with the option `tokens`.

Silent without a target or a model that states a limit, unless `tokens` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlint.rule import Annotated, Case, Example, Meta, RecordRule, RuleContext, Severity, Violation, pl
from ftlint.rule import Options as RuleOptions

LONG = "word " * 3000


class AnswerCut(RecordRule):
    """Counts only examples that have more bytes than the limit has tokens."""

    code, name, severity, fix = "L002", "answer-cut", "error", "unsafe"

    class Options(RuleOptions):
        """The limit, where you set it."""

        tokens: Annotated[
            Annotated[int, Meta(gt=0)] | None,
            Meta(description="tokens trained on, instead of the target's number"),
        ] = None

    def severity_for(self, context: RuleContext) -> Severity | None:
        if self.options.tokens is None and context.limit is None:
            return None
        certain = self.options.tokens is not None or not _setting(context)
        return self.severity if certain and context.counts_exactly else "warning"

    def candidates(self, context: RuleContext) -> pl.Expr:
        if context.limit is None or context.chat_template is not None:
            # Sizes were not measured for a limit of this option, and a template adds texts of its own.
            return pl.lit(value=True)
        return pl.col("text_bytes") + pl.col("n_messages") * 8 > (self.options.tokens or context.limit)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        _, before_answer = context.tokens(example)
        limit = self.options.tokens or context.limit or 0
        if before_answer >= limit:
            about = "" if context.counts_exactly else "about "
            yield Violation(
                f"{about}{before_answer:,} tokens stand before the answer; {self._limit(limit, context)} in all"
            )

    def _limit(self, limit: int, context: RuleContext) -> str:
        if self.options.tokens is not None:
            return f"{limit:,} are trained on"
        setting = _setting(context)
        unless = f", unless {setting} says otherwise," if setting else ""
        return f"{context.who} trains on {limit:,}{unless}"

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
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
        Case(
            why="a limit of your own",
            wrong=[
                {"prompt": "a b c d e f g h i j", "completion": " k"},
                {"prompt": "a", "completion": " b"},
            ],
            found=[(1, None)],
            options={"tokens": 8},
        ),
        Case(
            why="a trainer's limit",
            wrong=[{"prompt": LONG, "completion": " yes"}],
            found=[(1, None)],
            settings={"target": "trl-sft"},
        ),
    )


def _setting(context: RuleContext) -> str | None:
    """The trainer's setting that changes the limit, where no model names another."""
    return (
        context.target.text("tokens_setting")
        if context.target is not None and context.model is None
        else None
    )
