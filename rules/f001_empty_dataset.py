"""There is no example at all.

A file of 0 bytes, of a byte order mark, of blank lines, or a table with a header and no rows: an export that
failed, a filter that let nothing through, a disk that was full. Many tools say "0 records validated, all good"
and exit with 0, so the job is started and fails, or the gate in CI has guarded nothing for weeks.

Lines that are all broken leave no example either. Where another rule says what is wrong with them, this one is silent.

There is no fix. The rule runs whatever was selected, unless it is ignored by its own name.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, FileGroup, RuleContext, Violation, pl


class EmptyDataset(DatasetRule):
    """Counts the records that are examples of any shape."""

    code, name, severity = "F001", "empty-dataset", "error"
    always = True
    yields_to_errors = True

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return pl.DataFrame({"n": [batch.examples["shape"].count()]}, schema={"n": pl.UInt64})

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        shapes = group.batch.record_shapes
        usable = group.of_records(i for i, shape in enumerate(shapes) if shape is not None)
        return set(range(len(group.sizes))) - usable

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).sum()

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is not None and observed["n"].sum():
            return Conclusion()
        return Conclusion([Violation("there is no example that can be used: the dataset is empty")])

    cases = (
        Case(why="0 bytes", wrong=b"", found=[(None, None)]),
        Case(why="only a byte order mark", wrong=b"\xef\xbb\xbf", found=[(None, None)]),
        Case(why="only blank lines", wrong=b"\n \n\n", found=[(None, None)]),
        Case(why="only a header", name="x.csv", wrong=b"prompt,completion\n", found=[(None, None)]),
        Case(why="an empty list", name="x.json", wrong=b"[]", found=[(None, None)]),
        Case(why="every line is broken", wrong=b"{\n{\n", found=[(None, None)]),
        Case(why="records that fit no shape", wrong=b'{"a": 1}\n', found=[(None, None)]),
        Case(why="one example is enough", right=b'\n{"prompt": "a", "completion": "b"}\n'),
    )
