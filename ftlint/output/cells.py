"""What a row of a table cannot hold, whatever the table is written in."""

from collections.abc import Sequence

from ftlint.output.fields import Column
from ftlint.quote import quote
from ftlint.read.columns import ERRORS, LONGEST_CELL


def refusal(cells: Sequence[str], columns: Sequence[Column], container: str) -> str | None:
    """Why the row would not be read back, as a sentence; None where it would be."""
    if not any(cells) and (len(cells) != 1 or container == "xlsx"):
        return f".{container} cannot hold a record whose fields are all empty: nobody sees the row"
    if not ERRORS.isdisjoint(cells):
        column, cell = next(pair for pair in zip(columns, cells, strict=True) if pair[1] in ERRORS)
        return f".{container} cannot hold {cell} in {quote(column.name)}: it is read as a spreadsheet's error"
    if container == "xlsx":
        for column, cell in zip(columns, cells, strict=True):
            if len(cell) > LONGEST_CELL // 2 and len(cell.encode("utf-16-le")) // 2 > LONGEST_CELL:
                most = f"more than {LONGEST_CELL:,} characters"
                return f".{container} cannot hold {most} in one cell ({quote(column.name)})"
    return None
