"""A table has the same column name twice.

Readers keep the last column, the first, or both under names they make up; whichever it is, one of them may be the one
you meant. ftlint reads the second one as `prompt (2)`, so nothing is lost, but nothing uses it either.

There is no fix: rename or delete one of the columns.
"""

from ftlint.rule import Case, FaultRule


class DuplicateHeader(FaultRule):
    """Column names that stand twice."""

    code, name, severity = "F022", "duplicate-header", "error"
    fault = "twin-column"

    cases = (
        Case(name="x.csv", wrong=b"prompt,completion,prompt\na,b,c\n", found=[(1, "prompt")]),
        Case(why="different names", name="x.csv", right=b"prompt,completion,Prompt\na,b,c\n"),
    )
