"""A text holds the sign that stands for a lost character.

U+FFFD, the black diamond with a question mark, is what a program writes where it could not decode a byte. The
letter that stood there is gone, and the model learns to write the sign. Look at the source of the data: it was
read with the wrong encoding, or a text was cut in the middle of a character.

There is no fix: what was lost cannot be known.

Silent for question marks and boxes that only the font shows.
"""

from __future__ import annotations

from ftlint.rule import Case, MatchedRow, RuleContext, TextRule, pl

SIGN = "\ufffd"


class ReplacementCharacter(TextRule):
    """Texts with U+FFFD."""

    code, name, severity = "U004", "replacement-character", "warning"
    frame = "unusual_texts"

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("text").str.contains(SIGN, literal=True)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        text = match["text"]
        times = text.count(SIGN)
        more = f", and {times - 1} more" if times > 1 else ""
        return f"a character was lost before this file was made: U+FFFD at character {text.index(SIGN) + 1}{more}"

    cases = (
        Case(
            why="letters that were lost",
            wrong=[
                {"prompt": "caf\ufffd", "completion": "na\ufffdve \ufffd"},
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "\ufffd"}]},
            ],
            found=[(1, "completion"), (1, "prompt"), (2, "messages[1].content")],
        ),
        Case(why="letters that were not", right=[{"prompt": "café?", "completion": "naïve ◆ ? □"}]),
    )
