"""NaN or Infinity stands for a number.

Python writes them and reads them, but they are no JSON: other readers refuse the line. They mostly come from an empty
cell that a table library made "not a number", so a text is missing there.

The row is not used. There is no fix: write null, or leave the field out.
"""

from ftlint.rule import Case, FaultRule


class NonFiniteNumber(FaultRule):
    """The words NaN, Infinity and -Infinity outside strings."""

    code, name, severity = "F010", "non-finite-number", "error"
    fault = "non-finite"

    cases = (
        Case(
            why="an empty cell that became NaN",
            wrong=b'{"prompt": "a", "completion": "b", "score": NaN}\n{"prompt": "a", "completion": "b"}\n',
            found=[(1, "score")],
        ),
        Case(
            why="inside a list",
            wrong=b'{"prompt": "a", "completion": "b", "scores": [1, -Infinity]}\n',
            found=[(1, "scores[1]")],
        ),
        Case(why="the words as text", right=b'{"prompt": "NaN", "completion": "Infinity"}\n'),
    )
