"""Records rewritten as columns, without a Python object for each: prompts and completions into chat."""

from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.record_makers import columns_of, fill_template
from ftlint.commands.convert.rewrite import RewriteOptions
from ftlint.io.columnar import LINE, ColumnarRecords
from ftlint.shapes.detect import DetectedShape

if TYPE_CHECKING:
    from polars import Expr


def rewrite_lines(
    records: ColumnarRecords, record_shape: DetectedShape, manner: RewriteOptions
) -> ColumnarRecords | None:
    """The records in the new shape, equal to those of ``rewrite``; None if they must be rewritten one by one."""
    dressed = manner.dress is not None and manner.dress.on
    if (
        manner.changes.options
        or manner.expansion is not None
        or dressed
        or columns_of("--system", manner.system or "")
    ):
        return None
    if record_shape.shape is manner.shape:
        return _as_they_are(records, record_shape, manner)
    names = (
        [record_shape.fields[name] for name in ("prompt", "completion")]
        if record_shape.shape.name == "completion"
        else []
    )
    if manner.shape.name != "chat" or set(names) != set(records.columns.columns):
        return None
    prompt, completion = pl.col(names[0]), pl.col(names[1])
    if records.columns.select((prompt == "").any()).item():
        return None
    if manner.dress is not None:
        prompt, completion = _bare(prompt, completion, manner)
    said = {"user": prompt, "assistant": completion}
    if manner.system is not None:
        said = {"system": pl.lit(fill_template(manner.system, {})), **said}
    turns = [pl.struct(role=pl.lit(role), content=text) for role, text in said.items()]
    columns = records.columns.select(messages=pl.concat_list(turns))
    return ColumnarRecords(columns.with_columns(pl.lit(None, dtype=pl.String).alias(LINE)))


def _as_they_are(
    records: ColumnarRecords, record_shape: DetectedShape, manner: RewriteOptions
) -> ColumnarRecords | None:
    known = manner.known.names
    own = all(name == key for name, key in record_shape.fields.items())
    if (
        manner.system is not None
        or not own
        or not manner.folded.isdisjoint(record_shape.fields)
        or (known is not None and not known.issuperset(records.columns.columns))
    ):
        return None
    # A shape's own fields are defined in every target; only fields of messages may be unknown.
    return records if not manner.known.inside or record_shape.shape.name in ("completion", "chat") else None


def _bare(prompt: "Expr", completion: "Expr", manner: RewriteOptions) -> tuple["Expr", "Expr"]:
    """The texts without the marks of the legacy format."""
    dress = manner.dress
    if dress is not None and dress.separator:
        prompt = prompt.str.strip_suffix(dress.separator)
    if dress is not None and dress.stop:
        completion = completion.str.strip_suffix(dress.stop)
    if dress is not None and dress.space:
        completion = completion.str.strip_prefix(" ")
    return prompt, completion
