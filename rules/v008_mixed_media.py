"""Some records have images and others videos, where the target takes one kind in a file.

Amazon Nova is tuned on texts with images or on texts with videos: a file with both is refused.

There is no fix: split the file.

An error where the target's documentation demands it. Silent without a target, and for targets that do not say. The
finding stands at the first record with the kind that comes later.
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, RuleContext, Severity, Violation, pl

COLUMNS = {"type": "String", "n": "UInt64", "row": "UInt64", "line": "UInt64"}
KINDS = ("image", "video")
NOVA = {"target": "bedrock-nova"}


def _row(kind: str, ending: str) -> dict[str, object]:
    shown = {kind: {"format": ending, "source": {"s3Location": {"uri": f"s3://bucket/a.{ending}"}}}}
    return {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [
            {"role": "user", "content": [shown, {"text": "a"}]},
            {"role": "assistant", "content": [{"text": "b"}]},
        ],
    }


class MixedMedia(DatasetRule):
    """Counts the records with each kind, and remembers the first."""

    code, name, severity = "V008", "mixed-media", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("media_mixing")

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        kinds = batch.media.select("i", type=pl.col("type").str.extract(f"^({'|'.join(KINDS)})"))
        shown = kinds.drop_nulls().unique()
        if not shown.height:
            return None
        placed = shown.join(batch.examples.select("i", "row", "line"), on="i")
        counted = placed.group_by("type").agg(
            n=pl.len().cast(pl.UInt64), row=pl.col("row").min(), line=pl.col("line").min()
        )
        return counted.select(*COLUMNS)

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        sums = (pl.col("n").sum(), pl.col("row", "line").min())
        return pl.concat(frames).group_by("type").agg(*sums).select(*COLUMNS).sort("type")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None or observed.height < len(KINDS):
            return Conclusion()
        counts = dict(observed.select("type", "n").iter_rows())
        row, line = observed.sort("row", "type").select("row", "line").row(-1)
        who = context.target.name if context.target is not None else "the target"
        message = f"{counts['image']:,} records have images and {counts['video']:,} videos; {who} takes one kind in a file"
        return Conclusion([Violation(message, row=row, line=line)])

    cases = (
        Case(
            why="a video among images",
            wrong=[_row("image", "png"), _row("image", "png"), _row("video", "mp4")],
            found=[(3, None)],
            severity="error",
            settings=NOVA,
        ),
        Case(why="images alone", right=[_row("image", "png"), _row("image", "jpeg")], settings=NOVA),
        Case(why="videos alone", right=[_row("video", "mp4")], settings=NOVA),
        Case(why="without a target nobody minds", right=[_row("image", "png"), _row("video", "mp4")]),
    )
