"""Columns of JSON lines, read in one pass by the package ftlint-flat if it is installed.

They are exactly those of ``ftlint.io.columnar.decode_uniform_lines``, which reads all that the package leaves, but for
PLAIN, which that leaves false.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

from ftlint._polars import pl
from ftlint.io.columnar import LINE, PLAIN, layout_of_line

try:
    from ftlint_flat import read_columns
except ImportError:
    read_columns = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from polars import DataFrame


class FlatColumns(Struct, frozen=True):
    """The columns of a chunk, the number of its keys, and whether lines end with a carriage return."""

    columns: "DataFrame"
    keys: int
    returns: bool


def read_flat(chunk: bytes) -> FlatColumns | None:
    """The lines of a chunk as columns; None in any doubt, and without the package.

    Texts are views into the chunk, which lives as long as they do.
    """
    layout = layout_of_line(chunk) if read_columns is not None else None
    found = read_columns(chunk, layout) if layout is not None else None
    if found is None:
        return None
    columns = pl.Series(found).struct.unnest()
    columns.columns = [LINE, PLAIN, *columns.columns[2:]]
    return FlatColumns(columns, found.keys, found.has_returns)
