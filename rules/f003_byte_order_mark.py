"""A byte order mark stands where the file begins.

Three invisible bytes, EF BB BF, that Windows programs put at the start of UTF-8 files. Most readers of JSON Lines
stop there and say that line 1 is no JSON, although it looks right in every editor.

A target that refuses the mark makes this an error. A mark where another line begins is inner-byte-order-mark.

The fix takes the bytes away. They are no part of any text, so it is safe.
"""

from ftlint.rule import Case, FaultRule, RuleContext, Severity


class ByteOrderMark(FaultRule):
    """Marks at the start of the file, and of lines of plain text."""

    code, name, severity, fix = "F003", "byte-order-mark", "warning", "safe"
    fault = "bom"

    def severity_for(self, context: RuleContext) -> Severity | None:
        rejected = (
            context.target is not None
            and context.fact("bom") == "rejected"
            and context.target.verified("bom")
        )
        return "error" if rejected else self.severity

    cases = (
        Case(
            why="at the start",
            wrong=b'\xef\xbb\xbf{"prompt": "a", "completion": "b"}\n',
            found=[(1, None)],
            fixed=b'{"prompt": "a", "completion": "b"}\n',
        ),
        Case(
            why="in a table from Excel",
            name="x.csv",
            wrong=b"\xef\xbb\xbfprompt,completion\na,b\n",
            found=[(1, None)],
        ),
        Case(
            why="inside a text it is a character of the data",
            right=b'{"prompt": "a\xef\xbb\xbf", "completion": "b"}\n',
        ),
    )
