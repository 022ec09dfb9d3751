"""A completion is empty: there is nothing to learn from this row.

An empty or null completion, or one of blanks and invisible characters only, teaches the model to say nothing.
It is usually a hole in a table.

The fix drops the row, so it is unsafe: you may prefer to fill the cell. Where there is no answer to the prompt,
write that out, always in the same words (`There is not enough context to answer.`): then the model learns when
to say so.

"NA", "null" and "None" are texts like any other and stay. An empty prompt is allowed.
"""

from __future__ import annotations

from ftlint.rule import BLANK, Case, FrameRule, RuleContext, pl


class EmptyCompletion(FrameRule):
    """The second message of a prompt–completion record says nothing."""

    code, name, severity, fix = "P010", "empty-completion", "error", "unsafe"
    frame = "messages"
    message = "the completion is empty"
    drops = True

    def when(self, context: RuleContext) -> pl.Expr:
        # A list or an object is no text, but it is not nothing: wrong-type says what it is.
        plain = pl.col("kind").is_in(["text", "null", "absent"])
        empty = pl.col("content").fill_null("").str.contains(BLANK) & plain
        return (pl.col("shape") == "completion") & (pl.col("at") == 1) & empty

    cases = (
        Case(
            wrong=[{"prompt": "a", "completion": ""}, {"prompt": "b", "completion": " yes"}],
            found=[(1, "completion")],
            fixed=[{"prompt": "b", "completion": " yes"}],
        ),
        Case(
            why="blanks, no-break spaces and zero-width characters are nothing",
            wrong=[{"prompt": "a", "completion": " \u00a0\u200b\n"}, {"prompt": "b", "completion": " x"}],
            found=[(1, "completion")],
            fixed=[{"prompt": "b", "completion": " x"}],
        ),
        Case(
            why="null in JSON",
            wrong=[{"prompt": "a", "completion": None}, {"prompt": "b", "completion": " x"}],
            found=[(1, "completion")],
            fixed=[{"prompt": "b", "completion": " x"}],
        ),
        Case(
            why="words for nothing are words",
            right=[{"prompt": "a", "completion": t} for t in ("NA", "null", "None", "N/A", "0", "nan")],
        ),
        Case(why="a list is not nothing", right=[{"prompt": "a", "completion": ["x"]}]),
        Case(why="a prompt may be empty", right=[{"prompt": "", "completion": " x"}]),
    )
