"""All answers are labelled alike: all are wanted, or none is.

Training on labels (KTO) learns from the difference between answers that are wanted and answers that are not. Where
all have one label there is none: the model drifts, and the reward says nothing. Mostly the file holds one half of the
data, or a filter has thrown the other half away.

There is no fix: add examples with the other label, or train on the wanted answers as plain examples
(`ftlint convert --to chat`).

Silent for a file of one example, and for labels that are neither true nor false (wrong-type).
"""

from __future__ import annotations

from ftlint.rule import SHAPES, Batch, Case, Conclusion, DatasetRule, RuleContext, Violation, pl

COLUMNS = {"wanted": "UInt64", "unwanted": "UInt64"}
LABELLED = [shape.name for shape in SHAPES.values() if shape.has_label]
PAIR = {"prompt": "a", "completion": "b"}


class OneLabel(DatasetRule):
    """Counts labels."""

    code, name, severity = "R013", "one-label", "warning"
    training_only = True

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        if not any(kind is not None and kind.shape.name in LABELLED for kind in batch.detected_shapes):
            return None
        labels = [
            record.get(kind.fields["label"])
            for record, kind in zip(batch.records, batch.record_shapes, strict=True)
            if kind is not None and kind.shape.name in LABELLED
        ]
        counts = (sum(label is True for label in labels), sum(label is False for label in labels))
        types = {name: getattr(pl, kind) for name, kind in COLUMNS.items()}
        return pl.DataFrame([counts], schema=types, orient="row")

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).sum()

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        wanted, unwanted = observed.select(*COLUMNS).row(0)
        if (wanted and unwanted) or wanted + unwanted < 2:
            return Conclusion()
        label = "true" if wanted else "false"
        return Conclusion(
            [Violation(f"all {wanted + unwanted:,} labels are {label}: there is no difference to learn from")]
        )

    cases = (
        Case(
            why="all wanted, whoever trains",
            wrong=[{**PAIR, "label": True}, {**PAIR, "prompt": "c", "label": True}],
            found=[(None, None)],
            severity="warning",
            settings={"target": "trl-kto"},
        ),
        Case(
            why="none wanted, under LLaMA-Factory's name",
            wrong=[
                {
                    "conversations": [{"from": "human", "value": q}, {"from": "gpt", "value": "b"}],
                    "kto_tag": False,
                }
                for q in "ac"
            ],
            found=[(None, None)],
        ),
        Case(
            why="both, and one example alone",
            right=[{**PAIR, "label": True}, {**PAIR, "prompt": "c", "label": False}],
        ),
        Case(why="one example alone", right=[{**PAIR, "label": True}]),
        Case(why="labels of classes", right=[{**PAIR, "label": "spam"}, {**PAIR, "label": "spam"}]),
    )
