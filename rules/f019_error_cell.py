"""A cell holds a spreadsheet's error instead of its value.

`#REF!`, `#N/A`, `#VALUE!` and the like are what a failed formula shows. Exported, they are text like any other, and the
model learns to say them. A formula that was never calculated, as programs write it, has no value at all and would be
read as an empty cell.

The row is not used; the rejects have the text of its formula. There is no fix: mend the formula, or open the file in a
spreadsheet program and save it again.

In a column that no example is made of it is a warning, and the row is used.
"""

from ftlint.rule import Case, FaultRule


class ErrorCell(FaultRule):
    """Cells with an error, and formulas without a result."""

    code, name, severity = "F019", "error-cell", "error"
    fault = "error-cell"

    cases = (
        Case(
            why="a broken reference and a failed lookup",
            name="x.csv",
            wrong=b"prompt,completion\na,#REF!\nb,c\n#N/A,d\n",
            found=[(2, "completion"), (4, "prompt")],
        ),
        Case(
            why="in a column that no example is made of",
            name="x.csv",
            wrong=b"prompt,completion,score\na,b,#REF!\n",
            found=[(2, "score")],
            severity="warning",
        ),
        Case(
            why="the letters NA, and an error inside a text",
            name="x.csv",
            right=b"prompt,completion\nNA,null\nWhat is #REF!?,An error in Excel\n",
        ),
        Case(why="not in a table", right=b'{"prompt": "Which error?", "completion": "#REF!"}\n'),
    )
