"""What all texts of a column begin with: a label or a phrase that says the same in every example."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, DataType, Expr

FORMS = ("completion", "exchange")
"""Texts of the completion shape, which is all that the model sees, and those that a template stands around."""
# Where a word is over: a blank, a sign that ends a label or a clause, or any character of Chinese and Japanese.
# Not the point of a decimal number nor the colon of a time.
WORD_END = re.compile(r"\s|(?<!\d)[:>|=]|[：、。，；！？）】」』…]|[\u3040-\u30ff\u3400-\u9fff]")
ADDRESS = re.compile(r"\S*(?:://|www\.|/)\S*$")
LABEL = re.compile(r"[:：>|=…]\s*$")
# The beginning of data, markup, a list or a program: it belongs to the form of the text.
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
# A later line that begins with a label of its own: the text is made of fields, and the beginning names the first.
FIELDS = re.compile(r"\n[ \t]*[\w*#][\w *#]{0,30}[:：]")


@dataclass(frozen=True, slots=True)
class CommonPrefix:
    """What ``n`` texts that are not all the same begin with, blanks before it left out; "" for nothing to speak of."""

    n: int
    text: str

    @property
    def is_label(self) -> bool:
        """Whether it ends as a label does; a phrase may be shared by chance."""
        return LABEL.search(self.text) is not None


def observe(exchanges: "DataFrame", column: str) -> "DataFrame":
    """One row for each of ``FORMS`` that a batch has texts of: form, n, least and greatest text.

    What these two begin with, all texts between them begin with. Empty texts do not count.
    """
    texts = exchanges.select("shape", text=pl.col(column).str.strip_chars_start()).filter(
        pl.col("text") != ""
    )
    is_completion = pl.col("shape") == "completion"
    rows = []
    for form, of_it in zip(FORMS, (is_completion, ~is_completion), strict=True):
        mine = texts.filter(of_it)["text"]
        if len(mine):
            rows.append((form, len(mine), mine.min(), mine.max()))
    return pl.DataFrame(rows, schema=_schema(), orient="row")


def combine(frames: "list[DataFrame]") -> "DataFrame":
    """One row for each form that any batch has."""
    sums = pl.concat(frames).group_by("form")
    return sums.agg(pl.col("n").sum(), pl.col("least").min(), pl.col("greatest").max()).sort("form")


def conclude(seen: "DataFrame | None", form: str) -> CommonPrefix:
    """What all texts of a form begin with, up to the end of a word."""
    mine = seen.filter(pl.col("form") == form) if seen is not None else None
    if mine is None or not mine.height:
        return CommonPrefix(0, "")
    n, least, greatest = mine.select("n", "least", "greatest").row(0)
    text = _whole_words(_shared(least, greatest))
    same = least.strip() == greatest.strip()
    # Of texts that begin alike, the one with nothing more is the least.
    says_it_all = not least[len(text) :].strip()
    made_of_fields = all(FIELDS.search(whole, len(text)) for whole in (least, greatest))
    return CommonPrefix(n, "" if same or says_it_all or made_of_fields or FORM.match(text) else text)


def split(column: str, beginning: str) -> "tuple[Expr, Expr, Expr]":
    """Of a column's texts: whether one begins so and goes on, the blanks before it, and what stands behind it."""
    text = pl.col(column)
    bare = text.str.strip_chars_start()
    rest = bare.str.strip_prefix(beginning)
    begins = bare.str.starts_with(beginning) & (rest.str.strip_chars() != "")
    return begins, text.str.extract(r"^(\s*)"), rest


def _shared(one: str, other: str) -> str:
    pairs: Iterable[tuple[str, str]] = zip(one, other, strict=False)
    length = next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    return one[:length]


def _whole_words(text: str) -> str:
    text = ADDRESS.sub("", text)
    return text[: max((found.end() for found in WORD_END.finditer(text)), default=0)]


def _schema() -> "dict[str, type[DataType]]":
    return {"form": pl.String, "n": pl.UInt64, "least": pl.String, "greatest": pl.String}
