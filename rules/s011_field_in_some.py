"""A field stands in some records and is missing from others, where the target wants it in all or in none.

AWS's SDK for Amazon Nova refuses a file of which only some records have a system prompt, an image, a video, calls of
tools, their results or reasoning. So a file of conversations with tools holds calls in every record.

There is no fix: split the file, or give the others such a field, too.

An error where the target's documentation demands it, a warning where only some of its tools do. Silent without a
target and for targets that do not say. The finding stands at the first record without the field.
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, RuleContext, Severity, Violation, pl, quote

COLUMNS = {"field": "String", "n": "UInt64", "have": "UInt64", "row": "UInt64", "line": "UInt64"}
ASK, TELL = {"role": "user", "content": [{"text": "a"}]}, {"role": "assistant", "content": [{"text": "b"}]}
VERSION = {"schemaVersion": "bedrock-conversation-2024"}
IMAGE = {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://bucket/a.png"}}}}
SEEN = {"role": "user", "content": [IMAGE, {"text": "a"}]}
NOVA = {"target": "bedrock-nova"}


class FieldInSome(DatasetRule):
    """Counts the records with each field of the fact ``all_or_none``, and remembers the first without."""

    code, name, severity = "S011", "field-in-some", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("all_or_none")

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        fields: Any = context.fact("all_or_none")
        shapes = context.target.shapes if context.target is not None else {}
        read = [
            i for i, kind in enumerate(batch.record_shapes) if kind is not None and kind.shape.name in shapes
        ]
        if not read or not isinstance(fields, list):
            return None
        rows = []
        for field in fields:
            first, *inner = field.split(".")
            lacking = [
                i for i in read if first not in batch.keys or not _has(batch.records[i], [first, *inner])
            ]
            place = (batch.rows[lacking[0]], batch.lines[lacking[0]]) if lacking else (None, None)
            rows.append((field, len(read), len(read) - len(lacking), *place))
        types = {name: getattr(pl, kind) for name, kind in COLUMNS.items()}
        return pl.DataFrame(rows, schema=types, orient="row")

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        joined = (
            pl.concat(frames).group_by("field").agg(pl.col("n", "have").sum(), pl.col("row", "line").min())
        )
        return joined.select(*COLUMNS).sort("field")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        who = context.target.name if context.target is not None else "the target"
        some = observed.filter((pl.col("have") > 0) & (pl.col("have") < pl.col("n"))).sort("field")
        return Conclusion(
            [
                Violation(
                    f"{have:,} of {n:,} records have {quote(field)}, where {who} wants it in all or in none; "
                    "this has none",
                    row=row,
                    line=line,
                )
                for field, n, have, row, line in some.select(*COLUMNS).rows()
            ]
        )

    cases = (
        Case(
            why="a system prompt in one, an image in another",
            wrong=[
                {**VERSION, "system": [{"text": "s"}], "messages": [ASK, TELL]},
                {**VERSION, "messages": [SEEN, TELL]},
            ],
            found=[(1, None), (2, None)],
            severity="warning",
            settings=NOVA,
        ),
        Case(
            why="in all, and in none",
            right=[
                {**VERSION, "system": [{"text": "s"}], "messages": [SEEN, TELL]},
                {**VERSION, "system": [{"text": "t"}], "messages": [ASK, TELL, SEEN, TELL]},
            ],
            settings=NOVA,
        ),
        Case(
            why="without a target nobody minds",
            right=[
                {**VERSION, "system": [{"text": "s"}], "messages": [ASK, TELL]},
                {**VERSION, "messages": [ASK, TELL]},
            ],
        ),
    )


def _has(value: Any, path: list[str]) -> bool:
    """Whether a field stands at the path and is not null; in lists, whether any element has it."""
    if not path:
        return value is not None
    if isinstance(value, list):
        return any(_has(item, path) for item in value)
    return isinstance(value, dict) and _has(value.get(path[0]), path[1:])
