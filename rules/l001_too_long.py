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

from ftlint.rule import Annotated, Case, Example, Meta, RecordRule, RuleContext, Severity, Violation, pl
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

    def severity_for(self, context: RuleContext) -> Severity | None:
        if self.options.tokens is None and context.limit is None:
            return None
        certain = self.options.tokens is not None or not _setting(context)
        known = (
            context.target is not None and context.target.verified("over_length") and context.counts_exactly
        )
        lost = context.fact("over_length") in ("dropped", "rejected")
        return "error" if certain and known and lost else "warning"

    def candidates(self, context: RuleContext) -> pl.Expr:
        if context.limit is None or context.chat_template is not None:
            # Sizes were not measured for a limit of this option, and a template adds texts of its own.
            return pl.lit(value=True)
        return pl.col("text_bytes") + pl.col("n_messages") * 8 > (self.options.tokens or context.limit)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        tokens, before_answer = context.tokens(example)
        limit = self.options.tokens or context.limit or 0
        if tokens > limit and before_answer < limit:
            about = "" if context.counts_exactly else "about "
            yield Violation(f"{about}{tokens:,} tokens; {self._limit(limit, context)}: {context.over_length}")

    def _limit(self, limit: int, context: RuleContext) -> str:
        if self.options.tokens is not None:
            return f"{limit:,} are trained on"
        setting = _setting(context)
        unless = f" unless {setting} says otherwise" if setting else ""
        return f"{context.who} trains on {limit:,}{unless}"

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
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


def _setting(context: RuleContext) -> str | None:
    """The trainer's setting that changes the limit, where no model names another."""
    return (
        context.target.text("tokens_setting")
        if context.target is not None and context.model is None
        else None
    )
