"""A cell has exactly 32,767 characters, the most that Excel keeps.

Excel and programs that write its files cut longer texts there and say nothing. A text of exactly that length is one
that was cut: the model learns to stop in the middle.

The row is used. There is no fix: get the text from where it was whole, in another format.
"""

from ftlint.rule import Case, FaultRule


class CellCut(FaultRule):
    """Cells as long as a cell can be."""

    code, name, severity = "F020", "cell-cut", "warning"
    fault = "cut-cell"

    cases = (
        Case(
            name="x.csv",
            wrong=b"prompt,completion\na," + b"x" * 32_767 + b"\n",
            found=[(2, "completion")],
        ),
        Case(
            why="one character less or more",
            name="x.csv",
            right=b"prompt,completion\n" + b"y" * 32_768 + b"," + b"x" * 32_766 + b"\n",
        ),
    )
