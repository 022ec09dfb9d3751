"""A byte order mark stands inside the file, where a line or an object begins.

Joining two files of which each begins with the mark (EF BB BF, three invisible bytes) leaves one in the middle. Readers
that forgive it at the start of a file do not forgive it there: the line is no JSON for any of them, and in a table the
mark becomes part of a cell.

The fix takes the bytes away. They are no part of any text, so it is safe.

Silent for a mark at the start of the file (byte-order-mark), and inside a text, where it is a character of the data.
"""

from ftlint.rule import Case, FaultRule

ONE, OTHER = b'{"prompt": "a", "completion": "b"}\n', b'{"prompt": "c", "completion": "d"}\n'
MARK = b"\xef\xbb\xbf"


class InnerByteOrderMark(FaultRule):
    """Marks at the start of a line that is not the first, or of a further object of a line."""

    code, name, severity, fix = "F025", "inner-byte-order-mark", "error", "safe"
    fault = "inner-bom"

    cases = (
        Case(
            why="where files were joined",
            wrong=ONE + MARK + OTHER,
            found=[(2, None)],
            fixed=ONE + OTHER,
        ),
        Case(
            why="where tables were joined",
            wrong=b"prompt,completion\na,b\n" + MARK + b"c,d\n",
            name="case.csv",
            found=[(3, None)],
            fixed=[{"prompt": "a", "completion": "b"}, {"prompt": "c", "completion": "d"}],
        ),
        Case(why="at the start of the file it is reported elsewhere", right=MARK + ONE),
        Case(why="inside a text", right=b'{"prompt": "a\xef\xbb\xbf", "completion": "b"}\n'),
    )
