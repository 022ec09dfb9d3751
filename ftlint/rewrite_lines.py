"""Records rewritten as columns, without a Python object for each: prompts and completions into chat."""

from typing import TYPE_CHECKING

from ftlint.lazy import pl
from ftlint.read.alike import LINE, Lines
from ftlint.rewrite import Manner
from ftlint.sight import Sighting

if TYPE_CHECKING:
    from polars import Expr


def rewrite_lines(records: Lines, sighting: Sighting, manner: Manner) -> Lines | None:
    """The records in the new shape, just as ``rewrite`` makes them; None where that has to be done one by one."""
    dressed = manner.dress is not None and manner.dress.on
    if manner.expansion is not None or dressed:
        return None
    if sighting.shape is manner.shape:
        return _as_they_are(records, sighting, manner)
    names = (
        [sighting.names[name] for name in ("prompt", "completion")]
        if sighting.shape.name == "completion"
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
        said = {"system": pl.lit(manner.system), **said}
    turns = [pl.struct(role=pl.lit(role), content=text) for role, text in said.items()]
    columns = records.columns.select(messages=pl.concat_list(turns))
    return Lines(columns.with_columns(pl.lit(None, dtype=pl.String).alias(LINE)))


def _as_they_are(records: Lines, sighting: Sighting, manner: Manner) -> Lines | None:
    known = manner.known.names
    own = all(name == key for name, key in sighting.names.items())
    if (
        manner.system is not None
        or not own
        or (known is not None and not known.issuperset(records.columns.columns))
    ):
        return None
    # A shape's own fields are known wherever it is taken; only fields of messages may be strange.
    return records if not manner.known.inside or sighting.shape.name in ("completion", "chat") else None


def _bare(prompt: "Expr", completion: "Expr", manner: Manner) -> tuple["Expr", "Expr"]:
    """The texts without the marks of the legacy format."""
    dress = manner.dress
    if dress is not None and dress.separator:
        prompt = prompt.str.strip_suffix(dress.separator)
    if dress is not None and dress.stop:
        completion = completion.str.strip_suffix(dress.stop)
    if dress is not None and dress.space:
        completion = completion.str.strip_prefix(" ")
    return prompt, completion
