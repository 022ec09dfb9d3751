"""Examples times epochs, or tokens times epochs, are more than the target takes in one job.

Some targets limit the work of a job and not only the file: every example counts as often as it is trained on.
A file that is within all other limits is refused then, or stops halfway.

There is no fix: train fewer epochs, or on fewer examples. Say with the option `epochs` how many you ask for;
otherwise those are counted that the target trains unless it is told, or one where nobody says how many those are.
No text has more tokens than bytes, so tokens are only counted where the bytes alone could be too many.

Silent without a target that states such a limit, and for a file that is held out from training (few-examples says
which those are): it is trained in no epoch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Meta,
    RuleContext,
    Severity,
    Violation,
    pl,
)
from ftlint.rule import Options as RuleOptions

TOKENS_AROUND = 16
"""More than any example costs beside its texts, for each of its messages."""


class TooMuchWork(DatasetRule):
    """Counts examples and bytes; tokens are counted in a second look, if at all."""

    code, name, severity = "L005", "too-much-work", "warning"
    training_only = True

    class Options(RuleOptions):
        """How long you train, and limits of your own."""

        epochs: Annotated[
            Annotated[float, Meta(gt=0)] | None, Meta(description="epochs that you ask for")
        ] = None
        work: Annotated[
            Annotated[int, Meta(gt=0)] | None,
            Meta(description="most examples times epochs, instead of the target's number"),
        ] = None
        token_work: Annotated[
            Annotated[int, Meta(gt=0)] | None,
            Meta(description="most tokens times epochs, instead of the target's number"),
        ] = None

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if self._most(context) != (None, None) else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        size = 0
        if self._most(context)[1] is not None:
            texts = int(batch.texts["text"].str.len_bytes().sum() or 0)
            size = texts + batch.messages.height * TOKENS_AROUND
        examples = batch.examples["shape"].is_not_null().sum()
        return pl.DataFrame({"examples": [examples], "size": [size]}).cast(pl.UInt64)

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).sum()

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        examples, size = observed.row(0)
        most, most_tokens = self._most(context)
        epochs = self._epochs(examples, context)
        violations = []
        if most is not None and examples * epochs > most:
            violations.append(Violation(self._say("examples", examples, epochs, most, context)))
        counts = most_tokens is not None and size * epochs > most_tokens
        return Conclusion(violations, decision={"again": True, "examples": examples} if counts else None)

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        return []

    def observe_second_pass(
        self, batch: Batch, decision: dict[str, Any], context: RuleContext
    ) -> pl.DataFrame | None:
        good = [i for i, sighting in enumerate(batch.record_shapes) if sighting is not None]
        tokens = [context.tokens(batch.example(i))[0] for i in good]
        limit = context.limit
        billed = tokens if limit is None else [min(count, limit) for count in tokens]
        return pl.DataFrame({"tokens": [sum(billed)]}, schema={"tokens": pl.UInt64})

    def conclude_second_pass(
        self, observed: pl.DataFrame | None, decision: dict[str, Any], context: RuleContext
    ) -> Iterable[Violation]:
        _, most = self._most(context)
        tokens = 0 if observed is None else int(observed["tokens"].sum())
        epochs = self._epochs(decision["examples"], context)
        if most is not None and tokens * epochs > most:
            yield Violation(self._say("tokens", tokens, epochs, most, context))

    def _most(self, context: RuleContext) -> tuple[int | None, int | None]:
        """Most examples times epochs, and most tokens times epochs."""
        work, tokens = self.options.work, self.options.token_work
        if context.target is not None:
            work = context.target.number("max_work") if work is None else work
            tokens = context.target.number("max_token_work") if tokens is None else tokens
        return work, tokens

    def _epochs(self, examples: int, context: RuleContext) -> float:
        """The epochs asked for, else those that are trained by default, else at least one."""
        usual = context.target.epochs(examples) if context.target is not None else None
        return float(self.options.epochs or usual or 1)

    def _say(self, what: str, n: int, epochs: float, most: int, context: RuleContext) -> str:
        asked = "" if self.options.epochs is not None else " (unless you ask for others)"
        who = context.target.name if context.target is not None else "you"
        takes = "take" if context.target is None else "takes"
        times = f"{epochs:g} epoch{'' if epochs == 1 else 's'}{asked}"
        return f"{n:,} {what} in {times} are {n * epochs:,.0f}; {who} {takes} {most:,} in one job"

    cases = (
        Case(
            why="examples times epochs",
            wrong=[{"prompt": f"{i}", "completion": "a"} for i in range(6)],
            found=[(None, None)],
            options={"work": 10, "epochs": 2},
        ),
        Case(
            why="tokens times epochs",
            wrong=[{"prompt": f"{i}", "completion": "one two three"} for i in range(4)],
            found=[(None, None)],
            options={"token_work": 40, "epochs": 3},
        ),
        Case(
            why="many bytes, few tokens",
            right=[{"prompt": "internationalization", "completion": "institutionalization"}] * 4,
            options={"token_work": 120, "epochs": 1},
        ),
        Case(
            why="as much as there may be",
            right=[{"prompt": f"{i}", "completion": "a"} for i in range(5)],
            options={"work": 10, "epochs": 2},
        ),
        Case(why="no target, no limit", right=[{"prompt": "a", "completion": "b"}]),
    )
