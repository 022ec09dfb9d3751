"""There are more examples than the target takes.

The job is refused, or the file is. Limits of this kind are high, and a smaller set is mostly the better one too:
take out duplicates first (duplicate-example), then choose. Examples with images have a limit of their own.

There is no fix: which examples to leave out, only you know. The options say limits of your own, where the
provider gave you others.

An error where the target's documentation states the limit, else a warning. Silent without a target, and for
records that fit no shape.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    Meta,
    RuleContext,
    Severity,
    Violation,
    pl,
)
from ftlint.rule import Options as RuleOptions

IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
TEXT = {"type": "text", "text": "a"}
LIMITS = (
    # fact, which examples, what it limits
    ("max_examples", "examples", "examples"),
    ("max_total_examples", "examples", "examples, those for validation among them"),
    ("max_image_examples", "image_examples", "examples with images"),
)


class TooManyExamples(DatasetRule):
    """Counts examples, and those with images."""

    code, name, severity = "L003", "too-many-examples", "error"

    class Options(RuleOptions):
        """Limits of your own."""

        examples: Annotated[
            Annotated[int, Meta(ge=0)] | None,
            Meta(description="most examples, instead of the target's number"),
        ] = None
        image_examples: Annotated[
            Annotated[int, Meta(ge=0)] | None,
            Meta(description="most examples with images, instead of the target's number"),
        ] = None

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if self._limits(context) else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        images = 0
        if any(which == "image_examples" for which, *_ in self._limits(context)):
            images = batch.media.filter(pl.col("type").str.starts_with("image"))["i"].n_unique()
        examples = batch.examples["shape"].is_not_null().sum()
        return pl.DataFrame({"examples": [examples], "image_examples": [images]}).cast(pl.UInt64)

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        return group.with_records(1 + min((most for _, most, *_ in self._limits(context)), default=0))

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).sum()

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        counts = observed.row(0, named=True)
        return Conclusion(
            [
                Violation(f"{counts[which]:,} {what}; {who} at most {most:,}", severity=severity)
                for which, most, what, who, severity in self._limits(context)
                if counts[which] > most
            ]
        )

    def _limits(self, context: RuleContext) -> list[tuple[str, int, str, str, Severity]]:
        """Which examples, how many of them at most, in words, who says so, and how bad more are."""
        limits: list[tuple[str, int, str, str, Severity]] = []
        for fact, which, what in LIMITS:
            own = getattr(self.options, which)
            if own is not None and fact != "max_total_examples":
                limits.append((which, own, what, "you take", "error"))
            elif (
                own is None
                and context.target is not None
                and (most := context.target.number(fact)) is not None
            ):
                severity: Severity = "error" if context.target.verified(fact) else "warning"
                limits.append((which, most, what, f"{context.target.name} takes", severity))
        return limits

    cases = (
        Case(
            why="one more than there may be",
            wrong=[{"prompt": f"{i}", "completion": "a"} for i in range(4)],
            found=[(None, None)],
            options={"examples": 3},
        ),
        Case(
            why="too many with images",
            wrong=[
                {"messages": [{"role": "user", "content": [TEXT, IMAGE, IMAGE]}]},
                {"messages": [{"role": "user", "content": [TEXT]}]},
                {"messages": [{"role": "user", "content": [IMAGE]}]},
            ],
            found=[(None, None)],
            options={"image_examples": 1},
        ),
        Case(
            why="as many as there may be",
            right=[{"prompt": f"{i}", "completion": "a"} for i in range(3)],
            options={"examples": 3},
        ),
        Case(
            why="within the target's limit, and a record that is no example",
            right=[{"messages": [{"role": "user", "content": [IMAGE]}]}, {"title": "a"}],
            settings={"target": "openai-chat"},
        ),
        Case(why="no target, no limit", right=[{"prompt": "a", "completion": "b"}]),
    )
