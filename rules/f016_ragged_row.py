"""A row of a table has more or fewer cells than the header.

An unquoted comma in a text, a quote that is not doubled or never closed, a line that was edited by hand: from there on
texts stand in the wrong column. Many readers fill up or cut off such rows and say nothing.

The row is not used. There is no fix: where a cell begins and ends is a guess.

A column that holds data but has no name is reported here too, as a warning; it is read as `column 3`. The index that
pandas writes first, without a name, is a note: `to_csv(index=False)` leaves it out.
"""

from ftlint.rule import Case, FaultRule


class RaggedRow(FaultRule):
    """Rows that do not fit their header."""

    code, name, severity = "F016", "ragged-row", "error"
    fault = "ragged"

    cases = (
        Case(
            why="an unquoted comma, and a missing cell",
            name="x.csv",
            wrong=b"prompt,completion\na,b\nHello, you,b\na\n",
            found=[(3, None), (4, None)],
        ),
        Case(
            why="a quote that is never closed costs one row",
            name="x.csv",
            wrong=b'prompt,completion\n"a,b\nc,d\n',
            found=[(2, None)],
        ),
        Case(
            why="the index of pandas is no data: a note",
            name="x.csv",
            wrong=b",prompt,completion\n0,a,b\n7,c,d\n",
            found=[(1, None)],
            severity="info",
        ),
        Case(
            why="any other column without a name is read, too",
            name="x.csv",
            wrong=b"prompt,completion,,\na,b,checked,\n",
            found=[(1, None)],
            severity="warning",
        ),
        Case(
            why="commas, quotes and newlines in quoted cells",
            name="x.csv",
            right=b'prompt,completion\n"Hello, ""you""\nthere",b\n',
        ),
        Case(why="empty columns at the end", name="x.csv", right=b"prompt,completion,,\na,b,,\n"),
    )
