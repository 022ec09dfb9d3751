"""Fast decoding of JSON lines with one layout into columns, without a Python object for every record.

Most files have texts under the same keys in every line: ``{"prompt": …, "completion": …}`` or
``{"messages": [{"role": …, "content": …}, …]}``. polars decodes those in its own threads, but ignores other keys,
duplicate keys, and numbers in place of texts. So the result is checked against counts of the bytes, and in any
doubtful case the lines are decoded one by one.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from ftlint._polars import pl
from ftlint.io.block import Record
from ftlint.io.key_order import keys_are_in_order
from ftlint.io.lazy_list import LazyList

if TYPE_CHECKING:
    from polars import DataFrame, Series

LINE = "\0line"
"""The column of the lines themselves."""
CHANGED = "\0changed"
"""The column that says of records without lines whether they differ from the file's."""
PLAIN = "\0plain"
"""The column that says of records whether their texts are known to have only printable ASCII, tabs and line ends."""
# A value that is not a text, list or object. Inside a text, where it would be a quoted word and a colon, the quote is
# escaped; a quote that ends a key never is, as keys are plain here.
SCALAR = r'"[ \t\r]*:[ \t\r]*[-0-9A-Za-z]'
QUOTED = r'\\"[ \t\r]*:[ \t\r]*[-0-9A-Za-z]'
# Half a surrogate pair without the other half: polars reads it as a NUL.
HALF = r"\\u[dD][89abAB][0-9a-fA-F]{2}(?:[^\\]|\\[^u])"
decode = msgspec.json.Decoder().decode


class ColumnarRecords(LazyList[Record]):
    """Records of one layout as columns; a record becomes a Python object at its first access, and is then cached.

    ``lines`` are the lines of JSON from which they were read; null in other containers, and where the columns have
    been changed since, which ``changed`` says.
    """

    def __init__(self, columns: "DataFrame") -> None:
        self.columns = columns.drop(LINE, CHANGED, PLAIN, strict=False)
        self.lines = columns[LINE]
        self.changed = columns[CHANGED] if CHANGED in columns.columns else self.lines.is_null()
        self.plain = columns[PLAIN] if PLAIN in columns.columns else pl.repeat(False, len(self), eager=True)
        self._known: dict[int, Record] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def make(self, place: int) -> Record:
        """The record, decoded once."""
        if place not in self._known:
            line = self.lines[place]
            self._known[place] = (
                decode(line.encode("utf-8")) if line is not None else self.columns.row(place, named=True)
            )
        return self._known[place]

    def __iter__(self) -> Iterator[Record]:
        if not self._known:
            if self.lines.null_count() == len(self):
                self._known = dict(enumerate(self.columns.iter_rows(named=True)))
            lines = enumerate(self.lines.to_list())
            self._known |= {i: decode(line.encode("utf-8")) for i, line in lines if line is not None}
        return (self[i] for i in range(len(self)))

    def fresh(self) -> "ColumnarRecords":
        """The same without changes made to records since they were accessed."""
        return ColumnarRecords(self._all_columns())

    def part(self, places: "Sequence[int] | Series") -> "ColumnarRecords":
        """The records at these positions, as the columns have them."""
        return self if len(places) == len(self) else ColumnarRecords(self._all_columns()[list(places)])

    def with_changes(self, places: Sequence[int]) -> "ColumnarRecords | None":
        """The same with the current state of the records at these positions; None if they no longer fit the columns."""
        changed = [self[place] for place in places]
        if not all(_fits(record, self.columns) for record in changed):
            return None
        if not changed:
            return self
        new = pl.DataFrame(changed, schema=self.columns.schema).with_columns(
            pl.lit(None, dtype=pl.String).alias(LINE), pl.lit(True).alias(CHANGED), pl.lit(False).alias(PLAIN)
        )
        order = pl.int_range(len(self), eager=True).scatter(
            list(places), range(len(self), len(self) + len(places))
        )
        return ColumnarRecords(pl.concat([self._all_columns(), new])[order])

    def with_texts(self, texts: "DataFrame") -> "ColumnarRecords":
        """The same with some columns of texts replaced; the line is retained if no text of its record changed.

        Keys of a changed record are in the order of the columns (see ``are_keys_in_order``).
        """
        differ = pl.any_horizontal(
            *[texts[name].ne_missing(self.columns[name]) for name in texts.columns], False
        )
        lines = texts.select(
            pl.when(~differ).then(self.lines).alias(LINE),
            (self.changed | differ).alias(CHANGED),
            (self.plain & ~differ).alias(PLAIN),
        )
        return ColumnarRecords(self.columns.with_columns(texts).hstack(lines))

    @cached_property
    def are_keys_in_order(self) -> bool:
        """Whether the keys of every line certainly stand in the order of the columns, also inside their objects."""
        return keys_are_in_order(self.lines, self.columns)

    def _all_columns(self) -> "DataFrame":
        return self.columns.with_columns(
            self.lines.alias(LINE), self.changed.alias(CHANGED), self.plain.alias(PLAIN)
        )


class RawLines(LazyList[bytes]):
    """The lines of a block as they are written back, each with its newline; converted to bytes at access."""

    def __init__(self, lines: "Series") -> None:
        self.lines = lines

    def __len__(self) -> int:
        return len(self.lines)

    def make(self, place: int) -> bytes:
        """The line as it is written back."""
        return f"{self.lines[place]}\n".encode()


def decode_uniform_lines(text: "DataFrame", chunk: bytes, marks: int) -> "DataFrame | None":
    """The lines of a chunk as columns: LINE, PLAIN and one for each key; None unless all certainly have one layout.

    ``text`` has the chunk as its only text, in column x; ``marks`` is the number of its keys. A column of the
    result is text, or a list of structs of texts.
    """
    layout = layout_of_line(chunk)
    strings = pl.col("x").str
    if layout is None:
        return None
    scalars, quoted, half = text.select(
        a=strings.count_matches(SCALAR), b=strings.count_matches(QUOTED), c=strings.contains(HALF)
    ).row(0)
    if scalars != quoted or half:
        return None
    try:
        frame = text.select(strings.strip_suffix("\n").str.split("\n").explode().alias(LINE))
        found = frame.select(pl.col(LINE).str.json_decode(_struct(layout)).alias("x"))["x"]
    except pl.exceptions.PolarsError:
        return None
    if found.len() != frame.height or found.null_count():
        return None
    columns = found.struct.unnest()
    if _keys(columns) != marks:
        return None
    return frame.with_columns(pl.lit(False).alias(PLAIN)).hstack(columns)


def layout_of_line(chunk: bytes) -> dict[str, tuple[str, ...]] | None:
    """The keys of records like the first of a chunk, each with those of the objects in its list; none for a text.

    None if a value is neither a text nor a list of objects of texts.
    """
    try:
        record = decode(memoryview(chunk)[: chunk.find(b"\n")])
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    if type(record) is not dict or not record or not all(map(_is_plain, record)):
        return None
    keys = {key: _inner_keys(value) for key, value in record.items()}
    return (
        {key: inner for key, inner in keys.items() if inner is not None}
        if None not in keys.values()
        else None
    )


def _inner_keys(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return ()
    first = value[0] if isinstance(value, list) and value else None
    if not isinstance(first, dict) or not first or not all(map(_is_plain, first)):
        return None
    return tuple(first) if all(isinstance(text, str) for text in first.values()) else None


def _struct(layout: dict[str, tuple[str, ...]]) -> Any:
    """The type of records of a layout."""
    objects = {key: pl.List(pl.Struct(dict.fromkeys(inner, pl.String))) for key, inner in layout.items()}
    return pl.Struct({key: objects[key] if inner else pl.String for key, inner in layout.items()})


def are_complete(columns: "DataFrame") -> bool:
    """Whether the columns are those of plain records: texts and lists of objects of texts, no value missing."""
    return (
        all(map(_is_plain, columns.columns))
        and all(map(_is_plain_kind, columns.dtypes))
        and _keys(columns) is not None
    )


def _is_plain_kind(kind: Any) -> bool:
    if kind == pl.String:
        return True
    inner = kind.inner if isinstance(kind, pl.List) else None
    fields = inner.fields if isinstance(inner, pl.Struct) else []
    return bool(fields) and all(field.dtype == pl.String and _is_plain(field.name) for field in fields)


def _fits(record: Record, columns: "DataFrame") -> bool:
    """Whether a record has exactly the keys and the types of values of the columns."""
    return list(record) == columns.columns and all(
        _fits_column(value, columns.schema[key]) for key, value in record.items()
    )


def _fits_column(value: Any, kind: Any) -> bool:
    if kind == pl.String:
        return isinstance(value, str)
    names = [field.name for field in kind.inner.fields]
    return isinstance(value, list) and all(
        isinstance(item, dict)
        and list(item) == names
        and all(isinstance(text, str) for text in item.values())
        for item in value
    )


def _is_plain(key: str) -> bool:
    """Whether a key has no special characters; in particular, it must not be the column of the lines."""
    return key.isprintable() and "\\" not in key and '"' not in key


def _keys(columns: "DataFrame") -> int | None:
    """The number of keys that the lines must have for these columns; None if a value is missing."""
    keys = columns.height * columns.width
    for column in columns:
        if column.dtype != pl.String:
            if column.null_count() or not column.list.len().min():
                return None
            inner = column.explode()
            if inner.null_count():
                return None
            fields = inner.struct.unnest()
            keys += fields.height * fields.width
            if sum(fields.null_count().row(0)):
                return None
        elif column.null_count():
            return None
    return keys
