"""Whether lines of JSON have their keys in the order of their columns, so that columns can write them again."""

from collections import Counter
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, Series

BLANKS = r"[ \t\r]*"


def keys_are_in_order(lines: "Series", columns: "DataFrame") -> bool:
    """Whether the keys of all lines certainly stand in the order of these columns, also inside their objects.

    The columns are those of lines with one layout: every line has each key once. A quote inside a text is escaped,
    so that the first key is what follows the brace, and another key what follows a comma. In doubt they are not.
    """
    names = columns.columns
    inner = [_inner_names(kind) for kind in columns.dtypes]
    inside = {name for fields in inner for name in fields}
    if any(len(fields) > 2 for fields in inner) or (len(names) > 2 and inside.intersection(names)):
        return False
    line = pl.col("line").str
    ordered = line.contains(_pattern(names))
    frame = lines.alias("line").to_frame().drop_nulls()
    if not frame.height or not inside:
        return bool(frame.select(ordered.all()).item())
    # Of two keys of an object the first one tells their order.
    held = columns.filter(lines.is_not_null())
    objects = Counter({names[0]: held.height})
    for name, fields in zip(names, inner, strict=True):
        if fields:
            objects[fields[0]] += int(held[name].list.len().sum())
    found = frame.select(
        ordered.all().alias("\0"), **{name: line.count_matches(r"\{" + _key(name)).sum() for name in objects}
    ).row(0, named=True)
    return bool(found.pop("\0")) and found == objects


def _pattern(names: list[str]) -> str:
    """A line whose keys are in this order; of two keys the first one alone tells it."""
    others = "".join(f".*,{_key(name)}" for name in (names[1:] if len(names) > 2 else ()))
    return rf"^{BLANKS}\{{{_key(names[0])}{others}"


def _key(name: str) -> str:
    return rf'{BLANKS}"{pl.escape_regex(name)}"{BLANKS}:'


def _inner_names(kind: object) -> list[str]:
    """The keys of the objects in a column; none for texts."""
    inner = kind.inner if isinstance(kind, pl.List) else None
    return [field.name for field in inner.fields] if isinstance(inner, pl.Struct) else []
