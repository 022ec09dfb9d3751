"""A blank line.

Readers that decode every line stop at it; others count it as a record, so that their line numbers and ftlint's
differ. One blank line at the end is enough to make some skip the whole file.

The fix leaves the line out. No example changes, so it is safe.
"""

from ftlint.rule import Case, FaultRule


class BlankLine(FaultRule):
    """Lines that are empty or hold blanks only."""

    code, name, severity, fix = "F006", "blank-line", "warning", "safe"
    fault = "blank"

    cases = (
        Case(
            why="in the middle and at the end",
            wrong=b'{"prompt": "a", "completion": "b"}\n\n{"prompt": "c", "completion": "d"}\n \t\n',
            found=[(2, None), (4, None)],
            fixed=b'{"prompt": "a", "completion": "b"}\n{"prompt": "c", "completion": "d"}\n',
        ),
        Case(
            why="rows of empty cells in a table",
            name="x.csv",
            wrong=b"prompt,completion\na,b\n\n,\n",
            found=[(3, None), (4, None)],
        ),
        Case(why="a newline at the end is no blank line", right=b'{"prompt": "a", "completion": "b"}\n'),
        Case(why="an empty line in a cell", name="x.csv", right=b'prompt,completion\n"a\n\nb",c\n'),
    )
