"""A field that the grader may read is not in every record.

The grader gets the model's answer and the record's other fields, such as a reference answer. Where the field is
missing or null, the grader fails or compares with nothing, and the model is rewarded by chance. It is mostly a
spelling, or a record from another source.

Which fields the grader reads, ftlint cannot know. So every field is reported, as a warning, that more than half of the
records have and others lack, at the first record that lacks it. The option `fields` names the ones that the grader
reads: then those are demanded of every record, as an error, and no others are reported.

There is no fix: fill in what is missing. Silent for shapes with an answer of their own, and without a target for
messages, which are a chat then; a prompt alone is known as such.
"""

from __future__ import annotations

from ftlint.rule import (
    SHAPES,
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
    quote,
)
from ftlint.rule import Options as RuleOptions

OPEN = {name: {*shape.required, *shape.optional} for name, shape in SHAPES.items() if not shape.answered}
SCHEMA = {"key": "String", "n": "UInt64", "row": "UInt64", "line": "UInt64"}
QUESTION = {"messages": [{"role": "user", "content": "a"}]}
RFT = {"target": "openai-rft"}


class MissingReference(DatasetRule):
    """Counts the records that have each field, and remembers the first that lacks it.

    A frame has a row for every field, with the first record that lacks it (null if none does), and one without
    a key: how many records there are, and the first.
    """

    code, name, severity = "R008", "missing-reference", "warning"

    class Options(RuleOptions):
        """What the grader reads."""

        fields: Annotated[tuple[str, ...], Meta(description="fields that every record must have")] = ()

    def severity_for(self, context: RuleContext) -> Severity | None:
        return "error" if self.options.fields else "warning"

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        if not any(kind is not None and kind.shape.name in OPEN for kind in batch.detected_shapes):
            return None
        n, first = 0, 0
        have: dict[str, int] = {}
        lacking: dict[str, int] = {}
        for i, (record, sighting) in enumerate(zip(batch.records, batch.record_shapes, strict=True)):
            if sighting is None or sighting.shape.name not in OPEN:
                continue
            first = first if n else i
            own = {sighting.fields.get(name, name) for name in OPEN[sighting.shape.name]}
            keys = {key for key, value in record.items() if value is not None and key not in own}
            for key in keys - have.keys() if n else ():
                lacking[key] = first
            for key in have.keys() - keys - lacking.keys():
                lacking[key] = i
            n += 1
            for key in keys:
                have[key] = have.get(key, 0) + 1
        places = {key: lacking.get(key) for key in have}
        rows = [
            (key, n, *((None, None) if i is None else (batch.rows[i], batch.lines[i])))
            for (key, i), n in zip(places.items(), have.values(), strict=True)
        ]
        return _frame([(None, n, batch.rows[first], batch.lines[first]), *rows])

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        tables = [
            {key: (n, row, line) for key, n, row, line in frame.select(*SCHEMA).rows()} for frame in frames
        ]
        keys = {key: None for table in tables for key in table}
        rows = []
        for key in keys:
            # A frame that has nothing of a field lacks it from its first record on.
            seen = [table.get(key, (0, *table[None][1:])) for table in tables]
            lacking = [place[1:] for place in seen if place[1] is not None]
            rows.append((key, sum(place[0] for place in seen), *min(lacking, default=(None, None))))
        return _frame(rows)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        table = {key: (n, row, line) for key, n, row, line in observed.select(*SCHEMA).rows()}
        total, *start = table.pop(None)
        violations = []
        for key in self.options.fields or table:
            n, row, line = table.get(key, (0, *start))
            if n < total and (self.options.fields or n > total / 2):
                lack = total - n
                violations.append(
                    Violation(
                        f"{quote(key)} is missing in {lack:,} of {total:,} records; this is the first",
                        path=key,
                        row=row,
                        line=line,
                    )
                )
        return Conclusion(
            sorted(violations, key=lambda violation: (violation.row or 0, violation.path or ""))
        )

    cases = (
        Case(
            why="an answer that one record lacks, and one has as null",
            wrong=[
                {**QUESTION, "answer": "b"},
                {**QUESTION, "answer": "c"},
                {**QUESTION, "answr": "d"},
                {**QUESTION, "answer": None},
                {**QUESTION, "answer": "e"},
            ],
            found=[(3, "answer")],
            severity="warning",
            settings=RFT,
        ),
        Case(
            why="the fields that the grader reads",
            wrong=[{**QUESTION, "answer": "b", "hint": "h"}, QUESTION, {**QUESTION, "hint": "h"}],
            found=[(1, "score"), (2, "answer")],
            severity="error",
            options={"fields": ["answer", "score"]},
            settings=RFT,
        ),
        Case(
            why="prompts alone",
            wrong=[
                {"prompt": [{"role": "user", "content": "a"}], "solution": "b"},
                {"prompt": [{"role": "user", "content": "c"}], "solution": "d"},
                {"prompt": [{"role": "user", "content": "e"}]},
            ],
            found=[(3, "solution")],
        ),
        Case(
            why="the same fields everywhere, tools in some, and a note in one",
            right=[
                {**QUESTION, "answer": "b"},
                {**QUESTION, "answer": "c", "tools": []},
                {**QUESTION, "answer": "d", "note": "hard"},
            ],
            settings=RFT,
        ),
        Case(
            why="a chat has no grader",
            right=[{**QUESTION, "id": 1}, {**QUESTION, "id": 2}, QUESTION],
        ),
    )


def _frame(rows: list[tuple[str | None, int, int | None, int | None]]) -> pl.DataFrame:
    types = {name: getattr(pl, kind) for name, kind in SCHEMA.items()}
    return pl.DataFrame(sorted(rows, key=lambda row: row[0] or ""), schema=types, orient="row")
