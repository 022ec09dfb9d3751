"""Detect the common prefix of all texts of a column: a label or a phrase that is the same in every example."""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, DataType, Expr

    from ftlint.batch.file_group import FileGroup

FORMS = ("completion", "exchange")
"""Texts of the completion shape, which are the entire input of the model, and texts inside a chat template."""
# The end of a word: a blank, a sign that ends a label or a clause, or any character of Chinese and Japanese.
# Not the point of a decimal number or the colon of a time.
WORD_END = re.compile(r"\s|(?<!\d)[:>|=]|[：、。，；！？）】」』…]|[\u3040-\u30ff\u3400-\u9fff]")
IN_ADDRESS = ("://", "www.", "/")
LABEL = re.compile(r"[:：>|=…]\s*$")
# The beginning of data, markup, a list or a program: it is part of the text's format.
FORM = re.compile(
    r"""[{\[<`|$\\] | -{3} | [-*•]\s | \d+[.)]\s | \#!
    | \#{1,6}\s (?! [^\n]*[:：]\s*$)
    | (?: SELECT | WITH | INSERT | UPDATE | DELETE | CREATE | ALTER | DROP | MATCH | PREFIX ) \b
    | (?: select | def | class | import | from\s\w+\simport | function | const | let | var | public | private
        | package | func | fn | return | echo | git | curl | sudo | docker | kubectl | npm | pip ) \s
    | \#include | %% | @\w+\n
    """,
    re.VERBOSE,
)
# A later line that begins with a label: the text consists of fields, and the prefix is the name of the first.
FIELDS = re.compile(r"\n[ \t]*[\w*#][\w *#]{0,30}[:：]")


class CommonPrefix(Struct, frozen=True):
    """The common prefix of ``n`` texts that are not all equal, without leading blanks; "" for no relevant one."""

    n: int
    text: str

    @property
    def is_label(self) -> bool:
        """Whether it ends like a label; a phrase may be shared by chance."""
        return LABEL.search(self.text) is not None


def observe(exchanges: "DataFrame", column: str) -> "DataFrame":
    """The state of one batch, a row for each of ``FORMS`` with texts: form, n, least and greatest text.

    The common prefix of these two is the common prefix of all texts. Empty texts are ignored.
    """
    texts = exchanges.select("shape", text=pl.col(column).str.strip_chars_start()).filter(
        pl.col("text") != ""
    )
    is_completion = pl.col("shape") == "completion"
    rows = []
    for form, of_it in zip(FORMS, (is_completion, ~is_completion), strict=True):
        texts_of_form = texts.filter(of_it)["text"]
        if len(texts_of_form):
            rows.append((form, len(texts_of_form), texts_of_form.min(), texts_of_form.max()))
    return pl.DataFrame(rows, schema=_schema(), orient="row")


def files_sharing(group: "FileGroup", column: str, least: int) -> list[int]:
    """The files of a group in which all texts of a form have at least so many characters in common."""
    texts = group.batch.exchanges.select(
        "shape", file=group.file_of("i"), text=pl.col(column).str.strip_chars_start()
    ).filter(pl.col("text") != "")
    bounds = texts.group_by("file", pl.col("shape") == "completion").agg(
        least=pl.col("text").min(), greatest=pl.col("text").max()
    )
    return [
        file
        for file, least_text, greatest in bounds.select("file", "least", "greatest").rows()
        if least_text != greatest and common_prefix_length(least_text, greatest) >= least
    ]


def combine(frames: "list[DataFrame]") -> "DataFrame":
    """Combine the states of several batches: one row per form."""
    sums = pl.concat(frames).group_by("form")
    return sums.agg(pl.col("n").sum(), pl.col("least").min(), pl.col("greatest").max()).sort("form")


def conclude(observed: "DataFrame | None", form: str) -> CommonPrefix:
    """The common prefix of all texts of a form, up to the end of a word."""
    texts_of_form = observed.filter(pl.col("form") == form) if observed is not None else None
    if texts_of_form is None or not texts_of_form.height:
        return CommonPrefix(0, "")
    n, least, greatest = texts_of_form.select("n", "least", "greatest").row(0)
    if least.strip() == greatest.strip():
        return CommonPrefix(n, "")
    text = _whole_words(least[: common_prefix_length(least, greatest)])
    # If one of the texts is the prefix alone, it is the least one.
    is_entire_text = not least[len(text) :].strip()
    has_fields = all(FIELDS.search(text_value, len(text)) for text_value in (least, greatest))
    return CommonPrefix(n, "" if is_entire_text or has_fields or FORM.match(text) else text)


def split(column: str, prefix: str) -> "tuple[Expr, Expr, Expr]":
    """Expressions on a column: whether a text has the prefix and a rest, the leading blanks, and the rest."""
    text = pl.col(column)
    bare = text.str.strip_chars_start()
    rest = bare.str.strip_prefix(prefix)
    begins = bare.str.starts_with(prefix) & (rest.str.strip_chars() != "")
    return begins, text.str.extract(r"^(\s*)"), rest


def common_prefix_length(first: str, second: str) -> int:
    """The length of the common prefix of two texts, by bisection: texts may have megabytes."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _whole_words(text: str) -> str:
    """The text up to the end of its last word, without an address at its end."""
    text = _without_address(text)
    ends = (match.end() for place in range(len(text) - 1, -1, -1) if (match := WORD_END.match(text, place)))
    return text[: next(ends, 0)]


def _without_address(text: str) -> str:
    body = text.removesuffix("\n")
    word = body.rsplit(None, 1)[-1] if body and not body[-1].isspace() else ""
    if not any(sign in word for sign in IN_ADDRESS):
        return text
    return body.removesuffix(word) + text[len(body) :]


def _schema() -> "dict[str, type[DataType]]":
    return {"form": pl.String, "n": pl.UInt64, "least": pl.String, "greatest": pl.String}
