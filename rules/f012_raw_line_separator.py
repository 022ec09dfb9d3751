"""A character at which other readers end the line stands raw in a string.

U+2028, U+2029 and U+0085 may stand in JSON strings. But Python's `splitlines`, Node's readline and others end a line
there, so one record becomes two broken ones, and all line numbers after it are wrong. ftlint splits at LF only.

The fix writes the character as an escape, such as `\\u2028`. The decoded text is the same, so it is safe.
"""

from ftlint.rule import Case, FaultRule


class RawLineSeparator(FaultRule):
    """U+2028, U+2029 and U+0085 that are not escaped."""

    code, name, severity, fix = "F012", "raw-line-separator", "warning", "safe"
    fault = "separator"

    cases = (
        Case(
            why="text copied from a web page",
            wrong='{"prompt": "one\u2028two", "completion": "\u0085"}\n',
            found=[(1, None)],
            fixed='{"prompt": "one\\u2028two", "completion": "\\u0085"}\n',
        ),
        Case(why="escaped", right='{"prompt": "one\\u2028two", "completion": "b"}\n'),
    )
