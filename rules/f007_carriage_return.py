"""Lines end with a carriage return.

Windows ends lines with CR LF, very old Macs with CR alone. JSON allows it, but tools that split at LF and compare or
hash lines see other lines, and a CR alone is no line end for most of them: the whole file is one line.

It is reported once a file, with the number of lines. Tables are left alone where they use CR LF, as their format says.

The fix ends every line with LF. No example changes, so it is safe.
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, RuleContext, Violation, pl


class CarriageReturn(DatasetRule):
    """Adds up what the reader counted."""

    code, name, severity, fix = "F007", "carriage-return", "info", "safe"
    repairs = ("cr",)

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        found = batch.faults.filter(pl.col("kind") == "cr")
        if not found.height:
            return None
        return found.select(pl.col("count").sum(), pl.col("line").min())

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pl.concat(frames).select(pl.col("count").sum(), pl.col("line").min())

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        count, line = observed.select("count", "line").row(0)
        lines = "line ends" if count == 1 else "lines end"
        message = (
            f"{count:,} {lines} with a carriage return (Windows or old Mac line ends); this is the first"
        )
        return Conclusion([Violation(message, line=line)])

    cases = (
        Case(
            why="Windows line ends, reported once",
            wrong=b'{"prompt": "a", "completion": "b"}\r\n{"prompt": "c", "completion": "d"}\r\n',
            found=[(1, None)],
            fixed=b'{"prompt": "a", "completion": "b"}\n{"prompt": "c", "completion": "d"}\n',
        ),
        Case(
            why="old Mac line ends",
            wrong=b'{"prompt": "a", "completion": "b"}\r{"prompt": "c", "completion": "d"}\r',
            found=[(1, None)],
            fixed=b'{"prompt": "a", "completion": "b"}\n{"prompt": "c", "completion": "d"}\n',
        ),
        Case(
            why="one line among others, and one that is broken",
            wrong=b'{"prompt": "a", "completion": "b"}\n{"prompt": "c", "completion": "d"}\r\n{\r\n',
            found=[(2, None)],
            fixed=b'{"prompt": "a", "completion": "b"}\n{"prompt": "c", "completion": "d"}\n{\n',
        ),
        Case(why="an escaped one is text", right=b'{"prompt": "a\\r\\n", "completion": "b"}\n'),
        Case(why="a table", name="x.csv", right=b"prompt,completion\r\na,b\r\n"),
    )
