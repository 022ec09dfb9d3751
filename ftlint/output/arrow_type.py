"""The Arrow type that gives JSON values back as they are, where there is one.

Arrow gives every element of a list the same fields and pads with nulls what is not there. So only values that are all
made alike have a type; for others there is none.
"""

from typing import TYPE_CHECKING, Any

from ftlint.lazy import pl

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

Layout = Any
"""How values are made: a word for a leaf, ``("list", layout)`` or ``("object", ((key, layout), …))``."""
NOTHING: Layout = "null"
NONE: Layout = "none"
"""No type fits."""
INT64 = range(-(2**63), 2**63)


def layout_of(value: Any) -> Layout:
    """How a value is made."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "whole" if value in INT64 else NONE
    if isinstance(value, float):
        return "number"
    if isinstance(value, list):
        inside = NOTHING
        for item in value:
            inside = both(inside, layout_of(item))
        return ("list", inside) if inside != NONE else NONE
    fields = tuple((key, layout_of(item)) for key, item in value.items())
    return ("object", fields) if fields and all(below != NONE for _, below in fields) else NONE


def both(one: Layout, other: Layout) -> Layout:
    """The layout of values of which some are made one way and some the other."""
    if one == other:
        return one
    if NONE in (one, other):
        return NONE
    if NOTHING in (one, other):
        return other if one == NOTHING else one
    if one[0] == other[0] == "list":
        inside = both(one[1], other[1])
        return ("list", inside) if inside != NONE else NONE
    if one[0] == other[0] == "object" and [key for key, _ in one[1]] == [key for key, _ in other[1]]:
        fields = tuple(
            (key, both(mine, yours)) for (key, mine), (_, yours) in zip(one[1], other[1], strict=True)
        )
        return ("object", fields) if all(below != NONE for _, below in fields) else NONE
    return NONE


def arrow_type(layout: Layout) -> "PolarsDataType":
    """The type for a layout that has one. What was never there is an empty column of texts."""
    if isinstance(layout, str):
        leaves = {"flag": pl.Boolean, "whole": pl.Int64, "number": pl.Float64}
        return leaves.get(layout, pl.String)
    if layout[0] == "list":
        return pl.List(arrow_type(layout[1]))
    return pl.Struct({key: arrow_type(below) for key, below in layout[1]})
