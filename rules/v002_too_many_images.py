"""An example has more images or videos than the target takes.

The example is skipped, or the file is refused.

There is no fix: leave images out, or spread them over several examples.

An error where the target's documentation states the number, else a warning. Silent without a target and for targets
that do not say. The finding points at the first image that is one too many.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl

IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
ANSWER = {"role": "assistant", "content": "b"}
LIMITS = {"image": "images_per_example", "video": "videos_per_example"}


class TooManyImages(FrameRule):
    """Counts the images and the videos of each example."""

    code, name, severity = "V002", "too-many-images", "error"
    frame = "media"
    field = "media"
    columns = ("type",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        found = [context.severity_of_fact(fact) for fact in LIMITS.values()]
        return "error" if "error" in found else next((severity for severity in found if severity), None)

    def when(self, context: RuleContext) -> pl.Expr:
        beyond = [pl.lit(False)]
        for what, most in _limits(context).items():
            shown = pl.col("type").str.contains(what, literal=True)
            nth = shown.cast(pl.UInt32).cum_sum().over("i")
            beyond.append(shown & (nth == most + 1))
        return pl.any_horizontal(beyond)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        what = "video" if "video" in match["type"] else "image"
        most = _limits(context)[what]
        who = context.target.name if context.target is not None else "the target"
        if not most:
            return f"a{'n' if what == 'image' else ''} {what}; {who} takes none"
        return f"this is {what} {most + 1} of the example; {who} takes {most} at most"

    cases = (
        Case(
            why="eleven images in two messages",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": [IMAGE] * 6},
                        ANSWER,
                        {"role": "user", "content": [IMAGE] * 5},
                        ANSWER,
                    ]
                }
            ],
            found=[(1, "messages[2].content[4].image_url.url")],
            severity="error",
            settings={"target": "openai-chat"},
        ),
        Case(
            why="two videos where one is taken",
            wrong=[
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {
                                    "video": {
                                        "format": "mp4",
                                        "source": {"s3Location": {"uri": f"s3://b/{n}.mp4"}},
                                    }
                                }
                                for n in range(2)
                            ],
                        },
                        {"role": "assistant", "content": [{"text": "b"}]},
                    ],
                }
            ],
            found=[(1, "messages[0].content[1].video.source.s3Location.uri")],
            settings={"target": "bedrock-nova"},
        ),
        Case(
            why="ten images, and ten in the next example",
            right=[{"messages": [{"role": "user", "content": [IMAGE] * 10}, ANSWER]}] * 2,
            settings={"target": "openai-chat"},
        ),
        Case(
            why="Azure takes 64",
            right=[{"messages": [{"role": "user", "content": [IMAGE] * 64}, ANSWER]}],
            settings={"target": "azure-openai"},
        ),
        Case(
            why="without a target there is no limit",
            right=[{"messages": [{"role": "user", "content": [IMAGE] * 100}, ANSWER]}],
        ),
    )


def _limits(context: RuleContext) -> dict[str, int]:
    """Most images and most videos of an example, where the target says so."""
    found = {what: context.fact(fact) for what, fact in LIMITS.items()}
    return {what: most for what, most in found.items() if isinstance(most, int)}
