"""Changed records that are columns as JSON lines, each spaced and escaped like the line it replaces."""

from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.write.atomic import encode, encode_columns, escape_separators

if TYPE_CHECKING:
    from polars import DataFrame, Expr, Series


def encode_columns_like(records: ColumnarRecords, like: "Series") -> "Series":
    """Lines without their newlines, each what ``encode`` makes of the record and the line in ``like``."""
    text = pl.col("like").str
    styles = like.to_frame("like").select(
        spaced=text.contains('": ', literal=True),
        escaped=text.contains("\\u", literal=True) & (text.len_bytes() == text.len_chars()),
    )
    escaped = styles["escaped"]
    spaced = styles["spaced"] & ~escaped
    compact = ~(spaced | escaped)
    lines = pl.repeat(None, len(like), dtype=pl.String, eager=True)
    if compact.any():
        lines = lines.scatter(compact.arg_true(), encode_columns(records.columns.filter(compact)))
    if spaced.any():
        lines = lines.scatter(spaced.arg_true(), spaced_lines(records.columns.filter(spaced)))
    if escaped.any():
        # Only Python's own module escapes all but ASCII.
        places = escaped.arg_true()
        narrow = [encode(records[place], like[place].encode()).decode().rstrip("\n") for place in places]
        lines = lines.scatter(places, pl.Series(narrow, dtype=pl.String))
    return lines


def spaced_lines(columns: "DataFrame") -> "Series":
    """The same as ``encode_columns``, with a space after each comma and colon."""
    fields = [(name, pl.col(name), kind) for name, kind in columns.schema.items()]
    return escape_separators(columns.select(line=_object(fields))["line"])


def _object(fields: "list[tuple[str, Expr, Any]]") -> "Expr":
    pieces: list[Expr] = []
    for place, (name, value, kind) in enumerate(fields):
        pieces += [pl.lit(f'{", " if place else "{"}"{name}": '), _value(value, kind)]
    return pl.concat_str(*pieces, pl.lit("}"))


def _value(value: "Expr", kind: Any) -> "Expr":
    if kind == pl.String:
        # The text of an object with this text alone.
        return pl.struct(x=value).struct.json_encode().str.strip_prefix('{"x":').str.strip_suffix("}")
    element = pl.element()
    fields = [(field.name, element.struct.field(field.name), field.dtype) for field in kind.inner.fields]
    return pl.concat_str(pl.lit("["), value.list.eval(_object(fields)).list.join(", "), pl.lit("]"))
