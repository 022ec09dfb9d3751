"""The last line does not end with a newline.

Whatever is appended to the file, or joined to it with `cat`, lands on the same line as the last record: two objects on
one line. Some tools that count newlines also count one record too few.

The fix adds the newline. No example changes, so it is safe.
"""

from ftlint.rule import Case, FaultRule


class NoFinalNewline(FaultRule):
    """A last line without its end."""

    code, name, severity, fix = "F008", "no-final-newline", "info", "safe"
    fault = "no-newline"

    cases = (
        Case(
            wrong=b'{"prompt": "a", "completion": "b"}\n{"prompt": "c", "completion": "d"}',
            found=[(2, None)],
            fixed=b'{"prompt": "a", "completion": "b"}\n{"prompt": "c", "completion": "d"}\n',
        ),
        Case(why="the newline is there", right=b'{"prompt": "a", "completion": "b"}\n'),
        Case(why="documents and tables need none", name="x.csv", right=b"prompt,completion\na,b"),
    )
